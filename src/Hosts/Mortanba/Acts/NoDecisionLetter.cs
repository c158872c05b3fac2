using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// The letter of a case that ended without a decision, with its reasons, law and appeal (requirements RQ-17, RQ-29). It has no certificate, so
/// it is made anew from the case whenever it is taken; the same case gives the same letter.
/// </summary>
internal static class NoDecisionLetter
{
    private static Problem LawNotKept { get; } = new(
        "recognition/letter-law-not-kept", "The letter cannot be made: no rule pack has the law any more by which the case was decided. The decision stands.");

    /// <summary>PDF bytes; null for a decision that has a certificate.</summary>
    /// <returns><c>recognition/letter-law-not-kept</c> where no rule pack has the law of the case any more; other refusals of its facts.</returns>
    public static async Task<Outcome<byte[]>?> OfAsync(Installation home, RecognitionCase now, DecisionTaken taken, CancellationToken cancel)
    {
        if (taken.Decision.Outcome != RecognitionOutcome.NoDecision || !new WorkingCalendar(home.Rules).DateOf(taken.At).TryGet(out var day, out _))
        {
            return null;
        }

        string? name;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            name = (await AccountNames.OfAsync(connection, [taken.Decision.DecidedBy], cancel)).GetValueOrDefault(taken.Decision.DecidedBy);
        }

        return (await CertifyDecision.FactsAsync(home, now, taken, name ?? "–", CertifyDecision.MakerCapacity, day, cancel)).TryGet(out var facts, out var problem)
            ? RecognitionLetter.Render(facts, null)
            : problem.Code is "recognition/law-not-kept" or "recognition/law-missing" ? LawNotKept
            : problem;
    }
}
