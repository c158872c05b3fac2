using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>
/// Signs checkpoints. Before each: the entries since the last checkpoint are hashed anew and compared with their
/// tiles, the root is recomputed and compared with the frontier, and the tree must continue the last one signed.
/// </summary>
internal sealed class CheckpointSigner(Database database, NoteSigner key, TimeProvider time)
{
    public async Task<bool> IsDueAsync(TimeSpan interval, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        var (size, _) = await TreeStore.ReadTreeAsync(connection, cancel);
        var last = await TreeStore.LastCheckpointAsync(connection, cancel);
        return last is null || last.Size < size || time.GetUtcNow() - last.SignedAt >= interval;
    }

    public async Task<string> PublishAsync(CancellationToken cancel)
    {
        // Entries below the size never change, so the long check needs no lock: writers go on meanwhile.
        Checkpoint checkpoint;
        await using (var connection = await database.ConnectAsync(cancel))
        {
            checkpoint = await RecomputeAsync(connection, cancel);
        }

        var text = checkpoint.Text();
        var note = SignedNote.Write(text, key.Sign(text));
        return await database.WriteAsync(t => StoreAsync(t, checkpoint, note, cancel), cancel);
    }

    public Task<Outcome<string>> AddCosignatureAsync(
        long size, NoteSignature line, NoteVerifier witness, CancellationToken cancel) =>
        database.WriteAsync(
            async t =>
            {
                await Database.LockAsync(t, TreeStore.LockName, cancel);
                var stored = (await t.QueryAsync(
                    "SELECT note FROM ledger_checkpoints WHERE size = @size", r => r.GetString(0), cancel, ("size", size)))
                    .FirstOrDefault();
                if (stored is null)
                {
                    return new Problem(
                        "ledger/checkpoint-unknown",
                        $"There is no checkpoint over {size} entries.",
                        ("size", size.ToString(CultureInfo.InvariantCulture)));
                }

                await t.TouchAsync("ledger_checkpoints", cancel, size);
                var note = SignedNote.Parse(stored).Value.With(line);
                if (!SignedNote.Parse(note).Value.Verify(witness).TryGet(out _, out var problem))
                {
                    return problem;
                }

                await t.ExecuteAsync(
                    "UPDATE ledger_checkpoints SET note = @note WHERE size = @size", cancel, ("note", note), ("size", size));
                return Outcome<string>.From(note);
            },
            cancel);

    private async Task<Checkpoint> RecomputeAsync(DbConnection connection, CancellationToken cancel)
    {
        var last = await TreeStore.LastCheckpointAsync(connection, cancel);
        var (size, frontier) = await TreeStore.ReadTreeAsync(connection, cancel);
        if (last is not null && last.Size > size)
        {
            throw new LedgerFrozenException($"A checkpoint over {last.Size} entries was signed; only {size} are stored.");
        }

        await TileCheck.RunAsync(connection, last?.Size ?? 0, size, cancel);
        var edge = await TreeStore.RebuildAsync(connection, size, frontier, cancel);
        var root = edge.Root();
        if (last is { Size: > 0 })
        {
            var signed = Checkpoint.Open(last.Note, key.Verifier(), key.Name);
            var proof = await new LogProver(database, size).ConsistencyProofAsync(last.Size, cancel);
            if (!signed.TryGet(out var before, out var problem)
                || (problem = ConsistencyProof.Verify(before.Size, size, proof, before.Root, root)) is not null)
            {
                throw new LedgerFrozenException($"The stored tree does not continue the last signed checkpoint: {problem.Detail}");
            }
        }

        return new Checkpoint(key.Name, size, root);
    }

    /// <summary>Gives the note that now stands: this one, the same with cosignatures, or a larger one signed meanwhile.</summary>
    private async Task<string> StoreAsync(
        DbTransaction transaction, Checkpoint checkpoint, string note, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, TreeStore.LockName, cancel);
        var last = await TreeStore.LastCheckpointAsync(transaction, cancel);
        if (last is not null && last.Size > checkpoint.Size)
        {
            return last.Note;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        await transaction.TouchAsync("ledger_checkpoints", cancel, checkpoint.Size);
        if (last is null || last.Size < checkpoint.Size)
        {
            await transaction.ExecuteAsync(
                "INSERT INTO ledger_checkpoints (size, root, note, signed_at) VALUES (@size, @root, @note, @now)",
                cancel,
                ("size", checkpoint.Size),
                ("root", checkpoint.Root.ToArray()),
                ("note", note),
                ("now", now));
            return note;
        }

        if (!SignedNote.Parse(last.Note).TryGet(out var stored, out _) || stored.Text != checkpoint.Text())
        {
            throw new LedgerFrozenException($"Another checkpoint over {checkpoint.Size} entries is stored.");
        }

        // Ed25519 gives the same signature again, so the stored note with its cosignatures stays good.
        await transaction.ExecuteAsync(
            "UPDATE ledger_checkpoints SET signed_at = @now WHERE size = @size", cancel, ("now", now), ("size", checkpoint.Size));
        return last.Note;
    }
}
