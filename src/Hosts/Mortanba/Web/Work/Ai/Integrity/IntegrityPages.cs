using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Integrity;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>
/// Cases of academic integrity at a school (requirements AI-22, AI-23): report, grounds, notice, hearing, oral check, committee, votes,
/// decision, appeal. A case is seen by whoever works on it or decides it, and by who answers for the school.
/// </summary>
internal static class IntegrityPages
{
    private const int RowsMax = 200;

    public static void Map(RouteGroupBuilder pages)
    {
        var cases = pages.MapWork("/console/{bin}/ai/cases");
        cases.MapGet("", IndexAsync).Needs(Right.ViewSchool);
        cases.MapGet("/new", (HttpContext context, string? person, string? task) => NewAsync(context, person, task, [], DeskForm.None)).Needs(Right.ViewSchool);
        cases.MapPost("", ReportAsync).Needs(Right.ViewSchool);
        cases.MapGet("/{id}", (HttpContext context, string id) => OneAsync(context, id, [], DeskForm.None)).Needs(Right.ViewSchool);
        Act(cases, "ground", Right.ViewSchool, "ground", (form, _) => (now, by, clock, at) =>
            form.Choice<GroundKind>("ground") is { } kind
                ? AddGround.Of(now, by, new Ground(kind, form["words"], form.Number("score")), clock, at)
                : new Problem("integrity/no-kind", "Choose what the ground is."));
        Act(cases, "notice", Right.CoordinateAi, "notice", (_, learner) => (now, by, clock, at) => NotifyLearner.Of(now, by, learner, clock, at));
        Act(cases, "hearing", Right.CoordinateAi, "heard", (form, learner) => (now, by, clock, at) => HearLearner.Of(
            now, by, form.Has("came", "no") ? null : form["heard"], form.Has("invited", "yes"), form.Has("present", "yes"), learner, clock, at));
        Act(cases, "oral", Right.CoordinateAi, "oral", (form, learner) => (now, by, clock, at) =>
            form.Choice<OralResult>("result") is { } result
                ? HoldOralCheck.Of(
                    now, by, result, form["oral"], form.Has("oral-invited", "yes"), form.Has("oral-present", "yes"), learner, clock, at)
                : new Problem("integrity/no-result", "Choose how the oral check went."));
        cases.MapPost("/{id}/committee", CommitteeAsync).Needs(Right.AdoptRegulation).WithMetadata(new NeverKept());
        cases.MapPost("/{id}/replace", ReplaceAsync).Needs(Right.AdoptRegulation).WithMetadata(new NeverKept());
        Act(cases, "vote", Right.ViewSchool, "vote", (form, _) => (now, by, clock, at) =>
            form.Choice<IntegrityFinding>("finding") is { } finding
                ? VoteInCase.Of(now, by, finding, form["why"], clock, at)
                : new Problem("integrity/no-finding", "Choose what you find."));
        Act(cases, "dismiss", Right.AdoptRegulation, "dismiss", (form, _) => (now, by, clock, at) => DismissCase.Of(now, by, form["dismiss"], clock, at));
        Act(cases, "close", Right.AdoptRegulation, "close", (form, _) => (now, by, clock, at) => CloseCase.Of(now, by, form["close"], clock, at));
        cases.MapPost("/{id}/lapse", LapseAsync).Needs(Right.ViewSchool).WithMetadata(new NeverKept());
        cases.MapPost("/{id}/decide", DecideAsync).Needs(Right.ViewSchool).WithMetadata(new NeverKept());
    }

    public static string Address(HttpContext context, string rest = "") =>
        $"/console/{context.Visit().Institution}/ai/cases{rest}";

    /// <summary>Whether somebody of the school sees a case: who works on it or decides it, and who answers for the school.</summary>
    public static bool Sees(IntegrityCase one, Visit visit) =>
        Answers(visit) || (visit.Institution is not null && one.TookPart.Contains(visit.Actor.Id));

    /// <summary>Head or coordinator: who writes down that a committee let the term of an appeal go by.</summary>
    public static bool Answers(Visit visit) =>
        visit.Institution is { } school && (visit.Actor.May(Right.CoordinateAi, school) || visit.Actor.May(Right.AdoptRegulation, school));

    public static IntegrityDesk Desk(HttpContext context) => new(Home(context), context.RequestServices.GetRequiredService<AiMail>());

    private static Installation Home(HttpContext context) => context.RequestServices.GetRequiredService<Installation>();

    private delegate Outcome<IntegrityEvent> CaseAct(IntegrityCase now, Doer by, IntegrityClock clock, DateTimeOffset at);

    private static void Act(RouteGroupBuilder cases, string name, Right right, string field, Func<DeskForm, SchoolPerson, CaseAct> act) =>
        cases.MapPost("/{id}/" + name, async (HttpContext context, string id) =>
        {
            var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
            if (await FindAsync(context, id) is not var (_, learner))
            {
                return;
            }

            var todo = act(form, learner);
            var done = await Desk(context).ActAsync(
                visit.Actor, visit.Role, visit.Institution!.Value, id, form.Version, (now, by, clock, at) => todo(now, by, clock, at), context.RequestAborted);
            await AfterAsync(context, id, done, field, form);
        }).Needs(right).WithMetadata(new NeverKept());

    private static async Task DecideAsync(HttpContext context, string id)
    {
        var (form, visit, cancel) = (await DeskPages.FormAsync(context), context.Visit(), context.RequestAborted);
        if (await FindAsync(context, id) is not var (one, _))
        {
            return;
        }

        var done = await Desk(context).DecideAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, one, form.Version, form.All("remedy"), form["reason"], cancel);
        await AfterAsync(context, id, done, "reason", form);
    }

    private static async Task LapseAsync(HttpContext context, string id)
    {
        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        if (!Answers(visit))
        {
            await Problems.ShowAsync(context, StatusCodes.Status403Forbidden);
            return;
        }

        if (await FindAsync(context, id) is null)
        {
            return;
        }

        var done = await Desk(context).ActAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, id, form.Version,
            (now, by, clock, at) => LapseAppeal.Of(now, by, form["lapse"], clock, at), context.RequestAborted);
        await AfterAsync(context, id, done, "lapse", form);
    }

    private static async Task CommitteeAsync(HttpContext context, string id)
    {
        var (form, visit, cancel) = (await DeskPages.FormAsync(context), context.Visit(), context.RequestAborted);
        if (await FindAsync(context, id) is not var (one, learner))
        {
            return;
        }

        var (desk, bin) = (Desk(context), visit.Institution!.Value);
        var region = await desk.RegionAsync(bin, cancel);
        var done = (await desk.MembersAsync(bin, one, form.All("member"), form["elsewhere"], cancel)).TryGet(out var members, out var problem)
            ? await desk.ActAsync(
                visit.Actor, visit.Role, bin, id, form.Version,
                (now, by, clock, at) => NameCommittee.Of(now, by, members, clock, at, learner, region), cancel)
            : problem;
        await AfterAsync(context, id, done, "committee", form);
    }

    private static async Task ReplaceAsync(HttpContext context, string id)
    {
        var (form, visit, cancel) = (await DeskPages.FormAsync(context), context.Visit(), context.RequestAborted);
        if (await FindAsync(context, id) is not var (one, learner))
        {
            return;
        }

        var (desk, bin) = (Desk(context), visit.Institution!.Value);
        var region = await desk.RegionAsync(bin, cancel);
        var done = (await desk.MembersAsync(bin, one, form.All("with"), form["elsewhere"], cancel)).TryGet(out var people, out var problem)
            ? await desk.ActAsync(
                visit.Actor, visit.Role, bin, id, form.Version,
                (now, by, _, at) => ReplaceMember.Of(
                    now, by, form["member"], people is [var with] ? with : null, form["instead"], at, learner, region),
                cancel)
            : problem;
        await AfterAsync(context, id, done, "replace", form);
    }

    private static Task AfterAsync(HttpContext context, string id, Outcome<IntegrityCase> done, string field, DeskForm form)
    {
        if (!done.IsDone)
        {
            return OneAsync(context, id, [(field, done.Problem)], form);
        }

        AiPages.See(context, Address(context, "/" + id));
        return Task.CompletedTask;
    }

    /// <summary>A case the visitor may see, with its learner; null, and a page that says so, when not.</summary>
    private static async Task<(IntegrityCase Case, SchoolPerson Learner)?> FindAsync(HttpContext context, string id)
    {
        var (home, visit, cancel) = (Home(context), context.Visit(), context.RequestAborted);
        if (await new AiDesk(home).FindAsync(IntegrityStreams.Kind, id, visit.Institution, cancel) is { Now: var one } && Sees(one, visit))
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            if (await new SchoolDirectory(home.Vault).PersonAsync(connection, one.Learner, cancel) is { } learner)
            {
                return (one, learner);
            }
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    private static async Task IndexAsync(HttpContext context)
    {
        var (home, visit, cancel) = (Home(context), context.Visit(), context.RequestAborted);
        var (bin, events) = (visit.Institution!.Value, new AiDesk(home).Events);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var seen = new List<IntegrityCase>();
        foreach (var row in await EventStore.RowsAsync(connection, IntegrityStreams.Kind, new StreamSearch(bin), RowsMax, cancel))
        {
            if (await events.FindAsync(connection, IntegrityStreams.Kind, row.Id, cancel) is { Now: var one } && Sees(one, visit))
            {
                seen.Add(one);
            }
        }

        await AiPages.WriteAsync<IntegrityCasesPage>(
            context, [], (nameof(IntegrityCasesPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(IntegrityCasesPage.Cases), seen), (nameof(IntegrityCasesPage.Today), new AiDesk(home).Today()));
    }

    private static async Task NewAsync(HttpContext context, string? person, string? task, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        var (home, visit, cancel) = (Home(context), context.Visit(), context.RequestAborted);
        var (desk, bin) = (new AiDesk(home), visit.Institution!.Value);
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (person is null || await desk.Directory.PersonAsync(connection, person, cancel) is not { Kind: SchoolPersonKind.Learner } learner || learner.School != bin)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var found = task is null ? null : (await desk.FindAsync(TaskStreams.Tasks, task, bin, cancel))?.Now;
        await AiPages.WriteAsync<NewIntegrityCasePage>(
            context, problems, (nameof(NewIntegrityCasePage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(NewIntegrityCasePage.Learner), learner), (nameof(NewIntegrityCasePage.Task), found), (nameof(NewIntegrityCasePage.Typed), typed),
            (nameof(NewIntegrityCasePage.FormId), typed.IsSent ? typed["id"] : EventStore.NewId(IntegrityStreams.Kind)));
    }

    private static async Task ReportAsync(HttpContext context)
    {
        var (home, visit, form, cancel) = (Home(context), context.Visit(), await DeskPages.FormAsync(context), context.RequestAborted);
        var desk = Desk(context);
        SchoolPerson? learner;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            learner = await desk.Desk.Directory.PersonAsync(connection, form["person"], cancel);
        }

        if (learner is not { Kind: SchoolPersonKind.Learner } || learner.School != visit.Institution)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var work = form["task"] is { Length: > 0 } task ? LearnerWork.IdOf(task, learner.Id) : null;
        var done = form.Choice<GroundKind>("ground") is { } kind
            ? await desk.ReportAsync(
                visit.Actor, visit.Role, learner, work, form["title"], new Ground(kind, form["words"], form.Number("score")),
                IntegrityStreams.Kind.IdOf(form["id"]), cancel)
            : new Problem("integrity/no-kind", "Choose what the ground is.");
        if (done.IsDone)
        {
            AiPages.See(context, Address(context, "/" + done.Value.Id));
        }
        else
        {
            await NewAsync(context, learner.Id, form["task"] is { Length: > 0 } t ? t : null, [("ground", done.Problem)], form);
        }
    }

    private static async Task OneAsync(HttpContext context, string id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        if (await FindAsync(context, id) is not var (one, learner))
        {
            return;
        }

        var (home, visit, cancel) = (Home(context), context.Visit(), context.RequestAborted);
        var (desk, bin) = (Desk(context), visit.Institution!.Value);

        // Reading what a case holds is recorded.
        await home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, home.Time.GetUtcNow(),
                new TrailEvent(TrailAct.View, "ai/case-viewed", visit.Actor, new TrailSubject("ai-case", id), visit.Role, bin), cancel),
            cancel);
        var clock = await desk.ClockAsync(bin, cancel);
        IReadOnlyDictionary<string, string> staff, names;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            staff = await IntegrityDesk.StaffAsync(connection, bin, cancel);
            names = await AccountNames.OfAsync(connection, one.TookPart.Concat(one.Said.Select(s => s.By)), cancel);
        }

        await AiPages.WriteAsync<IntegrityCasePage>(
            context, problems, (nameof(IntegrityCasePage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(IntegrityCasePage.Case), one), (nameof(IntegrityCasePage.Learner), learner), (nameof(IntegrityCasePage.Clock), clock),
            (nameof(IntegrityCasePage.Now), home.Time.GetUtcNow()), (nameof(IntegrityCasePage.Staff), staff), (nameof(IntegrityCasePage.Names), names),
            (nameof(IntegrityCasePage.Earlier), await desk.EarlierAsync(one, bin, cancel)), (nameof(IntegrityCasePage.Typed), typed));
    }
}
