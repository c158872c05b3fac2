using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>One caller's part of a group commit. Belongs to that caller only while its work runs; not for concurrent use.</summary>
public sealed class LogTransaction
{
    private const int RowsHeldMax = 2048;
    private static readonly string[] EntryColumns = ["idx", "leaf_hash", "entry"];

    private readonly List<object?[]> rows = [];
    private readonly List<TreeHash> leaves = [];
    private readonly long firstIndex;
    private bool hasEnded;

    internal LogTransaction(DbTransaction transaction, long firstIndex)
    {
        Transaction = transaction;
        this.firstIndex = firstIndex;
    }

    /// <summary>The open transaction, for the stores of other stages. The writer commits it, nobody else.</summary>
    public DbTransaction Transaction { get; }

    internal IReadOnlyList<TreeHash> Leaves => leaves;

    internal IReadOnlyList<object?[]> Rows => rows;

    /// <summary>
    /// Appends entries (1 to 4096 bytes each; opaque). Gives the index of the first; the others follow. The indices
    /// hold if and only if the work ends without an exception and the group commits.
    /// </summary>
    public async Task<long> AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancel = default)
    {
        ObjectDisposedException.ThrowIf(hasEnded, this);
        foreach (var entry in entries)
        {
            if (entry.Length is 0 or > LedgerEntry.SizeMaxBytes)
            {
                throw new ArgumentException(
                    $"An entry of {entry.Length} bytes; the ledger takes 1 to {LedgerEntry.SizeMaxBytes}.", nameof(entries));
            }
        }

        var first = firstIndex + leaves.Count;
        foreach (var entry in entries)
        {
            var leaf = MerkleTree.Leaf(entry.Span);
            rows.Add([firstIndex + leaves.Count, leaf.ToArray(), entry.ToArray()]);
            leaves.Add(leaf);
            if (rows.Count == RowsHeldMax)
            {
                await StoreAsync(Transaction, rows, cancel);
                rows.Clear();
            }
        }

        return first;
    }

    /// <summary>Appends one entry; gives its index.</summary>
    public Task<long> AppendAsync(ReadOnlyMemory<byte> entry, CancellationToken cancel = default) =>
        AppendAsync([entry], cancel);

    internal void End() => hasEnded = true;

    internal static Task StoreAsync(DbTransaction transaction, IEnumerable<object?[]> rows, CancellationToken cancel) =>
        transaction.BulkInsertAsync("ledger_entries", EntryColumns, rows, cancel);
}
