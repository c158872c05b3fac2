using System.Data.Common;
using System.Security.Cryptography;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>
/// The way of each diploma to its holder. A row is prepared with the diploma when the list says how the holder is reached;
/// a diploma without one gets its row with the first letter. Writes happen in the caller's transaction.
/// </summary>
public sealed class Deliveries(IKeyVault vault)
{
    public const string Table = "deliveries";

    internal const string Columns =
        """
        d.credential, d.institution, d.state, d.prepared_at, d.contact IS NOT NULL, d.sent_count, d.sent_at, d.mail, d.letter_at,
        d.bounced_at, d.bounce, d.opened_at, d.claimed_at, d.code_at, d.code_attempts
        """;

    private static readonly string[] PreparedColumns =
        ["credential", "institution", "state", "prepared_at", "contact_key", "contact", "sent_count", "code_attempts"];

    /// <summary>Tables from which erasing takes rows.</summary>
    public static IReadOnlyList<string> ErasedTables { get; } = [Table, "claim_tokens"];

    /// <summary>One row for each of these diplomas that has a contact, in the transaction that issues them.</summary>
    public async Task PrepareAsync(
        DbTransaction transaction, IReadOnlyList<IssuedDiploma> issued, DateTimeOffset at, CancellationToken cancel = default)
    {
        var time = LedgerEntry.Time(at);
        var rows = issued
            .Where(d => d.Record.Content.Contact is not null)
            .Select(d => Prepared(d.Asset, d.Record.Initiator.Bin, time, Recipient.Of(d.Record.Content.Contact!, d.Record.Content.Instruction)))
            .ToList();
        if (rows.Count > 0)
        {
            await transaction.BulkInsertAsync(Table, PreparedColumns, rows, cancel);
        }
    }

    /// <summary>The row of a diploma, made when it is missing. The institution is that of the diploma.</summary>
    public static async Task<DeliveryRow> OpenAsync(
        DbTransaction transaction, AssetId asset, Bin institution, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await FindAsync(transaction, asset, cancel) is { } row)
        {
            return row;
        }

        await transaction.TouchAsync(Table, cancel, asset.ToString());
        // Two at once: the second finds the row of the first.
        await transaction.ExecuteAsync(
            """
            INSERT INTO deliveries (credential, institution, state, prepared_at, sent_count, code_attempts)
            VALUES (@asset, @institution, 'prepared', @at, 0, 0) ON CONFLICT (credential) DO NOTHING
            """,
            cancel, ("asset", asset.ToString()), ("institution", institution.Value), ("at", LedgerEntry.Time(at)));
        return (await FindAsync(transaction, asset, cancel))!;
    }

    public static async Task<DeliveryRow?> FindAsync(ReadFrom from, AssetId asset, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"SELECT {Columns} FROM deliveries d WHERE d.credential = @asset", r => Read(r), cancel, ("asset", asset.ToString())))
        .SingleOrDefault();

    /// <summary>The delivery whose last message this was; null when a later one went out.</summary>
    public static async Task<DeliveryRow?> FindByMailAsync(ReadFrom from, string mail, CancellationToken cancel = default) =>
        (await from.QueryAsync($"SELECT {Columns} FROM deliveries d WHERE d.mail = @mail", r => Read(r), cancel, ("mail", mail)))
        .SingleOrDefault();

    /// <summary>Who gets a diploma; null without a contact. Throws <see cref="CryptographicException"/> when a byte was changed.</summary>
    public async Task<Recipient?> RecipientAsync(ReadFrom from, AssetId asset, CancellationToken cancel = default) =>
        (await RecipientsAsync(from, [asset], cancel)).GetValueOrDefault(asset);

    /// <summary>The same for up to some hundreds.</summary>
    public async Task<IReadOnlyDictionary<AssetId, Recipient>> RecipientsAsync(
        ReadFrom from, IReadOnlyList<AssetId> assets, CancellationToken cancel = default)
    {
        if (assets.Count == 0)
        {
            return new Dictionary<AssetId, Recipient>();
        }

        var rows = await from.QueryAsync(
            $"""
            SELECT credential, institution, prepared_at, contact_key, contact FROM deliveries
            WHERE contact IS NOT NULL AND credential IN ({string.Join(", ", assets.Select((_, i) => $"@a{i}"))})
            """,
            r => (Asset: r.GetString(0), Institution: r.GetString(1), At: r.GetString(2), Key: r.GetBytes(3), Contact: r.GetBytes(4)),
            cancel, [.. assets.Select((a, i) => ($"a{i}", (object?)a.ToString()))]);
        return rows.ToDictionary(
            r => AssetId.Parse(r.Asset), r => ContactSeal.Open(vault, r.Key, r.Contact, Context(r.Asset, r.Institution, r.At)));
    }

    /// <summary>Another way to reach the holder. Links that went the old way open nothing from now on.</summary>
    public async Task SetRecipientAsync(
        DbTransaction transaction, DeliveryRow row, Recipient? recipient, CancellationToken cancel = default)
    {
        var asset = row.Asset.ToString();
        var (key, contact) = recipient is null
            ? (null, (byte[]?)null)
            : ContactSeal.Seal(vault, recipient, Context(asset, row.Institution.Value, LedgerEntry.Time(row.PreparedAt)));
        await transaction.TouchAsync(Table, cancel, asset);
        await transaction.ExecuteAsync(
            """
            UPDATE deliveries SET contact_key = @key, contact = @contact, mail = NULL, bounced_at = NULL, bounce = NULL,
                state = CASE WHEN state IN ('sent', 'bounced', 'opened') THEN 'prepared' ELSE state END
            WHERE credential = @asset
            """,
            cancel, ("key", key), ("contact", contact), ("asset", asset));
        await EndLinksAsync(transaction, row.Asset, LinkChannel.Mail, cancel);
    }

    /// <summary>A new link; earlier ones of the same diploma stay good until their own end.</summary>
    public static async Task AddLinkAsync(
        DbTransaction transaction, AssetId asset, string token, LinkChannel channel, DateTimeOffset at, TimeSpan term,
        CancellationToken cancel = default)
    {
        var hash = ClaimToken.HashOf(token) ?? throw new ArgumentException("This is no token.", nameof(token));
        await transaction.TouchAsync("claim_tokens", cancel, hash);
        await transaction.ExecuteAsync(
            """
            INSERT INTO claim_tokens (token, credential, channel, issued_at, expires_at)
            VALUES (@token, @asset, @channel, @at, @expires)
            """,
            cancel, ("token", hash), ("asset", asset.ToString()), ("channel", Word(channel)), ("at", LedgerEntry.Time(at)),
            ("expires", LedgerEntry.Time(at + term)));
    }

    /// <summary>The link behind a token, also when its term is over; null when it was never given out or taken back.</summary>
    public static async Task<OpenLink?> FindLinkAsync(ReadFrom from, string? token, CancellationToken cancel = default) =>
        ClaimToken.HashOf(token) is not { } hash
            ? null
            : (await from.QueryAsync(
                "SELECT credential, channel, expires_at FROM claim_tokens WHERE token = @token",
                r => new OpenLink(
                    AssetId.Parse(r.GetString(0)), r.GetString(1) == "letter" ? LinkChannel.Letter : LinkChannel.Mail,
                    LedgerEntry.TimeOf(r.GetString(2))),
                cancel, ("token", hash))).SingleOrDefault();

    public static Task SentAsync(
        DbTransaction transaction, AssetId asset, string mail, DateTimeOffset at, CancellationToken cancel = default) =>
        UpdateAsync(
            transaction, asset,
            """
            sent_count = sent_count + 1, sent_at = @at, mail = @mail, bounced_at = NULL, bounce = NULL,
            state = CASE WHEN state IN ('prepared', 'bounced') THEN 'sent' ELSE state END
            """,
            cancel, ("at", LedgerEntry.Time(at)), ("mail", mail));

    public static Task LetterAsync(DbTransaction transaction, AssetId asset, DateTimeOffset at, CancellationToken cancel = default) =>
        UpdateAsync(transaction, asset, "letter_at = @at", cancel, ("at", LedgerEntry.Time(at)));

    /// <summary>Notes that the message came back. A diploma that was claimed meanwhile stays claimed.</summary>
    public static Task BouncedAsync(
        DbTransaction transaction, AssetId asset, string reason, DateTimeOffset at, CancellationToken cancel = default) =>
        UpdateAsync(
            transaction, asset, "state = CASE WHEN state = 'claimed' THEN state ELSE 'bounced' END, bounced_at = @at, bounce = @reason",
            cancel, ("at", LedgerEntry.Time(at)), ("reason", reason));

    /// <summary>The first opening by a person; later ones change nothing.</summary>
    public static Task OpenedAsync(DbTransaction transaction, AssetId asset, DateTimeOffset at, CancellationToken cancel = default) =>
        UpdateAsync(
            transaction, asset,
            "opened_at = COALESCE(opened_at, @at), state = CASE WHEN state = 'claimed' THEN state ELSE 'opened' END",
            cancel, ("at", LedgerEntry.Time(at)));

    /// <summary>A new code takes the place of the one before, and unlocks.</summary>
    public Task SetCodeAsync(DbTransaction transaction, DeliveryRow row, string code, DateTimeOffset at, CancellationToken cancel = default) =>
        UpdateAsync(
            transaction, row.Asset, "code_hash = @hash, code_at = @at, code_attempts = 0", cancel,
            ("hash", ClaimCode.HashOf(vault, row.Institution, code)), ("at", LedgerEntry.Time(at)));

    /// <summary>
    /// Tries a code. A wrong one is counted in this transaction, so that two at once count twice; the caller commits it also
    /// when it was wrong.
    /// </summary>
    public async Task<Outcome<AssetId>> TryCodeAsync(
        DbTransaction transaction, AssetId asset, string? typed, CancellationToken cancel = default)
    {
        // Held from here on: in PostgreSQL a second attempt waits for the count of the first.
        await Database.LockAsync(transaction, $"claim {asset}", cancel);
        await transaction.TouchAsync(Table, cancel, asset.ToString());
        var (hash, attempts, institution) = (await transaction.QueryAsync(
            "SELECT code_hash, code_attempts, institution FROM deliveries WHERE credential = @asset",
            r => (r.GetBytesOrNull(0), r.GetInt32(1), Bin.Parse(r.GetString(2))), cancel, ("asset", asset.ToString()))).SingleOrDefault();
        if (attempts >= ClaimCode.AttemptsMax)
        {
            return new Problem("delivery/locked", "Too many wrong codes. The institution gives a new one.");
        }

        if (hash is null)
        {
            return new Problem("delivery/no-code", "No code was made for this diploma yet. The institution gives one.");
        }

        if (ClaimCode.Read(typed) is { } code && CryptographicOperations.FixedTimeEquals(hash, ClaimCode.HashOf(vault, institution, code)))
        {
            await transaction.ExecuteAsync(
                "UPDATE deliveries SET code_attempts = 0 WHERE credential = @asset", cancel, ("asset", asset.ToString()));
            return asset;
        }

        await transaction.ExecuteAsync(
            "UPDATE deliveries SET code_attempts = code_attempts + 1 WHERE credential = @asset", cancel, ("asset", asset.ToString()));
        var left = ClaimCode.AttemptsMax - attempts - 1;
        return left == 0
            ? new Problem("delivery/locked", "Too many wrong codes. The institution gives a new one.")
            : new Problem("delivery/wrong-code", "The code is wrong.", ("left", $"{left}"));
    }

    /// <summary>The holder has it: how they were known, and which text of the risks they took note of (requirement DA-18).</summary>
    public static Task ClaimedAsync(
        DbTransaction transaction, AssetId asset, string identifiedBy, string riskVersion, DateTimeOffset riskAt, DateTimeOffset at,
        CancellationToken cancel = default) =>
        UpdateAsync(
            transaction, asset,
            """
            state = 'claimed', claimed_at = @at, opened_at = COALESCE(opened_at, @at), identified_by = @by, risk_version = @version,
            risk_at = @read, code_hash = NULL
            """,
            cancel, ("at", LedgerEntry.Time(at)), ("by", identifiedBy), ("version", riskVersion), ("read", LedgerEntry.Time(riskAt)));

    /// <summary>
    /// A diploma was replaced before its holder had it: contact, links and code go over to the replacement. After the claim
    /// nothing goes over: the holder is told by other means. True when it went over; the queued message is the caller's to carry.
    /// </summary>
    public async Task<bool> FollowAsync(
        DbTransaction transaction, AssetId old, AssetId replacement, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await FindAsync(transaction, old, cancel) is not { State: not DeliveryState.Claimed } row)
        {
            return false;
        }

        var recipient = await RecipientAsync(transaction, old, cancel);
        var next = await OpenAsync(transaction, replacement, row.Institution, at, cancel);
        await SetRecipientAsync(transaction, next, recipient, cancel);
        await UpdateAsync(
            transaction, replacement,
            """
            state = @state, sent_count = @count, sent_at = @sent, opened_at = @opened, letter_at = @letter, code_at = @code,
            code_attempts = @attempts, code_hash = (SELECT o.code_hash FROM deliveries o WHERE o.credential = @old),
            mail = @mail, bounced_at = @bounced, bounce = @bounce
            """,
            cancel, ("mail", row.Mail), ("bounced", Text(row.BouncedAt)), ("bounce", row.Bounce), ("state", row.State.Word()), ("count", row.SentCount), ("sent", Text(row.SentAt)), ("opened", Text(row.OpenedAt)),
            ("letter", Text(row.LetterAt)), ("code", Text(row.CodeAt)), ("attempts", row.CodeAttempts), ("old", old.ToString()));
        var links = await transaction.QueryAsync(
            "SELECT token FROM claim_tokens WHERE credential = @asset", r => r.GetString(0), cancel, ("asset", old.ToString()));
        foreach (var link in links)
        {
            await transaction.TouchAsync("claim_tokens", cancel, link);
            await transaction.ExecuteAsync(
                "UPDATE claim_tokens SET credential = @asset WHERE token = @token", cancel, ("asset", replacement.ToString()), ("token", link));
        }

        await EraseAsync(transaction, old, cancel);
        return true;
    }

    /// <summary>Destroys contact, links and code of a diploma.</summary>
    public static async Task EraseAsync(DbTransaction transaction, AssetId asset, CancellationToken cancel = default)
    {
        foreach (var channel in Enum.GetValues<LinkChannel>())
        {
            await EndLinksAsync(transaction, asset, channel, cancel);
        }

        await transaction.TouchAsync(Table, cancel, asset.ToString());
        // Overwritten first, so that the database file does not keep the bytes in a page it merely marks as free.
        await transaction.ExecuteAsync(
            "UPDATE deliveries SET contact_key = @zeros, contact = @zeros WHERE credential = @asset AND contact IS NOT NULL",
            cancel, ("zeros", new byte[60]), ("asset", asset.ToString()));
        await transaction.ExecuteAsync("DELETE FROM deliveries WHERE credential = @asset", cancel, ("asset", asset.ToString()));
    }

    /// <summary>Rows as they were prepared that no longer agree with their contact: changed past the program.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync(ReadFrom from, CancellationToken cancel = default)
    {
        var rows = await from.QueryAsync(
            "SELECT credential, institution, prepared_at, contact_key, contact FROM deliveries WHERE contact IS NOT NULL",
            r => (Asset: r.GetString(0), Institution: r.GetString(1), At: r.GetString(2), Key: r.GetBytesOrNull(3), Contact: r.GetBytes(4)),
            cancel);
        return [.. rows.Where(r => !Opens(r.Key, r.Contact, Context(r.Asset, r.Institution, r.At))).Select(r => r.Asset)];
    }

    private bool Opens(byte[]? key, byte[] contact, string context)
    {
        try
        {
            return key is not null && ContactSeal.Open(vault, key, contact, context) is not null;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static async Task EndLinksAsync(DbTransaction transaction, AssetId asset, LinkChannel channel, CancellationToken cancel)
    {
        var links = await transaction.QueryAsync(
            "SELECT token FROM claim_tokens WHERE credential = @asset AND channel = @channel",
            r => r.GetString(0), cancel, ("asset", asset.ToString()), ("channel", Word(channel)));
        foreach (var link in links)
        {
            await transaction.TouchAsync("claim_tokens", cancel, link);
            await transaction.ExecuteAsync("DELETE FROM claim_tokens WHERE token = @token", cancel, ("token", link));
        }
    }

    private static async Task UpdateAsync(
        DbTransaction transaction, AssetId asset, string set, CancellationToken cancel, params (string Name, object? Value)[] args)
    {
        await transaction.TouchAsync(Table, cancel, asset.ToString());
        await transaction.ExecuteAsync(
            $"UPDATE deliveries SET {set} WHERE credential = @asset", cancel, [.. args, ("asset", asset.ToString())]);
    }

    private object?[] Prepared(AssetId asset, Bin institution, string at, Recipient recipient)
    {
        var (key, contact) = ContactSeal.Seal(vault, recipient, Context(asset.ToString(), institution.Value, at));
        return [asset.ToString(), institution.Value, DeliveryState.Prepared.Word(), at, key, contact, 0, 0];
    }

    private static string Context(string asset, string institution, string preparedAt) => $"{asset} {institution} {preparedAt}";

    private static string Word(LinkChannel channel) => channel == LinkChannel.Letter ? "letter" : "mail";

    private static string? Text(DateTimeOffset? at) => at is { } set ? LedgerEntry.Time(set) : null;

    internal static DeliveryRow Read(DbDataReader r, int first = 0) => new(
        AssetId.Parse(r.GetString(first)), Bin.Parse(r.GetString(first + 1)),
        DeliveryStates.TryParse(r.GetString(first + 2), out var state) ? state : throw new InvalidDataException("An unknown state of a delivery."),
        LedgerEntry.TimeOf(r.GetString(first + 3)), Convert.ToBoolean(r.GetValue(first + 4), System.Globalization.CultureInfo.InvariantCulture),
        r.GetInt32(first + 5), Time(r, first + 6), r.GetStringOrNull(first + 7), Time(r, first + 8), Time(r, first + 9),
        r.GetStringOrNull(first + 10), Time(r, first + 11), Time(r, first + 12), Time(r, first + 13), r.GetInt32(first + 14));

    private static DateTimeOffset? Time(DbDataReader r, int column) =>
        r.GetStringOrNull(column) is { } text ? LedgerEntry.TimeOf(text) : null;
}
