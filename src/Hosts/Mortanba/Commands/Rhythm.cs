using Mortanba.Host.Availability;
using Mortanba.Host.Beats;

namespace Mortanba.Host.Commands;

/// <summary>
/// The constant rhythm of a serving installation: checkpoints over new entries, status lists on time changed or not, and
/// the trust the site itself uses.
/// </summary>
internal sealed class Rhythm(
    Installation home, DiplomaFlow flow, OwnRegistry registry, ILogger<Rhythm> log) : BeatingService(TimeSpan.FromSeconds(10), home.Time, log)
{
    private static readonly TimeSpan CheckpointAgeMax = TimeSpan.FromMinutes(10);

    private readonly AvailabilityMeter meter = new(home);

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        await home.Log.PublishIfDueAsync(CheckpointAgeMax, cancel);
        await flow.RepublishDueAsync(cancel);
        await home.EntryCounts.CatchUpAsync(cancel);
        await registry.RefreshAsync(cancel);
        await meter.MeasureAsync(CheckpointAgeMax, cancel);
    }
}
