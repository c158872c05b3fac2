using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>
/// Everything a stranger may read: checkpoint, tiles, entries, proofs. Reads only what is committed, takes no lock,
/// and may run on any replica. Safe for concurrent use.
/// </summary>
public sealed class LogReader(Database database)
{
    // Checkpoints come every ten seconds at most while entries come: some ten minutes. Who is further behind has not cosigned lately.
    private const int StandingsLookBack = 64;
    private LogProver? latest;

    /// <summary>The newest checkpoint that the policy's witnesses cosigned, with their lines; null before the first.</summary>
    public async Task<string?> CheckpointAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return (await TreeStore.LastPublishedAsync(connection, cancel))?.Note;
    }

    /// <summary>How many entries the newest checkpoint covers that strangers are shown; 0 before the first.</summary>
    public async Task<long> ShownSizeAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return (await TreeStore.LastPublishedAsync(connection, cancel))?.Size ?? 0;
    }

    /// <summary>
    /// How many entries the last checkpoint covers that strangers were shown before a time: signed by then, and cosigned where a policy
    /// asks for it; 0 when there was none.
    /// </summary>
    public static async Task<long> ShownBeforeAsync(ReadFrom from, DateTimeOffset at, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT COALESCE(MAX(size), 0) FROM ledger_checkpoints WHERE published_at < @at", r => r.GetInt64(0), cancel,
            ("at", at.ToUnixTimeSeconds()))).Single();

    /// <summary>Checkpoints below a size that strangers are shown, newest first, at most that many.</summary>
    public async Task<IReadOnlyList<ShownCheckpoint>> CheckpointsAsync(long below, int count, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await connection.QueryAsync(
            """
            SELECT size, note, signed_at, published_at FROM ledger_checkpoints
            WHERE size < @below AND published_at IS NOT NULL ORDER BY size DESC LIMIT @count
            """,
            r => new ShownCheckpoint(
                r.GetInt64(0), r.GetString(1), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(2)), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(3))),
            cancel, ("below", below), ("count", count));
    }

    /// <summary>Where each witness of a policy stands: the newest checkpoint with its line, among the last ones signed.</summary>
    public async Task<IReadOnlyList<WitnessStanding>> StandingsAsync(LogPolicy policy, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        var notes = await connection.QueryAsync(
            $"SELECT note FROM ledger_checkpoints ORDER BY size DESC LIMIT {StandingsLookBack}", r => r.GetString(0), cancel);
        var found = new Dictionary<string, WitnessStanding>(StringComparer.Ordinal);
        foreach (var note in notes.TakeWhile(_ => found.Count < policy.Witnesses.Count))
        {
            if (policy.Evaluate(note).TryGet(out var evidence, out _))
            {
                foreach (var line in evidence.Cosignatures)
                {
                    found.TryAdd(line.Witness, new WitnessStanding(line.Witness, evidence.Checkpoint.Size, line.At));
                }
            }
        }

        return [.. policy.Witnesses.Select(w => found.GetValueOrDefault(w.Name) ?? new WitnessStanding(w.Name, 0, null))];
    }

    /// <summary>How many entries are committed.</summary>
    public async Task<long> SizeAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return (await TreeStore.ReadTreeAsync(connection, cancel)).Size;
    }

    /// <summary>The bytes of a tile or of an entry bundle; null when the log has no such tile of that width (yet).</summary>
    public async Task<byte[]?> TileAsync(TileId id, CancellationToken cancel = default)
    {
        if (!id.IsEntries)
        {
            await using var connection = await database.ConnectAsync(cancel);
            return await LogProver.ReadTileAsync(connection, id, cancel);
        }

        var entries = await EntriesAsync(id.Index * TileId.WidthMax, id.Width, cancel);
        return entries.Count == id.Width ? EntryBundle.Write(entries) : null;
    }

    /// <summary>Up to that many entries in order; fewer at the end of the log.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> EntriesAsync(long first, int count, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await connection.QueryAsync<ReadOnlyMemory<byte>>(
            "SELECT entry FROM ledger_entries WHERE idx >= @first AND idx < @end ORDER BY idx",
            r => r.GetBytes(0),
            cancel,
            ("first", first),
            ("end", first + count));
    }

    /// <summary>The entries at these indices, in that order; throws <see cref="KeyNotFoundException"/> for one that is not there.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> EntriesAsync(
        IReadOnlyList<long> indices, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        var entries = new List<ReadOnlyMemory<byte>>(indices.Count);
        foreach (var index in indices)
        {
            var rows = await connection.QueryAsync(
                "SELECT entry FROM ledger_entries WHERE idx = @index", r => r.GetBytes(0), cancel, ("index", index));
            entries.Add(rows.Count == 1 ? rows[0] : throw new KeyNotFoundException($"The log has no entry {index}."));
        }

        return entries;
    }

    /// <summary>
    /// Makes proofs into the tree of that size. Keep it for a run of proofs: it remembers tiles, so that a proof out of
    /// known ones costs microseconds.
    /// </summary>
    public LogProver Prover(long size)
    {
        var prover = latest;
        if (prover is null || prover.Size != size)
        {
            latest = prover = new LogProver(database, size);
        }

        return prover;
    }

    /// <summary>Leaf to root, 32 bytes each, as the diploma file carries it.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> InclusionProofAsync(
        long index, long size, CancellationToken cancel = default) =>
        TreeHash.ToMemories(await Prover(size).InclusionProofAsync(index, cancel));

    /// <summary>From an earlier size to a later one (RFC 6962 section 2.1.2).</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ConsistencyProofAsync(
        long earlierSize, long laterSize, CancellationToken cancel = default) =>
        TreeHash.ToMemories(await Prover(laterSize).ConsistencyProofAsync(earlierSize, cancel));
}

/// <param name="Name">Of the witness in the policy.</param>
/// <param name="Size">Entries it cosigned last; 0 when not lately.</param>
/// <param name="At">When; null when not lately.</param>
public sealed record WitnessStanding(string Name, long Size, DateTimeOffset? At);

/// <param name="Note">With the log's signature and the cosignatures.</param>
/// <param name="SignedAt">Last: a quiet log signs the same tree again.</param>
/// <param name="ShownAt">Since when strangers are shown it.</param>
public sealed record ShownCheckpoint(long Size, string Note, DateTimeOffset SignedAt, DateTimeOffset ShownAt);
