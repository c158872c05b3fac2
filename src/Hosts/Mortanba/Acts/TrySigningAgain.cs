using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Signing;
using Mortanba.Host.Web;
using Mortanba.Issuance;

namespace Mortanba.Host.Acts;

/// <summary>An approver lets a stopped signing go on from where it stopped. Asked twice, the second time is refused.</summary>
internal sealed class TrySigningAgain(Installation home, SigningService signing)
{
    public async Task<Outcome<SigningJob>> RunAsync(Visit visit, string batch, CancellationToken cancel)
    {
        var (bin, at) = (visit.Institution!.Value, home.Time.GetUtcNow());
        var asked = await home.Database.DecideAsync(
            async t =>
            {
                var again = await SigningJobs.AskAgainAsync(t, bin, batch, at, cancel);
                if (again.IsDone)
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, "approvals/asked-again", visit.Actor, new TrailSubject("batch", batch), visit.Role, bin),
                        cancel);
                }

                return again;
            },
            cancel);
        signing.Ring();
        return asked;
    }
}
