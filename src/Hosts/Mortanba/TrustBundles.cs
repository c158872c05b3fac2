using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Host.Witnessing;
using Mortanba.Ledger.Anchoring;
using Mortanba.Permits;
using Mortanba.Storage;
using Mortanba.Verification;

namespace Mortanba.Host;

/// <summary>
/// The trust bundles of an installation: what a verifier must know before it sees anything. Each is numbered, signed with the trust
/// key and kept; the next comes when something in it changed, or when the last is a day old, so that its age tells something.
/// </summary>
public static class TrustBundles
{
    public const string TrustKeyName = "trust";

    /// <summary>The last bundle is said again, with a new date and number, when it is this old.</summary>
    public static readonly TimeSpan SaidAgainAfter = TimeSpan.FromDays(1);

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("trust", 1, """
            CREATE TABLE trust_bundles (
                number {bigint} NOT NULL PRIMARY KEY, made_at {bigint} NOT NULL, document {blob} NOT NULL);
            """),
    ];

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("trust_bundles", ["number"])];

    /// <summary>The bundle of today: the last one, or a new one when that says too little or is too old.</summary>
    /// <remarks>Two processes never give two bundles one number: the second waits and takes the first one's.</remarks>
    public static async Task<TrustBundle> CurrentAsync(Installation home, CancellationToken cancel = default)
    {
        TrustBundle draft;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            draft = await DraftAsync(home, connection, cancel);
            if ((await LastAsync(connection, cancel)).Bundle is { } last && StillHolds(last, draft))
            {
                return last;
            }
        }

        CrashPoint.Reach("before-trust");
        var made = await home.Database.WriteAsync(
            async transaction =>
            {
                await Database.LockAsync(transaction, "trust", cancel);
                var (number, last) = await LastAsync(transaction, cancel);
                if (last is not null && StillHolds(last, draft))
                {
                    return last;
                }

                var bundle = TrustBundleFile.Sign(draft with { Number = number + 1 }, home.TrustSigner);
                await transaction.TouchAsync("trust_bundles", cancel, bundle.Number);
                await transaction.ExecuteAsync(
                    "INSERT INTO trust_bundles (number, made_at, document) VALUES (@number, @at, @document)",
                    cancel,
                    ("number", bundle.Number),
                    ("at", bundle.MadeAt.ToUnixTimeSeconds()),
                    ("document", TrustBundleFile.Write(bundle)));
                CrashPoint.Reach("in-trust");
                return bundle;
            },
            cancel);
        CrashPoint.Reach("after-trust");
        return made;
    }

    /// <summary>What a bundle would say now, without number and signature, and without keeping it.</summary>
    public static async Task<TrustBundle> DraftAsync(Installation home, CancellationToken cancel = default)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return await DraftAsync(home, connection, cancel);
    }

    /// <summary>Writes <c>DIR/trust.json</c>, whole or not at all.</summary>
    public static async Task WriteAsync(Installation home, CancellationToken cancel = default) =>
        await WriteFileAsync(home.TrustFile, await CurrentAsync(home, cancel), cancel);

    /// <summary>Writes a bundle to a file, whole or not at all.</summary>
    public static async Task WriteFileAsync(string file, TrustBundle bundle, CancellationToken cancel = default)
    {
        var unfinished = $"{file}.{Guid.NewGuid():N}.part";
        await File.WriteAllBytesAsync(unfinished, TrustBundleFile.Write(bundle), cancel);
        CrashPoint.Reach("before-trust-file");
        File.Move(unfinished, file, overwrite: true);
    }

    private static bool StillHolds(TrustBundle last, TrustBundle draft)
    {
        var again = draft with { Number = last.Number, MadeAt = last.MadeAt, TrustKey = last.TrustKey };
        return draft.MadeAt - last.MadeAt < SaidAgainAfter && TrustBundleFile.DigestOf(again) == TrustBundleFile.DigestOf(last);
    }

    // One that cannot be read any more still has its number, which no other may have; the audit names its row.
    private static async Task<(long Number, TrustBundle? Bundle)> LastAsync(ReadFrom from, CancellationToken cancel)
    {
        var last = (await from.QueryAsync(
            "SELECT number, document FROM trust_bundles ORDER BY number DESC LIMIT 1", r => (Number: r.GetInt64(0), Document: r.GetBytes(1)), cancel))
            .SingleOrDefault();
        return (last.Number, last.Document is null ? null : TrustBundleFile.Parse(last.Document).Match<TrustBundle?>(b => b, _ => null));
    }

    private static async Task<TrustBundle> DraftAsync(Installation home, ReadFrom from, CancellationToken cancel)
    {
        var logKey = home.Log.Key.ToVkey();
        var registered = (await AuthorityEntries.AllAsync(from, cancel))
            .Where(e => e.Type == LedgerEntryTypes.InstitutionRegistered)
            .Select(e => LedgerEntry.Parse(e.Bytes).Value)
            .ToDictionary(e => e.Text("bin")!, e => e.At, StringComparer.Ordinal);
        var institutions = new List<TrustedInstitution>();
        var permits = new List<TrustedPermit>();
        foreach (var organisation in await PermitRegister.OrganisationsAsync(from, cancel))
        {
            var keys = await PermitRegister.KeysAsync(from, organisation.Bin, cancel);
            institutions.Add(new TrustedInstitution(
                organisation.Bin.Value,
                organisation.Did,
                organisation.Name,
                JsonNamingPolicy.KebabCaseLower.ConvertName($"{organisation.Role}"),
                registered[organisation.Bin.Value],
                [.. keys.Select(k => new TrustedKey(k.Kid, k.Multibase, k.Since, k.Ended))]));
            permits.AddRange((await PermitRegister.PermitsOfAsync(from, organisation.Bin, cancel)).Select(permit => new TrustedPermit(
                permit.Number, permit.Bin.Value, permit.From, permit.Until,
                [.. permit.History.Select(change => new TrustedPermitChange(JsonNamingPolicy.KebabCaseLower.ConvertName($"{change.Status}"), change.At))])));
        }

        var settings = home.Settings;
        return new TrustBundle(
            home.Time.GetUtcNow(),
            logKey,
            $"log {logKey}\n{string.Concat(home.PastLogs.Select(l => $"log {l.Key.ToVkey()}\n"))}{WitnessPolicy.Text(settings.Witnesses, settings.OperatorBin)}",
            settings.Site,
            settings.OperatorBin,
            [.. (settings.Witnesses?.Nodes ?? []).Select(w => new TrustedWitness(w.Name, w.Organisation, w.Jurisdiction, w.Hosting))],
            institutions)
        {
            GoodForDays = settings.TrustDays ?? TrustBundle.GoodForDaysDefault,
            Permits = permits,
            Anchors = await AnchorsAsync(home, from, cancel),
        };
    }

    private static async Task<List<TrustedAnchor>> AnchorsAsync(Installation home, ReadFrom from, CancellationToken cancel)
    {
        var contracts = await AnchorStore.ContractsAsync(from, cancel);
        var used = home.Settings.Anchor;
        return
        [
            .. contracts.Select((one, i) => new TrustedAnchor(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"eip155:{one.ChainId}"),
                one.Genesis,
                one.Contract.ToString(),
                i == contracts.Count - 1 && used is not null && used.ChainId == one.ChainId && ChainAddress.Parse(used.Contract).Equals(one.Contract)
                    ? ChainAddress.Parse(used.Account).ToString()
                    : null,
                one.Since,
                i == contracts.Count - 1 ? null : contracts[i + 1].Since)),
        ];
    }
}
