using System.Net;
using System.Threading.RateLimiting;

namespace Mortanba.Host.Web;

/// <summary>
/// Slows down whoever tries numbers or capabilities one after another: a bucket for each client address, refilled by
/// the minute. A reader with a diploma in hand never meets it. Behind a proxy the client is the one it names.
/// </summary>
public sealed class LookupLimits : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> lookups;
    private readonly PartitionedRateLimiter<IPAddress> fetches;
    private readonly PartitionedRateLimiter<IPAddress> signIns;

    public LookupLimits(WebOptions options)
    {
        lookups = EachMinute(options.LookupsPerMinute);
        fetches = EachMinute(options.FetchesPerMinute);
        signIns = EachMinute(options.SignInsPerMinute);
    }

    public void Dispose()
    {
        lookups.Dispose();
        fetches.Dispose();
        signIns.Dispose();
    }

    /// <summary>True when the look-up may go on; else the refusal was written to the response.</summary>
    internal Task<bool> AllowAsync(HttpContext context) => AllowAsync(lookups, context);

    /// <summary>The same for evidence and status lists, which verifiers fetch often: a wider bucket of its own.</summary>
    internal Task<bool> AllowFetchAsync(HttpContext context) => AllowAsync(fetches, context);

    /// <summary>For passwords, codes, passkeys and invitations: guessing is slow from one address, too.</summary>
    internal Task<bool> AllowSignInAsync(HttpContext context) => AllowAsync(signIns, context);

    private static PartitionedRateLimiter<IPAddress> EachMinute(int count) =>
        PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(
            address,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = count,
                TokensPerPeriod = count,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }));

    private static async Task<bool> AllowAsync(PartitionedRateLimiter<IPAddress> limiter, HttpContext context)
    {
        // An IPv6 household has 2^64 addresses; its /64 counts as one.
        using var lease = limiter.AttemptAcquire(Prefix(context.Connection.RemoteIpAddress ?? IPAddress.None));
        if (lease.IsAcquired)
        {
            return true;
        }

        context.Response.Headers.RetryAfter = "60";
        await Problems.ShowAsync(context, StatusCodes.Status429TooManyRequests);
        return false;
    }

    /// <summary>What counts as one client.</summary>
    internal static IPAddress Prefix(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6)
        {
            return address;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
