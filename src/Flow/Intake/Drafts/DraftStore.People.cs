using System.Data.Common;
using Mortanba.Storage;

namespace Mortanba.Intake.Drafts;

public sealed partial class DraftStore
{
    /// <summary>
    /// Everybody who had a hand in a draft: who uploaded, replaced, repaired, undid, mapped, named, sent or took it back. None of
    /// them may approve it, whatever is left of what they did.
    /// </summary>
    /// <remarks>Lists from before the people were kept are known by their rows alone.</remarks>
    public static async Task<IReadOnlyList<string>> PeopleAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        await from.QueryAsync(
            """
            SELECT who FROM draft_people WHERE draft = @id
            UNION SELECT prepared_by FROM drafts WHERE id = @id
            UNION SELECT submitted_by FROM drafts WHERE id = @id AND submitted_by IS NOT NULL
            UNION SELECT by_whom FROM draft_steps WHERE draft = @id
            """,
            r => r.GetString(0), cancel, ("id", id));

    /// <summary>Nothing takes a person out again. Called while the draft's row is held.</summary>
    private static async Task NoteHandAsync(DbTransaction t, string id, string who, CancellationToken cancel)
    {
        var known = await t.QueryAsync(
            "SELECT 1 FROM draft_people WHERE draft = @id AND who = @who", r => r.GetInt32(0), cancel, ("id", id), ("who", who));
        if (known.Count == 0)
        {
            await t.TouchAsync("draft_people", cancel, id, who);
            await t.ExecuteAsync("INSERT INTO draft_people (draft, who) VALUES (@id, @who)", cancel, ("id", id), ("who", who));
        }
    }
}
