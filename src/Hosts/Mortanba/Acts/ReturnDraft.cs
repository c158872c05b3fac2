using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Acts;

/// <summary>The approver sends a list back to whoever prepared it, with a note. In: the version the page showed.</summary>
internal sealed class ReturnDraft(Installation home)
{
    public const int NoteLengthMax = 2000;

    public async Task<Outcome<Draft>> RunAsync(Visit visit, string id, int version, string note, CancellationToken cancel)
    {
        var (bin, at, words) = (visit.Institution!.Value, home.Time.GetUtcNow(), note.Trim());
        if (words.Length is 0 or > NoteLengthMax || words.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')))
        {
            return new Problem("approvals/note-missing", "A note is 1 to 2000 characters.");
        }

        return await home.Database.DecideAsync(
            async t =>
            {
                if (await home.Drafts.FindAsync(t, bin, id, cancel) is not { Purpose: ListPurpose.Issue })
                {
                    return new Problem("intake/unknown-draft", "There is no such draft.");
                }

                var returned = await home.Drafts.ReturnAsync(t, id, version, visit.Actor.Id, words, at, cancel);
                if (returned.IsDone)
                {
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, "approvals/returned", visit.Actor, new TrailSubject("draft", id), visit.Role, bin),
                        cancel);
                }

                return returned;
            },
            cancel);
    }
}
