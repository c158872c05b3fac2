using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>The places that one list takes of its order and of the licensed intakes.</summary>
/// <param name="Ordered">By programme; empty when the decision names no order.</param>
/// <param name="Entered">By programme and year of entry; empty when no enrolment register is kept.</param>
public sealed record Places(
    Bin Initiator, string Decision, IReadOnlyDictionary<string, int> Ordered, IReadOnlyDictionary<(string Programme, int Year), int> Entered)
{
    /// <summary>
    /// Takes them, in the transaction that stores the assets. The count cannot be exceeded by two lists at once: whoever comes
    /// second waits, then finds the place gone and is refused.
    /// </summary>
    public async Task<Problem?> TakeAsync(DbTransaction transaction, CancellationToken cancel = default) =>
        await OrderPlaces.TakeAsync(transaction, Decision, Ordered, cancel)
        ?? await Intakes.TakeAsync(transaction, Initiator, Entered, cancel);

    /// <summary>
    /// Two transactions that ask the gate and take places wait here for each other: whoever holds it takes what the gate let through.
    /// </summary>
    public static Task HoldAsync(DbTransaction transaction, CancellationToken cancel = default) =>
        Database.LockAsync(transaction, OrderPlaces.LockName, cancel);

    internal static Places Of(GateFacts facts)
    {
        var news = facts.Request.Awards.Select((award, i) => (award, i))
            .Where(a => a.award.TakesPlace).ToList();
        return new Places(
            facts.Request.Initiator,
            facts.Request.Decision,
            facts.Lines.Count == 0
                ? new Dictionary<string, int>()
                : news.CountBy(a => a.award.ProgrammeCode, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal),
            news.Where(a => facts.Enrolled?[a.i] is not null)
                .CountBy(a => (a.award.ProgrammeCode, facts.Enrolled![a.i]!.Year)).ToDictionary());
    }
}
