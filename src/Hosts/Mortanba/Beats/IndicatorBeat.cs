using Mortanba.AiEducation;
using Mortanba.Host.Web.Ai.Indicators;

namespace Mortanba.Host.Beats;

/// <summary>
/// Counts what has happened since it counted the last time, every second: a value is never older than that and the counting itself
/// (requirement AI-26), and what is published is settled before it is asked for. Each process keeps its own count of all facts; the first
/// beat of a process reads them all.
/// </summary>
internal sealed class IndicatorBeat(Installation home, IndicatorBoard board, ILogger<IndicatorBeat> log) : BeatingService(Pause, home.Time, log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IndicatorWork work = new(home.Database, home.Rules, home.Time);
    private bool isSettled;

    public override void Dispose()
    {
        base.Dispose();
        work.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        if (await work.CatchUpAsync(cancel) || !isSettled)
        {
            await board.SettleAsync(cancel);
            isSettled = true;
        }
    }
}
