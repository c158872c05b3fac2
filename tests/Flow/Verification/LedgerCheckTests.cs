using System.Text;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;
using static Mortanba.Flow.Tests.Verification.Verifying;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Inclusion, checkpoint and witnesses; a live ledger that says something else.</summary>
public sealed class LedgerCheckTests
{
    [Fact]
    public async Task Inclusion_fails_for_a_proof_of_another_tree()
    {
        var world = new World();
        var file = world.File();
        List<ProvenEntry> wrong = [.. file.Entries.Select(e => e.Index == 6
            ? e with { Proof = [.. e.Proof.Select((hash, i) => i == 0 ? new byte[32] : hash)] }
            : e)];
        var report = await VerifyAsync((file with { Entries = wrong }).Write(), world.Trust());
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
        Assert.Equal("Failed log/inclusion-root-mismatch", Line(report, CheckName.LedgerInclusion));
    }

    [Fact]
    public async Task A_diploma_the_ledger_does_not_know_is_not_genuine_only_when_the_ledger_says_so()
    {
        var world = new World();
        var sdJwt = Encoding.ASCII.GetBytes(world.SdJwt);
        var absent = await VerifyAsync(sdJwt, world.Trust(), new LiveWorld(world) { Evidence = LiveState.Absent });
        Assert.Equal("Failed verification/not-in-ledger", Line(absent, CheckName.LedgerInclusion));
        Assert.Equal(Verdict.NotGenuine, absent.Verdict);

        var silent = await VerifyAsync(
            sdJwt, world.Trust(), new LiveWorld(world) { Evidence = LiveState.Unreachable, ListState = LiveState.Unreachable });
        Assert.Equal(Verdict.CouldNotCheck, silent.Verdict);
        Assert.DoesNotContain(silent.Checks, c => c.State == CheckState.Failed);
    }

    [Fact]
    public async Task Checkpoint_fails_under_a_forged_signature_and_a_strange_log_is_not_ours()
    {
        var world = new World();
        var real = world.Trust();
        world.Log = new NoteSigner(World.Origin, new Ed25519PrivateKey(new byte[32]));
        var forged = await VerifyAsync(world.File().Write(), real);
        Assert.StartsWith("Failed ", Line(forged, CheckName.Checkpoint), StringComparison.Ordinal);
        Assert.Equal(Verdict.NotGenuine, forged.Verdict);

        world.Log = new NoteSigner("other.example/log", new Ed25519PrivateKey(new byte[32]));
        var ours = await VerifyAsync(world.File().Write(), real);
        Assert.Equal("Failed verification/log-unknown", Line(ours, CheckName.Checkpoint));
        Assert.Equal(Verdict.NotGenuine, ours.Verdict);

        var strange = await VerifyAsync(world.File().Write(), real with { Institutions = [] });
        Assert.Equal("NotChecked verification/log-unknown", Line(strange, CheckName.Checkpoint));
        Assert.Equal(Verdict.CouldNotCheck, strange.Verdict);
    }

    [Fact]
    public async Task Too_few_witnesses_could_not_be_checked()
    {
        var world = new World();
        var report = await VerifyAsync(world.File(cosigned: false).Write(), world.Trust());
        Assert.Equal("NotChecked log/quorum-not-met", Line(report, CheckName.Checkpoint));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task A_silent_live_source_is_as_being_offline()
    {
        var report = await OnlineAsync(new World(), live =>
        {
            live.Evidence = LiveState.Unreachable;
            live.ListState = LiveState.Unreachable;
        });
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal(World.CosignedAt, report.AsOf);
        Assert.Equal("NotChecked verification/live-unreachable", Line(report, CheckName.Freshness));
    }

    [Fact]
    public async Task A_live_answer_from_another_tree_is_a_split_view()
    {
        var world = new World();
        var other = With("operator", World.Decision(Later, initiator: "990101600808"));
        var report = await VerifyAsync(world.File().Write(), world.Trust(), new LiveWorld(other));
        Assert.Equal("NotChecked verification/log-split-view", Line(report, CheckName.Checkpoint));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task A_live_answer_older_than_the_file_is_no_news()
    {
        var world = new World();
        var file = world.File().Write();
        var older = new World((at, own) => at == "asset" ? [] : own);
        var report = await VerifyAsync(file, world.Trust(), new LiveWorld(older));
        Assert.Equal("NotChecked verification/live-older", Line(report, CheckName.Freshness));
        Assert.Equal(World.CosignedAt, report.AsOf);
    }

    [Fact]
    public async Task A_strange_log_borrows_no_name_from_the_trust_bundle()
    {
        var forged = new World { Log = new NoteSigner("log.example/other", new Ed25519PrivateKey(new byte[32])) };
        var own = new World();
        var trust = own.Trust() with
        {
            // The BIN is known, under another DID than the one the file names.
            Institutions = [.. own.Trust().Institutions.Select(i => i with { Did = i.Did + ":elsewhere", Keys = [] })],
        };
        var report = await VerifyAsync(forged.File().Write(), trust);
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
        Assert.NotEqual("Qazyna", report.Issuer!.InitiatorName.En);
        Assert.Null(report.Issuer.OperatorName);
    }

    [Fact]
    public async Task What_was_proved_for_one_size_of_tree_is_not_proved_for_another()
    {
        // Another log signs our root with another size; what that proves must not move an index of ours.
        var world = new World();
        Assert.Equal(Verdict.InForce, (await OfflineAsync(world)).Verdict);
        var other = new NoteSigner("log.example/twin", new Ed25519PrivateKey(new byte[32]));
        var root = MerkleTree.Root([.. world.Entries.Select(e => MerkleTree.Leaf(e.Bytes.Span))]);
        var text = new Checkpoint(other.Name, world.Entries.Count + 1000, root).Text();
        var file = world.File() with { Checkpoint = SignedNote.Write(text, other.Sign(text)) };
        var vkey = other.Verifier().ToVkey();
        var trust = world.Trust() with { LogKey = vkey, Policy = $"log {vkey}\nquorum none\n" };
        Assert.Equal(
            CheckState.Failed, (await VerifyAsync(file.Write(), trust)).Checks.Single(c => c.Name == CheckName.LedgerInclusion).State);
        var authority = file with { Entries = [.. file.Entries.Where(e => !Encoding.UTF8.GetString(e.Entry.Span).Contains("asset.", StringComparison.Ordinal))] };
        Assert.Equal(
            CheckState.Failed,
            (await VerifyAsync(authority.Write(), trust)).Checks.Single(c => c.Name == CheckName.LedgerInclusion).State);
    }
}
