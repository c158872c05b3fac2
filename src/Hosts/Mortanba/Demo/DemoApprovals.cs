using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Signing;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Demo;

/// <summary>One small list on the whole way of the pages: sent by the registrar, approved by the rector, signed, receipted.</summary>
internal static class DemoApprovals
{
    /// <summary>A smaller demonstration does without it.</summary>
    public const int FromCount = 24;

    private const int Graduates = 12;
    private const string Title = "sarybel-autumn.csv";

    // Far from the numbers of the other lists.
    private const int First = 700_000;

    /// <summary>Makes it once; a start that was killed in between goes on with the same draft.</summary>
    public static async Task CreateAsync(Installation home, DiplomaFlow flow, CancellationToken cancel)
    {
        var bin = DemoLists.Organisations(home.Settings.Site).First(o => o.Role == OrganisationRole.Initiator).Bin;
        await using var services = Services(home, flow);
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            if ((await home.Drafts.OfInstitutionAsync(connection, bin, [DraftState.Issued], cancel)).Count > 0)
            {
                return;
            }
        }

        var draft = await WaitingAsync(home, bin, cancel) ?? await SubmitAsync(home, flow, bin, List(home), cancel);
        if (draft.State == DraftState.Submitted)
        {
            _ = (await ApproveAsync(services, home, draft, cancel)).Value;
        }

        while (await services.GetRequiredService<SigningService>().RunOneAsync(cancel))
        {
        }
    }

    /// <summary>Stores, checks and sends a list as the registrar of the institution.</summary>
    public static async Task<Draft> SubmitAsync(
        Installation home, DiplomaFlow flow, Bin bin, (ListBytes Graduates, ListBytes Courses) list, CancellationToken cancel)
    {
        var (registrar, at) = (await AccountAsync(home, bin, Role.Registrar, cancel), home.Time.GetUtcNow());
        var content = DraftContent.Read(list.Graduates, list.Courses, asGuessed: true).Value;
        var draft = await home.Database.WriteAsync(
            t => home.Drafts.CreateAsync(
                t, new NewDraft(bin, list.Graduates.Name, DemoSetup.DecisionOf(bin), ListPurpose.Issue, registrar.Id, at), content, cancel),
            cancel);
        var opened = (await home.Drafts.OpenListAsync(draft, cancel)).Value;
        var result = (await flow.CheckListAsync(opened, bin, null, cancel)).Value;
        return await home.Database.WriteAsync(
            async t =>
            {
                _ = await home.Drafts.SaveCheckAsync(t, draft, result, [], cancel);
                var sent = (await home.Drafts.SubmitAsync(t, draft.Id, draft.Version, registrar.Id, at, cancel)).Value;
                await AuditTrail.AppendAsync(
                    t, at,
                    new TrailEvent(
                        TrailAct.Change, "lists/submitted", registrar, new TrailSubject("draft", draft.Id), Role.Registrar, bin),
                    cancel);
                return sent;
            },
            cancel);
    }

    /// <summary>The rector's decision on a list that was sent.</summary>
    public static async Task<Outcome<string>> ApproveAsync(
        IServiceProvider services, Installation home, Draft draft, CancellationToken cancel)
    {
        var rector = await AccountAsync(home, draft.Institution, Role.Approver, cancel);
        return await services.GetRequiredService<ApproveDraft>().RunAsync(
            new Visit(rector, draft.Institution, Role.Approver),
            new ApproveDraft.Request(draft.Id, draft.Version, draft.ListHash!, "rector", "Order 41 (invented)"), cancel);
    }

    /// <summary>What the site has of services for approval and signing, without the site.</summary>
    public static ServiceProvider Services(Installation home, DiplomaFlow flow) => new ServiceCollection()
        .AddLogging().AddSingleton(home.Time).AddSingleton(home).AddSingleton(flow)
        .AddMortanbaAccounts(home, home.Settings.Site).AddSigning().BuildServiceProvider();

    /// <summary>A list of invented graduates of the first university, in memory.</summary>
    public static (ListBytes Graduates, ListBytes Courses) List(Installation home, int first = First, int count = Graduates, string name = Title)
    {
        var today = new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;
        var lists = new DemoLists(IntakeRules.For(home.Rules, today).Value, today);
        var folder = Directory.CreateTempSubdirectory("mortanba-demo-");
        try
        {
            var file = Path.Combine(folder.FullName, name);
            lists.WriteMore(file, first, count);
            var courses = Path.ChangeExtension(file, ".courses.csv");
            return (ListBytes.OfMemory(Path.GetFileName(file), File.ReadAllBytes(file)),
                ListBytes.OfMemory(Path.GetFileName(courses), File.ReadAllBytes(courses)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Draft?> WaitingAsync(Installation home, Bin bin, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await home.Drafts.OfInstitutionAsync(connection, bin, [DraftState.Submitted, DraftState.Approved], cancel))
            .FirstOrDefault(d => d.Title == Title);
    }

    private static async Task<Actor> AccountAsync(Installation home, Bin bin, Role role, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var member = (await Memberships.OfInstitutionAsync(connection, bin, cancel)).First(m => m.Role == role && m.EndedAt is null);
        return new Actor(
            ActorKind.Person, member.Account, member.Name, await Memberships.OfAccountAsync(connection, member.Account, cancel: cancel));
    }
}
