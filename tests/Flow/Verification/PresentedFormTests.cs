using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Verification;
using Xunit;
using static Mortanba.Flow.Tests.Verification.Verifying;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>What is presented: whole files, a form alone, a subset, forms that do not belong together.</summary>
public sealed class PresentedFormTests
{
    [Fact]
    public async Task A_credential_of_another_type_is_no_diploma()
    {
        var report = await OnlineAsync(new World(vct: World.Site + "/types/award"));
        FailsOnly(report, CheckName.Form, "verification/not-a-diploma");
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task Integrity_fails_when_the_ledger_registered_another_form()
    {
        var other = Commitment.OfSigned("something else"u8).ToString();
        var world = new World();
        var at = world.Entries.FindIndex(e => e.Type == LedgerEntryTypes.AssetRegistered);
        world.Entries[at] = world.Registered(other);
        var report = await OfflineAsync(world);
        FailsOnly(report, CheckName.Integrity, "verification/commitment-mismatch");
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
    }

    [Fact]
    public async Task Forms_of_two_diplomas_do_not_go_together()
    {
        var world = new World();
        var other = new World(changeVc: vc => vc["id"] = AssetId.NewRandom().ToString());
        var report = await VerifyAsync((world.File() with { Vc = other.Vc }).Write(), world.Trust());
        FailsOnly(report, CheckName.Integrity, "verification/forms-of-different-assets");
    }

    [Fact]
    [Trait("Requirement", "DA-16")]
    public async Task Each_form_alone_needs_live_evidence()
    {
        var world = new World();
        foreach (var (bytes, form) in new (byte[], string)[]
        {
            (Encoding.ASCII.GetBytes(world.SdJwt), "sd-jwt"),
            (world.Vc, "vc"),
            (Encoding.ASCII.GetBytes(world.Paper), "paper"),
            (Encoding.ASCII.GetBytes($"{World.Site}/q/aaaaaaaaaaaaaaaaaaaaaa#{world.Paper}"), "paper"),
        })
        {
            var alone = await VerifyAsync(bytes, world.Trust());
            Assert.Equal((form, Verdict.CouldNotCheck), (alone.Form, alone.Verdict));
            Assert.Equal("Passed verification/signed", Line(alone, CheckName.IssuerSignature));
            Assert.NotNull(alone.Content);
            var online = await VerifyAsync(bytes, world.Trust(), new LiveWorld(world));
            Assert.True(online.Verdict == Verdict.InForce, string.Join('\n', online.Checks));
        }
    }

    [Fact]
    public async Task A_core_in_a_file_with_credentials_counts_by_the_ledger_and_the_answer_says_so()
    {
        var report = await OfflineAsync(new World());
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal("Passed verification/signed-core-by-ledger", Line(report, CheckName.IssuerSignature));
    }

    [Fact]
    public async Task A_forged_core_in_a_file_with_good_credentials_is_refused()
    {
        var world = new World();
        var file = world.File();
        foreach (var signer in (P256PrivateKey[])[World.InitiatorKey, World.StrangerKey])
        {
            var core = PaperJws.Parse(world.Paper).Value.Core with { QualificationEn = "Doctor" };
            var forged = file with { Paper = PaperJws.Sign(core, signer, World.InitiatorKeyId) };
            var report = await VerifyAsync(forged.Write(), world.Trust(), new LiveWorld(world));
            Assert.Equal(Verdict.NotGenuine, report.Verdict);
            Assert.Equal("Failed verification/commitment-mismatch", Line(report, CheckName.Integrity));
            var isStranger = signer == World.StrangerKey;
            Assert.Equal(
                isStranger ? "Failed jws/signature-invalid" : "Passed verification/signed", Line(report, CheckName.IssuerSignature));
        }
    }

    [Fact]
    public async Task A_core_in_a_file_is_checked_by_its_signature_when_no_ledger_is_trusted()
    {
        var world = new World();
        var report = await VerifyAsync(world.File().Write(), null);
        Assert.Equal("Passed verification/signed", Line(report, CheckName.IssuerSignature));
    }

    [Fact]
    public async Task A_badge_of_a_stranger_is_no_changed_diploma()
    {
        const string stranger = "did:web:badges.example";
        var world = new World(changeVc: vc =>
        {
            vc["id"] = "https://badges.example/credentials/3732";
            vc["issuer"]!["id"] = stranger;
        });
        var badge = JsonNode.Parse(Encoding.UTF8.GetString(world.Vc).Replace(
            World.InitiatorKeyId, stranger + "#key-1", StringComparison.Ordinal))!;
        var report = await VerifyAsync(Jcs.Canonicalize(badge), world.Trust(), new LiveWorld(world));
        Assert.Equal("Failed verification/not-a-diploma", Line(report, CheckName.Form));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    [Trait("Requirement", "DA-17")]
    public async Task A_shared_subset_is_bound_to_the_ledger_and_shows_only_its_part()
    {
        var world = new World();
        using var sdJwt = SdJwt.Parse(Encoding.ASCII.GetBytes(world.SdJwt)).Value;
        var part = Presentation.Present(sdJwt, claim => claim.Name == "diploma_number").Value;
        var report = await VerifyAsync(part, world.Trust(), new LiveWorld(world));
        Assert.Equal(Verdict.InForce, report.Verdict);
        Assert.Equal(["diploma_number"], report.Content!.Facts.Keys);
    }

    [Fact]
    [Trait("Requirement", "DA-17")]
    public async Task An_added_disclosure_fails_only_the_disclosure_check()
    {
        var world = new World();
        var added = world.SdJwt + "WyJhYWFhYWFhYWFhYWFhYWFhYWFhYWFhIiwiZ3BhIiwiNC4wIl0~";
        var report = await VerifyAsync((world.File() with { SdJwt = added }).Write(), world.Trust());
        FailsOnly(report, CheckName.Disclosure, "sdjwt/disclosure-unreferenced");
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
        Assert.Null(report.Content);
    }
}
