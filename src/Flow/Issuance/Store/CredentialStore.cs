using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>The issued credentials. Writes happen in the caller's transaction, beside the ledger's.</summary>
public sealed class CredentialStore(IKeyVault vault, StatusLists statusLists)
{
    private const int LookupSize = 400;
    internal const string SummaryColumns =
        """
        id, asset, batch, initiator, kind, series, number, programme, award_date, issued_at, transferred_at,
        state, state_at, reason, supersedes, superseded_by, list_id, list_index
        """;

    /// <summary>Tables from which erasing takes rows and fields.</summary>
    public static IReadOnlyList<string> ErasedTables { get; } =
        ["credential_payloads", "credentials", "lifecycle_decisions", "change_orders", "change_rows", "certificates"];

    private static readonly string[] CredentialColumns =
    [
        "id", "asset", "batch", "initiator", "kind", "series", "number", "programme", "award_date", "issued_at",
        "state", "state_at", "supersedes", "capability", "holder", "list_id", "list_index",
    ];

    /// <summary>
    /// Stores credentials, their payloads and the ledger indices of their <c>asset.registered</c> entries, which are
    /// <paramref name="firstLedgerIndex"/>, the next, and so on, in order. A number or an award that was issued before
    /// is refused by row and nothing is written.
    /// </summary>
    public static async Task<Outcome<int>> InsertAsync(
        DbTransaction transaction,
        string batch,
        IReadOnlyList<IssuedDiploma> diplomas,
        long firstLedgerIndex,
        AssetId? supersedes = null,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        var known = await FindIssuedAsync(
            transaction,
            diplomas[0].Record.Initiator.Bin,
            [.. diplomas.Select(d => (d.Record.Content, Convert.ToHexString(d.Holder)))],
            cancel);
        if (known.Count > 0)
        {
            return known[0].AsProblem();
        }

        var last = (await transaction.QueryAsync(
            "SELECT COALESCE(MAX(id), 0) FROM credentials", r => r.GetInt64(0), cancel)).Single();
        if (supersedes is not null)
        {
            await transaction.TouchAsync("credentials", cancel, last + 1);
        }

        await transaction.BulkInsertAsync(
            "credentials", CredentialColumns, diplomas.Select((d, i) => Row(last + 1 + i, batch, d, supersedes)), cancel);
        await transaction.BulkInsertAsync(
            "credential_payloads",
            ["credential", "data_key", "name", "payload"],
            diplomas.Select((d, i) => new object?[] { last + 1 + i, d.WrappedKey, d.Name, d.Payload }),
            cancel);
        await transaction.BulkInsertAsync(
            "asset_entries",
            ["credential", "ledger_index", "type"],
            diplomas.Select((_, i) => new object?[] { last + 1 + i, firstLedgerIndex + i, LedgerEntryTypes.AssetRegistered }),
            cancel);
        return diplomas.Count;
    }

    /// <summary>
    /// Which of these diplomas were issued before, by number or by award (holder and programme). The same list run
    /// again finds all of them; a list with one other person's number finds the clash.
    /// </summary>
    public Task<IReadOnlyList<AlreadyIssued>> FindIssuedAsync(
        DbTransaction transaction, Bin initiator, IReadOnlyList<ValidatedDiploma> diplomas, CancellationToken cancel = default) =>
        FindIssuedAsync(
            transaction,
            initiator,
            [.. diplomas.Select(d => (d, Convert.ToHexString(HolderFingerprint.Of(vault, initiator, d))))],
            cancel);

    // A fingerprint costs as much as the look-up: who has it brings it.
    private static async Task<IReadOnlyList<AlreadyIssued>> FindIssuedAsync(
        DbTransaction transaction,
        Bin initiator,
        IReadOnlyList<(ValidatedDiploma Diploma, string Holder)> awards,
        CancellationToken cancel)
    {
        var found = new List<AlreadyIssued>();
        foreach (var part in awards.Chunk(LookupSize))
        {
            // The first row stands for a holder who is twice in the list; Intake refuses such a list anyway.
            var chunk = part.Select(award => award.Diploma).ToArray();
            var holders = part
                .GroupBy(award => award.Holder, award => award.Diploma, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
            var byHolder = await transaction.QueryAsync(
                $"SELECT holder, asset FROM credentials WHERE holder IN ({Places("h", holders.Count)})",
                r => (Holder: Convert.ToHexString(r.GetBytes(0)), Asset: AssetId.Parse(r.GetString(1))),
                cancel,
                [.. holders.Keys.Select((h, i) => ($"h{i}", (object?)Convert.FromHexString(h)))]);
            var numbers = chunk.ToLookup(d => d.FullNumber, StringComparer.Ordinal);
            var byNumber = new List<(string Number, AssetId Asset, string? Holder)>();
            foreach (var series in chunk.GroupBy(d => d.Series, StringComparer.Ordinal))
            {
                var own = series.Select(d => d.Number).ToArray();
                byNumber.AddRange(await transaction.QueryAsync(
                    $"""
                    SELECT number, asset, holder FROM credentials
                    WHERE initiator = @bin AND series = @series AND number IN ({Places("n", own.Length)})
                    """,
                    r => (
                        $"{series.Key} {r.GetString(0)}",
                        AssetId.Parse(r.GetString(1)),
                        r.GetBytesOrNull(2) is { } h ? Convert.ToHexString(h) : null),
                    cancel,
                    [("bin", initiator.Value), ("series", series.Key), .. own.Select((n, i) => ($"n{i}", (object?)n))]));
            }

            var numberAssets = byNumber.Select(n => n.Asset).ToHashSet();
            found.AddRange(byNumber.SelectMany(n => numbers[n.Number].Select(d => new AlreadyIssued(
                d.Row,
                n.Asset,
                SameNumber: true,
                SameAward: n.Holder is { } holder && holders.TryGetValue(holder, out var owner) && owner == d))));
            found.AddRange(byHolder
                .Where(h => !numberAssets.Contains(h.Asset))
                .Select(h => new AlreadyIssued(holders[h.Holder].Row, h.Asset, SameNumber: false, SameAward: true)));
        }

        return [.. found.OrderBy(f => f.Row)];
    }

    public async Task<CredentialSummary?> FindAsync(
        DbConnection connection, AssetId asset, CancellationToken cancel = default) =>
        (await connection.QueryAsync(
            $"SELECT {SummaryColumns} FROM credentials WHERE asset = @asset", Summary, cancel, ("asset", asset.ToString())))
        .SingleOrDefault();

    /// <inheritdoc cref="FindAsync(DbConnection, AssetId, CancellationToken)"/>
    public async Task<CredentialSummary?> FindAsync(
        DbTransaction transaction, AssetId asset, CancellationToken cancel = default) =>
        (await transaction.QueryAsync(
            $"SELECT {SummaryColumns} FROM credentials WHERE asset = @asset", Summary, cancel, ("asset", asset.ToString())))
        .SingleOrDefault();

    /// <summary>By series and number as printed; several when institutions share a series.</summary>
    public async Task<IReadOnlyList<CredentialSummary>> FindByNumberAsync(
        DbConnection connection, string series, string number, CancellationToken cancel = default) =>
        await connection.QueryAsync(
            $"SELECT {SummaryColumns} FROM credentials WHERE series = @series AND number = @number ORDER BY id",
            Summary,
            cancel,
            ("series", series),
            ("number", number));

    /// <summary>By the capability of a QR's address; null for one that was never given out.</summary>
    public async Task<CredentialSummary?> FindByCapabilityAsync(
        DbConnection connection, string capability, CancellationToken cancel = default) =>
        (await connection.QueryAsync(
            $"SELECT {SummaryColumns} FROM credentials WHERE capability = @hash",
            Summary,
            cancel,
            ("hash", HashOfCapability(capability)))).SingleOrDefault();

    /// <summary>Credentials after a row number, oldest first: for exports, audits and lists in pages.</summary>
    public async Task<IReadOnlyList<CredentialSummary>> ListAsync(
        DbConnection connection, long afterId, int count, CancellationToken cancel = default) =>
        await connection.QueryAsync(
            $"SELECT {SummaryColumns} FROM credentials WHERE id > @after ORDER BY id LIMIT @count",
            Summary,
            cancel,
            ("after", afterId),
            ("count", count));

    /// <summary>
    /// Decrypts one credential; null when there is none or it was erased. Throws <see cref="CryptographicException"/>
    /// when a stored byte was changed.
    /// </summary>
    public async Task<StoredDiploma?> LoadAsync(
        DbConnection connection, AssetId asset, CancellationToken cancel = default)
    {
        if (await FindAsync(connection, asset, cancel) is not { } summary)
        {
            return null;
        }

        var sealedParts = await connection.QueryAsync(
            "SELECT data_key, name, payload FROM credential_payloads WHERE credential = @id",
            r => (Key: r.GetBytes(0), Name: r.GetBytes(1), Payload: r.GetBytes(2)),
            cancel,
            ("id", summary.Id));
        if (sealedParts.Count == 0)
        {
            return null;
        }

        var (record, forms) = SealedPayload.Open(vault, asset, sealedParts[0].Key, sealedParts[0].Payload);
        if (SealedPayload.OpenName(vault, asset, sealedParts[0].Key, sealedParts[0].Name) != record.Content.Name)
        {
            throw new CryptographicException("The name beside a stored payload is not the one in it.");
        }

        return new StoredDiploma(summary, record, forms);
    }

    /// <summary>Notes a later ledger entry of an asset, in the transaction that appended it.</summary>
    public static Task AddEntryAsync(
        DbTransaction transaction, AssetId asset, string type, long ledgerIndex, CancellationToken cancel = default) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO asset_entries (credential, ledger_index, type)
            SELECT id, @index, @type FROM credentials WHERE asset = @asset
            """,
            cancel,
            ("index", ledgerIndex),
            ("type", type),
            ("asset", asset.ToString()));

    /// <summary>Ledger indices of everything that was said about an asset, oldest first; of a certificate, too.</summary>
    public static async Task<IReadOnlyList<(long Index, string Type)>> EntriesOfAsync(
        DbConnection connection, AssetId asset, CancellationToken cancel = default) =>
        await connection.QueryAsync(
            """
            SELECT e.ledger_index, e.type FROM asset_entries e JOIN credentials c ON c.id = e.credential WHERE c.asset = @asset
            UNION ALL SELECT ledger_index, type FROM certificate_entries WHERE asset = @asset
            ORDER BY 1
            """,
            r => (r.GetInt64(0), r.GetString(1)),
            cancel,
            ("asset", asset.ToString()));

    /// <summary>Asset and entry type noted for each ledger index of a range; other indices are left out.</summary>
    public static async Task<IReadOnlyDictionary<long, (string Asset, string Type)>> AssetsAtAsync(
        DbConnection connection, long first, long end, CancellationToken cancel = default) =>
        (await connection.QueryAsync(
            """
            SELECT e.ledger_index, c.asset, e.type FROM asset_entries e JOIN credentials c ON c.id = e.credential
            WHERE e.ledger_index >= @first AND e.ledger_index < @end
            UNION ALL
            SELECT ledger_index, asset, type FROM certificate_entries WHERE ledger_index >= @first AND ledger_index < @end
            """,
            r => (Index: r.GetInt64(0), Asset: r.GetString(1), Type: r.GetString(2)),
            cancel,
            ("first", first),
            ("end", end)))
            // A changed row may claim the place of another.
            .DistinctBy(e => e.Index).ToDictionary(e => e.Index, e => (e.Asset, e.Type));

    /// <summary>How many ledger entries are noted in all.</summary>
    public static async Task<long> EntryCountAsync(DbConnection connection, CancellationToken cancel = default) =>
        (await connection.QueryAsync(
            "SELECT (SELECT COUNT(*) FROM asset_entries) + (SELECT COUNT(*) FROM certificate_entries)", r => r.GetInt64(0), cancel)).Single();

    /// <summary>Row numbers after one, in order: rows that cannot be read are among them.</summary>
    public static async Task<IReadOnlyList<long>> IdsAsync(
        DbConnection connection, long afterId, int count, CancellationToken cancel = default) =>
        await connection.QueryAsync(
            "SELECT id FROM credentials WHERE id > @after ORDER BY id LIMIT @count",
            r => r.GetInt64(0),
            cancel,
            ("after", afterId),
            ("count", count));

    public static async Task<long> CountAsync(DbConnection connection, CancellationToken cancel = default) =>
        (await connection.QueryAsync("SELECT COUNT(*) FROM credentials", r => r.GetInt64(0), cancel)).Single();

    /// <summary>Puts the fingerprint of each document behind a decision on a credential in the place of its words.</summary>
    internal async Task ForgetBasesAsync(DbTransaction transaction, long credential, CancellationToken cancel)
    {
        var decisions = await transaction.QueryAsync(
            "SELECT step, basis FROM lifecycle_decisions WHERE credential = @id",
            r => (Step: r.GetInt32(0), Basis: r.GetString(1)),
            cancel,
            ("id", credential));
        foreach (var (step, basis) in decisions)
        {
            await transaction.TouchAsync("lifecycle_decisions", cancel, credential, step);
            await transaction.ExecuteAsync(
                "UPDATE lifecycle_decisions SET basis = @basis WHERE credential = @id AND step = @step",
                cancel,
                ("basis", FingerprintOfBasis(basis)),
                ("id", credential),
                ("step", step));
        }
    }

    /// <summary><c>hmac-sha256:</c> and the hexadecimal HMAC of the text under a vault key.</summary>
    public string FingerprintOfBasis(string basis) =>
        "hmac-sha256:" + Convert.ToHexStringLower(vault.Fingerprint("issuance/basis", Encoding.UTF8.GetBytes(basis)));

    internal byte[] FingerprintOfHolder(Bin initiator, Iin iin, string programme) => HolderFingerprint.Of(vault, initiator, iin, programme);

    internal static byte[] HashOfCapability(string capability) => SHA256.HashData(Encoding.UTF8.GetBytes(capability));

    private static object?[] Row(long id, string batch, IssuedDiploma diploma, AssetId? supersedes)
    {
        var record = diploma.Record;
        var content = record.Content;
        var at = LedgerEntry.Time(record.IssuedAt);
        return
        [
            id, record.Asset.ToString(), batch, record.Initiator.Bin.Value, content.Kind, content.Series, content.Number,
            content.Programme.Code, content.AwardDate.ToString("O", CultureInfo.InvariantCulture), at,
            DiplomaState.Active.Word(), at, supersedes?.ToString(), diploma.CapabilityHash, diploma.Holder,
            record.Status.ListId, record.Status.Index,
        ];
    }

    internal static string Places(string prefix, int count) =>
        string.Join(", ", Enumerable.Range(0, count).Select(i => $"@{prefix}{i}"));

    internal CredentialSummary Summary(DbDataReader r) => new(
        r.GetInt64(0),
        AssetId.Parse(r.GetString(1)),
        r.GetString(2),
        Bin.Parse(r.GetString(3)),
        r.GetString(4),
        r.GetString(5),
        r.GetString(6),
        r.GetString(7),
        DateOnly.ParseExact(r.GetString(8), "O", CultureInfo.InvariantCulture),
        Time(r.GetString(9)),
        r.GetStringOrNull(10) is { } transferred ? Time(transferred) : null,
        DiplomaStates.Parse(r.GetString(11)),
        Time(r.GetString(12)),
        r.GetStringOrNull(13),
        r.GetStringOrNull(14) is { } older ? AssetId.Parse(older) : null,
        r.GetStringOrNull(15) is { } newer ? AssetId.Parse(newer) : null,
        statusLists.PointerTo(r.GetString(16), r.GetInt32(17)));

    private static DateTimeOffset Time(string text) =>
        LedgerEntry.TimeOf(text);
}

/// <summary>A row of a list that was issued before.</summary>
/// <param name="SameNumber">The number is taken.</param>
/// <param name="SameAward">The holder already has this award in force.</param>
public sealed record AlreadyIssued(int Row, AssetId Asset, bool SameNumber, bool SameAward)
{
    /// <summary>The refusal for a caller who wanted new diplomas only.</summary>
    public Problem AsProblem() => SameNumber
        ? new Problem(
            "issuance/number-taken",
            $"Row {Row}: a diploma with this series and number was issued before.",
            ("row", $"{Row}"))
        : new Problem(
            "issuance/award-exists",
            $"Row {Row}: this holder already has a diploma of this programme in force.",
            ("row", $"{Row}"));
}
