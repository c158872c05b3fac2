using Mortanba.Host.Beats;

namespace Mortanba.Host.Commands;

/// <summary>
/// Tells the ledger again and again how far the record goes. Apart from <see cref="Rhythm"/>: a record that was changed past the
/// program ends each of its beats, and checkpoints and status lists must not wait for that.
/// </summary>
internal sealed class TrailAnchoring(Installation home, ILogger<TrailAnchoring> log) : BeatingService(TimeSpan.FromSeconds(10), home.Time, log)
{
    protected override Task BeatAsync(CancellationToken cancel) => TrailAnchor.AnchorIfDueAsync(home, TrailAnchor.AgeMax, cancel);
}
