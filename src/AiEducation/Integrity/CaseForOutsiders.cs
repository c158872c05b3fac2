using Mortanba.AiEducation.PersonalData;

namespace Mortanba.AiEducation;

/// <summary>
/// A case as a member of its committee from another place reads it (requirement AI-23). In: the case. Out: the same, with placeholders for what the
/// guard finds of personal data in anybody's words: the pseudonym of the learner would hide nothing beside a name in a ground.
/// </summary>
/// <remarks>Each text has placeholders of its own: the same one in two texts may be two people.</remarks>
public static class CaseForOutsiders
{
    public static IntegrityCase Of(IntegrityCase one) => one with
    {
        Title = Masked(one.Title),
        Grounds = [.. one.Grounds.Select(g => g with { Ground = g.Ground with { Words = Masked(g.Ground.Words) } })],
        Said = [.. one.Said.Select(s => s with { Words = Masked(s.Words) })],
        Hearing = one.Hearing is { Words: { } heard } hearing ? hearing with { Words = Masked(heard) } : one.Hearing,
        OralCheck = one.OralCheck is { } oral ? oral with { Words = Masked(oral.Words) } : null,
        Panel = one.Panel is { } panel ? panel with { Votes = [.. panel.Votes.Select(v => v with { Reason = Masked(v.Reason) })] } : null,
        Decision = one.Decision is { } decision ? decision with { Reason = Masked(decision.Reason) } : null,
        Dismissal = one.Dismissal is { } dismissal ? dismissal with { Reason = Masked(dismissal.Reason) } : null,
        Appeal = one.Appeal is { } appeal ? appeal with { Words = Masked(appeal.Words) } : null,
        AppealDecision = one.AppealDecision is { } answer ? answer with { Reason = Masked(answer.Reason) } : null,
        Closing = one.Closing is { Words: { } done } closing ? closing with { Words = Masked(done) } : one.Closing,
    };

    private static string Masked(string words) => MaskedText.Of(words).Text;
}
