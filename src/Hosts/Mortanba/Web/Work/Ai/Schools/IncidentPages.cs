using Microsoft.AspNetCore.Components;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// Reports of harm: for the coordinator those of the school, for the ministry those that name no school and those that were passed on to
/// the register of systems (requirement AI-35). Reading one is recorded.
/// </summary>
internal static class IncidentPages
{
    private static readonly string[] Open = ["reported", "taken"];

    public static void Map(RouteGroupBuilder school, RouteGroupBuilder pages)
    {
        Map(school, "/incidents", Right.CoordinateAi);
        Map(pages.MapWork("/console/ai"), "/incidents", Right.OverseeAi);
    }

    public static SafetyDesk Desk(HttpContext context) => new(
        SchoolPages.Home(context), context.RequestServices.GetRequiredService<MailQueue>(), context.RequestServices.GetRequiredService<Texts>());

    private static void Map(RouteGroupBuilder group, string path, Right right)
    {
        group.MapGet(path, (HttpContext context, string? view) => ListAsync(context, view == "closed")).Needs(right);
        group.MapGet(path + "/{id}", (HttpContext context, string id) => OpenAsync(context, id, DeskForm.None, [])).Needs(right);
        foreach (var act in (string[])["take", "note", "route", "close"])
        {
            group.MapPost(path + "/{id}/" + act, (HttpContext context, string id) => ActAsync(context, id, act)).Needs(right).WithMetadata(new NeverKept());
        }
    }

    private static async Task ListAsync(HttpContext context, bool isClosed)
    {
        var (bin, cancel) = (context.Visit().Institution, context.RequestAborted);
        var states = isClosed ? ["closed"] : Open;
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
        var rows = await EventStore.RowsAsync(connection, SafetyStreams.Incident, new StreamSearch(bin, states), SchoolPages.RowsMax, cancel);
        if (bin is null)
        {
            rows = [
                .. rows.Where(r => r.School is null)
                    .Concat(await EventStore.RowsAsync(
                        connection, SafetyStreams.Incident, new StreamSearch(null, states, Subject: "register"), SchoolPages.RowsMax, cancel))
                    .DistinctBy(r => r.Id),
            ];
        }

        var found = new List<Incident>();
        foreach (var row in rows)
        {
            if (await Desk(context).Ai.Events.FindAsync(connection, SafetyStreams.Incident, row.Id, cancel) is { } one)
            {
                found.Add(one.Now);
            }
        }

        await WriteAsync<IncidentsPage>(
            context, [], (nameof(IncidentsPage.Found), found.OrderBy(i => i.Due ?? DateTimeOffset.MaxValue).ThenByDescending(i => i.Report.At).ToList()),
            (nameof(IncidentsPage.IsClosed), isClosed));
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
        await WriteAsync<IncidentPage>(
            context, refused, (nameof(IncidentPage.One), one), (nameof(IncidentPage.Of), system), (nameof(IncidentPage.Form), form),
            (nameof(IncidentPage.Names), await AccountNames.OfAsync(connection, one.Steps.Select(s => s.By).Append(one.Report.By), cancel)));
    }

    private static async Task ActAsync(HttpContext context, string id, string act)
    {
        if (await FindAsync(context, id) is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var (form, visit, cancel) = (await DeskPages.FormAsync(context), context.Visit(), context.RequestAborted);
        var (desk, by, role, bin) = (Desk(context), visit.Actor, visit.Role, visit.Institution);
        var done = act switch
        {
            "take" => await desk.TakeAsync(by, role, bin, id, cancel),
            "note" => await desk.NoteAsync(by, role, bin, id, form["words"], cancel),
            "route" => await desk.RouteAsync(by, role, bin, id, form["to"], form["words"], cancel),
            _ => EventWords.Parse<IncidentOutcome>(form["outcome"]) is { } outcome
                ? await desk.CloseAsync(by, role, bin, id, form.Version, outcome, form["words"], cancel)
                : new Problem("ai-safety/outcome", "Choose how it ended."),
        };
        if (done.IsDone)
        {
            SchoolPages.See(context, (bin is null ? "/console/ai" : $"/console/{bin}/ai") + $"/incidents/{id}");
            return;
        }

        await OpenAsync(context, id, form, [(act, done.Problem)]);
    }

    /// <summary>One that the visitor may see: of their school; for the ministry of none, or passed on to the register.</summary>
    private static async Task<Incident?> FindAsync(HttpContext context, string id)
    {
        var bin = context.Visit().Institution;
        var found = await Desk(context).Ai.FindAsync(SafetyStreams.Incident, id, bin, context.RequestAborted);
        return found is null || (bin is null ? found.School is not null && !found.Now.WentTo("register") : found.School != bin) ? null : found.Now;
    }

    private static async Task WriteAsync<TPage>(
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
