using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Mortanba.Storage;

/// <summary>
/// What a transaction does when everything else of it is done. The locks such work takes are the last ones, whoever asked for
/// it and when: two transactions that do so never wait for each other over it.
/// </summary>
public static class BeforeCommit
{
    private static readonly ConditionalWeakTable<DbTransaction, List<Func<Task>>> Open = [];

    /// <summary>In the order of the calls; at once in a transaction that <see cref="Database"/> did not open.</summary>
    public static Task RunAsync(DbTransaction transaction, Func<Task> work)
    {
        if (!Open.TryGetValue(transaction, out var kept))
        {
            return work();
        }

        kept.Add(work);
        return Task.CompletedTask;
    }

    /// <summary>How much waits: taken with a savepoint.</summary>
    public static int Count(DbTransaction transaction) => Open.TryGetValue(transaction, out var kept) ? kept.Count : 0;

    /// <summary>The savepoint is rolled back: what was asked for since goes with it.</summary>
    /// <param name="count">As <see cref="Count"/> gave it at the savepoint.</param>
    public static void TakeBack(DbTransaction transaction, int count)
    {
        if (Open.TryGetValue(transaction, out var kept))
        {
            kept.RemoveRange(count, kept.Count - count);
        }
    }

    internal static void Begin(DbTransaction transaction) => Open.AddOrUpdate(transaction, []);

    internal static async Task CarryOutAsync(DbTransaction transaction)
    {
        if (Open.TryGetValue(transaction, out var kept))
        {
            // What such work asks for again is done at once.
            Open.Remove(transaction);
            foreach (var work in kept)
            {
                await work();
            }
        }
    }

    /// <summary>Npgsql gives the same object to the next transaction of a connection.</summary>
    internal static void End(DbTransaction transaction) => Open.Remove(transaction);
}
