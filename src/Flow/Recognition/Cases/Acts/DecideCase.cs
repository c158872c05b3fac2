using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>The decision maker of the case decides it (requirements RQ-14 to RQ-17), or sends it back.</summary>
public static class DecideCase
{
    /// <param name="draft">Null takes the proposal as it is; anything else only where nothing could be proposed: on the short way, and of a false document.</param>
    /// <param name="reason">In words, for the applicant.</param>
    /// <param name="today">Civil day at the body: a proposal may have lain until the last day of its own conditions was over.</param>
    /// <returns>The decision for the certificate and the letter to be made of; the event comes with <see cref="Event"/>.</returns>
    public static Outcome<ProposedDecision> Check(RecognitionCase now, string by, DecisionDraft? draft, IReadOnlyList<Precedent> precedents, string reason, DateOnly today)
    {
        if (now.Unless(CaseStage.Decision) is { } wrong)
        {
            return wrong;
        }

        if (by != now.DecisionMaker)
        {
            return new Problem("recognition/not-assigned", "Another person is named to decide this case.");
        }

        // Also who was given the place only after they had found it.
        if (now.Authenticity is { Result: Authenticity.NotConfirmed } && now.AuthenticityBy == by)
        {
            return new Problem("recognition/decides-own-assessment", "Whoever finds that a document is not authentic does not decide about it.");
        }

        if (now.OpenWaits.Any())
        {
            return CaseRefusals.StillWaiting;
        }

        if (!CaseRefusals.Words(reason).TryGet(out _, out var problem))
        {
            return problem;
        }

        // Who would decide otherwise than was proposed sends it back: nobody decides against the comparisons alone.
        if (draft is not null && now.Proposal is not null)
        {
            return new Problem("recognition/decides-otherwise", "A decision is proposed: take it as it is, or send it back and say why.");
        }

        if ((draft?.For(now, by, precedents) ?? (now.Proposal is { } proposal ? proposal with { DecidedBy = by } : null)) is not { } decision)
        {
            return new Problem("recognition/no-proposal", "Nothing is proposed yet: say how the case ends.");
        }

        // Of a false document nothing is decided by any law.
        if (now.IsLawOther && decision.NoDecision is null)
        {
            return Guides.OfAnother;
        }

        return CaseRefusals.Past(decision.Measures, today) ?? (DecisionRules.Check(decision) is [var against, ..] ? against : Outcome<ProposedDecision>.From(decision));
    }

    /// <param name="validity">How long it holds (<see cref="Validity.Of"/>).</param>
    public static CaseEvent Event(
        string by, ProposedDecision decision, string reason, DateOnly? appealUntil, string? certificate, string? letter, DateTimeOffset at,
        Validity? validity = null) =>
        new CaseDecided(at, by, new DecisionTaken(decision, reason.Trim(), at, appealUntil, certificate, letter, validity));
}

public static class SendBack
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string reason, DateTimeOffset at) =>
        now.Unless(CaseStage.Decision) is { } wrong ? wrong
        : by != now.DecisionMaker ? new Problem("recognition/not-assigned", "Another person is named to decide this case.")
        : CaseRefusals.Words(reason).TryGet(out var words, out var problem) ? new CaseSentBack(at, by, words) : problem;
}
