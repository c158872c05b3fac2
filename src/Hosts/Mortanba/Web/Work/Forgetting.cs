using Mortanba.Host.Beats;

namespace Mortanba.Host.Web;

/// <summary>Deletes, while the site runs, what was kept for a while only: forms that nobody came back for, lists that were issued.</summary>
internal sealed class Forgetting(UnsentForms forms, Installation home, ILogger<Forgetting> log)
    : BeatingService(TimeSpan.FromMinutes(10), home.Time, log)
{
    protected override async Task BeatAsync(CancellationToken cancel)
    {
        await home.Database.WriteAsync(t => forms.ForgetAsync(t, cancel), cancel);
        await Acts.DestroyOldLists.RunAsync(home, cancel);
        // What somebody who read or wrote just then kept in the log of SQLite when it was erased.
        await home.Database.ForgetAsync([]);
    }
}
