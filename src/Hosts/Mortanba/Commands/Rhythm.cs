using Mortanba.Host.Availability;
using Mortanba.Host.Telemetry;
using Mortanba.Ledger;

namespace Mortanba.Host.Commands;

/// <summary>
/// The constant rhythm of a serving installation: checkpoints over new entries, status lists on time changed or not, and
/// the trust the site itself uses.
/// </summary>
internal sealed partial class Rhythm(
    Installation home, DiplomaFlow flow, OwnRegistry registry, ILogger<Rhythm> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CheckpointAgeMax = TimeSpan.FromMinutes(10);

    private readonly AvailabilityMeter meter = new(home);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Beat, home.Time);
        do
        {
            try
            {
                await TrailAnchor.AnchorIfDueAsync(home, TrailAnchor.AgeMax, stoppingToken);
                await home.Log.PublishIfDueAsync(CheckpointAgeMax, stoppingToken);
                await flow.RepublishDueAsync(stoppingToken);
                await registry.RefreshAsync(stoppingToken);
                await meter.MeasureAsync(CheckpointAgeMax, stoppingToken);
            }
            catch (LedgerFrozenException frozen)
            {
                // Readers go on; nothing is signed any more until a person has looked (ADR 4).
                Frozen(frozen.Message);
                return;
            }
            catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException or IOException
                or Foundation.SigningKeyAwayException)
            {
                // The database or the token of the keys is away: the lists that are out stay valid until their end, and the next beat tries again.
                FlowMetrics.MissBeat();
                Missed(e.GetType().Name);
            }
#pragma warning disable CA1031 // The host goes away under whatever was under way: its store may close in any state.
            catch (Exception) when (stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                // A host that is disposed of without being stopped would log an exception as critical.
                return;
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Critical, "The ledger contradicts itself and is frozen: {Reason}")]
    private partial void Frozen(string reason);

    [LoggerMessage(LogLevel.Warning, "A beat was missed: {Reason}; the next one tries again.")]
    private partial void Missed(string reason);
}
