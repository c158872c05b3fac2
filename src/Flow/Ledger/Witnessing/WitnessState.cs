using System.Data.Common;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Witnessing;

/// <summary>What a witness cosigned last of one log.</summary>
/// <param name="Note">The checkpoint with the log's signature and the witness's own.</param>
public sealed record CosignedCheckpoint(string Origin, long Size, TreeHash Root, string Note, DateTimeOffset At);

/// <summary>What a witness holds against a log, or against itself.</summary>
/// <param name="Evidence">Both checkpoints as <see cref="ForkEvidence"/> writes them; null when there is no proof that a stranger could check.</param>
public sealed record WitnessFinding(string Origin, string Code, DateTimeOffset At, byte[]? Evidence);

/// <summary>Reads and writes the rows of <see cref="WitnessSchema"/>.</summary>
internal static class WitnessState
{
    public const string LockName = "witness";

    public static async Task<CosignedCheckpoint?> LastAsync(ReadFrom from, string origin, CancellationToken cancel) =>
        (await from.QueryAsync(
            "SELECT origin, size, root, note, cosigned_at FROM witness_logs WHERE origin = @origin",
            r => new CosignedCheckpoint(
                r.GetString(0), r.GetInt64(1), new TreeHash(r.GetBytes(2)), r.GetString(3), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(4))),
            cancel,
            ("origin", origin))).FirstOrDefault();

    public static Task SaveAsync(DbTransaction transaction, CosignedCheckpoint cosigned, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO witness_logs (origin, size, root, note, cosigned_at) VALUES (@origin, @size, @root, @note, @at)
            ON CONFLICT (origin) DO UPDATE SET
                size = excluded.size, root = excluded.root, note = excluded.note, cosigned_at = excluded.cosigned_at
            """,
            cancel,
            ("origin", cosigned.Origin),
            ("size", cosigned.Size),
            ("root", cosigned.Root.ToArray()),
            ("note", cosigned.Note),
            ("at", cosigned.At.ToUnixTimeSeconds()));

    /// <summary>Keeps the first of a kind and the first proof of it: what a log did once is not undone by what it shows later.</summary>
    public static Task FindAsync(DbTransaction transaction, WitnessFinding finding, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO witness_findings (origin, code, found_at, evidence) VALUES (@origin, @code, @at, @evidence)
            ON CONFLICT (origin, code) DO UPDATE SET evidence = COALESCE(witness_findings.evidence, excluded.evidence)
            """,
            cancel,
            ("origin", finding.Origin),
            ("code", finding.Code),
            ("at", finding.At.ToUnixTimeSeconds()),
            ("evidence", finding.Evidence));

    public static Task<List<WitnessFinding>> FindingsAsync(ReadFrom from, CancellationToken cancel) =>
        from.QueryAsync(
            "SELECT origin, code, found_at, evidence FROM witness_findings ORDER BY found_at, origin, code",
            r => new WitnessFinding(r.GetString(0), r.GetString(1), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(2)), r.GetBytesOrNull(3)),
            cancel);

    public static async Task<WitnessSelf?> SelfAsync(ReadFrom from, CancellationToken cancel) =>
        (await from.QueryAsync(
            "SELECT key_name, vkey, frozen FROM witness_self",
            r => new WitnessSelf(r.GetString(0), r.GetStringOrNull(1), r.GetStringOrNull(2)),
            cancel)).FirstOrDefault();

    public static Task NameAsync(DbTransaction transaction, string keyName, CancellationToken cancel) =>
        transaction.ExecuteAsync("INSERT INTO witness_self (id, key_name) VALUES (1, @name)", cancel, ("name", keyName));

    public static Task BindAsync(DbTransaction transaction, string vkey, CancellationToken cancel) =>
        transaction.ExecuteAsync("UPDATE witness_self SET vkey = @vkey WHERE id = 1 AND vkey IS NULL", cancel, ("vkey", vkey));

    public static Task FreezeAsync(DbTransaction transaction, string code, CancellationToken cancel) =>
        transaction.ExecuteAsync("UPDATE witness_self SET frozen = @code WHERE id = 1 AND frozen IS NULL", cancel, ("code", code));
}

/// <param name="KeyName">Under which the vault has the key.</param>
/// <param name="Vkey">The key's public half; null until it was made.</param>
/// <param name="Frozen">Why it cosigns nothing any more; null when it does.</param>
internal sealed record WitnessSelf(string KeyName, string? Vkey, string? Frozen);
