using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Verification;
using Xunit;
using static Mortanba.Flow.Tests.Verification.Verifying;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>Who signed, whether it was entitled on that day, and on whose decision.</summary>
public sealed class IssuerCheckTests
{
    [Fact]
    public async Task Signature_fails_when_another_key_signed()
    {
        var report = await OfflineAsync(new World(signer: World.StrangerKey));
        FailsOnly(report, CheckName.IssuerSignature, "jws/signature-invalid");
        Assert.Equal(Verdict.NotGenuine, report.Verdict);
        Assert.Null(report.Content);
    }

    [Fact]
    [Trait("Requirement", "DA-1")]
    public async Task Entitlement_fails_without_a_permit_that_covers_the_day()
    {
        var at = World.IssuedAt.AddDays(-100);
        var expired = await OfflineAsync(Instead("permit", World.Permit(at, until: "2026-06-25")));
        FailsOnly(expired, CheckName.IssuerEntitled, "verification/permit-not-covering");
        Assert.Equal(Verdict.NotGenuine, expired.Verdict);

        var other = await OfflineAsync(Instead("permit", World.Permit(at, bin: World.Initiator)));
        FailsOnly(other, CheckName.IssuerEntitled, "verification/permit-of-another");

        var suspended = LedgerEntry.Create(LedgerEntryTypes.PermitSuspended, at, ("permit", "KZ-DA-0007"), ("bin", World.Operator));
        FailsOnly(await OfflineAsync(With("asset", suspended)), CheckName.IssuerEntitled, "verification/permit-ended");
        var reinstated = LedgerEntry.Create(LedgerEntryTypes.PermitReinstated, at, ("permit", "KZ-DA-0007"), ("bin", World.Operator));
        Assert.Equal(Verdict.InForce, (await OfflineAsync(With("asset", suspended, reinstated))).Verdict);
        Assert.Equal(Verdict.InForce, (await OfflineAsync(With("end", suspended))).Verdict);
    }

    [Fact]
    [Trait("Requirement", "DA-1")]
    public async Task A_permit_granted_after_the_diploma_does_not_count()
    {
        var world = new World((at, own) => at switch
        {
            "permit" => [],
            "end" => [World.Permit(World.IssuedAt.AddDays(-100))],
            _ => own,
        });
        var report = await OfflineAsync(world);
        Assert.Equal("NotChecked verification/permit-missing", Line(report, CheckName.IssuerEntitled));
        Assert.Equal(Verdict.CouldNotCheck, report.Verdict);
    }

    [Fact]
    [Trait("Requirement", "DA-4")]
    public async Task An_operator_may_not_pass_for_an_initiator()
    {
        var entry = World.Institution(World.Initiator, World.InitiatorDid, "witness", World.IssuedAt.AddDays(-100));
        FailsOnly(await OfflineAsync(Instead("initiator", entry)), CheckName.IssuerEntitled, "verification/not-an-initiator");
    }

    [Fact]
    public async Task Key_fails_when_it_was_withdrawn_before_or_registered_after()
    {
        var before = World.IssuedAt.AddDays(-1);
        LedgerEntry Ended(string type, DateTimeOffset at) =>
            World.KeyEntry(World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, at, type);

        FailsOnly(
            await OfflineAsync(With("asset", Ended(LedgerEntryTypes.KeyRetired, before))),
            CheckName.KeyValid, "verification/key-retired");
        FailsOnly(
            await OfflineAsync(With("end", Ended(LedgerEntryTypes.KeyCompromised, before))),
            CheckName.KeyValid, "verification/key-compromised");
        Assert.Equal(
            Verdict.InForce, (await OfflineAsync(With("end", Ended(LedgerEntryTypes.KeyCompromised, Later)))).Verdict);
        Assert.Equal(Verdict.InForce, (await OfflineAsync(With("end", Ended(LedgerEntryTypes.KeyRetired, Later)))).Verdict);

        // A time before the theft is only written; the place in the log is not.
        FailsOnly(await OfflineAsync(With("end", Stolen(World.AssetIndex))), CheckName.KeyValid, "verification/key-compromised");
        Assert.Equal(Verdict.InForce, (await OfflineAsync(With("end", Stolen(World.AssetIndex + 1)))).Verdict);
        LedgerEntry Stolen(int size) => World.KeyEntry(
            World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, Later, LedgerEntryTypes.KeyCompromised, size);

        var late = new World((at, own) => at switch
        {
            "key" => [],
            "end" => [World.KeyEntry(World.InitiatorDid, World.InitiatorKeyId, World.InitiatorKey, Later)],
            _ => own,
        });
        FailsOnly(await OfflineAsync(late), CheckName.KeyValid, "verification/key-registered-later");
    }

    [Fact]
    public async Task A_key_that_contradicts_the_trust_bundle_fails()
    {
        var world = new World();
        var deceived = new TrustedInstitution(
            World.Initiator, World.InitiatorDid, LocalizedText.Same("Q"), "initiator", World.IssuedAt,
            [new TrustedKey(World.InitiatorKeyId, World.StrangerKey.Multibase(), World.IssuedAt, null)]);
        var report = await VerifyAsync(world.File().Write(), world.Trust(null, deceived));
        FailsOnly(report, CheckName.KeyValid, "verification/key-contradicts-trust");
    }

    [Fact]
    public async Task A_key_that_the_trust_bundle_calls_ended_proves_no_paper_core()
    {
        var world = new World();
        var trust = world.Trust();
        var ended = trust with
        {
            Institutions = [.. trust.Institutions.Select(i => i with
            {
                Keys = [.. i.Keys.Select(k => k with { Until = World.Now.AddDays(-1) })],
            })],
        };
        var paper = Encoding.ASCII.GetBytes(world.Paper);
        Assert.Equal("Passed verification/key-by-trust", Line(await VerifyAsync(paper, trust), CheckName.KeyValid));
        Assert.Equal(
            "NotChecked verification/key-ended-by-trust", Line(await VerifyAsync(paper, ended), CheckName.KeyValid));
    }

    [Fact]
    [Trait("Requirement", "DA-6")]
    public async Task Decision_fails_when_closed_before_published_after_or_of_others()
    {
        var at = World.IssuedAt.AddDays(-1);
        FailsOnly(
            await OfflineAsync(With("asset", World.Decision(at, LedgerEntryTypes.DecisionClosed))),
            CheckName.DecisionOnIssue, "verification/decision-closed");
        Assert.Equal(
            Verdict.InForce,
            (await OfflineAsync(With("end", World.Decision(Later, LedgerEntryTypes.DecisionClosed)))).Verdict);
        FailsOnly(
            await OfflineAsync(Instead("decision", World.Decision(at, initiator: World.Operator))),
            CheckName.DecisionOnIssue, "verification/decision-of-others");
        var late = new World((step, own) => step switch
        {
            "decision" => [],
            "end" => [World.Decision(Later)],
            _ => own,
        });
        FailsOnly(await OfflineAsync(late), CheckName.DecisionOnIssue, "verification/decision-later");
    }
}
