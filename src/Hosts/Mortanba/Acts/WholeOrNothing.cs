using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Acts;

internal static class WholeOrNothing
{
    /// <summary>One write transaction in which a refusal takes back everything, and comes out as the value it is.</summary>
    public static async Task<Outcome<T>> DecideAsync<T>(
        this Database database, Func<DbTransaction, Task<Outcome<T>>> work, CancellationToken cancel = default)
    {
        try
        {
            return await database.WriteAsync(
                async transaction =>
                {
                    var outcome = await work(transaction);
                    return outcome.Problem is { } problem ? throw new TakenBackException(problem) : outcome;
                },
                cancel);
        }
        catch (TakenBackException taken)
        {
            return taken.Problem;
        }
    }

    private sealed class TakenBackException(Problem problem) : Exception(problem.Code)
    {
        public Problem Problem { get; } = problem;
    }
}
