using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Recognition;

namespace Mortanba.Host.Beats;

/// <summary>Closes recognition cases whose term of appeal is over, an hour after the other.</summary>
internal sealed class CaseEnding(Installation home, ILogger<CaseEnding> log) : BeatingService(TimeSpan.FromHours(1), home.Time, log)
{
    private const int AtOnce = 200;
    private static readonly Actor Service = new(ActorKind.Service, "case-ending", "", []);

    protected override Task BeatAsync(CancellationToken cancel) => EndAsync(home, cancel);

    /// <summary>Closes what is due; gives how many cases it closed. A case that somebody changes meanwhile waits for the next time.</summary>
    public static async Task<int> EndAsync(Installation home, CancellationToken cancel)
    {
        var (desk, ended) = (new CaseDesk(home), 0);
        var search = new CaseSearch(Stages: [CaseStage.Issued, CaseStage.NotAuthentic]);
        while (true)
        {
            IReadOnlyList<CaseRow> rows;
            await using (var connection = await home.Database.ConnectAsync(cancel))
            {
                rows = await desk.Lists.FindAsync(connection, search, AtOnce, cancel);
            }

            foreach (var row in rows)
            {
                var done = await desk.ActAsync(Service, null, row.Id, row.Version, (now, at) => EndCase.Of(now, Service.Id, desk.Today(), at), cancel);
                ended += done.IsDone ? 1 : 0;
            }

            if (rows.Count < AtOnce)
            {
                return ended;
            }

            search = search with { After = CaseLists.After(rows[^1]) };
        }
    }
}
