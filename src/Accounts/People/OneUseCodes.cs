using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;

namespace Mortanba.Accounts;

/// <summary>Codes of an authenticator app (TOTP, RFC 6238), each good for one use (section 5.2).</summary>
/// <remarks>The framework's own provider takes a code again for some minutes: whoever saw it typed could use it, too.</remarks>
public sealed class OneUseCodes(AccountStore store, TimeProvider time) : IUserTwoFactorTokenProvider<Account>
{
    private const int StepSeconds = 30;
    private const int Digits = 6;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    // Clocks of telephones and the way of the typing hand: one step to either side (section 6).
    private const int StepsAside = 1;

    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<Account> manager, Account user) => Task.FromResult(user.TotpKey is not null);

    /// <summary>The app makes the codes.</summary>
    public Task<string> GenerateAsync(string purpose, UserManager<Account> manager, Account user) => Task.FromResult("");

    public async Task<bool> ValidateAsync(string purpose, string token, UserManager<Account> manager, Account user)
    {
        if (user.TotpKey is not { } secret || token.Length != Digits || !token.All(char.IsAsciiDigit))
        {
            return false;
        }

        var (key, now) = (Decode(secret), time.GetUtcNow().ToUnixTimeSeconds() / StepSeconds);
        for (var step = now - StepsAside; step <= now + StepsAside; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(key, step)), Encoding.ASCII.GetBytes(token)))
            {
                return await store.TakeStepAsync(user, step);
            }
        }

        return false;
    }

    /// <summary>The code that an app with this secret shows at a time.</summary>
    public static string CodeAt(string secret, DateTimeOffset at) => CodeOf(Decode(secret), at.ToUnixTimeSeconds() / StepSeconds);

    private static string CodeOf(byte[] key, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // Apps know HMAC-SHA1 only, and as a MAC it stands (RFC 6238 section 5.1).
        var hash = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var code = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 15)) & int.MaxValue;
        return (code % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    private static byte[] Decode(string secret)
    {
        var key = new byte[secret.Length * 5 / 8];
        var (bits, count, at) = (0, 0, 0);
        foreach (var letter in secret)
        {
            bits = ((bits << 5) | Base32.IndexOf(letter, StringComparison.Ordinal)) & 0xfff;
            count += 5;
            if (count >= 8)
            {
                count -= 8;
                key[at++] = (byte)((bits >> count) & 0xff);
            }
        }

        return key;
    }
}
