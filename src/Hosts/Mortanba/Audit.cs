using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using Mortanba.Accounts;
using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Permits;
using Mortanba.Storage;
using Mortanba.Verification;

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
    private readonly Evidence evidence;
    private readonly Verifier verifier;
    private readonly DeliverDiplomas delivery;
    private readonly List<Problem> findings = [];

    private Audit(Installation home)
    {
        this.home = home;
        evidence = new Evidence(home);
        verifier = new Verifier(home.Time);
        delivery = new DeliverDiplomas(home);
    }

    public static async Task<AuditReport> RunAsync(Installation home, Action<long>? progress = null, CancellationToken cancel = default) =>
        await new Audit(home).RunAsync(progress, cancel);

    private async Task<AuditReport> RunAsync(Action<long>? progress, CancellationToken cancel)
    {
        var ledger = await LogAudit.RunAsync(home.Database, home.Log.Key, cancel);
        findings.AddRange(ledger.Findings);
        await LookAsync("row_seals", () => CheckSealsAsync(cancel));
        await LookAsync("trail", () => CheckTrailAsync(cancel));
        await LookAsync("authority_entries", () => CheckAuthorityAsync(cancel));
        await LookAsync("status_lists", () => CheckStatusListsAsync(cancel));
        var (credentials, delivered) = (0L, 0L);
        if (ledger.IsClean)
        {
            await LookAsync("credentials", async () =>
                (credentials, delivered) = await CheckDiplomasAsync(ledger.Size, progress, cancel));
        }

        // Otherwise every diploma, which rests on the ledger's proofs, would be named for the ledger's fault.
        return new AuditReport(ledger.Size, credentials, delivered, findings);
    }

    private async Task CheckTrailAsync(CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        if ((await AuditTrail.CheckAsync(connection, cancel)).FirstBroken is { } number)
        {
            Find("audit/trail-broken", $"The record of who did what does not hold at row {number}.", ("row", Text(number)));
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
        long size, Action<long>? progress, CancellationToken cancel)
    {
        var registered = await CountEntriesAsync(size, cancel);
        var trust = await TrustBundles.MakeAsync(home, cancel);
        var live = new OwnLiveSource(home, evidence);
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

                delivered += await CheckCredentialAsync(credential, trust, live, cancel) ? 1 : 0;
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
        await using var connection = await home.Database.ConnectAsync(cancel);
        foreach (var (table, row) in await home.Database.Seals!.AuditAsync(connection, cancel))
        {
            Find("audit/row-changed", $"The row {row} of {table} is not the one that was sealed.", ("table", table), ("row", row));
        }

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
        findings.AddRange(await new StatusListAudit(
            connection, home.StatusLists, home.KeyIdOf(issuer), home.SignerOf(issuer).ToPublicKey(), cancel).RunAsync());
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
                else if (entry.Type.StartsWith("asset.", StringComparison.Ordinal))
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

    /// <summary>One credential: opened, verified against ledger and status lists, compared with its files. True when delivered.</summary>
    private async Task<bool> CheckCredentialAsync(
        CredentialSummary credential, TrustBundle trust, ILiveSource live, CancellationToken cancel)
    {
        var number = $"{credential.Series} {credential.Number}";
        StoredDiploma? diploma;
        try
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            diploma = await home.Credentials.LoadAsync(connection, credential.Asset, cancel);
        }
        catch (Exception e) when (e is CryptographicException or InvalidDataException or DbException)
        {
            Find("audit/credential-changed", $"{number}: the stored credential does not open.", ("number", number));
            return false;
        }

        var proven = await evidence.OfAsync(credential.Asset, cancel);
        if (proven is not null)
        {
            var own = proven.Entries.Select(e => LedgerEntry.Parse(e.Entry).Value)
                .Where(e => e.Text("asset") == credential.Asset.ToString());
            Differ(number, CredentialRowAudit.AgainstLedger(credential, [.. own]));
        }

        if (diploma is null)
        {
            if (credential.State != DiplomaState.Erased)
            {
                Find("audit/credential-missing", $"{number}: the stored credential is gone.", ("number", number));
            }
            else if (File.Exists(Path.Combine(home.Outbox, Outbox.Name(number) + ".pdf"))
                || File.Exists(Path.Combine(home.Outbox, Outbox.Name(number) + ".diploma.json")))
            {
                Find("audit/erased-but-delivered", $"{number} was erased; its files are still in the outbox.", ("number", number));
            }

            return false;
        }

        if (proven is null)
        {
            Find("audit/not-under-checkpoint", $"{number}: no checkpoint covers it; run 'publish'.", ("number", number));
            return false;
        }

        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            Differ(number, await CredentialRowAudit.AgainstRecordAsync(connection, home.Vault, diploma, cancel));
        }

        var file = new DiplomaFile(
            diploma.Forms.SdJwtText, diploma.Forms.Vc, diploma.Forms.PaperText, proven.Entries, proven.Checkpoint);
        var report = await verifier.VerifyAsync(file.Write(), trust, live, cancel);
        if (!Agrees(report, credential.State))
        {
            var wrong = string.Join(", ", report.Checks.Where(c => c.State == CheckState.Failed).Select(c => c.Reason));
            Find(
                "audit/credential-disagrees",
                $"{number}: the database says {credential.State.Word()}, the ledger and the lists say {report.Verdict} {wrong}",
                ("number", number),
                ("state", credential.State.Word()),
                ("verdict", $"{report.Verdict}"));
        }

        return await CheckFilesAsync(number, diploma, trust, cancel);
    }

    private static bool Agrees(Report report, DiplomaState state) => state == DiplomaState.Active
        ? report.Verdict == Verdict.InForce
        : report.Verdict == Verdict.NotInForce && report.State?.Kind == state.Word();

    private async Task<bool> CheckFilesAsync(string number, StoredDiploma diploma, TrustBundle trust, CancellationToken cancel)
    {
        if (!Directory.Exists(home.Outbox))
        {
            return false;
        }

        var name = Path.Combine(home.Outbox, Outbox.Name(number));
        var whole = true;
        foreach (var path in new[] { name + ".diploma.json", name + ".pdf" })
        {
            if (!File.Exists(path))
            {
                Find("audit/not-delivered", $"{Path.GetFileName(path)} is missing; run 'publish'.", ("file", Path.GetFileName(path)));
                whole = false;
                continue;
            }

            var bytes = await File.ReadAllBytesAsync(path, cancel);
            var report = await verifier.VerifyAsync(bytes, trust, null, cancel);
            if (bytes.AsSpan().StartsWith("%PDF"u8) && DiplomaPdf.RendererOf(bytes) is var renderer
                && renderer != DiplomaPdf.Renderer)
            {
                Find(
                    "audit/delivered-older-renderer",
                    $"{Path.GetFileName(path)} was drawn by another build ({renderer ?? "unnamed"}); run 'publish'.",
                    ("file", Path.GetFileName(path)),
                    ("renderer", renderer ?? "–"));
            }
            else if (report.Verdict is Verdict.NotGenuine or Verdict.CouldNotCheck || !IsOf(bytes, diploma))
            {
                Find("audit/delivered-changed", $"{Path.GetFileName(path)} is not what was issued.", ("file", Path.GetFileName(path)));
            }
        }

        return whole;
    }

    private void Differ(string number, IReadOnlyList<string> columns)
    {
        if (columns.Count > 0)
        {
            var names = string.Join(", ", columns);
            Find("audit/row-differs", $"{number}: changed in its row: {names}.", ("number", number), ("columns", names));
        }
    }

    // A PDF holds the file inside; both must carry exactly the forms in the store, and every other byte must be the
    // one that would be written again.
    private bool IsOf(byte[] bytes, StoredDiploma diploma)
    {
        ReadOnlyMemory<byte> json = bytes;
        if (bytes.AsSpan().StartsWith("%PDF"u8))
        {
            if (!PdfDiploma.Find(bytes).TryGet(out var attached, out _))
            {
                return false;
            }

            json = attached;
            if (!delivery.Pdf(diploma, attached).AsSpan().SequenceEqual(bytes))
            {
                return false;
            }
        }

        return DiplomaFile.Parse(json).TryGet(out var file, out _)
            && file.Write().AsSpan().SequenceEqual(json.Span)
            && file.SdJwt == diploma.Forms.SdJwtText
            && file.Vc.AsSpan().SequenceEqual(diploma.Forms.Vc)
            && file.Paper == diploma.Forms.PaperText;
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
