using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Acts;

/// <summary>Who does something to which draft, as the page showed it.</summary>
/// <param name="Version">The version the page showed; another one in the database refuses the act.</param>
public sealed record DraftRequest(Actor Actor, Role? Role, Bin Institution, string Draft, int Version);

/// <summary>The frame of every act on a draft: one transaction with its line in the record, or nothing at all.</summary>
internal static class DraftAct
{
    /// <param name="crash">Step a test can kill the process at, before the commit and after it.</param>
    public static async Task<Outcome<Draft>> RunAsync(
        Installation home, DraftRequest request, TrailAct kind, string what, string crash,
        Func<DbTransaction, DateTimeOffset, Task<Outcome<Draft>>> act, IReadOnlyList<(string Name, string Value)> facts,
        CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        try
        {
            var done = await home.Database.WriteAsync(
                async t =>
                {
                    // A stranger's draft is one that does not exist.
                    if (await home.Drafts.FindAsync(t, request.Institution, request.Draft, cancel) is null)
                    {
                        throw new RefusedException(new Problem("intake/unknown-draft", "There is no such draft."));
                    }

                    var outcome = await act(t, at);
                    if (!outcome.TryGet(out var draft, out var problem))
                    {
                        throw new RefusedException(problem);
                    }

                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            kind, what, request.Actor, new TrailSubject("draft", request.Draft), request.Role, request.Institution,
                            null, facts),
                        cancel);
                    CrashPoint.Reach("before-" + crash);
                    return draft;
                },
                cancel);
            CrashPoint.Reach("after-" + crash);
            return done;
        }
        catch (RefusedException refused)
        {
            return refused.Problem;
        }
    }

    /// <summary>Takes back what the act wrote, then comes out as the value it is.</summary>
    private sealed class RefusedException(Problem problem) : Exception(problem.Code)
    {
        public Problem Problem { get; } = problem;
    }
}
