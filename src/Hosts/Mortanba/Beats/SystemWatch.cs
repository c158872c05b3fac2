using Mortanba.AiEducation;
using Mortanba.Host.Acts;

namespace Mortanba.Host.Beats;

/// <summary>
/// Suspends by itself what may no longer be used, an hour after the other: the approval ended, the yearly review did not come within the
/// days of grace, or the rules of the day would no longer admit it (requirement AI-7).
/// </summary>
internal sealed class SystemWatch(Installation home, DiplomaFlow flow, SystemMail mail, ILogger<SystemWatch> log)
    : BeatingService(TimeSpan.FromHours(1), home.Time, log)
{
    protected override Task BeatAsync(CancellationToken cancel) => SuspendAsync(home, flow, mail, cancel);

    /// <summary>Gives how many it suspended. One that somebody changes meanwhile is looked at as it is then.</summary>
    public static async Task<int> SuspendAsync(Installation home, DiplomaFlow flow, SystemMail mail, CancellationToken cancel)
    {
        var desk = new SystemDesk(home, flow);
        var due = new List<string>();
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            foreach (var id in await RegisterRows.AllowedAsync(connection, cancel))
            {
                if (await desk.Ai.Events.FindAsync(connection, SystemStream.Kind, id, cancel) is { } found
                    && SuspendSystem.Due(found.Now, desk.Rules.Value, desk.Ai.Today(), home.Time.GetUtcNow()) is not null)
                {
                    due.Add(id);
                }
            }
        }

        var suspended = 0;
        foreach (var id in due)
        {
            var telling = new SystemDesk(home, flow) { Tell = await mail.PrepareAsync(cancel) };
            suspended += await telling.SuspendDueAsync(id, cancel) ? 1 : 0;
        }

        return suspended;
    }
}
