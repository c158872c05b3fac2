using Mortanba.Host.Web.Ai.Indicators;

namespace Mortanba.Host.Beats;

/// <summary>
/// Settles what is published of the indicators before it is asked for: after the start, and when a part of the school year was closed. A beat of
/// its own, for of a whole country that takes minutes, and the counting does not wait for it.
/// </summary>
internal sealed class IndicatorSettling(Installation home, IndicatorBoard board, ILogger<IndicatorSettling> log) : BeatingService(Pause, home.Time, log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    protected override Task BeatAsync(CancellationToken cancel) => board.SettleAsync(cancel);
}
