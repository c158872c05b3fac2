using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>In: an alarm and a person's verdict with the reason. Out: both kept and recorded. It changes no diploma and stops nobody.</summary>
internal static class DecideAlarm
{
    /// <param name="institution">The place whose alarm it must be; null for the platform's officers.</param>
    public static async Task<Outcome<SigningAlarm>> RunAsync(
        Installation home, Actor actor, Role role, Bin? institution, string id, AlarmVerdict verdict, string reason, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        var outcome = await home.Database.WriteAsync(
            async t =>
            {
                var decided = await SigningAlarms.DecideAsync(t, id, institution, verdict, actor.Id, role.Word(), reason, at, cancel);
                if (decided.TryGet(out var alarm, out _))
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, "alarms/decided", actor, new TrailSubject("alarm", alarm.Id), role, alarm.Institution,
                            Facts: [("verdict", SigningAlarms.Word(verdict)), ("kind", SigningAlarms.Word(alarm.Kind)), ("batch", alarm.Batch)]),
                        cancel);
                    CrashPoint.Reach("in-alarm");
                }

                return decided;
            },
            cancel);
        CrashPoint.Reach("after-alarm");
        return outcome;
    }
}
