using System.Diagnostics;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>The verifying of the site: what its registry trusts, what its own store answers now, measured.</summary>
public sealed class OnlineVerifier(IPublicRegistry registry, IVerification verification, WebMetrics metrics)
{
    /// <summary>The report keeps nothing of <paramref name="presented"/>: the buffer may be reused after it.</summary>
    public async ValueTask<Report> VerifyAsync(ReadOnlyMemory<byte> presented, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var report = await verification.VerifyAsync(presented, registry.Trust, registry.Live, cancel);
        metrics.Verification(report, Stopwatch.GetElapsedTime(started));
        return report;
    }
}

/// <summary>The stage Verification as the site calls it; tests of the pages put reports of each kind in its place.</summary>
public interface IVerification
{
    Task<Report> VerifyAsync(ReadOnlyMemory<byte> presented, TrustBundle? trust, ILiveSource? live, CancellationToken cancel);
}

internal sealed class StageVerification(TimeProvider time) : IVerification
{
    private readonly Verifier verifier = new(time);

    public Task<Report> VerifyAsync(
        ReadOnlyMemory<byte> presented, TrustBundle? trust, ILiveSource? live, CancellationToken cancel) =>
        verifier.VerifyAsync(presented, trust, live, cancel);
}
