using Mortanba.Ledger;

namespace Mortanba.Host.Acts;

/// <summary>Carries out one after the other; what is wrong with one does not keep the next from being carried out.</summary>
internal static class EachInTurn
{
    /// <param name="run">True when it came to its end.</param>
    /// <returns>How many came to their end. All faults together are thrown at the end; a frozen ledger and a cancellation at once.</returns>
    public static async Task<int> RunAsync<T>(IEnumerable<T> all, Func<T, Task<bool>> run, CancellationToken cancel)
    {
        var (ended, faults) = (0, new List<Exception>());
        foreach (var one in all)
        {
            try
            {
                ended += await run(one) ? 1 : 0;
            }
#pragma warning disable CA1031 // It is thrown at the end, when the others have had their turn.
            catch (Exception fault) when (fault is not LedgerFrozenException && !cancel.IsCancellationRequested)
#pragma warning restore CA1031
            {
                faults.AddRange(fault is AggregateException several ? several.InnerExceptions : [fault]);
            }
        }

        return faults.Count == 0 ? ended : throw new AggregateException(faults);
    }
}
