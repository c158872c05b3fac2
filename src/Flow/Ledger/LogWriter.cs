using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Ledger.Witnessing;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>
/// The one way into the log. In: opaque entries, together with whatever rows of other stages must live or die with
/// them. Out: their indices, for ever, once the database has committed.
/// </summary>
/// <remarks>
/// One writer at a time: within the process a queue, between processes a database lock. Callers that wait are
/// committed together (group commit): each runs in its own savepoint, and one that throws takes back only itself. A work, or a
/// group, that PostgreSQL ends for the sake of another's locks runs again: works keep nothing outside the transaction.
/// Nothing is answered before it is durable. Safe for concurrent use; never call it from inside a work.
/// </remarks>
#pragma warning disable CA1001 // a semaphore whose wait handle nobody asks for holds nothing
public sealed class LogWriter
#pragma warning restore CA1001
{
    // A group ends here so that the first in it does not wait for an endless queue.
    private const int GroupMax = 64;

    private readonly Lock gate = new();
    private readonly Queue<IItem> waiting = new();

    // Witnesses are asked about one checkpoint at a time, the larger one last.
    private readonly SemaphoreSlim publishing = new(1, 1);
    private readonly Database database;
    private readonly CheckpointSigner signer;
    private readonly Cosigners? cosigners;
    private bool isDraining;
    private TreeEdge? edge;
    private LedgerFrozenException? frozen;

    /// <param name="logKey">Ed25519; signs checkpoints.</param>
    /// <param name="origin">The log's name for ever, a schema-less address.</param>
    /// <param name="cosigners">The witnesses; null when nobody cosigns, and then every checkpoint is shown at once.</param>
    /// <param name="past">Logs that this one goes on from; none when absent.</param>
    public LogWriter(
        Database database, ISigner logKey, string origin, TimeProvider time, Cosigners? cosigners = null, IReadOnlyList<PastLog>? past = null)
    {
        this.database = database;
        this.cosigners = cosigners;
        Key = new NoteSigner(origin, logKey).Verifier();
        signer = new CheckpointSigner(database, new NoteSigner(origin, logKey), cosigners?.Policy, time, past ?? []);
    }

    /// <summary>The log's public key; its name is the origin.</summary>
    public NoteVerifier Key { get; }

    /// <summary>Lets a test break the commit, or kill the process, at a step.</summary>
    internal Action<CommitStep>? Interrupt { get; set; }

    /// <summary>
    /// Runs the work in the next group. Its own exception comes back to it alone; a failed commit comes back to the
    /// whole group, and then nothing of the group is stored (or, when the answer of the database was lost, all of it:
    /// the caller looks). Cancelling counts until the work has started; after that the token is the work's own.
    /// Throws <see cref="LedgerFrozenException"/> when the stored ledger contradicts itself.
    /// </summary>
    public Task<T> RunAsync<T>(Func<LogTransaction, Task<T>> work, CancellationToken cancel = default)
    {
        var item = new Item<T>(work, cancel);
        lock (gate)
        {
            waiting.Enqueue(item);
            if (!isDraining)
            {
                isDraining = true;
                _ = Task.Run(DrainAsync, CancellationToken.None);
            }
        }

        return item.Answer;
    }

    /// <summary>Appends entries that stand alone; gives the index of the first.</summary>
    public Task<long> AppendAsync(IReadOnlyList<ReadOnlyMemory<byte>> entries, CancellationToken cancel = default) =>
        RunAsync(log => log.AppendAsync(entries, cancel), cancel);

    /// <summary>
    /// Signs a checkpoint over everything committed, after recomputing the root from the stored entries; gives the
    /// note. Never signs fewer entries than before. The same size again keeps the note with its cosignatures. Witnesses are asked
    /// for theirs; while too few answer, strangers are shown the checkpoint before (<see cref="QuorumProblemAsync"/>).
    /// </summary>
    public async Task<string> PublishAsync(CancellationToken cancel = default)
    {
        ThrowIfFrozen();
        await publishing.WaitAsync(cancel);
        try
        {
            var note = await signer.PublishAsync(cancel);
            return cosigners is null ? note : await CosignAsync(cosigners, note, cancel);
        }
        catch (LedgerFrozenException e)
        {
            frozen = e;
            throw;
        }
        finally
        {
            publishing.Release();
        }
    }

    /// <summary>Why strangers are not shown the newest checkpoint yet: too few witnesses; null when they are.</summary>
    public Task<Problem?> QuorumProblemAsync(CancellationToken cancel = default) => signer.QuorumProblemAsync(cancel);

    /// <summary>
    /// Publishes when there are new entries or the last checkpoint is older than <paramref name="interval"/>: called
    /// on a rhythm, so that a quiet log is told from a dead one. Gives the note, or null when it was not due.
    /// </summary>
    public async Task<string?> PublishIfDueAsync(TimeSpan interval, CancellationToken cancel = default) =>
        await signer.IsDueAsync(interval, cancel) ? await PublishAsync(cancel) : null;

    /// <summary>
    /// Adds a witness's signature line to the stored checkpoint of that size, after the caller verified it. A line for
    /// a checkpoint that is not stored is refused.
    /// </summary>
    public Task<Outcome<string>> AddCosignatureAsync(
        long size, NoteSignature line, NoteVerifier witness, CancellationToken cancel = default) =>
        signer.AddCosignaturesAsync(size, [line], witness, cancel);

    /// <summary>
    /// Stops this process from appending and signing, for a contradiction that was found elsewhere in the stored log. It holds until
    /// the process ends; the next one looks at the same place first.
    /// </summary>
    public void Freeze(string reason) => frozen ??= new LedgerFrozenException(reason);

    private async Task<string> CosignAsync(Cosigners asked, string note, CancellationToken cancel)
    {
        var checkpoint = Checkpoint.Open(note, Key, Key.Name).Value;
        var prover = new LogProver(database, checkpoint.Size);
        var lines = await asked.CollectAsync(checkpoint, note, async (old, c) => await prover.ConsistencyProofAsync(old, c), cancel);
        Interrupt?.Invoke(CommitStep.AfterCosigning);
        // Without new lines too: a policy that asks for fewer, or for none, is met by what is there.
        return (await signer.AddCosignaturesAsync(checkpoint.Size, lines, null, cancel)).Value;
    }

    private async Task DrainAsync()
    {
        while (true)
        {
            var group = new List<IItem>();
            lock (gate)
            {
                while (group.Count < GroupMax && waiting.TryDequeue(out var item))
                {
                    group.Add(item);
                }

                if (group.Count == 0)
                {
                    isDraining = false;
                    return;
                }
            }

            await CommitAsync(group);
        }
    }

    private async Task CommitAsync(List<IItem> group)
    {
        try
        {
            ThrowIfFrozen();
            await database.WriteOnceAsync(transaction => WriteGroupAsync(transaction, group));
            Interrupt?.Invoke(CommitStep.AfterCommit);
            group.ForEach(item => item.Succeed());
            Enqueue(group);
        }
#pragma warning disable CA1031 // whatever broke the commit belongs to every caller in the group, and each gets it
        catch (Exception e)
        {
            // What is in memory may be ahead of the database now; the next group reads it again.
            edge = null;
            frozen ??= e as LedgerFrozenException;
            group.ForEach(item => item.Fail(e));
            Enqueue(group);
        }
#pragma warning restore CA1031
    }

    /// <summary>Those that are to run again, in their order, behind whoever waits.</summary>
    private void Enqueue(List<IItem> group)
    {
        lock (gate)
        {
            group.Where(item => item.RunsAgain).ToList().ForEach(waiting.Enqueue);
        }
    }

    private async Task<int> WriteGroupAsync(DbTransaction transaction, List<IItem> group)
    {
        await Database.LockAsync(transaction, TreeStore.LockName);
        var current = await LoadEdgeAsync(transaction);
        var rows = new List<object?[]>();
        var leaves = new List<TreeHash>();
        foreach (var item in group)
        {
            if (item.TryCancel())
            {
                continue;
            }

            await transaction.SaveAsync("item");
            var last = BeforeCommit.Count(transaction);
            var log = new LogTransaction(transaction, current.Size + leaves.Count);
            if (await item.RunAsync(log))
            {
                await transaction.ReleaseAsync("item");
                rows.AddRange(log.Rows);
                leaves.AddRange(log.Leaves);
            }
            else
            {
                await transaction.RollbackAsync("item");
                BeforeCommit.TakeBack(transaction, last);
            }

            log.End();
        }

        if (leaves.Count > 0)
        {
            await TreeStore.AppendAsync(transaction, current, rows, leaves, CancellationToken.None);
        }

        Interrupt?.Invoke(CommitStep.BeforeCommit);
        return leaves.Count;
    }

    /// <summary>The edge in memory when it is still the stored one, else read and checked anew: another process wrote.</summary>
    private async Task<TreeEdge> LoadEdgeAsync(LedgerSource source)
    {
        var (size, frontier) = await TreeStore.ReadTreeAsync(source, CancellationToken.None);
        if (edge is null || edge.Size != size || !edge.Saved().AsSpan().SequenceEqual(frontier))
        {
            edge = await TreeStore.RebuildAsync(source, size, frontier, CancellationToken.None);
            var last = await TreeStore.LastCheckpointAsync(source, CancellationToken.None);
            if (last is not null && (last.Size > size || (last.Size == size && !edge.Root().Bytes.SequenceEqual(last.Root))))
            {
                throw new LedgerFrozenException(
                    $"A checkpoint over {last.Size} entries was signed, and the stored tree of {size} entries is not its tree.");
            }
        }

        return edge;
    }

    private void ThrowIfFrozen()
    {
        if (frozen is not null)
        {
            throw new LedgerFrozenException(frozen.Message);
        }
    }

    private interface IItem
    {
        bool TryCancel();

        /// <summary>Ended for the sake of another's locks, and not too often yet.</summary>
        bool RunsAgain { get; }

        /// <summary>False when the work threw; the exception is kept for its caller, unless it runs again.</summary>
        Task<bool> RunAsync(LogTransaction log);

        void Succeed();

        void Fail(Exception exception);
    }

    private sealed class Item<T>(Func<LogTransaction, Task<T>> work, CancellationToken cancel) : IItem
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T result = default!;
        private int attempts;

        public Task<T> Answer => answer.Task;

        public bool TryCancel()
        {
            if (!cancel.IsCancellationRequested)
            {
                return false;
            }

            // One that was to run again is done with, too: its caller has been told.
            RunsAgain = false;
            answer.TrySetCanceled(cancel);
            return true;
        }

        public bool RunsAgain { get; private set; }

        public async Task<bool> RunAsync(LogTransaction log)
        {
            RunsAgain = false;
            attempts++;
            try
            {
                result = await work(log);
                return true;
            }
#pragma warning disable CA1031 // the caller's own exception goes back to that caller, and its savepoint is rolled back
            catch (Exception e)
            {
                Fail(e);
                return false;
            }
#pragma warning restore CA1031
        }

        public void Succeed()
        {
            if (!RunsAgain)
            {
                answer.TrySetResult(result);
            }
        }

        public void Fail(Exception exception)
        {
            RunsAgain = !answer.Task.IsCompleted && attempts < Database.AttemptsMax && exception is DbException fault && fault.IsEndedByLocks();
            if (!RunsAgain)
            {
                answer.TrySetException(exception);
            }
        }
    }
}

internal enum CommitStep
{
    BeforeCommit,
    AfterCommit,
    AfterCosigning,
}
