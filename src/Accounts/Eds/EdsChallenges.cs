using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>
/// Texts to be signed: each with random bits of its own, good once and for a time. Only the hash is kept; the random part is in a
/// protected cookie of the browser that asked, so that a signature made for one browser signs nobody in elsewhere.
/// </summary>
public static class EdsChallenges
{
    public static readonly TimeSpan Term = TimeSpan.FromMinutes(10);

    private const int NonceSizeBytes = 32;
    private const int ForgottenAtOnce = 50;

    public static string NewNonce() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceSizeBytes));

    /// <summary>What the person reads and signs, byte for byte: which site, for what, until when.</summary>
    /// <param name="purpose"><c>sign-in</c>, or <c>bind</c> with the account's id.</param>
    public static byte[] TextOf(string site, string purpose, string nonce, DateTimeOffset until) => Encoding.ASCII.GetBytes(
        $"Mortanba {site}\nPurpose: {purpose}\nChallenge: {nonce}\nGood until: {LedgerEntry.Time(until)}\n");

    public static async Task AddAsync(DbTransaction transaction, byte[] text, DateTimeOffset at, CancellationToken cancel = default)
    {
        await ForgetAsync(transaction, at, cancel);
        var id = IdOf(text);
        await transaction.TouchAsync("eds_challenges", cancel, id);
        await transaction.ExecuteAsync(
            "INSERT INTO eds_challenges (id, made_at, expires_at) VALUES (@id, @at, @expires)",
            cancel, ("id", id), ("at", LedgerEntry.Time(at)), ("expires", LedgerEntry.Time(at + Term)));
    }

    /// <summary>Uses a challenge up; of two at once, one.</summary>
    public static async Task<Outcome<bool>> TakeAsync(
        DbTransaction transaction, byte[] text, DateTimeOffset at, CancellationToken cancel = default)
    {
        var id = IdOf(text);
        await transaction.TouchAsync("eds_challenges", cancel, id);
        var row = (await transaction.QueryAsync(
            "SELECT expires_at, used_at FROM eds_challenges WHERE id = @id",
            r => (Expires: LedgerEntry.TimeOf(r.GetString(0)), IsUsed: !r.IsDBNull(1)), cancel, ("id", id))).ToList();
        if (row.Count == 0)
        {
            return new Problem("accounts/eds-challenge-unknown", "This text was not given to this browser; ask for a new one.");
        }

        if (at >= row[0].Expires)
        {
            return new Problem("accounts/eds-challenge-expired", "The text to sign is older than ten minutes; ask for a new one.");
        }

        var taken = await transaction.ExecuteAsync(
            "UPDATE eds_challenges SET used_at = @at WHERE id = @id AND used_at IS NULL",
            cancel, ("id", id), ("at", LedgerEntry.Time(at)));
        return taken == 1 ? true : new Problem("accounts/eds-challenge-used", "This text was used already; ask for a new one.");
    }

    /// <summary>
    /// Uses up a text that was not stored when it was given: it stands in a protected cookie with its own end. Of two at once,
    /// one; the other, and whoever comes later with the same signature, is refused.
    /// </summary>
    /// <param name="until">When the text ends by itself: what is used is remembered beyond that.</param>
    public static async Task<Outcome<bool>> UseAsync(
        DbTransaction transaction, byte[] text, DateTimeOffset at, DateTimeOffset until, CancellationToken cancel = default)
    {
        // A row that another is just making has a seal before it can be seen here.
        await Database.LockAsync(transaction, "eds_challenges", cancel);
        await ForgetAsync(transaction, at, cancel);
        var id = IdOf(text);
        if (await IsUsedAsync(transaction, text, cancel))
        {
            return new Problem("accounts/eds-challenge-used", "This text was used already; ask for a new one.");
        }

        await transaction.TouchAsync("eds_challenges", cancel, id);
        await transaction.ExecuteAsync(
            "INSERT INTO eds_challenges (id, made_at, expires_at, used_at) VALUES (@id, @at, @until, @at)",
            cancel, ("id", id), ("at", LedgerEntry.Time(at)), ("until", LedgerEntry.Time(until)));
        return true;
    }

    public static async Task<bool> IsUsedAsync(ReadFrom from, byte[] text, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT 1 FROM eds_challenges WHERE id = @id AND used_at IS NOT NULL", r => 1, cancel, ("id", IdOf(text)))).Count > 0;

    private static string IdOf(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text));

    /// <summary>Old ones go as new ones come, so that the table stays small.</summary>
    private static async Task ForgetAsync(DbTransaction transaction, DateTimeOffset at, CancellationToken cancel)
    {
        var old = await transaction.QueryAsync(
            "SELECT id FROM eds_challenges WHERE expires_at < @before ORDER BY expires_at LIMIT @count",
            r => r.GetString(0), cancel, ("before", LedgerEntry.Time(at - Term)), ("count", ForgottenAtOnce));
        foreach (var id in old)
        {
            await transaction.TouchAsync("eds_challenges", cancel, id);
            await transaction.ExecuteAsync("DELETE FROM eds_challenges WHERE id = @id", cancel, ("id", id));
        }
    }
}
