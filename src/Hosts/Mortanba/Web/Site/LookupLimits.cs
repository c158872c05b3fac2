using System.Net;
using System.Threading.RateLimiting;

namespace Mortanba.Host.Web;

/// <summary>
/// Slows down whoever tries numbers or capabilities one after another: a bucket for each client address, refilled by
/// the minute. A reader with a diploma in hand never meets it.
/// </summary>
public sealed class LookupLimits : IDisposable
{
    private readonly PartitionedRateLimiter<IPAddress> limiter;

    public LookupLimits(WebOptions options) =>
        limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.GetTokenBucketLimiter(
            address,
            _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = options.LookupsPerMinute,
                TokensPerPeriod = options.LookupsPerMinute,
                ReplenishmentPeriod = TimeSpan.FromMinutes(1),
                QueueLimit = 0,
            }));

    public void Dispose() => limiter.Dispose();

    /// <summary>True when the look-up may go on; else the refusal was written to the response.</summary>
    internal async Task<bool> AllowAsync(HttpContext context)
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

    private static IPAddress Prefix(IPAddress address)
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
