using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>The learner or a parent appeals, within the term (requirement AI-23).</summary>
public static class AppealIntegrityCase
{
    /// <param name="by">The learner or a parent: whether they may is said by the school's directory.</param>
    public static Outcome<IntegrityEvent> Of(IntegrityCase now, Doer by, string words, IntegrityClock clock, DateTimeOffset at) =>
        !by.IsPerson ? IntegrityRefusals.Program
        : now.State != CaseState.Decided ? IntegrityRefusals.OtherState
        : clock.DayOf(at) > now.Decision!.AppealUntil
            ? new Problem(
                "integrity/appeal-late", $"The last day of an appeal was {IntegrityRefusals.Text(now.Decision.AppealUntil.Value)}.",
                ("last", IntegrityRefusals.Text(now.Decision.AppealUntil.Value)))
        : IntegrityRefusals.Words(words).TryGet(out var said, out var problem)
            && clock.After(at, clock.Rules.Value.AppealDecisionDays).TryGet(out var decideBy, out problem)
                ? new CaseAppealed(at, by.Id, said, decideBy)
                : problem;
}

/// <summary>Others decide the appeal: never worse for the learner than before; after the term only for the learner.</summary>
public static class DecideAppeal
{
    /// <param name="earlier">Breaches of the learner that were found before and are final, without this one.</param>
    public static Outcome<IntegrityEvent> Of(
        IntegrityCase now, Doer by, IReadOnlyList<string> remedies, int earlier, string reason, IntegrityClock clock, DateTimeOffset at)
    {
        if (now.State != CaseState.Appealed)
        {
            return !by.IsPerson ? IntegrityRefusals.Program : IntegrityRefusals.OtherState;
        }

        if (!DecideIntegrityCase.Found(now, by, remedies, earlier, clock, at).TryGet(out var finding, out var problem)
            || !IntegrityRefusals.Words(reason).TryGet(out var words, out problem)
            || !HumanDecision.Make(by.Id, "appeal-committee", at, [now.Id], words, clock.Rules.Reference).TryGet(out _, out problem))
        {
            return problem;
        }

        var follows = remedies.Distinct().ToList();
        return IsWorse(now.Decision!, finding, follows, clock.Rules.Value)
            ? new Problem("integrity/worse-on-appeal", "An appeal cannot end worse for the learner.")
            : new AppealDecided(at, by.Id, IsPerson: true, OutcomeOf(now.Decision!, finding, follows), finding, follows, words, $"{clock.Rules.Reference}");
    }

    private static AppealOutcome OutcomeOf(CaseDecided before, IntegrityFinding finding, List<string> remedies) =>
        finding == IntegrityFinding.NoBreach ? AppealOutcome.Overturned
        : finding == before.Finding && remedies.ToHashSet().SetEquals(before.Remedies) ? AppealOutcome.Upheld
        : AppealOutcome.Changed;

    private static bool IsWorse(CaseDecided before, IntegrityFinding finding, List<string> remedies, AiIntegrityRules rules) =>
        finding > before.Finding
        || remedies.Except(before.Remedies).Any(r => rules.Remedy(r)?.Kind == RemedyKind.Sanction)
        || remedies.Count > before.Remedies.Count;
}

/// <summary>
/// Ends an appeal that its committee did not decide in time: for the learner, whatever was voted. A person writes it down, once the term is over.
/// </summary>
public static class LapseAppeal
{
    public static Outcome<IntegrityEvent> Of(IntegrityCase now, Doer by, string reason, IntegrityClock clock, DateTimeOffset at)
    {
        if (!by.IsPerson || now.State != CaseState.Appealed)
        {
            return !by.IsPerson ? IntegrityRefusals.Program : IntegrityRefusals.OtherState;
        }

        var (today, last) = (clock.DayOf(at), now.Appeal!.DecideBy);
        return today <= last
                ? new Problem(
                    "integrity/appeal-open", $"The committee may decide until {IntegrityRefusals.Text(last)}.", ("last", IntegrityRefusals.Text(last)))
            : IntegrityRefusals.Words(reason).TryGet(out var words, out var problem)
                ? new AppealDecided(
                    at, by.Id, IsPerson: true, AppealOutcome.Overturned, IntegrityFinding.NoBreach, [], words, $"{clock.Rules.Reference}", today)
            : problem;
    }
}

/// <summary>Ends a case: after the term to appeal, or once nothing can be appealed, with what was done of what follows.</summary>
public static class CloseCase
{
    public static Outcome<IntegrityEvent> Of(IntegrityCase now, Doer by, string? words, IntegrityClock clock, DateTimeOffset at)
    {
        if (!by.IsPerson)
        {
            return IntegrityRefusals.Program;
        }

        // A score alone never ends a case against a learner: what is open is decided or dismissed, not closed.
        if (now.State is CaseState.Open && !now.HasIndependentGround)
        {
            return IntegrityRefusals.DetectorAlone;
        }

        if (now.State is not (CaseState.Decided or CaseState.Final))
        {
            return IntegrityRefusals.OtherState;
        }

        if (now.State == CaseState.Decided && now.Decision!.AppealUntil is { } last && clock.DayOf(at) <= last)
        {
            return new Problem(
                "integrity/may-appeal", $"The learner may appeal until {IntegrityRefusals.Text(last)}.", ("last", IntegrityRefusals.Text(last)));
        }

        var days = clock.DaysBetween(now.ReportedAt, at);
        return now.Remedies.Count == 0 ? new CaseClosed(at, by.Id, IsPerson: true, string.IsNullOrWhiteSpace(words) ? null : words.Trim(), days)
            : IntegrityRefusals.Words(words).TryGet(out var done, out var problem) ? new CaseClosed(at, by.Id, IsPerson: true, done, days)
            : problem;
    }
}
