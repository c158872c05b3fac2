using System.Text.Json.Nodes;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Verification;
using Xunit;
using static Mortanba.Flow.Tests.Verification.Verifying;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Suspended, annulled, superseded: by the ledger, by the status lists, by both.</summary>
public sealed class StatusCheckTests
{
    [Theory]
    [Trait("Requirement", "DA-13")]
    [InlineData(LedgerEntryTypes.AssetSuspended, "suspended")]
    [InlineData(LedgerEntryTypes.AssetAnnulled, "annulled")]
    [InlineData(LedgerEntryTypes.AssetErased, "erased")]
    public async Task Status_fails_by_the_ledger_with_since_and_reason(string type, string kind)
    {
        var world = new World();
        world.Happens(type, Later, ("reason", "because"));
        var report = await OfflineAsync(world);
        FailsOnly(report, CheckName.Status, "verification/status-" + kind);
        Assert.Equal(Verdict.NotInForce, report.Verdict);
        Assert.Equal(new AssetState(kind, Later, "because", null), report.State);
    }

    [Fact]
    [Trait("Requirement", "DA-13")]
    public async Task Suspended_and_reinstated_is_in_force_again_but_annulled_is_final()
    {
        var world = new World();
        world.Happens(LedgerEntryTypes.AssetSuspended, Later, ("reason", "x"));
        world.Happens(LedgerEntryTypes.AssetReinstated, Later.AddHours(1), ("reason", "y"));
        Assert.Equal(Verdict.InForce, (await OfflineAsync(world)).Verdict);
        world.Happens(LedgerEntryTypes.AssetAnnulled, Later.AddHours(2), ("reason", "x"));
        world.Happens(LedgerEntryTypes.AssetReinstated, Later.AddHours(3), ("reason", "y"));
        Assert.Equal(Verdict.NotInForce, (await OfflineAsync(world)).Verdict);
    }

    [Fact]
    [Trait("Requirement", "DA-25")]
    public async Task Superseded_names_what_replaced_it()
    {
        var world = new World();
        var next = AssetId.NewRandom().ToString();
        world.Happens(LedgerEntryTypes.AssetSuperseded, Later, ("reason", "name-corrected"), ("by", next));
        var report = await OfflineAsync(world);
        FailsOnly(report, CheckName.NotSuperseded, "verification/superseded");
        Assert.Equal(Verdict.NotInForce, report.Verdict);
        Assert.Equal(new AssetState("superseded", Later, "name-corrected", next), report.State);
    }

    [Fact]
    public async Task Events_of_other_diplomas_are_passed_over()
    {
        var world = new World();
        world.Entries.Add(LedgerEntry.Create(
            LedgerEntryTypes.AssetAnnulled, Later, ("asset", AssetId.NewRandom().ToString()), ("reason", "x")));
        Assert.Equal(Verdict.InForce, (await OfflineAsync(world)).Verdict);
    }

    [Fact]
    public async Task An_event_of_an_unknown_kind_never_passes()
    {
        var world = new World();
        world.Happens("asset.disputed", Later);
        var report = await OfflineAsync(world);
        Assert.Equal("NotChecked verification/status-entry-unknown", Line(report, CheckName.Status));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    public async Task The_worse_answer_wins_and_both_are_shown()
    {
        foreach (var (uri, list, reason) in new (string, byte[], string)[]
        {
            (World.TokenUri, World.TokenList(TokenStatus.Suspended), "verification/status-list-suspended"),
            (World.TokenUri, World.TokenList(TokenStatus.Invalid), "verification/status-list-invalid"),
            (World.RevocationUri, World.BitList(World.RevocationUri, "revocation", set: true), "verification/status-list-invalid"),
            (World.SuspensionUri, World.BitList(World.SuspensionUri, "suspension", set: true), "verification/status-list-suspended"),
        })
        {
            var report = await OnlineAsync(new World(), live => live.Lists[uri] = list);
            FailsOnly(report, CheckName.Status, reason);
            Assert.Equal(Verdict.NotInForce, report.Verdict);
            Assert.Equal("in-force", report.Checks.Single(c => c.Name == CheckName.Status).Evidence["ledger"]);
        }

        var annulled = new World();
        annulled.Happens(LedgerEntryTypes.AssetAnnulled, Later, ("reason", "x"));
        Assert.Equal(Verdict.NotInForce, (await OnlineAsync(annulled)).Verdict);
    }

    [Fact]
    public async Task A_list_that_is_not_the_operators_or_not_readable_never_passes()
    {
        foreach (var list in new byte[]?[]
        {
            World.TokenList(TokenStatus.Valid, World.StrangerKey),
            World.TokenList(TokenStatus.Valid, World.InitiatorKey, World.InitiatorKeyId),
            World.TokenList(TokenStatus.Valid, expires: World.Now.AddMinutes(-30)),
            "garbage"u8.ToArray(),
            null,
        })
        {
            var report = await OnlineAsync(new World(), live => live.Lists[World.TokenUri] = list);
            Assert.Equal(CheckState.NotChecked, report.Checks.Single(c => c.Name == CheckName.Status).State);
            Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
        }
    }

    [Theory]
    [InlineData("""{"type":"CredentialStatusList2017","id":"http://x.example/1"}""")]
    [InlineData("""{"type":"BitstringStatusListEntry","statusPurpose":"message","statusListIndex":"1","statusListCredential":"http://x.example/1"}""")]
    public async Task An_unknown_second_status_entry_never_passes(string entry)
    {
        var world = new World(changeVc: vc => ((JsonArray)vc["credentialStatus"]!).Add(JsonNode.Parse(entry)));
        var report = await OnlineAsync(world);
        Assert.Equal(CheckState.NotChecked, report.Checks.Single(c => c.Name == CheckName.Status).State);
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }
}
