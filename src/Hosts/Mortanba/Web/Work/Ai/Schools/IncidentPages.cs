using Microsoft.AspNetCore.Components;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>
/// Reports of harm (requirement AI-35): at a school all of them for the coordinator and the head, for anybody else those that were routed to
/// them; for the region and the ministry what went up or was passed on to them, for the ministry also what names no school. Reading one is
/// recorded.
/// </summary>
internal static class IncidentPages
{
    private static readonly string[] Open = ["reported", "taken"];

    public static void Map(RouteGroupBuilder school, RouteGroupBuilder pages)
    {
        DutyPages.Map(school);
        Map(school, "/incidents", Right.ViewSchool);
        Map(pages.MapWork("/console/{bin}/region"), "/incidents", Right.ViewRegion);
        Map(pages.MapWork("/console/ai"), "/incidents", Right.OverseeAi);
    }

    public static SafetyDesk Desk(HttpContext context) => new(SchoolPages.Home(context), context.RequestServices.GetRequiredService<AiMail>());

    /// <summary>Whose pages these are.</summary>
    public static IncidentLevel LevelOf(Visit visit) =>
        visit.Institution is null ? IncidentLevel.Ministry
        : visit.Role is { } role && Rights.Gives(role, Right.ViewRegion) ? IncidentLevel.Region
        : IncidentLevel.School;

    /// <summary>Behind the language.</summary>
    public static string PathOf(Visit visit) => LevelOf(visit) switch
    {
        IncidentLevel.School => $"/console/{visit.Institution}/ai/incidents",
        IncidentLevel.Region => $"/console/{visit.Institution}/region/incidents",
        IncidentLevel.Ministry => "/console/ai/incidents",
    };

    private static void Map(RouteGroupBuilder group, string path, Right right)
    {
        group.MapGet(path, (HttpContext context, string? view) => ListAsync(context, view == "closed")).Needs(right);
        group.MapGet(path + "/{id}", (HttpContext context, string id) => OpenAsync(context, id, DeskForm.None, [])).Needs(right);
        string[] acts = ["take", "note", "route", "close"];
        foreach (var act in right == Right.ViewSchool ? acts : [.. acts, "hand"])
        {
            group.MapPost(path + "/{id}/" + act, (HttpContext context, string id) => ActAsync(context, id, act)).Needs(right).WithMetadata(new NeverKept());
        }
    }

    private static async Task ListAsync(HttpContext context, bool isClosed)
    {
        var (visit, cancel) = (context.Visit(), context.RequestAborted);
        var states = isClosed ? ["closed"] : Open;
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
        var region = await RegionAsync(context, connection);
        var found = new List<Incident>();
        foreach (var row in await RowsAsync(connection, visit, region, states, cancel))
        {
            if (await Desk(context).Ai.Events.FindAsync(connection, SafetyStreams.Incident, row.Id, cancel) is { } one && await SeesAsync(context, connection, one))
            {
                found.Add(one.Now);
            }
        }

        await WriteAsync<IncidentsPage>(
            context, [],
            (nameof(IncidentsPage.Found), found.OrderByDescending(i => IsFirst(visit, i)).ThenBy(i => i.PassUpAt ?? i.Due ?? DateTimeOffset.MaxValue)
                .ThenByDescending(i => i.Report.At).ToList()),
            (nameof(IncidentsPage.IsClosed), isClosed));
    }

    /// <summary>Stands at the head of the list: it was routed to the visitor, or went up to them, and nobody there has it.</summary>
    public static bool IsFirst(Visit visit, Incident one) => one.State != IncidentState.Closed && (LevelOf(visit) == IncidentLevel.School
        ? one.State == IncidentState.Reported && one.OnDuty == visit.Actor.Id
        : one.LastPass?.To == LevelOf(visit));

    private static async Task<IReadOnlyList<StreamRow>> RowsAsync(
        ReadFrom from, Visit visit, string? region, IReadOnlyList<string> states, CancellationToken cancel)
    {
        async Task<IReadOnlyList<StreamRow>> AsAsync(StreamSearch search) =>
            await EventStore.RowsAsync(from, SafetyStreams.Incident, search with { States = states }, SchoolPages.RowsMax, cancel);
        IReadOnlyList<StreamSearch> searches = LevelOf(visit) switch
        {
            IncidentLevel.School => [new StreamSearch(visit.Institution)],
            IncidentLevel.Region => [.. Above.Select(s => new StreamSearch(Subject: s, Region: region ?? ""))],
            IncidentLevel.Ministry => [new StreamSearch(IsOfNone: true), .. Above.Select(s => new StreamSearch(Subject: s))],
        };
        var rows = new List<StreamRow>();
        foreach (var search in searches)
        {
            rows.AddRange(await AsAsync(search));
        }

        return [.. rows.DistinctBy(r => r.Id)];
    }

    private static readonly string[] Above = [SafetyStreams.Ministry, IncidentRoutes.Register, IncidentRoutes.Region, SafetyStreams.Handed];

    /// <summary>Region of the department whose pages these are; null on others.</summary>
    private static async Task<string?> RegionAsync(HttpContext context, ReadFrom from) => LevelOf(context.Visit()) == IncidentLevel.Region
        ? (await SchoolDirectory.FindAsync(from, context.Visit().Institution!.Value, context.RequestAborted))?.Region
        : null;

    private static async Task<bool> SeesAsync(HttpContext context, ReadFrom from, Stored<Incident> one)
    {
        var visit = context.Visit();
        return LevelOf(visit) switch
        {
            IncidentLevel.School => visit.Institution is { } bin && one.School == bin
                && (visit.Actor.May(Right.CoordinateAi, bin) || visit.Actor.May(Right.AdoptRegulation, bin)
                    || one.Now.OnDuty == visit.Actor.Id || one.Now.With == visit.Actor.Id),
            IncidentLevel.Region => one.School is { } school && one.Now.IsSeenBy(IncidentLevel.Region)
                && await RegionAsync(context, from) is { } region
                && (await SchoolDirectory.FindAsync(from, school, context.RequestAborted))?.Region == region,
            IncidentLevel.Ministry => one.School is null || one.Now.IsSeenBy(IncidentLevel.Ministry),
        };
    }

    private static async Task OpenAsync(HttpContext context, string id, DeskForm form, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        var (home, visit, cancel) = (SchoolPages.Home(context), context.Visit(), context.RequestAborted);
        if (await FindAsync(context, id) is not { } one)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, home.Time.GetUtcNow(),
                new TrailEvent(TrailAct.View, "ai/incident-viewed", visit.Actor, new TrailSubject("ai-incident", id), visit.Role, visit.Institution), cancel),
            cancel);
        await using var connection = await home.Database.ConnectAsync(cancel);
        var system = one.Report.System is { } named ? await SchoolPages.Desk(context).SystemAsync(connection, named, cancel) : null;
        var isNamed = LevelOf(visit) == IncidentLevel.School || await SafetyPeople.IsNamedAboveAsync(home, connection, one.Report.By, cancel);
        await WriteAsync<IncidentPage>(
            context, refused, (nameof(IncidentPage.One), one), (nameof(IncidentPage.IsNamed), isNamed),
            (nameof(IncidentPage.Of), system), (nameof(IncidentPage.Form), form),
            (nameof(IncidentPage.Names), await AccountNames.OfAsync(
                connection, one.Steps.Select(s => s.By).Append(isNamed ? one.Report.By : "").Append(one.OnDuty ?? ""), cancel)));
    }

    private static async Task ActAsync(HttpContext context, string id, string act)
    {
        if (await FindAsync(context, id) is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var (form, visit, cancel) = (await DeskPages.FormAsync(context), context.Visit(), context.RequestAborted);
        // Whoever works above the school acts on what went up from it; that they may is found above.
        var (desk, by, role, bin) = (Desk(context), visit.Actor, visit.Role, LevelOf(visit) == IncidentLevel.School ? visit.Institution : null);
        var done = act switch
        {
            "take" => await desk.TakeAsync(by, role, bin, id, cancel),
            "note" => await desk.NoteAsync(by, role, bin, id, form.Version, form["words"], cancel),
            "route" => await desk.RouteAsync(by, role, bin, id, form.Version, form["to"], form["words"], cancel),
            "hand" => await HandAsync(context, id, form),
            _ => EventWords.Parse<IncidentOutcome>(form["outcome"]) is { } outcome
                ? await desk.CloseAsync(by, role, bin, id, form.Version, outcome, form["words"], cancel)
                : new Problem("ai-safety/outcome", "Choose how it ended."),
        };
        if (done.IsDone)
        {
            SchoolPages.See(context, $"{PathOf(visit)}/{id}");
            return;
        }

        await OpenAsync(context, id, form, [(act, done.Problem)]);
    }

    private static async Task<Outcome<Incident>> HandAsync(HttpContext context, string id, DeskForm form)
    {
        string? region;
        await using (var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted))
        {
            region = LevelOf(context.Visit()) == IncidentLevel.Region ? await RegionAsync(context, connection) ?? "" : null;
        }

        return Bin.TryParse(form["school"].Trim(), out var school)
            ? await Desk(context).HandAsync(
                context.Visit().Actor, context.Visit().Role, id, form.Version, school, region, form["words"], context.RequestAborted)
            : new Problem("ai-safety/no-school", "There is no school of this number.");
    }

    /// <summary>One that the visitor may see; null when there is none.</summary>
    private static async Task<Incident?> FindAsync(HttpContext context, string id)
    {
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        return await Desk(context).Ai.Events.FindAsync(connection, SafetyStreams.Incident, id, context.RequestAborted) is { } found
            && await SeesAsync(context, connection, found)
                ? found.Now
                : null;
    }

    public static async Task WriteAsync<TPage>(
        HttpContext context, IReadOnlyList<(string Field, Problem Problem)> refused, params (string Name, object? Value)[] parameters)
        where TPage : SafetyPage, IComponent
    {
        var bin = context.Visit().Institution;
        var name = bin is { } school ? await ConsolePages.InstitutionNameAsync(context, school) : "";
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<TPage>(
            context, Readers.LanguageOf(context.Request), refused.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            [
                (nameof(SafetyPage.Rules), Desk(context).Rules), (nameof(SafetyPage.InstitutionName), name), (nameof(SafetyPage.Refused), refused),
                (nameof(SafetyPage.Now), SchoolPages.Home(context).Time.GetUtcNow()), .. parameters,
            ]);
    }
}
