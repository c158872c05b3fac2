using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;

namespace Mortanba.Host.Demo;

/// <summary>
/// Two lists in preparation at the first university: one with a fault in every row, to be repaired, and one without that
/// waits for the rector.
/// </summary>
internal static class DemoDrafts
{
    private const int NextCohort = 24;

    /// <summary>Makes them when the university has no list yet; a second start changes nothing.</summary>
    public static async Task CreateAsync(Installation home, DiplomaFlow flow, DemoLists lists, CancellationToken cancel)
    {
        var folder = Path.Combine(home.Directory, "lists");
        var bad = lists.WriteBad(Path.Combine(folder, "bad-list.csv"));
        Actor actor;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if ((await home.Drafts.OfInstitutionAsync(connection, bad.Initiator, Enum.GetValues<DraftState>(), cancel)).Count > 0)
            {
                return;
            }

            var member = (await Memberships.OfInstitutionAsync(connection, bad.Initiator, cancel)).First(m => m.Role == Role.Registrar);
            actor = new Actor(ActorKind.Person, member.Account, member.Name, []);
        }

        await MakeAsync(home, flow, actor, bad, "Faculty of Engineering, to be repaired", null, cancel);
        var next = lists.WriteNext(Path.Combine(folder, "next-cohort.csv"), NextCohort);
        var ready = await MakeAsync(home, flow, actor, next, "Bachelors, next cohort", DemoSetup.DecisionOf(next.Initiator), cancel);
        await SubmitList.RunAsync(
            home, new DraftRequest(actor, Role.Registrar, ready.Institution, ready.Id, ready.Version), cancel);
    }

    private static async Task<Draft> MakeAsync(
        Installation home, DiplomaFlow flow, Actor actor, DemoList list, string title, string? decision, CancellationToken cancel)
    {
        var draft = (await UploadList.RunAsync(
            home, actor, Role.Registrar, list.Initiator, title, decision, ListPurpose.Issue, ListBytes.OfFile(list.GraduatesFile),
            ListBytes.OfFile(Path.ChangeExtension(list.GraduatesFile, ".courses.csv")), asGuessed: true, cancel)).Value;
        _ = await CheckDraft.RunAsync(home, flow, draft, new ListWatch(), cancel);
        return draft;
    }
}
