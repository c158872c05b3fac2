using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Verification;

namespace Mortanba.Host;

/// <summary>One diploma of an audit: opened, verified against ledger and status lists, compared with its delivered files.</summary>
/// <param name="findings">Where what is found goes.</param>
internal sealed class DiplomaAudit(Installation home, TrustBundle trust, List<Problem> findings)
{
    private readonly Evidence evidence = new(home);
    private readonly Verifier verifier = new(home.Time);
    private readonly DeliverDiplomas delivery = new(home);
    private OwnLiveSource? live;

    /// <summary>True when its files are in the outbox.</summary>
    public async Task<bool> CheckAsync(CredentialSummary credential, CancellationToken cancel)
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

        var file = proven.With(diploma.Forms.SdJwtText, diploma.Forms.Vc, diploma.Forms.PaperText);
        var report = await verifier.VerifyAsync(file.Write(), trust, live ??= new OwnLiveSource(home, evidence), cancel);
        var isFallen = IsFallen(diploma, proven);
        if (!(isFallen ? FellWithItsKey(report) : Agrees(report, credential.State)))
        {
            var wrong = string.Join(", ", report.Checks.Where(c => c.State == CheckState.Failed).Select(c => c.Reason));
            Find(
                "audit/credential-disagrees",
                $"{number}: the database says {credential.State.Word()}, the ledger and the lists say {report.Verdict} {wrong}",
                ("number", number),
                ("state", credential.State.Word()),
                ("verdict", $"{report.Verdict}"));
        }

        return await CheckFilesAsync(number, diploma, isFallen, cancel);
    }

    /// <summary>The ledger says that its key was compromised by then: no verifier calls it genuine, whatever the database says.</summary>
    private static bool IsFallen(StoredDiploma diploma, Proven proven)
    {
        var entries = proven.Entries.Select(e => (e.Index, Entry: LedgerEntry.Parse(e.Entry).Value)).ToList();
        var registered = entries.Find(e => e.Entry.Type == LedgerEntryTypes.AssetRegistered);
        return registered.Entry is not null && entries.Exists(e =>
            e.Entry.Type == LedgerEntryTypes.KeyCompromised && e.Entry.Text("kid") == diploma.Record.InitiatorKeyId
            && ((e.Entry.Text("since") is { } since && LedgerEntry.TimeOf(since) <= registered.Entry.At) || e.Entry.Number("size") <= registered.Index));
    }

    /// <summary>Nothing is wrong with it but its key, and what its state says.</summary>
    private static bool FellWithItsKey(Report report) => report.Verdict == Verdict.NotGenuine
        && report.Checks.Where(c => c.State == CheckState.Failed).All(c => c.Name is CheckName.KeyValid or CheckName.Status or CheckName.NotSuperseded)
        && report.Checks.Any(c => c is { Name: CheckName.KeyValid, Reason: "verification/key-compromised" });

    private static bool Agrees(Report report, DiplomaState state) => state == DiplomaState.Active
        ? report.Verdict == Verdict.InForce
        : report.Verdict == Verdict.NotInForce && report.State?.Kind == state.Word();

    private async Task<bool> IsBlockedAsync(StoredDiploma diploma, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await DataBlocks.FindAsync(connection, diploma.Summary.Asset, cancel) is not null;
    }

    private async Task<bool> CheckFilesAsync(string number, StoredDiploma diploma, bool isFallen, CancellationToken cancel)
    {
        if (!Directory.Exists(home.Outbox))
        {
            return false;
        }

        var name = Path.Combine(home.Outbox, Outbox.Name(number));
        var whole = true;
        foreach (var path in new[] { name + ".diploma.json", name + ".pdf" })
        {
            if (!File.Exists(path) && await IsBlockedAsync(diploma, cancel))
            {
                // Made when the block is lifted: until then nobody is to have it.
                whole = false;
                continue;
            }

            if (!File.Exists(path))
            {
                Find("audit/not-delivered", $"{Path.GetFileName(path)} is missing; run 'publish'.", ("file", Path.GetFileName(path)));
                whole = false;
                continue;
            }

            var bytes = await File.ReadAllBytesAsync(path, cancel);
            var report = await verifier.VerifyAsync(bytes, trust, null, cancel);
            if (report.Verdict is Verdict.NotGenuine or Verdict.CouldNotCheck && !(isFallen && FellWithItsKey(report)))
            {
                Find("audit/delivered-changed", $"{Path.GetFileName(path)} is not what was issued.", ("file", Path.GetFileName(path)));
            }
            else if (bytes.AsSpan().StartsWith("%PDF"u8) && DiplomaPdf.RendererOf(bytes) is { } renderer && DiplomaPdf.IsOlder(renderer))
            {
                Find(
                    "audit/delivered-older-renderer",
                    $"{Path.GetFileName(path)} was drawn by an older program ({renderer}); run 'publish'.",
                    ("file", Path.GetFileName(path)),
                    ("renderer", renderer));
            }
            else if (!IsOf(bytes, diploma))
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
}
