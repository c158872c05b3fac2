using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>
/// Signs checkpoints. Before each: the entries since the last checkpoint are hashed anew and compared with their
/// tiles, the root is recomputed and compared with the frontier, and the tree must continue the last one signed. With a policy,
/// strangers are shown a checkpoint only when its witnesses have cosigned.
/// </summary>
internal sealed class CheckpointSigner(
    Database database, NoteSigner key, LogPolicy? policy, TimeProvider time, IReadOnlyList<PastLog> past)
{
    public async Task<bool> IsDueAsync(TimeSpan interval, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        var (size, _) = await TreeStore.ReadTreeAsync(connection, cancel);
        var last = await TreeStore.LastCheckpointAsync(connection, cancel);
        var age = time.GetUtcNow() - (last?.SignedAt ?? default);
        // Signed later than now: the clock was set back, and nobody waits until it has come there again.
        return last is null || last.Size < size || last.PublishedAt is null || age >= interval || age < TimeSpan.Zero;
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

    /// <summary>Puts lines, which the caller verified or else <paramref name="witness"/> does, under the stored checkpoint of that size.</summary>
    public Task<Outcome<string>> AddCosignaturesAsync(
        long size, IReadOnlyList<NoteSignature> lines, NoteVerifier? witness, CancellationToken cancel) =>
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

                var note = lines.Aggregate(stored, (sum, line) => SignedNote.Parse(sum).Value.With(line));
                if (witness is not null && !SignedNote.Parse(note).Value.Verify(witness).TryGet(out _, out var problem))
                {
                    return problem;
                }

                await t.TouchAsync("ledger_checkpoints", cancel, size);
                await t.ExecuteAsync(
                    "UPDATE ledger_checkpoints SET note = @note WHERE size = @size", cancel, ("note", note), ("size", size));
                if (policy is not null && policy.Evaluate(note) is { IsDone: true, Value.QuorumProblem: null })
                {
                    await t.ExecuteAsync(
                        "UPDATE ledger_checkpoints SET published_at = @now WHERE size = @size AND published_at IS NULL",
                        cancel,
                        ("now", time.GetUtcNow().ToUnixTimeSeconds()),
                        ("size", size));
                }

                return Outcome<string>.From(note);
            },
            cancel);

    /// <summary>Why strangers are not shown the newest checkpoint, and which witnesses of the policy are missing; null when they are.</summary>
    public async Task<Problem?> QuorumProblemAsync(CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        if (policy is null || await TreeStore.LastCheckpointAsync(connection, cancel) is not { PublishedAt: null } last)
        {
            return null;
        }

        var cosigned = policy.Evaluate(last.Note) is { IsDone: true } evidence ? evidence.Value.Cosignatures.Select(c => c.Witness).ToList() : [];
        var missing = policy.Witnesses.Select(w => w.Name).Except(cosigned).ToList();
        return new Problem(
            "ledger/quorum-missing",
            $"{cosigned.Count} witnesses have cosigned the checkpoint over {last.Size} entries; still missing: {string.Join(", ", missing)}.",
            ("count", cosigned.Count.ToString(CultureInfo.InvariantCulture)),
            ("size", last.Size.ToString(CultureInfo.InvariantCulture)),
            ("missing", string.Join(", ", missing)));
    }

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
            var signed = PastLog.Open(last.Note, key.Verifier(), past);
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
                "INSERT INTO ledger_checkpoints (size, root, note, signed_at, published_at) VALUES (@size, @root, @note, @now, @published)",
                cancel,
                ("size", checkpoint.Size),
                ("root", checkpoint.Root.ToArray()),
                ("note", note),
                ("now", now),
                ("published", policy is null ? now : null));
            return note;
        }

        if (!SignedNote.Parse(last.Note).TryGet(out var stored, out _) || stored.Text != checkpoint.Text())
        {
            throw new LedgerFrozenException($"Another checkpoint over {checkpoint.Size} entries is stored.");
        }

        // Ed25519 gives the same signature again, so the stored note with its cosignatures stays good.
        await transaction.ExecuteAsync(
            policy is null
                ? "UPDATE ledger_checkpoints SET signed_at = @now, published_at = COALESCE(published_at, @now) WHERE size = @size"
                : "UPDATE ledger_checkpoints SET signed_at = @now WHERE size = @size",
            cancel,
            ("now", now),
            ("size", checkpoint.Size));
        return last.Note;
    }
}
