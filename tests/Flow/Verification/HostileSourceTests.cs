using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Sources that lie or are confused: a log that denies what it signed, lists without a date or an address.</summary>
public sealed class HostileSourceTests
{
    private static Task<Report> VerifyAsync(World world, LiveWorld live, TrustBundle? trust = null) =>
        new Verifier(new FixedTime(World.Now)).VerifyAsync(
            world.File().Write(), trust ?? world.Trust(), live, CancellationToken.None);

    private static string Line(Report report, CheckName name)
    {
        var check = report.Checks.Single(c => c.Name == name);
        return $"{check.State} {check.Reason}";
    }

    [Fact, Trait("Requirement", "X-5")]
    public async Task A_log_that_denies_a_diploma_its_own_checkpoint_proves_shows_two_trees()
    {
        var world = new World();
        var report = await VerifyAsync(world, new LiveWorld(world) { Evidence = LiveState.Absent });
        Assert.Equal("NotChecked verification/log-split-view", Line(report, CheckName.Checkpoint));
        Assert.Equal("NotChecked verification/log-split-view", Line(report, CheckName.Freshness));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task A_log_that_is_silent_shows_nothing_and_the_file_speaks()
    {
        var world = new World();
        var report = await VerifyAsync(world, new LiveWorld(world) { Evidence = LiveState.Unreachable });
        Assert.Equal("NotChecked verification/live-unreachable", Line(report, CheckName.Freshness));
        Assert.Equal(Verdict.InForce, report.Verdict);
    }

    [Fact]
    public async Task A_token_list_that_does_not_say_how_long_it_is_good_does_not_count()
    {
        var world = new World();
        var live = new LiveWorld(world);
        live.Lists[World.TokenUri] = World.TokenList(TokenStatus.Valid, isDated: false);
        var report = await VerifyAsync(world, live);
        Assert.Equal("NotChecked verification/status-list-undated", Line(report, CheckName.Status));
        Assert.NotEqual(Verdict.InForce, report.Verdict);
    }

    [Fact]
    public async Task A_bitstring_list_that_does_not_say_how_long_it_is_good_does_not_count()
    {
        var world = new World();
        var live = new LiveWorld(world);
        live.Lists[World.RevocationUri] = World.BitList(
            World.RevocationUri, "revocation", set: false, change: list => Without(list, "credentialSubject", "ttl"));
        Assert.Equal(
            "NotChecked verification/status-list-undated", Line(await VerifyAsync(world, live), CheckName.Status));
    }

    [Fact]
    public async Task A_list_that_only_says_how_long_a_copy_is_kept_is_old_after_that()
    {
        var world = new World();
        var live = new LiveWorld(world);
        live.Lists[World.RevocationUri] = World.BitList(
            World.RevocationUri, "revocation", set: false, TimeSpan.FromMinutes(30));
        Assert.Equal(
            "NotChecked verification/status-list-expired", Line(await VerifyAsync(world, live), CheckName.Status));
    }

    [Fact]
    public async Task A_list_without_an_address_is_not_taken_for_the_one_asked_for()
    {
        var world = new World();
        var live = new LiveWorld(world);
        live.Lists[World.RevocationUri] = World.BitList(
            World.RevocationUri, "revocation", set: false, change: list => Without(list, null, "id"));
        Assert.Equal(
            "NotChecked credentials/status-list-mismatch", Line(await VerifyAsync(world, live), CheckName.Status));
    }

    [Theory]
    [InlineData(LedgerEntryTypes.KeyRetired, -2, false)]
    [InlineData(LedgerEntryTypes.KeyRetired, 2, true)]
    [InlineData(LedgerEntryTypes.KeyCompromised, -2, false)]
    // Whoever has the key writes any date, so that a list from before is not believed either.
    [InlineData(LedgerEntryTypes.KeyCompromised, 0, false)]
    public async Task A_list_signed_with_a_key_of_the_operator_that_has_ended_does_not_count(string type, int hours, bool counts)
    {
        var world = new World((step, entries) => step == "end"
            ? [World.KeyEntry(World.OperatorDid, World.OperatorKeyId, World.OperatorKey, World.Now.AddHours(hours), type)]
            : entries);
        var line = Line(await VerifyAsync(world, new LiveWorld(world)), CheckName.Status);
        Assert.Equal(counts ? "Passed verification/status-in-force" : "NotChecked verification/status-list-key-ended", line);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_earlier_retirement_does_not_hide_that_the_key_was_compromised(bool retiredFirst)
    {
        LedgerEntry[] ends =
        [
            World.KeyEntry(World.OperatorDid, World.OperatorKeyId, World.OperatorKey, World.Now.AddMinutes(-30), LedgerEntryTypes.KeyRetired),
            World.KeyEntry(World.OperatorDid, World.OperatorKeyId, World.OperatorKey, World.Now, LedgerEntryTypes.KeyCompromised),
        ];
        var world = new World((step, entries) => step == "end" ? retiredFirst ? ends : [.. ends.Reverse()] : entries);
        Assert.Equal(
            "NotChecked verification/status-list-key-ended",
            Line(await VerifyAsync(world, new LiveWorld(world)), CheckName.Status));
    }

    [Fact]
    public async Task A_key_of_the_operator_that_ended_by_the_trust_bundle_signs_no_list()
    {
        var world = new World((step, entries) => step == "operator-key" ? [] : entries);
        var trust = world.Trust();
        var ended = trust with
        {
            Institutions =
            [
                .. trust.Institutions.Select(i => i.Bin != World.Operator ? i : i with
                {
                    Keys = [.. i.Keys.Select(k => k with { Until = World.Now.AddDays(-1) })],
                }),
            ],
        };
        Assert.Equal(
            "NotChecked verification/status-list-key-ended",
            Line(await VerifyAsync(world, new LiveWorld(world), ended), CheckName.Status));
        Assert.Equal(Verdict.InForce, (await VerifyAsync(world, new LiveWorld(world), trust)).Verdict);
    }

    [Fact]
    public async Task What_a_file_cannot_prove_never_wins_over_what_the_ledger_proves()
    {
        var honest = new World();
        var forged = new World(signer: World.StrangerKey, change: (step, entries) => step == "key"
            ? [World.KeyEntry(World.InitiatorDid, World.InitiatorKeyId, World.StrangerKey, World.IssuedAt.AddMonths(-1))]
            : entries)
        {
            Log = new NoteSigner("log.example/other", new Ed25519PrivateKey(SHA256.HashData("other"u8))),
        };
        var report = await new Verifier(new FixedTime(World.Now)).VerifyAsync(
            forged.File().Write(), honest.Trust(), new LiveWorld(honest), CancellationToken.None);
        Assert.Equal("Failed verification/commitment-mismatch", Line(report, CheckName.Integrity));
        Assert.Equal(CheckState.Failed, report.Checks.Single(c => c.Name == CheckName.IssuerSignature).State);
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
    }

    [Fact]
    public async Task Entries_of_two_trusted_logs_are_not_mixed_by_their_indices()
    {
        var world = new World();
        var other = new World
        {
            Log = new NoteSigner("log.example/two", new Ed25519PrivateKey(SHA256.HashData("two"u8))),
        };
        other.Happens(LedgerEntryTypes.AssetAnnulled, World.Now.AddDays(-1), ("reason", "error"));
        var trust = world.Trust();
        trust = trust with { Policy = $"log {other.Log.Verifier().ToVkey()}\n{trust.Policy}" };
        var report = await VerifyAsync(world, new LiveWorld(world) { Other = other }, trust);
        Assert.Equal("NotChecked verification/live-other-log", Line(report, CheckName.Freshness));
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal(World.CosignedAt, report.AsOf);
    }

    [Fact, Trait("Requirement", "DA-2")]
    public async Task A_permit_that_was_granted_anew_counts_by_the_term_that_covers_the_day()
    {
        var world = new World((step, entries) => step == "permit"
            ? [World.Permit(new DateTimeOffset(2022, 1, 15, 5, 0, 0, TimeSpan.Zero), "2022-01-15", "2025-01-14"), .. entries]
            : entries);
        var report = await VerifyAsync(world, new LiveWorld(world));
        Assert.Equal("Passed verification/entitled", Line(report, CheckName.IssuerEntitled));
        Assert.Equal(
            "2029-01-14", report.Checks.Single(c => c.Name == CheckName.IssuerEntitled).Evidence["until"]);
    }

    [Theory]
    [InlineData("https://example.kz", true)]
    [InlineData("https://example.kz:8443", true)]
    [InlineData("http://localhost:5080", true)]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("https://example.kz/", false)]
    [InlineData("https://example.kz/sub", false)]
    [InlineData("https://example.kz?x=1", false)]
    [InlineData("https://user@example.kz", false)]
    [InlineData("http://example.kz", false)]
    [InlineData("ftp://example.kz", false)]
    [InlineData("example.kz", false)]
    [InlineData("/srv", false)]
    [InlineData("", false)]
    public void The_address_in_a_trust_bundle_is_an_origin_and_nothing_more(string site, bool isGood)
    {
        var bundle = TrustBundleFile.Write(TrustBundleFile.Sign(new World().Trust() with { Site = site }, World.TrustSigner));
        var parsed = TrustBundleFile.Parse(bundle);
        Assert.Equal(isGood ? null : "verification/trust-malformed", parsed.Problem?.Code);
        Assert.Equal(isGood ? null : "$.site", parsed.Problem?.Args["member"]);
    }

    private static byte[] Without(byte[] list, string? parent, string member)
    {
        var json = (JsonObject)JsonNode.Parse(Encoding.UTF8.GetString(list))!;
        Assert.True((parent is null ? json : (JsonObject)json[parent]!).Remove(member));
        return Jcs.Canonicalize(json);
    }
}
