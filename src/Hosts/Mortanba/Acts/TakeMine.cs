using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>
/// A holder looks at, or takes away, what is theirs: each look and each file is a line in the record. The export is one ZIP with
/// everything that is kept about the person: diplomas in every form, shares with their logs, consents, requests, the record.
/// </summary>
public sealed class TakeMine(Installation home)
{
    /// <summary>Lines of the record in an export or on a page.</summary>
    public const int TrailCountMax = 10_000;

    private static readonly JsonSerializerOptions Readable = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    private readonly DeliverDiplomas delivery = new(home);
    private readonly HeldDiplomas held = new(home);

    /// <summary>Writes down that the holder looked at a diploma.</summary>
    public Task LookAsync(Actor holder, StoredDiploma diploma, CancellationToken cancel) =>
        NoteAsync(holder, diploma, TrailAct.View, "me/diploma-viewed", [], cancel);

    /// <summary>
    /// One of the files of a diploma: <c>pdf</c>, <c>file</c>, <c>badge</c> (VC, which is an Open Badge), <c>sd-jwt</c> for a wallet,
    /// <c>elmo</c> and <c>elm</c> for readers abroad (<see cref="ExportAbroad"/>). Null for another word, and while no checkpoint covers the
    /// diploma.
    /// </summary>
    /// <param name="language">Of the supplement in <c>elmo</c> and <c>elm</c>.</param>
    public async Task<HolderFile?> FileAsync(Actor holder, StoredDiploma diploma, string form, Language language, CancellationToken cancel)
    {
        var made = form is "elmo" or "elm"
            ? await new ExportAbroad(home).MakeAsync(diploma, form, language, cancel)
            : await MakeAsync(diploma, form, cancel);
        if (made is not { } file)
        {
            return null;
        }

        await NoteAsync(holder, diploma, TrailAct.Access, "me/diploma-downloaded", [("form", form)], cancel);
        return file;
    }

    /// <summary>All that was done with the person's data, newest first.</summary>
    public async Task<IReadOnlyList<TrailRow>> TrailAsync(
        Actor holder, int count, CancellationToken cancel, IReadOnlyList<StoredDiploma>? known = null)
    {
        var diplomas = known ?? await held.OfAsync(holder.Id, cancel);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var shares = await new Shares(home.Vault).OfAccountAsync(connection, holder.Id, cancel);
        var requests = await new HolderRequests(home.Vault).OfAccountAsync(connection, holder.Id, cancel);
        var orders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var diploma in diplomas)
        {
            orders.UnionWith((await home.ChangeOrders.OfAssetAsync(connection, diploma.Summary.Asset, cancel)).Select(o => o.Id));
        }

        TrailSubject[] subjects =
        [
            .. orders.Select(id => new TrailSubject("change", id)),
            new("account", holder.Id),
            .. diplomas.Select(d => new TrailSubject("diploma", d.Summary.Asset.ToString())),
            .. diplomas.Select(d => new TrailSubject("batch", d.Summary.Batch)).Distinct(),
            .. shares.Select(s => new TrailSubject("share", s.Id)),
            .. requests.Select(r => new TrailSubject("request", r.Id)),
        ];
        var person = diplomas.Count > 0 ? held.PersonOf(diplomas[0]).ToArray() : null;
        return await AuditTrail.OfPersonAsync(connection, person, holder.Id, subjects, count, cancel);
    }

    /// <summary>The ZIP with everything; recorded before it is given out.</summary>
    public async Task<byte[]> ExportAsync(Actor holder, string email, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        await home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, at, new TrailEvent(TrailAct.Transfer, "me/exported", holder, new TrailSubject("account", holder.Id)), cancel),
            cancel);
        var diplomas = await held.OfAsync(holder.Id, cancel);
        using var bytes = new MemoryStream();
        await using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var diploma in diplomas)
            {
                foreach (var form in (string[])["pdf", "file", "badge", "sd-jwt"])
                {
                    if (await MakeAsync(diploma, form, cancel) is { } file)
                    {
                        await PutAsync(zip, "diplomas/" + file.Name, file.Bytes, cancel);
                    }
                }
            }

            await PutAsync(zip, "data.json", await DataAsync(holder, email, diplomas, at, cancel), cancel);
        }

        return bytes.ToArray();
    }

    private async Task<byte[]> DataAsync(
        Actor holder, string email, IReadOnlyList<StoredDiploma> diplomas, DateTimeOffset at, CancellationToken cancel)
    {
        var trail = await TrailAsync(holder, TrailCountMax, cancel);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var shares = new List<object>();
        var blocks = new Dictionary<AssetId, DataBlock>();
        foreach (var diploma in diplomas)
        {
            if (await DataBlocks.FindAsync(connection, diploma.Summary.Asset, cancel) is { } block)
            {
                blocks[diploma.Summary.Asset] = block;
            }
        }

        foreach (var share in await new Shares(home.Vault).OfAccountAsync(connection, holder.Id, cancel))
        {
            var log = await Shares.OpeningsAsync(connection, share.Id, int.MaxValue, cancel);
            shares.Add(new { share.Id, share.Credential, share.CreatedAt, share.ExpiresAt, share.RevokedAt, share.MayDownload, share.HasPin, share.Words, Log = log });
        }

        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                MadeAt = at,
                Account = new { holder.Id, holder.Name, Email = email },
                Diplomas = diplomas.Select(d => new { Asset = d.Summary.Asset.ToString(), Number = d.Record.Content.FullNumber, State = d.Summary.State.Word(), d.Summary.StateAt, Blocked = blocks.TryGetValue(d.Summary.Asset, out var block) ? new { block.At, block.Ground } : null, d.Record.Content }),
                Shares = shares,
                Consents = await new Consents(home.Vault).OfAccountAsync(connection, holder.Id, cancel),
                Requests = await new HolderRequests(home.Vault).OfAccountAsync(connection, holder.Id, cancel),
                Record = trail.Select(r => new { r.Number, r.At, r.Act, r.What, r.ActorKind, r.Role, r.Institution, r.Subject, r.Facts }),
            },
            Readable);
    }

    private async Task<HolderFile?> MakeAsync(StoredDiploma diploma, string form, CancellationToken cancel)
    {
        var name = Delivery.Outbox.Name(diploma.Record.Content.FullNumber);
        switch (form)
        {
            case "badge":
                return new HolderFile(name + ".badge.json", "application/vc", diploma.Forms.Vc);
            case "sd-jwt":
                return new HolderFile(name + ".sd-jwt.txt", "application/dc+sd-jwt", diploma.Forms.SdJwt);
            case "pdf" or "file":
                if (await delivery.FileOfAsync(diploma.Summary.Asset, cancel) is not var (_, file))
                {
                    return null;
                }

                var bytes = file.Write();
                return form == "file"
                    ? new HolderFile(name + ".diploma.json", "application/json", bytes)
                    : new HolderFile(name + ".pdf", "application/pdf", delivery.Pdf(diploma, bytes));
            default:
                return null;
        }
    }

    private Task NoteAsync(
        Actor holder, StoredDiploma diploma, TrailAct act, string what, IReadOnlyList<(string, string)> facts, CancellationToken cancel)
    {
        var done = new TrailEvent(
            act, what, holder, new TrailSubject("diploma", diploma.Summary.Asset.ToString()), Person: held.PersonOf(diploma), Facts: facts);
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync(t => AuditTrail.AppendAsync(t, at, done, cancel), cancel);
    }

    private static async Task PutAsync(ZipArchive zip, string name, byte[] bytes, CancellationToken cancel)
    {
        await using var entry = await zip.CreateEntry(name, CompressionLevel.Fastest).OpenAsync(cancel);
        await entry.WriteAsync(bytes, cancel);
    }
}

/// <param name="Name">Of the file, in capitals, digits, dots and hyphens.</param>
public sealed record HolderFile(string Name, string MediaType, byte[] Bytes);
