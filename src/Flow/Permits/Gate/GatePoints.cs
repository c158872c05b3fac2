using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>What one point found.</summary>
internal sealed class Findings
{
    public List<string> Evidence { get; } = [];

    public List<Problem> Missing { get; } = [];

    /// <summary>Notes the evidence when the condition holds, else what is missing.</summary>
    public void Check(bool holds, string evidence, Func<Problem> missing)
    {
        if (holds)
        {
            Evidence.Add(evidence);
        }
        else
        {
            Missing.Add(missing());
        }
    }
}

/// <summary>The machine checks behind the seven points of article 5, by point id of the rule pack (requirement
/// DA-7).</summary>
internal static class GatePoints
{
    public static IReadOnlyDictionary<string, Action<GateFacts, Findings>> All { get; } =
        new Dictionary<string, Action<GateFacts, Findings>>(StringComparer.Ordinal)
        {
            ["right-certified"] = RightCertified,
            ["decision-on-issue"] = DecisionOnIssue,
            ["not-unit-of-account"] = NotUnitOfAccount,
            ["not-financial-instrument"] = NotFinancialInstrument,
            ["issuer-known"] = IssuerKnown,
            ["prior-right"] = PriorRight,
            ["movement-record"] = MovementRecord,
        };

    private static void RightCertified(GateFacts facts, Findings found)
    {
        var code = facts.Decision?.Document.TypeCode;
        found.Check(
            facts.Type is not null,
            $"type {code}, rule {(facts.Types.IsDone ? facts.Types.Value.Reference : "–")}",
            () => facts.Decision is null ? NoDecision(facts) : facts.Types.Problem ?? new Problem(
                "permits/type-not-recognised",
                    "The type code is not on the list of recognised types.", ("type", code!)));
    }

    private static void DecisionOnIssue(GateFacts facts, Findings found)
    {
        if (facts.Decision is not { } decision)
        {
            found.Missing.Add(NoDecision(facts));
            return;
        }

        var id = ("decision", decision.Document.Id);
        found.Check(
            decision.Document.Initiator == facts.Request.Initiator,
            $"decision {decision.Document.Id} of {decision.Document.Initiator}",
            () => new Problem("permits/foreign-decision", "The decision was taken by another initiator.", id));
        found.Check(
            decision.IsOpenAt(facts.Request.At),
            $"published {LedgerEntry.Time(decision.PublishedAt)}, open",
            () => new Problem(
                "permits/decision-not-open", "The decision is not published, or closed, at that time.", id));
        found.Check(
            PublishDecision.IsSigned(facts.InitiatorKeys, decision, facts.Verify),
            $"signed with {DecisionSignature.KeyIdOf(decision.Confirmed?.Signature ?? decision.Signature)}",
            () => new Problem(
                "permits/decision-signature",
                "The decision is not signed with a key of the initiator that is in force.",
                ("bin", decision.Document.Initiator.Value)));
        found.Check(
            decision.Commitment.Matches([.. decision.Salt.Span, .. decision.Bytes.Span]),
            $"commitment {decision.Commitment}",
            () => new Problem("permits/decision-changed", "The stored decision is not the one committed to.", id));
    }

    private static void NotUnitOfAccount(GateFacts facts, Findings found) => found.Check(
        facts.Decision is { Document.UnitOfAccount: false } && facts.Type is not { UnitOfAccount: true },
        "declared in the decision and by the type; the platform has no price and no payment",
        () => facts.Decision is null ? NoDecision(facts) : new Problem(
            "permits/unit-of-account", "The decision or its type makes the asset a unit of account."));

    private static void NotFinancialInstrument(GateFacts facts, Findings found) => found.Check(
        facts.Decision is { Document.FinancialInstrument: false } && facts.Type is not { FinancialInstrument: true },
        "declared in the decision and by the type; the platform has no trade and no listing",
        () => facts.Decision is null ? NoDecision(facts) : new Problem(
            "permits/financial-instrument", "The decision or its type makes the asset a financial instrument."));

    private static void IssuerKnown(GateFacts facts, Findings found)
    {
        found.Check(
            facts.Initiator is not null,
            $"initiator {facts.Request.Initiator}",
            () => RegisterInstitution.Unknown(facts.Request.Initiator));
        if (facts.Decision is not { } decision)
        {
            found.Missing.Add(NoDecision(facts));
            return;
        }

        var bin = decision.Document.Operator;
        found.Check(facts.Operator is not null, $"operator {bin}", () => RegisterInstitution.Unknown(bin));
        // The same check lets an initiator be its own operator only if it holds a permit itself (requirement DA-4).
        found.Check(
            facts.Permit is not null,
            $"permit {facts.Permit?.Number} until {Text(facts.Permit?.Until)}",
            () => new Problem(
                "permits/no-permit", $"The operator {bin} holds no permit in force at that time.", ("bin", bin.Value)));
        var key = facts.InitiatorKeys.FirstOrDefault(k => k.IsActiveAt(facts.Request.At));
        found.Check(
            key is not null,
            $"key {key?.Kid}",
            () => new Problem(
                "permits/no-key",
                    "The initiator has no key in force at that time.", ("bin", facts.Request.Initiator.Value)));
    }

    // Ordered, enrolled, licensed: the award must have been there before the asset (requirement DA-8).
    private static void PriorRight(GateFacts facts, Findings found)
    {
        var awards = facts.Request.Awards;
        found.Check(awards.Count > 0, $"{awards.Count} awards", () =>
            new Problem("permits/no-awards", "The list is empty."));
        foreach (var group in awards.GroupBy(a => (a.ProgrammeCode, a.AwardDate)).OrderBy(g => g.Key))
        {
            var (code, date) = group.Key;
            var programme = facts.Programmes.FirstOrDefault(p => p.Code == code && IsCovered(p, date));
            found.Check(
                programme is not null,
                $"{code} on {Text(date)}: licence {programme?.Licence}, accredited by {programme?.Accreditor}",
                () => new Problem(
                    "permits/programme-not-covered",
                    $"No licence and accreditation for {code} on {Text(date)}.",
                    ("programme", code),
                    ("date", Text(date))));
        }

        CheckRows(
            found,
            awards.Where(a => a.AwardDate > facts.Date || a.MinutesDate > facts.Date).Select(a => a.Row),
            "awarded before the issue",
            "permits/awarded-later",
            "The award or its minutes are later than the issue");
        CheckRows(
            found,
            awards.Where(a => string.IsNullOrWhiteSpace(a.MinutesNumber)).Select(a => a.Row),
            "minutes of the commission named",
            "permits/no-minutes",
            "The minutes of the commission are not named");
        CheckRows(
            found,
            facts.Unmatched,
            "matched with the state register",
            "permits/register-mismatch",
            "The state register does not hold this graduate and number");
        PlacePoints.Check(facts, found);
    }

    private static void MovementRecord(GateFacts facts, Findings found)
    {
        found.Check(
            facts.Hash.IsDone,
            $"records are hashed with {(facts.Hash.IsDone ? facts.Hash.Value.Value.Algorithm : "–")}",
            () => facts.Hash.Problem!);
        foreach (var type in new[]
        {
            LedgerEntryTypes.InstitutionRegistered,
            LedgerEntryTypes.KeyRegistered,
            LedgerEntryTypes.DecisionPublished,
        })
        {
            var entries = facts.Authority.Where(e => e.Type == type).ToList();
            found.Check(
                entries.Count > 0 && entries.TrueForAll(e => e.Index is not null),
                $"{type} at {string.Join(", ", entries.Select(e => e.Index?.ToString(CultureInfo.InvariantCulture)))}",
                () => new Problem(
                    "permits/not-on-ledger", $"The ledger holds no entry {type} for this issue.", ("type", type)));
        }

        // A permit that is not there is missing under 5(1)(5); one that is there must be on the ledger.
        var permit = facts.Authority.Where(e => e.Type == LedgerEntryTypes.PermitGranted).ToList();
        found.Check(
            facts.Permit is null || permit.Exists(e => e.Index is not null),
            $"{LedgerEntryTypes.PermitGranted} at {string.Join(", ", permit.Select(e => e.Index))}",
            () => new Problem(
                "permits/not-on-ledger",
                "The ledger holds no entry permit.granted for this issue.",
                ("type", LedgerEntryTypes.PermitGranted)));
    }

    private static bool IsCovered(Programme programme, DateOnly date) =>
        programme.LicensedFrom <= date && (programme.LicensedUntil is null || date <= programme.LicensedUntil)
        && programme.AccreditedFrom <= date && date <= programme.AccreditedUntil;

    // A list of 20,000 rows that all fail is one finding: the first rows and the count say enough.
    internal static void CheckRows(
        Findings found, IEnumerable<int> failing, string evidence, string code, string detail,
        params IReadOnlyList<(string Name, string Value)> args)
    {
        const int named = 20;
        var rows = failing.Order().ToList();
        var text = string.Join(", ", rows.Take(named)) + (rows.Count > named ? " …" : "");
        found.Check(
            rows.Count == 0,
            evidence,
            () => new Problem(
                code, $"{detail}: {rows.Count} rows ({text}).",
                    [("count", rows.Count.ToString(CultureInfo.InvariantCulture)), ("rows", text), .. args]));
    }

    private static Problem NoDecision(GateFacts facts) => new(
        "permits/unknown-decision", "No decision of this number is published.", ("decision", facts.Request.Decision));

    private static string Text(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "–";
}
