using Mortanba.Storage;

namespace Mortanba.Intake.Drafts;

public sealed partial class DraftStore
{
    /// <summary>Everybody who had a hand in a draft: who uploaded, repaired or sent it. None of them may approve it.</summary>
    public static async Task<IReadOnlyList<string>> PeopleAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        await from.QueryAsync(
            """
            SELECT prepared_by FROM drafts WHERE id = @id
            UNION SELECT submitted_by FROM drafts WHERE id = @id AND submitted_by IS NOT NULL
            UNION SELECT by_whom FROM draft_steps WHERE draft = @id
            """,
            r => r.GetString(0), cancel, ("id", id));
}
