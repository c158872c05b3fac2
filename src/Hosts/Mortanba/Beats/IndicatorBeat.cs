using Mortanba.AiEducation;

namespace Mortanba.Host.Beats;

/// <summary>
/// Counts what has happened since it counted the last time, every second: a value is never older than that and the counting itself
/// (requirement AI-26). Each process keeps its own count of all facts; the first beat of a process reads them all.
/// </summary>
internal sealed class IndicatorBeat(Installation home, ILogger<IndicatorBeat> log) : BeatingService(Pause, home.Time, log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly IndicatorWork work = new(home.Database, home.Rules, home.Time);

    public override void Dispose()
    {
        base.Dispose();
        work.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override Task BeatAsync(CancellationToken cancel) => work.CatchUpAsync(cancel);
}
