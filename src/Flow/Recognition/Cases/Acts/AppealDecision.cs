using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The applicant contests the decision within its term (requirement RQ-18), also while proof of its conditions lies before the decision maker.
/// What was decided stays as it was, frozen.
/// </summary>
public static class FileAppeal
{
    /// <param name="today">Civil day at the body.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string words, DateOnly today, DateTimeOffset at) =>
        now.Applicant != by ? CaseRefusals.NotYours
        : !now.Stage.IsAppealable() && now.Stage != CaseStage.Condition ? now.Unless()!
        : !IsFirst(now) ? new Problem("recognition/appealed", "This decision was appealed already.")
        : today > now.Decision!.AppealUntil ? new Problem("recognition/appeal-late", "The term for an appeal is over.", ("day", $"{now.Decision.AppealUntil:yyyy-MM-dd}"))
        : CaseRefusals.Words(words).TryGet(out var said, out var problem) ? new AppealFiled(at, by, said) : problem;

    /// <summary>An appeal may be filed today.</summary>
    public static bool IsPossible(RecognitionCase now, DateOnly today) => (now.Stage.IsAppealable() || now.Stage == CaseStage.Condition)
        && now.Decision is { AppealUntil: { } until } && today <= until && IsFirst(now);

    /// <summary>
    /// This decision was not appealed yet. What was found of the conditions is another one than what was appealed before; while it is looked at
    /// again after an appeal, there is none.
    /// </summary>
    public static bool IsFirst(RecognitionCase now) => now.Appeal is not { } last
        || now.Conditions.Any(c => c.DecidedAt >= last.At)
        || (last.Outcome == AppealOutcome.Return && (now.Stage != CaseStage.Condition || last.Original.Certificate != now.Decision!.Certificate));
}

/// <summary>Whoever appealed takes it back. The decision stands; its term of appeal runs as it ran, and within it they may appeal again.</summary>
public static class WithdrawAppeal
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateTimeOffset at) =>
        now.Applicant != by ? CaseRefusals.NotYours
        : now.Unless(CaseStage.Appealed) is { } wrong ? wrong
        : new AppealWithdrawn(at, by);
}

/// <summary>A reviewer who took no part takes the appeal.</summary>
public static class TakeAppeal
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateTimeOffset at) =>
        now.Unless(CaseStage.Appealed) is { } wrong ? wrong
        : Unfit(now, by) is { } problem ? problem
        : now.Appeal!.Reviewer is not null ? new Problem("recognition/appeal-taken", "Somebody else reviews this appeal.")
        : new AppealTaken(at, by);

    internal static Problem? Unfit(RecognitionCase now, string by) => now.TookPart.Contains(by) || now.Applicant == by
        ? new Problem("recognition/took-part", "Whoever took part in a case does not review it.")
        : null;
}

/// <summary>Its reviewer cannot go on with it: another one may take it. Whoever decided anything in the appeal stays out of it.</summary>
public static class ReleaseAppeal
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, DateTimeOffset at) =>
        now.Unless(CaseStage.Appealed) is { } wrong ? wrong
        : now.Appeal!.Reviewer is null ? new Problem("recognition/no-reviewer", "Nobody has taken this appeal yet.")
        : new AppealReleased(at, by);
}

/// <summary>Upheld, changed or returned. On an appeal nothing becomes worse for who appealed.</summary>
public static class DecideAppeal
{
    private static readonly RecognitionOutcome[] FromWorst =
        [RecognitionOutcome.NoDecision, RecognitionOutcome.Refusal, RecognitionOutcome.Partial, RecognitionOutcome.Conditional, RecognitionOutcome.Full];

    /// <param name="draft">The other decision; null unless it is changed.</param>
    /// <param name="findings">The reviewer's comparison behind it.</param>
    /// <param name="today">Civil day at the body: conditions that are set anew lie ahead.</param>
    /// <returns>The new decision when it is changed; null when it is upheld or returned.</returns>
    public static Outcome<ProposedDecision?> Check(
        RecognitionCase now, string by, AppealOutcome outcome, string reason, DecisionDraft? draft, IReadOnlyList<ElementFinding> findings,
        IReadOnlyList<Precedent> precedents, DateOnly today)
    {
        if (now.Unless(CaseStage.Appealed) is { } wrong)
        {
            return wrong;
        }

        if (TakeAppeal.Unfit(now, by) is { } unfit)
        {
            return unfit;
        }

        if (now.Appeal!.Reviewer != by)
        {
            return new Problem("recognition/not-assigned", "Another person reviews this appeal.");
        }

        if (!CaseRefusals.Words(reason).TryGet(out _, out var problem))
        {
            return problem;
        }

        if (outcome != AppealOutcome.Change)
        {
            return default(ProposedDecision);
        }

        if (draft is null)
        {
            return new Problem("recognition/no-proposal", "Nothing is proposed yet: say how the case ends.");
        }

        if (!Possible(now.Appeal.Original.Decision).Contains(draft.Outcome))
        {
            return Worse;
        }

        var changed = draft.For(now, by, precedents, new Assessment(now.Purpose, by, findings));
        return CaseRefusals.Past(changed.Measures, today) ?? AgainstSame(changed, now.Appeal.Original.Decision) ?? (DecisionRules.Check(changed) is [var against, ..] ? against : Outcome<ProposedDecision?>.From(changed));
    }

    /// <summary>
    /// The outcomes a changed decision may have, the best first: better ones; and the same one where its terms can be better, a longer day, fewer
    /// conditions, a wider scope.
    /// </summary>
    public static IReadOnlyList<RecognitionOutcome> Possible(ProposedDecision original) =>
    [
        .. FromWorst.Skip(Array.IndexOf(FromWorst, original.Outcome) + (original.Outcome is RecognitionOutcome.Conditional or RecognitionOutcome.Partial ? 0 : 1)).Reverse(),
    ];

    private static Problem Worse { get; } = new("recognition/appeal-worse", "An appeal changes a decision only in favour of who appealed.");

    // Conditions compare: no further one, no earlier day. Whether words of a scope are narrower only the reviewer can tell.
    private static Problem? AgainstSame(ProposedDecision changed, ProposedDecision original) =>
        changed.Outcome != original.Outcome ? null
        : changed.Outcome == RecognitionOutcome.Conditional
            && (changed.Measures.Count > original.Measures.Count || changed.Measures.Any(m =>
                original.Measures.Where(o => o.Element == m.Element).Max(o => o.Until) is not { } day || m.Until < day))
            ? Worse
        : changed.Outcome == RecognitionOutcome.Partial ? (changed.Scope == original.Scope ? Same : null)
        : changed.Measures.SequenceEqual(original.Measures) ? Same
        : null;

    private static Problem Same { get; } = new("recognition/appeal-same", "A changed decision says something else than the one that was appealed.");

    public static CaseEvent Event(string by, AppealOutcome outcome, string reason, DecisionTaken? changed, DateTimeOffset at) =>
        new AppealDecided(at, by, outcome, reason.Trim(), changed);
}
