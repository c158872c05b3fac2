using System.Globalization;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>Which systems of the register a school allows, to whom and for what (requirement AI-11).</summary>
internal static class ToolPages
{
    private const int FoundMax = 20;
    private const int SystemsMax = 5_000;

    public static void Map(RouteGroupBuilder school)
    {
        school.MapGet("/tools", (HttpContext context, string? q, string? system) => OpenAsync(context, q, system)).Needs(Right.ViewSchool);
        school.MapPost("/tools", AllowAsync).Needs(Right.CoordinateAi);
        school.MapPost("/tools/end", EndAsync).Needs(Right.CoordinateAi);
    }

    private static async Task OpenAsync(HttpContext context, string? query, string? system)
    {
        if (await SchoolPages.SchoolAsync(context) is { } school)
        {
            await ShowAsync(context, school, query, system, DeskForm.None, []);
        }
    }

    private static async Task AllowAsync(HttpContext context)
    {
        if (await SchoolPages.SchoolAsync(context) is not { } school)
        {
            return;
        }

        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        Problem refused;
        if (Read(form).TryGet(out var tool, out var problem))
        {
            var done = await SchoolPages.Desk(context).AllowAsync(visit.Actor, visit.Role, school.School.Bin, form.Version, tool, context.RequestAborted);
            if (done.IsDone)
            {
                SchoolPages.Back(context, "/tools");
                return;
            }

            refused = done.Problem;
        }
        else
        {
            refused = problem;
        }

        await ShowAsync(context, school, null, form["system"], form, [("allow", refused)]);
    }

    private static async Task EndAsync(HttpContext context)
    {
        if (await SchoolPages.SchoolAsync(context) is not { } school)
        {
            return;
        }

        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        var done = await SchoolPages.Desk(context).EndAsync(
            visit.Actor, visit.Role, school.School.Bin, form["system"], form["reason"], context.RequestAborted);
        if (done.IsDone)
        {
            SchoolPages.Back(context, "/tools");
            return;
        }

        await ShowAsync(context, school, null, null, DeskForm.None, [("tools", done.Problem)]);
    }

    private static Outcome<AllowedTool> Read(DeskForm form)
    {
        if (form.Day("until") is not { } until)
        {
            return new Problem("ai-school/until-missing", "Say until which day.");
        }

        var (from, to) = (Number(form["from"]), Number(form["to"]));
        return (form["from"].Length > 0 && from is null) || (form["to"].Length > 0 && to is null)
            ? new Problem("ai-school/ages-numbers", "Ages are whole years.")
            : new AllowedTool(
                form["system"], [.. form.All("role").Select(EventWords.Parse<ToolRole>).OfType<ToolRole>().Distinct()],
                [.. form.All("purpose").Select(EventWords.Parse<AiPurpose>).OfType<AiPurpose>().Distinct()], from ?? 0, to, until, form["without"],
                form.Has("masks", "yes"));
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 150 ? number : null;

    private static async Task ShowAsync(
        HttpContext context, SchoolNow school, string? query, string? systemId, DeskForm form, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(context.RequestAborted);
        var asked = query is { Length: > 0 and <= 100 } ? query.Trim() : null;
        var found = asked is null ? [] : (await EventStore.RowsAsync(
                connection, SystemStream.Kind, new StreamSearch(States: ["pilot", "in-use"]), SystemsMax, context.RequestAborted))
            .Where(r => r.Summary.Title?.Contains(asked, StringComparison.CurrentCultureIgnoreCase) == true).Take(FoundMax).ToList();
        var system = string.IsNullOrEmpty(systemId) ? null : await SchoolPages.Desk(context).SystemAsync(connection, systemId, context.RequestAborted);
        await SchoolPages.WriteAsync<ToolsPage>(
            context, school, refused, (nameof(ToolsPage.Tools), await SchoolPages.ToolsAsync(context, connection, school)),
            (nameof(ToolsPage.Query), asked), (nameof(ToolsPage.Found), found), (nameof(ToolsPage.Chosen), system?.IsAllowed == true ? system : null),
            (nameof(ToolsPage.Form), form));
    }
}
