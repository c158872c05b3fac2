namespace Mortanba.Recognition;

/// <summary>How the conditions of a case stand (requirement RQ-16). Pure readings of the case.</summary>
public static class CaseConditions
{
    /// <summary>The decision in force waits for its conditions: none of them was found to be fulfilled, and nothing has ended it.</summary>
    public static bool HasConditions(this RecognitionCase now) =>
        now.Stage is CaseStage.Issued or CaseStage.Closed or CaseStage.Condition
        && now.Decision is { Decision: { Outcome: RecognitionOutcome.Conditional, Measures.Count: > 0 } }
        && now.Conditions is not [.., { EndedAt: not null }];

    /// <summary>The last day of the last condition; null where no condition is open.</summary>
    public static DateOnly? ConditionUntil(this RecognitionCase now) => now.HasConditions() ? now.Decision!.Decision.Measures.Max(m => m.Until) : null;

    /// <summary>All proof of a condition, whenever it came: what was looked at once still counts when it is looked at again.</summary>
    public static IReadOnlyList<CaseDocument> ProofOf(this RecognitionCase now, Measure measure) =>
        [.. now.Documents.Where(d => d.Item == DocumentItems.ConditionOf(measure.Element))];

    /// <summary>Conditions of which no proof came.</summary>
    public static IEnumerable<Measure> Unproved(this RecognitionCase now) =>
        now.HasConditions() ? now.Decision!.Decision.Measures.Where(m => now.ProofOf(m).Count == 0) : [];

    /// <summary>The newest look at the conditions of the decision in force; looks at those of an earlier decision say nothing of them.</summary>
    public static ConditionCheck? LastCheck(this RecognitionCase now) =>
        now.Conditions is [.., var last] && last.Original.Certificate == now.Decision?.Certificate ? last : null;

    /// <summary>They were found not to be fulfilled, and no proof came since: there is nothing new to look at.</summary>
    public static bool IsNothingNew(this RecognitionCase now) =>
        now.LastCheck() is { IsFulfilled: false, DecidedAt: { } at }
        && now.Decision!.Decision.Measures.All(m => now.ProofOf(m).All(d => d.At <= at));

    /// <summary>
    /// Proof may still be brought: until a person has looked after the last day. A look that is put off, because an appeal sent it back, is
    /// open again.
    /// </summary>
    public static bool TakesProof(this RecognitionCase now) =>
        now.HasConditions() && now.LastCheck() is not { IsLapsed: true, IsFulfilled: false };

    /// <summary>
    /// An appeal against what was found of the conditions, not against the decision that set them: a person had decided about them before it
    /// was filed.
    /// </summary>
    public static bool IsAboutConditions(this RecognitionCase now) => now.Appeal is not null && now.ContestedChecks().Any();

    /// <summary>What had been found of the conditions of the contested decision before the appeal.</summary>
    public static IEnumerable<ConditionCheck> ContestedChecks(this RecognitionCase now) => now.Appeal is { } appeal
        ? now.Conditions.Where(c => c.DecidedAt <= appeal.At && c.Original.Certificate == appeal.Original.Certificate)
        : [];

    /// <summary>Last day for deciding about the conditions, by the published limit of a decision; null while nothing lies with the body.</summary>
    public static Foundation.Outcome<DateOnly>? ConditionDue(this RecognitionCase now, CaseClock clock) =>
        now is { Stage: CaseStage.Condition, Conditions: [.., var check], Terms: { } terms } ? clock.After(check.At, terms.LimitDays) : default(Foundation.Outcome<DateOnly>?);

    /// <summary>How the qualification compared, for precedents and figures: a condition that was fulfilled later does not change it.</summary>
    public static RecognitionOutcome? ComparedOutcome(this RecognitionCase now) =>
        (now.Conditions is [.., { IsFulfilled: true } check] ? check.Original : now.Decision)?.Decision.Outcome;
}
