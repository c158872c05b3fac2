using System.Net;
using System.Threading.RateLimiting;
using Mortanba.Host.Web;

namespace Mortanba.Host.Witnessing;

/// <summary>
/// Slows down whoever sends a witness what it has to refuse: each refusal costs a reading, a signature check and often a turn in the
/// database. What is cosigned costs nothing, so that no honest log meets it, however fast it grows. Safe for concurrent use.
/// </summary>
/// <remarks>By client address. Behind a proxy all are one client: there the proxy must limit (docs/witness.md).</remarks>
internal sealed class RefusalLimit : IDisposable
{
    /// <summary>Refusals in a row; two web nodes of one log ask in turns, and the witness tells each the size it does not know.</summary>
    public const int Burst = 120;

    private const int EachSecond = 2;

    private readonly PartitionedRateLimiter<IPAddress> refusals = PartitionedRateLimiter.Create<IPAddress, IPAddress>(address =>
        RateLimitPartition.GetTokenBucketLimiter(address, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Burst,
            TokensPerPeriod = EachSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        }));

    public void Dispose() => refusals.Dispose();

    /// <summary>False when the client has been refused too often and is not even read.</summary>
    // Asked for its whole permits: acquiring none succeeds on any fraction of one, and stays so (dotnet/runtime #118192).
    public bool IsOpenTo(HttpContext context) => refusals.GetStatistics(Client(context)) is { CurrentAvailablePermits: > 0 };

    public void Refused(HttpContext context) => refusals.AttemptAcquire(Client(context)).Dispose();

    private static IPAddress Client(HttpContext context) => LookupLimits.Prefix(context.Connection.RemoteIpAddress ?? IPAddress.None);
}
