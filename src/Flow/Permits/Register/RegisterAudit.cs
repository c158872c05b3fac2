using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>
/// Compares the rows that give authority with the entries that were logged for them: organisations, keys, permits with
/// their history, decisions on issue. That the entries are the ledger's is the caller's to check.
/// </summary>
public sealed class RegisterAudit
{
    private readonly DbConnection connection;
    private readonly SignatureVerifier verify;
    private readonly CancellationToken cancel;
    private readonly List<LedgerEntry> entries;
    private readonly List<string> differing = [];

    private RegisterAudit(DbConnection connection, SignatureVerifier verify, List<LedgerEntry> entries, CancellationToken cancel)
    {
        this.connection = connection;
        this.verify = verify;
        this.entries = entries;
        this.cancel = cancel;
    }

    /// <summary>Table and key of every row that is not what its entries say; a missing row is named, too.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(
        DbConnection connection, SignatureVerifier verify, CancellationToken cancel = default)
    {
        var entries = new List<LedgerEntry>();
        foreach (var row in await AuthorityEntries.AllAsync(connection, cancel))
        {
            if (LedgerEntry.Parse(row.Bytes).TryGet(out var entry, out _))
            {
                entries.Add(entry);
            }
        }

        var audit = new RegisterAudit(connection, verify, entries, cancel);
        await audit.CheckOrganisationsAsync();
        await audit.CheckKeysAsync();
        await audit.CheckPermitsAsync();
        await audit.CheckHistoryAsync();
        await audit.CheckDecisionsAsync();
        return audit.differing;
    }

    private async Task CheckOrganisationsAsync()
    {
        var rows = await connection.QueryAsync(
            "SELECT bin, did, role, record, salt, registered_at FROM organisations",
            r => (Bin: r.GetString(0), Did: r.GetString(1), Role: r.GetString(2), Record: r.GetBytes(3), Salt: r.GetBytes(4),
                At: r.GetInt64(5)),
            cancel);
        foreach (var row in rows)
        {
            var first = Last("bin", row.Bin, LedgerEntryTypes.InstitutionRegistered);
            var now = Last("bin", row.Bin, LedgerEntryTypes.InstitutionRegistered, LedgerEntryTypes.InstitutionChanged);
            Compare(
                "organisations",
                row.Bin,
                now is not null
                && now.Text("did") == row.Did
                && now.Text("role") == row.Role
                && row.Salt.Length == Commitment.SaltSizeBytes
                && now.Text("record") == Commitment.OfSalted(row.Salt, row.Record).ToString()
                && first?.At.ToUnixTimeSeconds() == row.At);
        }

        Missing("organisations", "bin", LedgerEntryTypes.InstitutionRegistered, rows.Select(r => r.Bin));
    }

    private async Task CheckKeysAsync()
    {
        var rows = await connection.QueryAsync(
            """
            SELECT k.kid, k.multibase, k.since, k.ended_at, k.compromised, o.did
            FROM institution_keys k LEFT JOIN organisations o ON o.bin = k.bin
            """,
            r => (Kid: r.GetString(0), Multibase: r.GetString(1), Since: r.GetInt64(2), Ended: r.IsDBNull(3) ? (long?)null : r.GetInt64(3),
                Compromised: r.GetInt64(4), Did: r.GetStringOrNull(5)),
            cancel);
        foreach (var row in rows)
        {
            var registered = Last("kid", row.Kid, LedgerEntryTypes.KeyRegistered);
            var ended = Last("kid", row.Kid, LedgerEntryTypes.KeyRetired, LedgerEntryTypes.KeyCompromised);
            Compare(
                "institution_keys",
                row.Kid,
                registered is not null
                && registered.Text("did") == row.Did
                && registered.Text("publicKeyMultibase") == row.Multibase
                && registered.Text("since") == Time(row.Since)
                && ended?.Text("since") == (row.Ended is { } at ? Time(at) : null)
                && row.Compromised == (ended?.Type == LedgerEntryTypes.KeyCompromised ? 1 : 0));
        }

        Missing("institution_keys", "kid", LedgerEntryTypes.KeyRegistered, rows.Select(r => r.Kid));
    }

    private async Task CheckPermitsAsync()
    {
        var rows = await connection.QueryAsync(
            "SELECT number, bin, valid_from, valid_until, rule FROM permits",
            r => (Number: r.GetString(0), Bin: r.GetString(1), From: r.GetString(2), Until: r.GetString(3), Rule: r.GetString(4)),
            cancel);
        foreach (var row in rows)
        {
            var granted = Last("permit", row.Number, LedgerEntryTypes.PermitGranted);
            Compare(
                "permits",
                row.Number,
                granted is not null
                && granted.Text("bin") == row.Bin
                && granted.Text("from") == row.From
                && granted.Text("until") == row.Until
                && granted.Text("rule") == row.Rule);
        }

        Missing("permits", "permit", LedgerEntryTypes.PermitGranted, rows.Select(r => r.Number));
    }

    private async Task CheckHistoryAsync()
    {
        var rows = await connection.QueryAsync(
            "SELECT permit, number, status, at FROM permit_changes ORDER BY permit, number",
            r => (Permit: r.GetString(0), Number: r.GetInt64(1), Status: r.GetString(2), At: r.GetInt64(3)),
            cancel);
        var logged = entries
            .Where(e => e.Type.StartsWith("permit.", StringComparison.Ordinal))
            .GroupBy(e => e.Text("permit") ?? "", StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
        foreach (var row in rows)
        {
            var entry = logged.GetValueOrDefault(row.Permit)?.ElementAtOrDefault((int)row.Number - 1);
            Compare(
                "permit_changes",
                $"{row.Permit}/{row.Number}",
                entry is not null && entry.At.ToUnixTimeSeconds() == row.At && StatusOf(entry.Type) == row.Status);
        }

        var missing = logged.Where(l => rows.Count(r => r.Permit == l.Key) != l.Value.Count).Select(l => $"permit_changes {l.Key}");
        differing.AddRange(missing);
    }

    private async Task CheckDecisionsAsync()
    {
        var rows = await connection.QueryAsync(
            """
            SELECT id, initiator, operator, document, salt, document_commitment, signature, published_at, closed_at, confirmed_signature,
                confirmed_at
            FROM issue_decisions
            """,
            r => (Id: r.GetString(0), Initiator: r.GetString(1), Operator: r.GetString(2), Document: r.GetBytes(3),
                Salt: r.GetBytes(4), Commitment: r.GetString(5), Signature: r.GetString(6), Published: r.GetInt64(7),
                Closed: r.IsDBNull(8) ? (long?)null : r.GetInt64(8), ConfirmedBy: r.GetStringOrNull(9),
                Confirmed: r.IsDBNull(10) ? (long?)null : r.GetInt64(10)),
            cancel);
        foreach (var row in rows)
        {
            var confirmed = Last("decision", row.Id, LedgerEntryTypes.DecisionConfirmed);
            var published = Last("decision", row.Id, LedgerEntryTypes.DecisionPublished);
            var closed = Last("decision", row.Id, LedgerEntryTypes.DecisionClosed);
            Compare(
                "issue_decisions",
                row.Id,
                published is not null
                && published.Text("initiator") == row.Initiator
                && published.Text("operator") == row.Operator
                && published.Text("document") == row.Commitment
                && DecisionDocument.Parse(row.Document).TryGet(out var document, out _)
                && published.Text("order") == document.Order?.Commitment.ToString()
                && published.Number("count") == document.Order?.Count
                && (await OrderPlaces.FindAsync(connection, row.Id, cancel))?.Reference == document.Order
                && row.Salt.Length == Commitment.SaltSizeBytes
                && row.Commitment == Commitment.OfSalted(row.Salt, row.Document).ToString()
                && published.At.ToUnixTimeSeconds() == row.Published
                && closed?.At.ToUnixTimeSeconds() == row.Closed
                && confirmed?.At.ToUnixTimeSeconds() == row.Confirmed
                && confirmed?.Text("document") == (confirmed is null ? null : row.Commitment)
                && Bin.TryParse(row.Initiator, out var initiator)
                && IsSigned(
                    await PermitRegister.KeysAsync(connection, initiator, cancel), row.Document, (row.Signature, published.At),
                    row.ConfirmedBy, confirmed?.At));
        }

        Missing("issue_decisions", "decision", LedgerEntryTypes.DecisionPublished, rows.Select(r => r.Id));
    }

    // Once confirmed, the first signature need not be of a key in force any more; it is kept, and still has to be the one that was made.
    private bool IsSigned(
        IReadOnlyList<InstitutionKey> keys, byte[] document, (string Jws, DateTimeOffset At) first, string? confirmed, DateTimeOffset? at) =>
        at is not { } confirmedAt
            ? confirmed is null && PublishDecision.IsSignedBy(keys, first.Jws, document, first.At, verify)
            : confirmed is not null && PublishDecision.IsSignedBy(keys, confirmed, document, confirmedAt, verify)
                && keys.FirstOrDefault(k => k.Kid == DecisionSignature.KeyIdOf(first.Jws)) is { } key
                && DecisionSignature.Verify(first.Jws, document, key.Multibase, verify);

    private LedgerEntry? Last(string member, string value, params ReadOnlySpan<string> types)
    {
        LedgerEntry? last = null;
        foreach (var entry in entries)
        {
            if (entry.Text(member) == value && types.Contains(entry.Type))
            {
                last = entry;
            }
        }

        return last;
    }

    private void Compare(string table, string key, bool agrees)
    {
        if (!agrees)
        {
            differing.Add($"{table} {key}");
        }
    }

    private void Missing(string table, string member, string type, IEnumerable<string> present) => differing.AddRange(
        entries.Where(e => e.Type == type).Select(e => e.Text(member) ?? "").Except(present).Select(key => $"{table} {key}"));

    private static string? StatusOf(string type) => type switch
    {
        LedgerEntryTypes.PermitGranted or LedgerEntryTypes.PermitReinstated => nameof(PermitStatus.Granted),
        LedgerEntryTypes.PermitSuspended => nameof(PermitStatus.Suspended),
        LedgerEntryTypes.PermitWithdrawn => nameof(PermitStatus.Withdrawn),
        LedgerEntryTypes.PermitExpired => nameof(PermitStatus.Expired),
        _ => null,
    };

    private static string Time(long seconds) => LedgerEntry.Time(DateTimeOffset.FromUnixTimeSeconds(seconds));
}
