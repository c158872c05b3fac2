using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>One ledger entry that gives or takes authority, and where it stands in the log.</summary>
/// <param name="Index">Null only inside the transaction that has not appended it yet.</param>
public sealed record AuthorityEntry(string Type, ReadOnlyMemory<byte> Bytes, long? Index);

/// <summary>
/// The ledger entries this stage makes. An act writes its entry here; the flow appends it to the log and records the
/// index, all in one transaction. A row without an index after a commit is a fault that the audit reports.
/// </summary>
public static class AuthorityEntries
{
    private const string Table = "authority_entries";

    /// <summary>Records the index the log gave. Throws when this stage did not make the entry, or it has an index
    /// already.</summary>
    public static async Task SetIndexAsync(
        DbTransaction transaction, LedgerEntry entry, long index, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, Id(entry));
        var rows = await transaction.ExecuteAsync(
            "UPDATE authority_entries SET ledger_index = @index WHERE entry_id = @id AND ledger_index IS NULL",
            cancel,
            ("index", index),
            ("id", Id(entry)));
        if (rows != 1)
        {
            throw new InvalidOperationException($"The entry '{entry.Type}' awaits no ledger index.");
        }
    }

    /// <summary>
    /// Everything that shows an asset's issuer was entitled: the organisations, the permit, the keys and the decision,
    /// with all their changes since, in ledger order. The diploma file carries them.
    /// </summary>
    public static Task<List<AuthorityEntry>> EvidenceAsync(
        ReadFrom from, Bin initiator, Bin issuer, string permit, string decision, CancellationToken cancel = default) =>
        from.QueryAsync(
            """
            SELECT type, body, ledger_index FROM authority_entries
            WHERE bin IN (@initiator, @issuer) OR permit = @permit OR decision = @decision
            ORDER BY ledger_index
            """,
            Read,
            cancel,
            ("initiator", initiator.Value),
            ("issuer", issuer.Value),
            ("permit", permit),
            ("decision", decision));

    /// <summary>Every authority entry in ledger order, for the audit: those without an index come first or
    /// last.</summary>
    public static Task<List<AuthorityEntry>> AllAsync(ReadFrom from, CancellationToken cancel = default) =>
        from.QueryAsync("SELECT type, body, ledger_index FROM authority_entries ORDER BY ledger_index", Read, cancel);

    /// <summary>Where the ledger registered a key and where it ended it; null when it never registered it.</summary>
    public static async Task<KeySpan?> KeySpanAsync(ReadFrom from, Bin bin, string kid, CancellationToken cancel = default)
    {
        var entries = (await from.QueryAsync(
            """
            SELECT type, body, ledger_index FROM authority_entries
            WHERE bin = @bin AND type IN ('key.registered', 'key.retired', 'key.compromised') AND ledger_index IS NOT NULL
            ORDER BY ledger_index
            """,
            Read, cancel, ("bin", bin.Value)))
            .Where(e => LedgerEntry.Parse(e.Bytes).TryGet(out var entry, out _) && entry.Text("kid") == kid).ToList();
        var compromised = entries.Find(e => e.Type == LedgerEntryTypes.KeyCompromised);
        return entries.Find(e => e.Type == LedgerEntryTypes.KeyRegistered)?.Index is { } first
            ? new KeySpan(
                first,
                entries.Find(e => e.Type != LedgerEntryTypes.KeyRegistered)?.Index,
                compromised is null ? null : LedgerEntry.Parse(compromised.Bytes).Value)
            : null;
    }

    // Entries of an organisation and its keys are filed under the BIN; those of a permit or a decision under its own
    // id,
    // so that the evidence of one asset leaves out the operator's other permits and the initiator's other decisions.
    internal static async Task<LedgerEntry> RecordAsync(
        DbTransaction transaction,
        LedgerEntry entry,
        CancellationToken cancel,
        Bin? bin = null,
        string? permit = null,
        string? decision = null)
    {
        await transaction.TouchAsync(Table, cancel, Id(entry));
        await transaction.ExecuteAsync(
            """
            INSERT INTO authority_entries (entry_id, type, bin, permit, decision, body, ledger_index)
            VALUES (@id, @type, @bin, @permit, @decision, @body, NULL)
            """,
            cancel,
            ("id", Id(entry)),
            ("type", entry.Type),
            ("bin", bin?.Value),
            ("permit", permit),
            ("decision", decision),
            ("body", entry.Bytes.ToArray()));
        return entry;
    }

    private static string Id(LedgerEntry entry) => Commitment.OfSigned(entry.Bytes.Span, Commitment.Sha256).ToString();

    private static AuthorityEntry Read(DbDataReader row) =>
        new(row.GetString(0), row.GetBytes(1), row.IsDBNull(2) ? null : row.GetInt64(2));
}
