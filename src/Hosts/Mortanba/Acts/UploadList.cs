using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: the files of a list. Out: a draft whose columns wait for a person, or a refusal with nothing stored.
/// </summary>
public static class UploadList
{
    /// <param name="asGuessed">For programs, whose headers are ours: columns as guessed, if none is in doubt.</param>
    public static async Task<Outcome<Draft>> RunAsync(
        Installation home, Actor actor, Role? role, Bin institution, string title, string? decision, ListPurpose purpose,
        ListBytes graduates, ListBytes? courses, bool asGuessed = false, CancellationToken cancel = default)
    {
        var name = title.Trim();
        if (name.Length is 0 or > DraftStore.TitleMaxLength || name.Any(char.IsControl))
        {
            return new Problem("intake/draft-title", "A title of a line is needed.", ("max", $"{DraftStore.TitleMaxLength}"));
        }

        if (!DraftContent.Read(graduates, courses, DraftLimits.Upload, asGuessed).TryGet(out var content, out var problem))
        {
            return problem;
        }

        var at = home.Time.GetUtcNow();
        var draft = await home.Database.WriteAsync(
            async t =>
            {
                var made = await home.Drafts.CreateAsync(
                    t, new NewDraft(institution, name, decision, purpose, actor.Id, at), content, cancel);
                await AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.Access, "lists/uploaded", actor, new TrailSubject("draft", made.Id), role, institution, null,
                        [("rows", $"{made.RowCount}")]),
                    cancel);
                CrashPoint.Reach("before-list-upload");
                return made;
            },
            cancel);
        CrashPoint.Reach("after-list-upload");
        return draft;
    }
}
