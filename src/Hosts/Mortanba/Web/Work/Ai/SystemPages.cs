using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// The working pages of the register of AI systems: of the ministry, the ethics board and the approvers over the whole country, and of a
/// school's coordinator for what the school proposes. Who may do what is said by the right of each route.
/// </summary>
internal static class SystemPages
{
    public const string Base = "/console/ai/systems";

    private const int OnPage = 50;
    private const int StoppedMax = 20;

    private delegate Outcome<AiSystemEvent> Act(DeskForm form, AiSystem now, string by, SystemDesk desk, DateTimeOffset at);

    public static void Map(RouteGroupBuilder pages)
    {
        var country = pages.MapWork(Base);
        country.MapGet("", EnterAsync).Needs(null);
        MapProposals(country, Right.ViewSystems);
        Post(country, "ethics", Right.ReviewEthics, (form, now, by, _, at) => EventWords.Parse<EthicsOutcome>(form["outcome"]) is { } outcome
            ? ReviewEthics.Of(now, by, outcome, form["reason"], at)
            : new Problem("ai/no-outcome", "Choose how the review ended."));
        Post(country, "approve", Right.ApproveSystems, (form, now, by, desk, at) => SystemForms.Terms(form).TryGet(out var allowed, out var problem)
            ? ApproveSystem.Of(now, by, allowed, form["reason"], desk.Rules, desk.Ai.Today(), at)
            : problem, isFresh: true);
        Post(country, "reject", Right.ApproveSystems, (form, now, by, _, at) => RejectSystem.Of(now, by, form["reason"], at));
        Post(country, "review", Right.ApproveSystems, (form, now, by, desk, at) => ReviewSystem.Of(now, by, form["finding"], desk.Rules, desk.Ai.Today(), at));
        Post(country, "reinstate", Right.ApproveSystems, (form, now, by, desk, at) =>
            ReinstateSystem.Of(now, by, form["reason"], desk.Rules.Value, desk.Ai.Today(), at), isFresh: true);
        Post(country, "end", Right.OverseeAi, (form, now, by, _, at) => EndSystem.Of(now, by, form["reason"], form["certificate"], at), isFresh: true);

        // The ministry and whoever approves: whoever finds it first.
        Post(country, "suspend", Right.ViewSystems, (form, now, by, _, at) => form["cause"] switch
        {
            "incident" => SuspendSystem.Of(now, by, SuspensionCause.Incident, form["reason"], at),
            "forbidden-function" => SuspendSystem.Of(now, by, SuspensionCause.ForbiddenFunction, form["reason"], at),
            _ => new Problem("ai/no-cause", "Choose why it is stopped."),
        }, Right.OverseeAi, Right.ApproveSystems);

        var school = pages.MapWork("/console/{bin}/ai/systems");
        school.MapGet("", (HttpContext context) => ListAsync(context)).Needs(Right.ProposeSystems);
        MapProposals(school, Right.ProposeSystems);
    }

    /// <summary>The address of a system's page at this desk, or of the list.</summary>
    public static string PathOf(Visit visit, string id = "") =>
        (visit.Institution is { } bin ? $"/console/{bin}/ai/systems" : Base) + (id.Length == 0 ? "" : "/" + id);

    /// <summary>May this visitor write to this entry: a school's coordinator to what the school proposed, or what waits to be proposed.</summary>
    public static bool IsTheirs(Visit visit, Stored<AiSystem> one) => visit.Institution is not { } bin
        || one.School == bin || one.Now.TakenUpAt == bin.Value || one.Now.State == AiSystemState.Offered;

    private static void MapProposals(RouteGroupBuilder group, Right view)
    {
        group.MapGet("/new", (HttpContext context) => NewAsync(context, [], DeskForm.None)).Needs(Right.ProposeSystems);
        group.MapPost("/new", ProposeAsync).Needs(Right.ProposeSystems);
        group.MapGet("/{id}", (HttpContext context, string id) => ShowAsync(context, id, "", [], DeskForm.None)).Needs(view);
        group.MapPost("/{id}/propose", (HttpContext context, string id) => ActAsync(
            context, id, "propose",
            (form, now, by, _, at) => ProposeSystem.Of(now, by, SystemForms.Description(form), at, context.Visit().Institution), false, [])).Needs(Right.ProposeSystems);
        Post(group, "describe", Right.ProposeSystems, (form, now, by, _, at) => DescribeSystem.Of(now, by, SystemForms.Description(form), at));
        Post(group, "class", Right.ProposeSystems, (form, now, by, desk, at) => SystemForms.Class(form, desk.Rules.Value).TryGet(out var found, out var problem)
            ? ClassifySystem.Of(now, by, found, desk.Rules, desk.Ai.Today(), at)
            : problem);
        Post(group, "impact", Right.ProposeSystems, (form, now, by, _, at) =>
            AssessImpact.Of(now, by, new ImpactAssessment(form["rights"], form["risks"], form["oversight"]), at));
        Post(group, "value", Right.ProposeSystems, (form, now, by, _, at) => ShowValue.Of(now, by, SystemForms.Value(form), at));
        group.MapPost("/{id}/vendor", NameVendorAsync).Needs(Right.ProposeSystems);
    }

    private static void Post(
        RouteGroupBuilder group, string form, Right right, Act act, params Right[] oneOf) => Post(group, form, right, act, false, oneOf);

    private static void Post(RouteGroupBuilder group, string form, Right right, Act act, bool isFresh, params Right[] oneOf)
    {
        var route = group.MapPost("/{id}/" + form, (HttpContext context, string id) => ActAsync(context, id, form, act, isFresh, oneOf)).Needs(right);
        if (isFresh)
        {
            route.WithMetadata(new NeverKept());
        }
    }

    private static async Task EnterAsync(HttpContext context)
    {
        var who = context.Visit().Actor;
        if (who.PlatformRoleFor(Right.ViewSystems) is not null)
        {
            await ListAsync(context);
        }
        else if (who.PlatformRoleFor(Right.AnswerAsVendor) is not null)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{VendorPages.Base}");
        }
        else
        {
            await Problems.ShowAsync(context, StatusCodes.Status403Forbidden);
        }
    }

    private static async Task ListAsync(HttpContext context)
    {
        var (home, visit, cancel) = (context.Home(), context.Visit(), context.RequestAborted);
        var (search, page) = AiRegisterPages.SearchOf(context.Request.Query);
        var view = context.Request.Query["view"].ToString();
        search = view switch
        {
            "offered" => search with { States = [AiSystemState.Offered] },
            "own" when visit.Institution is { } bin => search with { School = bin.Value },
            _ => search,
        };
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (found, total) = await RegisterRows.FindAsync(connection, search, (page - 1) * OnPage, OnPage, cancel);
        var desk = new AiDesk(home);
        var today = desk.Today();
        var stopped = visit.Institution is null ? []
            : (await RegisterRows.FindAsync(connection, new RegisterSearch(States: RegisterRows.Stopped), 0, StoppedMax, cancel)).Found;
        await WriteAsync<SystemsPage>(
            context, [], (nameof(SystemsPage.Stopped), stopped), (nameof(SystemsPage.InstitutionName), await NameAsync(context)), (nameof(SystemsPage.View), view),
            (nameof(SystemsPage.Search), search),
            (nameof(SystemsPage.Found), found), (nameof(SystemsPage.Total), total), (nameof(SystemsPage.Number), page), (nameof(SystemsPage.Size), OnPage),
            (nameof(SystemsPage.Today), today),
            (nameof(SystemsPage.Counts), await RegisterRows.CountsAsync(connection, desk.BeginningOf(today.AddYears(-1)), today, cancel)));
    }

    private static async Task NewAsync(HttpContext context, IReadOnlyList<(string, Problem)> problems, DeskForm typed) => await WriteAsync<NewSystemPage>(
        context, problems, (nameof(NewSystemPage.InstitutionName), await NameAsync(context)), (nameof(NewSystemPage.Typed), typed),
        (nameof(NewSystemPage.Id), EventStore.NewId(SystemStream.Kind)), (nameof(NewSystemPage.Action), PathOf(context.Visit()) + "/new"));

    private static async Task ProposeAsync(HttpContext context)
    {
        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        var opened = await Desk(context).OpenAsync(
            visit.Actor, visit.Role, visit.Institution, at => ProposeSystem.Of(visit.Actor.Id, SystemForms.Description(form), at), SystemStream.Kind.IdOf(form["id"]),
            context.RequestAborted);
        if (opened.TryGet(out var now, out var problem))
        {
            AiPages.See(context, PathOf(visit, now.Id));
        }
        else
        {
            await NewAsync(context, [("name", problem)], form);
        }
    }

    private static async Task ActAsync(HttpContext context, string id, string form, Act act, bool isFresh, Right[] oneOf)
    {
        var (visit, typed) = (context.Visit(), await DeskPages.FormAsync(context));
        if (oneOf.Length > 0 && !oneOf.Any(r => visit.Actor.PlatformRoleFor(r) is not null))
        {
            await Problems.ShowAsync(context, StatusCodes.Status403Forbidden);
            return;
        }

        var problem = typed.TooLong();
        if (isFresh && problem is null)
        {
            problem = await FreshSignIn.RefusalAsync(context, context.RequestServices.GetRequiredService<SignInManager<Account>>(), typed["password"]);
        }

        await DoneAsync(context, id, form, typed, problem, (now, at, desk) => act(typed, now, visit.Actor.Id, desk, at));
    }

    private static async Task NameVendorAsync(HttpContext context, string id)
    {
        var (typed, accounts) = (await DeskPages.FormAsync(context), context.RequestServices.GetRequiredService<UserManager<Account>>());
        var account = await accounts.FindByEmailAsync(typed["email"].Trim());
        var isVendor = false;
        if (account is { BlockedAt: null })
        {
            await using var connection = await context.Home().Database.ConnectAsync(context.RequestAborted);
            isVendor = (await Memberships.OfAccountAsync(connection, account.Id, cancel: context.RequestAborted)).Any(m => m.Role == Role.Vendor);
        }

        await DoneAsync(
            context, id, "vendor", typed, isVendor ? null : new Problem("ai/no-vendor-account", "Nobody with this address answers as a vendor here."),
            (now, at, _) => NameVendor.Of(now, context.Visit().Actor.Id, account!.Id, at));
    }

    private static async Task DoneAsync(
        HttpContext context, string id, string form, DeskForm typed, Problem? problem, Func<AiSystem, DateTimeOffset, SystemDesk, Outcome<AiSystemEvent>> act)
    {
        var visit = context.Visit();
        if (await new AiDesk(context.Home()).FindAsync(SystemStream.Kind, id, null, context.RequestAborted) is not { } there
            || !IsTheirs(visit, there))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        if (problem is null)
        {
            var desk = await TellingAsync(context);
            problem = (await desk.ActAsync(visit.Actor, visit.Role, id, null, typed.Version, (now, at) => act(now, at, desk), context.RequestAborted)).Problem;
        }

        if (problem is null)
        {
            AiPages.See(context, PathOf(visit, id) + "#" + form);
        }
        else
        {
            await ShowAsync(context, id, form, [(form, problem)], typed);
        }
    }

    private static async Task ShowAsync(HttpContext context, string id, string form, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        var (visit, desk, cancel) = (context.Visit(), Desk(context), context.RequestAborted);
        if (await desk.Ai.FindAsync(SystemStream.Kind, id, null, cancel) is not { } one)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await using var connection = await context.Home().Database.ConnectAsync(cancel);
        var names = await AccountNames.OfAsync(connection, one.Now.Hands.Concat(new[] { one.Now.VendorAccount }.OfType<string>()), cancel);
        await WriteAsync<SystemDeskPage>(
            context, problems, (nameof(SystemDeskPage.InstitutionName), await NameAsync(context)), (nameof(SystemDeskPage.Now), one.Now),
            (nameof(SystemDeskPage.IsTheirs), IsTheirs(visit, one)), (nameof(SystemDeskPage.History), await desk.Reading.FindAsync(connection, id, cancel)),
            (nameof(SystemDeskPage.Rules), desk.Rules.Value), (nameof(SystemDeskPage.Today), desk.Ai.Today()), (nameof(SystemDeskPage.Names), names),
            (nameof(SystemDeskPage.Schools), await AiRegisterPages.SchoolsAsync(connection, one.Now, Readers.LanguageOf(context.Request), cancel)),
            (nameof(SystemDeskPage.Form), form), (nameof(SystemDeskPage.Typed), typed),
            (nameof(SystemDeskPage.AsksPassword), !await Sessions.IsFreshAsync(context)));
    }

    internal static SystemDesk Desk(HttpContext context) => new(context.Home(), context.RequestServices.GetRequiredService<DiplomaFlow>());

    internal static async Task<SystemDesk> TellingAsync(HttpContext context) =>
        new(context.Home(), context.RequestServices.GetRequiredService<DiplomaFlow>())
        {
            Tell = await context.RequestServices.GetRequiredService<SystemMail>().PrepareAsync(context.RequestAborted),
        };

    internal static Task WriteAsync<TPage>(
        HttpContext context, IReadOnlyList<(string Field, Problem Problem)> problems, params (string Name, object? Value)[] parameters)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var (texts, language) = (context.RequestServices.GetRequiredService<Texts>(), Readers.LanguageOf(context.Request));
        return AiPages.WriteAsync<TPage>(context, [.. problems.Select(p => (p.Field, SystemWords.InWords(texts, language, p.Problem)))], parameters);
    }

    private static async Task<string> NameAsync(HttpContext context) =>
        context.Visit().Institution is { } bin ? await ConsolePages.InstitutionNameAsync(context, bin) : "";
}
