using Mortanba.Accounts;
using Mortanba.Intake.Drafts;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>Destroys the lists of issued batches whose term (rule <c>draft-term</c>) is over; gives how many.</summary>
public static class DestroyOldLists
{
    public static async Task<int> RunAsync(Installation home, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        var today = new WorkingCalendar(home.Rules).DateOf(at).Value;
        if (!home.Rules.Resolve(RuleKeys.DraftTerm, today).TryGet(out var term, out _))
        {
            return 0;
        }

        var service = new Actor(ActorKind.Service, "lists", "lists", []);
        var destroyed = await home.Database.WriteAsync(
            async t =>
            {
                var due = await DraftStore.DestroyIssuedAsync(t, at - term.Value.AfterIssue, cancel);
                await AuditTrail.AppendAsync(
                    t, at,
                    [.. due.Select(d => new TrailEvent(
                        TrailAct.Destroy, "lists/destroyed", service, new TrailSubject("draft", d.Id), null, d.Institution))],
                    cancel);
                return due.Count;
            },
            cancel);
        if (destroyed > 0)
        {
            await home.Database.ForgetAsync(["drafts", "draft_pages", "draft_steps"]);
        }

        return destroyed;
    }
}
