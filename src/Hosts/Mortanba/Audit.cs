using System.Globalization;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Host;

/// <summary>
/// Looks at everything an installation holds: the ledger is recomputed from its entries, each credential is opened and
/// verified against the ledger, and the counts of ledger, database, delivered files and status lists are compared.
/// </summary>
public sealed class Audit
{
    private const int Page = 500;
    private const int FindingsMax = 200;

    private readonly Installation home;
    private readonly List<Problem> findings = [];
    private readonly List<(long Index, LedgerEntry Entry)> anchors = [];
    private long systemEvents;

    private Audit(Installation home) => this.home = home;

    public static async Task<AuditReport> RunAsync(Installation home, Action<long>? progress = null, CancellationToken cancel = default) =>
        await new Audit(home).RunAsync(progress, cancel);

    private async Task<AuditReport> RunAsync(Action<long>? progress, CancellationToken cancel)
    {
        var told = (await home.Database.ReadAsync(t => AuditTrail.AnchoredAsync(t, cancel), cancel)).Number;
        var ledger = await LogAudit.RunAsync(home.Database, home.Log.Key, home.PastLogs, cancel);
        findings.AddRange(ledger.Findings);
        await LookAsync("row_seals", () => CheckSealsAsync(cancel));
        await LookAsync("trail", () => CheckTrailAsync(cancel));
        await LookAsync("ai_facts", () => CheckFactsAsync(cancel));
        await LookAsync("authority_entries", () => CheckAuthorityAsync(cancel));
        await LookAsync("status_lists", () => CheckStatusListsAsync(cancel));
        var (credentials, delivered) = (0L, 0L);
        if (ledger.IsClean)
        {
            await LookAsync("credentials", async () =>
                (credentials, delivered) = await CheckDiplomasAsync(ledger.Size, told, progress, cancel));
            await LookAsync("certificates", async () =>
                await new CertificateAudit(home, await TrustBundles.DraftAsync(home, cancel), findings).RunAsync(cancel));
            await LookAsync("ai_register_entries", () => new SystemAudit(home, findings).RunAsync(systemEvents, cancel));
        }

        // Otherwise every diploma, which rests on the ledger's proofs, would be named for the ledger's fault.
        return new AuditReport(ledger.Size, credentials, delivered, findings);
    }

    private async Task CheckTrailAsync(CancellationToken cancel)
    {
        if ((await home.Database.ReadAsync(t => AuditTrail.CheckAsync(t, cancel), cancel)).FirstBroken is { } number)
        {
            Find("audit/trail-broken", $"The record of who did what does not hold at row {number}.", ("row", Text(number)));
        }
    }

    private async Task CheckFactsAsync(CancellationToken cancel)
    {
        if (await home.Database.ReadAsync(t => FactLog.CheckAsync(t, home.Vault, cancel), cancel) is { } seq)
        {
            Find("audit/facts-broken", $"The facts of AI in education do not hold at row {seq}.", ("row", Text(seq)));
        }
    }

    private async Task CheckAnchorsAsync(long told, CancellationToken cancel)
    {
        if (await home.Database.ReadAsync(t => TrailAnchor.CheckAsync(home, t, anchors, told, cancel), cancel) is { } problem)
        {
            findings.Add(problem);
        }
    }

    /// <summary>One part of the whole; when what it reads cannot be read, that is said and the other parts go on.</summary>
    private async Task LookAsync(string part, Func<Task> look)
    {
        try
        {
            await look();
        }
#pragma warning disable CA1031 // a changed byte may break any reader, and then any exception comes
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            Find("audit/could-not-read", $"{part} could not be read to the end ({e.GetType().Name}).", ("part", part));
        }
    }

    private async Task<(long Credentials, long Delivered)> CheckDiplomasAsync(
        long size, long told, Action<long>? progress, CancellationToken cancel)
    {
        var registered = await CountEntriesAsync(size, cancel);
        await LookAsync("trail", () => CheckAnchorsAsync(told, cancel));
        var trust = await TrustBundles.DraftAsync(home, cancel);
        var diplomas = new DiplomaAudit(home, trust, findings);
        var (credentials, delivered) = (0L, 0L);
        for (var after = 0L; findings.Count < FindingsMax;)
        {
            var ids = await RowIdsAsync(after, cancel);
            if (ids.Count == 0)
            {
                break;
            }

            after = ids[^1];
            foreach (var id in ids)
            {
                credentials++;
                if (await RowAsync(id, cancel) is not { } credential)
                {
                    Find("audit/credential-row-malformed", $"Row {id} of the credentials is not readable.", ("row", Text(id)));
                    continue;
                }

                delivered += await diplomas.CheckAsync(credential, cancel) ? 1 : 0;
            }

            progress?.Invoke(credentials);
        }

        if (registered != credentials)
        {
            Find(
                "audit/counts-differ",
                $"The ledger registers {registered} diplomas; the database holds {credentials}.",
                ("ledger", $"{registered}"),
                ("database", $"{credentials}"));
        }

        return (credentials, delivered);
    }

    /// <summary>Rows that carry a seal are as they were when it was put on, and the schema's steps are the program's.</summary>
    private async Task CheckSealsAsync(CancellationToken cancel)
    {
        foreach (var (table, row) in await home.Database.ReadAsync(t => home.Database.Seals!.AuditAsync(t, cancel), cancel))
        {
            Find("audit/row-changed", $"The row {row} of {table} is not the one that was sealed.", ("table", table), ("row", row));
        }

        foreach (var row in await home.Database.ReadAsync(t => home.Deliveries.AuditAsync(t, cancel), cancel))
        {
            Find(
                "audit/row-changed", $"The row {row} of {Deliveries.Table} is not the one that was prepared.",
                ("table", Deliveries.Table), ("row", row));
        }

        await using var connection = await home.Database.ConnectAsync(cancel);
        var steps = await connection.QueryAsync(
            "SELECT stage, number FROM migrations", r => $"{r.GetValue(0)}/{r.GetValue(1)}", cancel);
        var own = Installation.Migrations.Select(m => $"{m.Stage}/{m.Number}").ToHashSet(StringComparer.Ordinal);
        own.SymmetricExceptWith(steps);
        foreach (var step in own.Order(StringComparer.Ordinal))
        {
            Find(
                "audit/row-changed",
                $"The row {step} of migrations is not a step of the schema.",
                ("table", "migrations"),
                ("row", step));
        }
    }

    /// <summary>Every authority row has its entry at its index, byte for byte.</summary>
    private async Task CheckAuthorityAsync(CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        foreach (var row in await AuthorityEntries.AllAsync(connection, cancel))
        {
            if (row.Index is not { } index)
            {
                Find("audit/authority-without-entry", $"A row '{row.Type}' has no ledger index.", ("type", row.Type));
                continue;
            }

            var entries = await home.LogReader.EntriesAsync(index, 1, cancel);
            if (entries.Count == 0 || !entries[0].Span.SequenceEqual(row.Bytes.Span))
            {
                Find("audit/authority-changed", $"The row '{row.Type}' is not ledger entry {index}.", ("index", Text(index)));
            }
        }

        foreach (var row in await RegisterAudit.RunAsync(connection, DiplomaFlow.VerifySignature, cancel))
        {
            Find("audit/register-changed", $"{row} is not what the ledger says.", ("row", row));
        }
    }

    private async Task CheckStatusListsAsync(CancellationToken cancel)
    {
        var issuer = Bin.Parse(home.Settings.OperatorBin);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var key = await home.SigningKeyAsync(connection, issuer, cancel);
        findings.AddRange(await new StatusListAudit(
            connection, home.StatusLists, key.KeyId, key.Signer.ToPublicKey(), cancel).RunAsync());
    }

    private async Task<IReadOnlyList<long>> RowIdsAsync(long after, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await CredentialStore.IdsAsync(connection, after, Page, cancel);
    }

    /// <summary>One row; null when a changed byte left it without meaning.</summary>
    private async Task<CredentialSummary?> RowAsync(long id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        try
        {
            return (await home.Credentials.ListAsync(connection, id - 1, 1, cancel)).SingleOrDefault(c => c.Id == id);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidCastException)
        {
            return null;
        }
    }

    /// <summary>Counts the diplomas the ledger registers, and compares every asset entry with the index kept for it.</summary>
    private async Task<long> CountEntriesAsync(long size, CancellationToken cancel)
    {
        var (registered, assets, noted) = (0L, 0L, 0L);
        await using var connection = await home.Database.ConnectAsync(cancel);
        for (var first = 0L; first < size; first += Page)
        {
            var entries = await home.LogReader.EntriesAsync(first, Page, cancel);
            var known = await CredentialStore.AssetsAtAsync(connection, first, first + entries.Count, cancel);
            noted += known.Count;
            for (var i = 0; i < entries.Count; i++)
            {
                var index = first + i;
                if (!LedgerEntry.Parse(entries[i]).TryGet(out var entry, out _))
                {
                    Find("audit/entry-malformed", $"Ledger entry {index} is not an entry.", ("index", Text(index)));
                }
                else if (entry.Type == LedgerEntryTypes.TrailAnchored)
                {
                    anchors.Add((index, entry));
                }
                else if (entry.Type == LedgerEntryTypes.AiSystem)
                {
                    systemEvents++;
                }
                else if (LedgerEntryTypes.IsOfAsset(entry.Type))
                {
                    registered += entry.Type == LedgerEntryTypes.AssetRegistered ? 1 : 0;
                    assets++;
                    if (!known.TryGetValue(index, out var own) || own.Asset != entry.Text("asset") || own.Type != entry.Type)
                    {
                        Find(
                            "audit/entry-without-credential",
                            $"Ledger entry {index} ({entry.Type}) belongs to no credential of the database.",
                            ("index", Text(index)));
                    }
                }
            }
        }

        noted = Math.Max(noted, await CredentialStore.EntryCountAsync(connection, cancel));
        if (noted > assets)
        {
            Find(
                "audit/index-differs",
                $"The database notes {noted} ledger entries of diplomas; the ledger has {assets}.",
                ("ledger", Text(assets)),
                ("database", Text(noted)));
        }

        return registered;
    }

    private void Find(string code, string detail, params (string Name, string Value)[] args) =>
        findings.Add(new Problem(code, detail, args));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <param name="Entries">Ledger size that was audited.</param>
/// <param name="Delivered">Diplomas whose files are in the outbox.</param>
public sealed record AuditReport(long Entries, long Credentials, long Delivered, IReadOnlyList<Problem> Findings)
{
    public bool IsClean => Findings.Count == 0;
}
