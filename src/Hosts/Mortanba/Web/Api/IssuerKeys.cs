using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>
/// Public keys of the outside issuer, by their id. From a file they are read once; from an address when the first token comes, and
/// again for a key that is not known yet, at most once a minute: tokens with invented key ids make no traffic.
/// </summary>
internal sealed partial class IssuerKeys(string? document, Uri? address, HttpClient http, TimeProvider time, ILogger<IssuerKeys> log) : IDisposable
{
    public const int DocumentMaxBytes = 256 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AgeMax = TimeSpan.FromHours(12);

    private readonly SemaphoreSlim asking = new(1);
    private IReadOnlyDictionary<string, JsonWebKey> known = document is null ? new Dictionary<string, JsonWebKey>() : Parse(document).Value;
    private DateTimeOffset readAt = DateTimeOffset.MinValue;
    private DateTimeOffset askedAt = DateTimeOffset.MinValue;

    /// <summary>The key document at <c>jwks</c>: public keys for signatures that this site can check, each with an id of its own.</summary>
    public static Outcome<IReadOnlyDictionary<string, JsonWebKey>> Parse(string document)
    {
        var found = new Dictionary<string, JsonWebKey>(StringComparer.Ordinal);
        try
        {
            foreach (var key in new JsonWebKeySet(document).Keys)
            {
                if (key.HasPrivateKey || key.Kty is not ("EC" or "RSA"))
                {
                    return new Problem("host/jwks", "Only public keys (EC, RSA) may stand there.");
                }

                if (key.Use is not (null or "" or "sig"))
                {
                    continue;
                }

                if (string.IsNullOrEmpty(key.Kid) || !found.TryAdd(key.Kid, key))
                {
                    return new Problem("host/jwks", "Each key needs a kid of its own.");
                }
            }
        }
        catch (Exception malformed) when (malformed is ArgumentException or JsonException)
        {
            return new Problem("host/jwks", "This is no key document (RFC 7517).");
        }

        return found.Count > 0 ? found : new Problem("host/jwks", "It holds no key for signatures.");
    }

    public async Task<JsonWebKey?> FindAsync(string id, CancellationToken cancel)
    {
        if (address is null || (known.ContainsKey(id) && time.GetUtcNow() < readAt + AgeMax))
        {
            return known.GetValueOrDefault(id);
        }

        await asking.WaitAsync(cancel);
        try
        {
            if (time.GetUtcNow() >= askedAt + Pause)
            {
                askedAt = time.GetUtcNow();
                // Who asked may go away; the keys are for everybody, and nobody asks again for a minute.
                await ReadAsync();
            }
        }
        finally
        {
            asking.Release();
        }

        // Keys that were not confirmed for so long may have been withdrawn.
        return time.GetUtcNow() < readAt + AgeMax ? known.GetValueOrDefault(id) : null;
    }

    public void Dispose()
    {
        asking.Dispose();
        http.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            if (Parse(await http.GetStringAsync(address)).TryGet(out var read, out var refused))
            {
                (known, readAt) = (read, time.GetUtcNow());
                return;
            }

            LogRefused(refused.Detail);
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            LogRefused(away.GetType().Name);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The key document of apiIssuer could not be taken ({Reason}); tokens of new keys are refused")]
    private partial void LogRefused(string reason);
}
