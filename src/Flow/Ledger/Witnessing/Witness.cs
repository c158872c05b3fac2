using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Witnessing;

/// <summary>
/// Cosigns the checkpoints of logs that only grew since the last one it cosigned (C2SP tlog-witness, tlog-cosignature). What it
/// compares with is its own stored state, never what the log says of the past; the state is stored before an answer leaves.
/// </summary>
/// <remarks>
/// A witness that finds its own cosignature over more entries than it remembers was restored from an old backup: it freezes for
/// good, for it may already have cosigned what it would now contradict. Another key is the way out. Safe for concurrent use.
/// </remarks>
public sealed class Witness
{
    // The same checkpoint is cosigned with a new time once a minute at most.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Database database;
    private readonly NoteSigner key;
    private readonly Dictionary<string, NoteVerifier> logs;
    private readonly TimeProvider time;

    private Witness(Database database, NoteSigner key, IEnumerable<NoteVerifier> logs, TimeProvider time)
    {
        this.database = database;
        this.key = key;
        this.logs = logs.ToDictionary(log => log.Name, StringComparer.Ordinal);
        this.time = time;
        Key = key.Verifier(NoteKeyType.CosignatureV1);
    }

    /// <summary>The public key that policies name.</summary>
    public NoteVerifier Key { get; }

    public IReadOnlyCollection<NoteVerifier> Logs => logs.Values;

    /// <summary>Lets a test kill the process between storing and answering.</summary>
    public Action? Stored { get; set; }

    /// <summary>
    /// Opens a witness on its migrated database. The state names its key by a name of chance: a witness whose state is gone
    /// gets another key, which no policy knows; a key that is not the state's is refused (<c>witness/other-key</c>).
    /// </summary>
    /// <param name="name">The name of the key in notes, a schema-less address.</param>
    /// <param name="keyOrNew">The Ed25519 key of that name in the vault, made when it is not there.</param>
    public static async Task<Outcome<Witness>> OpenAsync(
        Database database, string name, Func<string, ISigner> keyOrNew, IEnumerable<NoteVerifier> logs, TimeProvider time, CancellationToken cancel = default)
    {
        var self = await database.WriteAsync(
            async t =>
            {
                await Database.LockAsync(t, WitnessState.LockName, cancel);
                if (await WitnessState.SelfAsync(t, cancel) is null)
                {
                    await WitnessState.NameAsync(t, "witness/" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), cancel);
                }

                return (await WitnessState.SelfAsync(t, cancel))!;
            },
            cancel);
        // Killed behind this line, the next start finds the key by the stored name.
        var key = new NoteSigner(name, keyOrNew(self.KeyName));
        var vkey = key.Verifier(NoteKeyType.CosignatureV1).ToVkey();
        if (self.Vkey is null)
        {
            await database.WriteAsync(t => WitnessState.BindAsync(t, vkey, cancel), cancel);
        }
        else if (self.Vkey != vkey)
        {
            return new Problem("witness/other-key", "The stored state is of another key.", ("stored", self.Vkey), ("given", vkey));
        }

        return new Witness(database, key, logs, time);
    }

    /// <summary>
    /// Cosigns, or says why not. Codes: <c>log/add-checkpoint-malformed</c>, <c>log/note-malformed</c>,
    /// <c>log/checkpoint-malformed</c>, <c>witness/log-unknown</c>, <c>witness/log-not-signed</c>, <c>witness/old-too-large</c>,
    /// <c>witness/other-size</c> (with <c>size</c>, the one to prove from), <c>witness/inconsistent</c>, <c>witness/frozen</c>.
    /// </summary>
    public async Task<Outcome<NoteSignature>> AddAsync(string body, CancellationToken cancel = default)
    {
        if (!AddCheckpoint.Parse(body).TryGet(out var request, out var problem)
            || !SignedNote.Parse(request.Note).TryGet(out var note, out problem)
            || !Checkpoint.Parse(note.Text).TryGet(out var checkpoint, out problem))
        {
            return problem;
        }

        if (!logs.TryGetValue(checkpoint.Origin, out var log))
        {
            return new Problem("witness/log-unknown", $"The log {checkpoint.Origin} is not followed here.", ("origin", checkpoint.Origin));
        }

        if (!Checkpoint.Open(request.Note, log, log.Name).IsDone)
        {
            return new Problem("witness/log-not-signed", "The log's own key did not sign the checkpoint.", ("origin", checkpoint.Origin));
        }

        if (request.OldSize > checkpoint.Size)
        {
            return new Problem("witness/old-too-large", "The old size is larger than the checkpoint's.");
        }

        // The log's line alone: whatever else the sender put under it is not this witness's word.
        var clean = SignedNote.Write(note.Text, note.Signatures.First(s => s.KeyId == log.KeyId && s.Name == log.Name));
        var answer = await database.WriteAsync(t => CosignAsync(t, request, checkpoint, note.Text, clean, cancel), cancel);
        Stored?.Invoke();
        return answer;
    }

    /// <summary>What this witness cosigned last of a log, with its cosignature; null when nothing yet.</summary>
    public async Task<CosignedCheckpoint?> LastAsync(string origin, CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await WitnessState.LastAsync(connection, origin, cancel);
    }

    /// <summary>Why it cosigns nothing any more; null when it does.</summary>
    public async Task<string?> FrozenAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return (await WitnessState.SelfAsync(connection, cancel))?.Frozen;
    }

    public async Task<IReadOnlyList<WitnessFinding>> FindingsAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await WitnessState.FindingsAsync(connection, cancel);
    }

    /// <summary>Keeps what was found against a log while following it.</summary>
    public Task FindAsync(string origin, string code, ForkEvidence? evidence, CancellationToken cancel = default) =>
        database.WriteAsync(
            t => WitnessState.FindAsync(t, new WitnessFinding(origin, code, time.GetUtcNow(), evidence?.Write()), cancel), cancel);

    /// <summary>
    /// Looks at a checkpoint that somebody else shows, for this witness's own line under it. One over more entries than it
    /// remembers, or over as many with another root, freezes it; true then.
    /// </summary>
    public async Task<bool> FreezesAsync(string note, CancellationToken cancel = default)
    {
        if (!SignedNote.Parse(note).TryGet(out var signed, out _)
            || !signed.Verify(Key).IsDone
            || !Checkpoint.Parse(signed.Text).TryGet(out var checkpoint, out _))
        {
            return false;
        }

        return await database.WriteAsync(
            async t =>
            {
                await Database.LockAsync(t, WitnessState.LockName, cancel);
                var last = await WitnessState.LastAsync(t, checkpoint.Origin, cancel);
                var size = last?.Size ?? 0;
                if (checkpoint.Size < size || (checkpoint.Size == size && (last is null || last.Root == checkpoint.Root)))
                {
                    return false;
                }

                await WitnessState.FindAsync(t, new WitnessFinding(checkpoint.Origin, "witness/restored", time.GetUtcNow(), null), cancel);
                await WitnessState.FreezeAsync(t, "witness/restored", cancel);
                return true;
            },
            cancel);
    }

    private async Task<Outcome<NoteSignature>> CosignAsync(
        DbTransaction transaction, AddCheckpoint request, Checkpoint checkpoint, string text, string note, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, WitnessState.LockName, cancel);
        if ((await WitnessState.SelfAsync(transaction, cancel))?.Frozen is { } frozen)
        {
            return new Problem("witness/frozen", "This witness cosigns nothing any more.", ("reason", frozen));
        }

        var last = await WitnessState.LastAsync(transaction, checkpoint.Origin, cancel);
        if ((last?.Size ?? 0) != request.OldSize)
        {
            return new Problem(
                "witness/other-size",
                $"This witness cosigned {last?.Size ?? 0} entries.",
                ("size", (last?.Size ?? 0).ToString(CultureInfo.InvariantCulture)));
        }

        if (Inconsistency(request, checkpoint, last) is { } problem)
        {
            if (last is not null && last.Size == checkpoint.Size && last.Root != checkpoint.Root)
            {
                // Two roots over as many entries, each signed by the log: proof for anybody.
                var evidence = new ForkEvidence(last.Note, note, checkpoint.Root, []);
                await WitnessState.FindAsync(
                    transaction, new WitnessFinding(checkpoint.Origin, "witness/fork", time.GetUtcNow(), evidence.Write()), cancel);
            }

            return problem;
        }

        var now = time.GetUtcNow();
        if (last is not null && last.Size == checkpoint.Size && now - last.At < Fresh && LineOf(last) is { } said)
        {
            // Asked again at once, by whomever: the same word, and nothing to write.
            return said;
        }

        // A clock set back gives the last second again, never an earlier one.
        var at = last is not null && last.At > now ? last.At : now;
        var line = key.Cosign(text, at);
        var cosigned = SignedNote.Parse(note).Value.With(line);
        await WitnessState.SaveAsync(
            transaction, new CosignedCheckpoint(checkpoint.Origin, checkpoint.Size, checkpoint.Root, cosigned, at), cancel);
        return line;
    }

    private NoteSignature? LineOf(CosignedCheckpoint cosigned) =>
        SignedNote.Parse(cosigned.Note).Value.Signatures.FirstOrDefault(s => s.KeyId == Key.KeyId && s.Name == Key.Name);

    private static Problem? Inconsistency(AddCheckpoint request, Checkpoint checkpoint, CosignedCheckpoint? last)
    {
        var wrong = last is null or { Size: 0 }
            ? request.Proof.Count > 0
                ? new Problem("log/consistency-proof-length", "From nothing there is nothing to prove, and there is a proof.")
                : null
            : ConsistencyProof.Verify(last.Size, checkpoint.Size, [.. request.Proof], last.Root, checkpoint.Root);
        return wrong is null ? null : new Problem("witness/inconsistent", wrong.Detail, ("reason", wrong.Code));
    }
}
