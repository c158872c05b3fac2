using System.Data.Common;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>
/// Shares of diplomas (requirement DA-17): a presentation of chosen fields behind an unguessable link, until a time, and
/// until the holder takes it back. A lapsed and an unknown share cannot be told apart from outside.
/// </summary>
/// <remarks>Of a link only its SHA-256 stands in the table; the words and the presentation are sealed row by row.</remarks>
public sealed class Shares(IKeyVault vault)
{
    public const string Table = "shares";
    public const string OpeningsTable = "share_openings";

    private const string Opened = "opened";
    private const string Columns =
        """
        s.id, s.account, s.credential, s.created_at, s.expires_at, s.revoked_at, s.may_download, s.pin_seed, s.pin_failures, s.link_seed,
        s.data_key, s.payload, (SELECT COUNT(*) FROM share_openings o WHERE o.share = s.id AND o.what = 'opened'),
        (SELECT MAX(o.at) FROM share_openings o WHERE o.share = s.id AND o.what = 'opened')
        """;

    /// <summary>
    /// Stores a share; gives false, and writes nothing, when one with this id is there already: the form was sent twice.
    /// </summary>
    public async Task<bool> AddAsync(DbTransaction transaction, NewShare share, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, Table, cancel);
        if ((await transaction.QueryAsync("SELECT 1 FROM shares WHERE id = @id", r => 1, cancel, ("id", share.Id))).Count > 0)
        {
            return false;
        }

        var linkSeed = RandomNumberGenerator.GetBytes(ShareSecrets.SeedSizeBytes);
        var (key, payload) = SealedBox.Seal(
            vault, Context(share.Id), JsonSerializer.SerializeToUtf8Bytes(share.Words, SharingJson.Default.ShareWords));
        await transaction.TouchAsync(Table, cancel, share.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO shares (id, link_hash, link_seed, account, credential, recipient, created_at, expires_at, may_download,
                pin_seed, pin_failures, data_key, payload)
            VALUES (@id, @hash, @seed, @account, @credential, @recipient, @at, @until, @download, @pin, 0, @key, @payload)
            """,
            cancel, ("id", share.Id), ("hash", ShareSecrets.HashOfLink(ShareSecrets.Link(vault, share.Id, linkSeed))), ("seed", linkSeed),
            ("account", share.Account), ("credential", share.Credential.ToString()),
            ("recipient", ShareSecrets.Recipient(vault, share.Account, share.Words.Recipient)), ("at", LedgerEntry.Time(share.At)),
            ("until", LedgerEntry.Time(share.ExpiresAt)), ("download", share.MayDownload ? 1 : 0),
            ("pin", share.HasPin ? RandomNumberGenerator.GetBytes(ShareSecrets.SeedSizeBytes) : null), ("key", key), ("payload", payload));
        return true;
    }

    /// <summary>The shares of an account, newest first.</summary>
    public async Task<IReadOnlyList<Share>> OfAccountAsync(ReadFrom from, string account, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM shares s WHERE s.account = @account ORDER BY s.created_at DESC, s.id", Read, cancel, ("account", account));

    /// <summary>A share of this account; null when it is another's or nobody's.</summary>
    public async Task<Share?> FindAsync(ReadFrom from, string account, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"SELECT {Columns} FROM shares s WHERE s.id = @id AND s.account = @account", Read, cancel, ("id", id), ("account", account)))
        .SingleOrDefault();

    /// <summary>The share behind a link, while it is active; null for one that lapsed, was taken back or never was.</summary>
    public async Task<Share?> BehindAsync(ReadFrom from, string link, DateTimeOffset at, CancellationToken cancel = default)
    {
        // Found by its hash: how near a guess came does not show in the time that the index takes.
        if (ShareSecrets.HashOfLink(link) is not { } hash)
        {
            return null;
        }

        var found = (await from.QueryAsync(
            $"SELECT {Columns}, s.link_hash FROM shares s WHERE s.link_hash = @hash",
            r => (Share: Read(r), Hash: r.GetBytes(14)), cancel, ("hash", hash))).SingleOrDefault();
        return found.Share is { } share && CryptographicOperations.FixedTimeEquals(found.Hash, hash) && share.IsActiveAt(at) ? share : null;
    }

    /// <summary>An active share of the account to the same recipient; null when there is none.</summary>
    public async Task<Share?> ActiveToAsync(
        ReadFrom from, string account, string recipient, DateTimeOffset at, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"SELECT {Columns} FROM shares s WHERE s.account = @account AND s.recipient = @recipient ORDER BY s.created_at DESC", Read, cancel,
            ("account", account), ("recipient", ShareSecrets.Recipient(vault, account, recipient)))).FirstOrDefault(s => s.IsActiveAt(at));

    /// <summary>Link and code for the holder's eyes; the code is null when none is asked for.</summary>
    public async Task<(string Link, string? Pin)> SecretsAsync(ReadFrom from, string id, CancellationToken cancel = default)
    {
        var (link, pin) = (await from.QueryAsync(
            "SELECT link_seed, pin_seed FROM shares WHERE id = @id", r => (r.GetBytes(0), r.GetBytesOrNull(1)), cancel, ("id", id))).Single();
        return (ShareSecrets.Link(vault, id, link), pin is null ? null : ShareSecrets.Pin(vault, id, pin));
    }

    /// <summary>
    /// Tries a code: refused when it is wrong, and whatever it is once the share is locked. The share's row is held, so that
    /// guesses sent at once count one by one.
    /// </summary>
    public async Task<Outcome<string>> TryPinAsync(
        DbTransaction transaction, string id, string typed, DateTimeOffset at, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, id);
        var (seed, failures) = (await transaction.QueryAsync(
            "SELECT pin_seed, pin_failures FROM shares WHERE id = @id", r => (r.GetBytesOrNull(0), r.GetInt32(1)), cancel, ("id", id))).Single();
        if (seed is null)
        {
            return id;
        }

        if (failures >= Share.FailuresMax)
        {
            return new Problem("me/share-locked", "Too many wrong codes; only the holder can give out a new one.");
        }

        var isRight = ShareSecrets.IsPin(vault, id, seed, typed);
        await transaction.ExecuteAsync(
            "UPDATE shares SET pin_failures = @failures WHERE id = @id", cancel, ("id", id), ("failures", isRight ? 0 : failures + 1));
        if (isRight)
        {
            return id;
        }

        await NoteAsync(transaction, id, "pin-refused", at, cancel);
        var left = Share.FailuresMax - failures - 1;
        return left == 0
            ? new Problem("me/share-locked", "Too many wrong codes; only the holder can give out a new one.")
            : new Problem("me/wrong-pin", $"The code is wrong; {left} attempts are left.", ("left", $"{left}"));
    }

    /// <summary>Another code, and all attempts anew; the old code is worth nothing.</summary>
    public static Task RenewPinAsync(DbTransaction transaction, string id, CancellationToken cancel = default) =>
        SetAsync(
            transaction, id, "pin_seed = @seed, pin_failures = 0", cancel,
            ("seed", RandomNumberGenerator.GetBytes(ShareSecrets.SeedSizeBytes)));

    public static Task RevokeAsync(DbTransaction transaction, string id, DateTimeOffset at, CancellationToken cancel = default) =>
        SetAsync(transaction, id, "revoked_at = COALESCE(revoked_at, @at)", cancel, ("at", LedgerEntry.Time(at)));

    public static Task ProlongAsync(DbTransaction transaction, string id, DateTimeOffset until, CancellationToken cancel = default) =>
        SetAsync(transaction, id, "expires_at = @until", cancel, ("until", LedgerEntry.Time(until)));

    /// <summary>Writes a line into the share's log; gives its number, 0 when the share was erased meanwhile.</summary>
    public static async Task<int> NoteAsync(
        DbTransaction transaction, string id, string what, DateTimeOffset at, CancellationToken cancel = default)
    {
        // The share's row is held until the commit: two openings at once get two numbers.
        await transaction.TouchAsync(Table, cancel, id);
        if ((await transaction.QueryAsync("SELECT 1 FROM shares WHERE id = @id", r => 1, cancel, ("id", id))).Count == 0)
        {
            return 0;
        }

        var number = (await transaction.QueryAsync(
            "SELECT COALESCE(MAX(number), 0) FROM share_openings WHERE share = @id", r => r.GetInt32(0), cancel, ("id", id))).Single() + 1;
        await transaction.TouchAsync(OpeningsTable, cancel, id, number);
        await transaction.ExecuteAsync(
            "INSERT INTO share_openings (share, number, at, what) VALUES (@id, @number, @at, @what)",
            cancel, ("id", id), ("number", number), ("at", LedgerEntry.Time(at)), ("what", what));
        return number;
    }

    public static Task<int> NoteOpenedAsync(DbTransaction transaction, string id, DateTimeOffset at, CancellationToken cancel = default) =>
        NoteAsync(transaction, id, Opened, at, cancel);

    /// <summary>How often a share was opened since that moment.</summary>
    public static async Task<long> OpenedSinceAsync(ReadFrom from, string id, DateTimeOffset since, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT COUNT(*) FROM share_openings WHERE share = @id AND what = @what AND at >= @since", r => r.GetInt64(0), cancel,
            ("id", id), ("what", Opened), ("since", LedgerEntry.Time(since)))).Single();

    /// <summary>The log of a share, newest first, at most <paramref name="count"/> lines.</summary>
    public static async Task<IReadOnlyList<ShareOpening>> OpeningsAsync(
        ReadFrom from, string id, int count, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT number, at, what FROM share_openings WHERE share = @id ORDER BY number DESC LIMIT @count",
            r => new ShareOpening(r.GetInt32(0), LedgerEntry.TimeOf(r.GetString(1)), r.GetString(2)), cancel, ("id", id), ("count", count));

    /// <summary>Destroys every share of a diploma, with its log; gives their ids.</summary>
    public static async Task<IReadOnlyList<string>> EraseOfAsync(
        DbTransaction transaction, AssetId credential, CancellationToken cancel = default)
    {
        var ids = await transaction.QueryAsync(
            "SELECT id FROM shares WHERE credential = @credential", r => r.GetString(0), cancel, ("credential", credential.ToString()));
        foreach (var id in ids)
        {
            foreach (var opening in await OpeningsAsync(transaction, id, int.MaxValue, cancel))
            {
                await transaction.TouchAsync(OpeningsTable, cancel, id, opening.Number);
            }

            await transaction.ExecuteAsync("DELETE FROM share_openings WHERE share = @id", cancel, ("id", id));
            await SetAsync(transaction, id, "data_key = @nothing, payload = @nothing", cancel, ("nothing", Array.Empty<byte>()));
            await transaction.ExecuteAsync("DELETE FROM shares WHERE id = @id", cancel, ("id", id));
        }

        return ids;
    }

    private static async Task SetAsync(
        DbTransaction transaction, string id, string columns, CancellationToken cancel, params (string Name, object? Value)[] args)
    {
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync($"UPDATE shares SET {columns} WHERE id = @id", cancel, [("id", id), .. args]);
    }

    private static string Context(string id) => "shares/" + id;

    private Share Read(DbDataReader r)
    {
        var id = r.GetString(0);
        return new Share(
            id, r.GetString(1), AssetId.Parse(r.GetString(2)), LedgerEntry.TimeOf(r.GetString(3)), LedgerEntry.TimeOf(r.GetString(4)),
            r.GetStringOrNull(5) is { } revoked ? LedgerEntry.TimeOf(revoked) : null, r.GetInt32(6) == 1, !r.IsDBNull(7), r.GetInt32(8),
            (int)r.GetInt64(12), r.GetStringOrNull(13) is { } last ? LedgerEntry.TimeOf(last) : null,
            JsonSerializer.Deserialize(
                SealedBox.Open(vault, Context(id), r.GetBytes(10), r.GetBytes(11)), SharingJson.Default.ShareWords)!);
    }
}

[JsonSerializable(typeof(ShareWords))]
[JsonSerializable(typeof(RequestWords))]
[JsonSerializable(typeof(ConsentWords))]
internal sealed partial class SharingJson : JsonSerializerContext;
