using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The first evaluator lays the case before the decision maker. What the law does not allow (<see cref="DecisionRules"/>) cannot even be
/// proposed: no refusal without an evidenced substantial difference.
/// </summary>
public static class ProposeDecision
{
    /// <param name="precedents">Like cases, as they were shown.</param>
    /// <param name="today">Civil day at the body: conditions lie ahead.</param>
    public static Outcome<CaseEvent> Of(
        RecognitionCase now, string by, DecisionDraft draft, IReadOnlyList<Precedent> precedents, DateOnly today, DateTimeOffset at)
    {
        if (now.Unless(CaseStage.Evaluation) is { } wrong)
        {
            return wrong;
        }

        if (by != now.Evaluator)
        {
            return new Problem("recognition/not-assigned", "The first evaluator of a case proposes.");
        }

        if (now.DecisionMaker is not { } maker)
        {
            return new Problem("recognition/no-decision-maker", "Nobody is named yet who will decide the case.");
        }

        if (now.OpenWaits.Any())
        {
            return CaseRefusals.StillWaiting;
        }

        if (!now.CountedAssessments.Any() || now.CountedAssessments.Any(a => !a.IsFinished))
        {
            return new Problem("recognition/not-finished", "A comparison that was begun is not finished.");
        }

        if (now.IsLawOther)
        {
            return Guides.OfAnother;
        }

        if (CaseRefusals.Past(draft.Measures, today) is { } past)
        {
            return past;
        }

        var proposal = draft.For(now, maker, precedents);
        return DecisionRules.Check(proposal) is [var problem, ..] ? problem : new DecisionProposed(at, by, proposal);
    }
}

/// <summary>What a person says of a decision; the rest of it is the case.</summary>
public sealed record DecisionDraft(
    RecognitionOutcome Outcome,
    IReadOnlyList<Measure> Measures,
    string Scope = "",
    string DeviationReason = "",
    IReadOnlyList<string>? ReasonCodes = null,
    NoDecisionReason? NoDecision = null)
{
    /// <summary>The decision that it makes of a case, for the rules and for the file.</summary>
    public ProposedDecision For(RecognitionCase now, string maker, IReadOnlyList<Precedent> precedents, Assessment? onAppeal = null) => new(
        Outcome, now.Purpose, maker, onAppeal is null ? [.. now.CountedAssessments.Where(a => a.IsFinished).Select(a => a.Assessment)] : [onAppeal],
        now.Evidence, now.Authenticity?.Result ?? Authenticity.NotAsked, Measures, Scope, NoDecision, now.Route, precedents,
        DeviationReason, ReasonCodes, onAppeal is not null, now.IssuerRight?.Result ?? IssuerRight.NotAsked);
}
