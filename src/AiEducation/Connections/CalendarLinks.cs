using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>The secret addresses of calendars, one for an account: whoever has it reads what is due, and nothing else.</summary>
public static class CalendarLinks
{
    private const int SecretSizeBytes = 32;

    /// <summary>Makes a new address; an earlier one ends. The secret is in no table.</summary>
    /// <param name="language">In which the calendar speaks.</param>
    public static async Task<string> MakeAsync(
        DbTransaction transaction, string account, string language, DateTimeOffset at, CancellationToken cancel = default)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretSizeBytes));
        await transaction.TouchAsync("ai_calendars", cancel, account);
        await transaction.ExecuteAsync(
            """
            INSERT INTO ai_calendars (account, secret_hash, language, made_at) VALUES (@account, @hash, @language, @at)
            ON CONFLICT (account) DO UPDATE SET secret_hash = @hash, language = @language, made_at = @at
            """,
            cancel, ("account", account), ("hash", Hash(secret)), ("language", language), ("at", LedgerEntry.Time(at)));
        return secret;
    }

    public static async Task EndAsync(DbTransaction transaction, string account, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("ai_calendars", cancel, account);
        await transaction.ExecuteAsync("DELETE FROM ai_calendars WHERE account = @account", cancel, ("account", account));
    }

    /// <summary>When the address of an account was made; null when it has none.</summary>
    public static async Task<DateTimeOffset?> MadeAsync(ReadFrom from, string account, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT made_at FROM ai_calendars WHERE account = @account", r => (DateTimeOffset?)LedgerEntry.TimeOf(r.GetString(0)), cancel,
            ("account", account))).SingleOrDefault();

    /// <summary>Whose address that is, and its language; null when it is nobody's.</summary>
    public static async Task<(string Account, string Language)?> FindAsync(ReadFrom from, string secret, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT account, language FROM ai_calendars WHERE secret_hash = @hash", r => ((string, string)?)(r.GetString(0), r.GetString(1)), cancel,
            ("hash", Hash(secret)))).SingleOrDefault();

    private static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
