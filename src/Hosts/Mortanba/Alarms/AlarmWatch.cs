using Mortanba.Host.Beats;
using Mortanba.Issuance;

namespace Mortanba.Host.Alarms;

/// <summary>Looks again and again at what was approved, and raises alarms about unusual times and volumes. It only proposes.</summary>
internal sealed class AlarmWatch(Installation home, ILogger<AlarmWatch> log) : BeatingService(TimeSpan.FromMinutes(1), home.Time, log)
{
    protected override Task BeatAsync(CancellationToken cancel) => LookAsync(home, cancel);

    public static Task<int> LookAsync(Installation home, CancellationToken cancel) =>
        home.Database.WriteAsync(t => SigningAlarms.LookAsync(t, home.Rules, home.Time.GetUtcNow(), cancel), cancel);
}
