using Mortanba.AiEducation;
using Mortanba.Host.Acts;

namespace Mortanba.Host.Beats;

/// <summary>
/// Passes up by itself what nobody took, or closed, in time: a minute after its term at the latest (requirement AI-35). Each time is one event
/// of the incident over the version that was read, so two nodes, or a beat that is repeated, pass it up once.
/// </summary>
internal sealed class IncidentWatch(Installation home, AiMail mail, ILogger<IncidentWatch> log)
    : BeatingService(TimeSpan.FromMinutes(1), home.Time, log)
{
    private const int AtOnce = 200;
    private static readonly string[] Open = [EventWords.Of(IncidentState.Reported), EventWords.Of(IncidentState.Taken)];

    protected override Task BeatAsync(CancellationToken cancel) => PassUpAsync(home, mail, cancel);

    /// <summary>Gives how many went up. One that somebody acts on meanwhile waits for the next time.</summary>
    public static async Task<int> PassUpAsync(Installation home, AiMail mail, CancellationToken cancel)
    {
        var (desk, at, passed) = (new SafetyDesk(home, mail), home.Time.GetUtcNow(), 0);
        var search = new StreamSearch(States: Open, DueBy: desk.Ai.Calendar.DateOf(at).Value);
        while (true)
        {
            IReadOnlyList<StreamRow> rows;
            var due = new List<Stored<Incident>>();
            await using (var connection = await home.Database.ConnectAsync(cancel))
            {
                rows = await EventStore.RowsAsync(connection, SafetyStreams.Incident, search, AtOnce, cancel);
                foreach (var row in rows)
                {
                    if (await desk.Ai.Events.FindAsync(connection, SafetyStreams.Incident, row.Id, cancel) is { } found && found.Now.PassUpAt < at)
                    {
                        due.Add(found);
                    }
                }
            }

            foreach (var one in due)
            {
                passed += (await desk.PassUpAsync(one, cancel)).IsDone ? 1 : 0;
            }

            if (rows.Count < AtOnce)
            {
                return passed;
            }

            search = search with { After = rows[^1] };
        }
    }
}
