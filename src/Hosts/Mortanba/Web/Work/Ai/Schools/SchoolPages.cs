using Microsoft.AspNetCore.Components;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>Something that waits for somebody of the school.</summary>
/// <param name="Key">Of the text.</param>
/// <param name="Path">Behind the address of the desk.</param>
/// <param name="Right">Who sees it.</param>
public sealed record DueAtSchool(string Key, string Path, Right Right, bool IsAlarm, params (string Name, object? Value)[] Args);

/// <summary>An allowed tool beside its entry in the register.</summary>
/// <param name="System">Null when the register has it no more.</param>
public sealed record ToolRow(AllowedTool Tool, AiSystem? System);

/// <summary>The desk of a school for AI, and what its pages share.</summary>
internal static class SchoolPages
{
    public const int RowsMax = 200;
    private const int SoonDays = 30;
    private const int StoppedMax = 20;

    public static void Map(RouteGroupBuilder pages)
    {
        var school = pages.MapWork("/console/{bin}/ai");
        school.MapGet("", ShowDeskAsync).Needs(Right.ViewSchool);
        RegulationPages.Map(school);
        ToolPages.Map(school);
        ConsentPages.Map(school);
        SwitchPages.Map(school);
        IncidentPages.Map(school, pages);
        InfrastructurePages.Map(school);
        MeToolPages.Map(pages);
        OpenSchoolPages.Map(pages);
        SchoolListPages.Map(pages);
    }

    public static Installation Home(HttpContext context) => context.RequestServices.GetRequiredService<Installation>();

    public static SchoolDesk Desk(HttpContext context) => new(Home(context));

    /// <summary>The school of the visit; null, and a page that says so, when the directory has none.</summary>
    public static async Task<SchoolNow?> SchoolAsync(HttpContext context)
    {
        await using var connection = await Home(context).Database.ConnectAsync(context.RequestAborted);
        if (await Desk(context).ReadAsync(connection, context.Visit().Institution!.Value, context.RequestAborted) is { } school)
        {
            return school;
        }

        await Problems.NotFoundAsync(context);
        return null;
    }

    /// <summary>Back to a page of the school after an act: the answer of a form is never a page that could be sent again.</summary>
    public static void Back(HttpContext context, string rest) => See(context, $"/console/{context.Visit().Institution}/ai{rest}");

    public static void See(HttpContext context, string path) => AiPages.See(context, path);

    /// <summary>A page with what is wrong, or as it is.</summary>
    public static Task WriteAsync<TPage>(
        HttpContext context, SchoolNow school, IReadOnlyList<(string Field, Problem Problem)> refused, params (string Name, object? Value)[] parameters)
        where TPage : SchoolPage, IComponent => AiPages.WriteAsync<TPage>(context, refused, [(nameof(SchoolPage.School), school), .. parameters]);

    /// <summary>The tools of a school, each with its entry in the register.</summary>
    public static async Task<IReadOnlyList<ToolRow>> ToolsAsync(HttpContext context, ReadFrom from, SchoolNow school)
    {
        var rows = new List<ToolRow>();
        foreach (var tool in school.Tools?.Allowed.Values ?? [])
        {
            rows.Add(new ToolRow(tool, await Desk(context).SystemAsync(from, tool.System, context.RequestAborted)));
        }

        return [.. rows.OrderBy(r => r.System?.Description.Name, StringComparer.CurrentCultureIgnoreCase)];
    }

    /// <summary>Learners who are there, and those of them for whom a consent is asked and holds.</summary>
    public static async Task<(IReadOnlyList<SchoolPerson> Learners, IReadOnlyList<StreamRow> Consents)> LearnersAsync(
        HttpContext context, ReadFrom from, SchoolNow school) => (
            [
                .. (await Desk(context).Ai.Directory.PeopleAsync(from, school.School.Bin, SchoolPersonKind.Learner, cancel: context.RequestAborted))
                    .Where(p => p.Left is null),
            ],
            [
                .. (await EventStore.RowsAsync(
                    from, SchoolStreams.Consent, new StreamSearch(school.School.Bin, SchoolStreams.Holding), int.MaxValue, context.RequestAborted))
                    .Where(c => c.Summary.Due >= school.Today),
            ]);

    private static async Task ShowDeskAsync(HttpContext context)
    {
        if (await SchoolAsync(context) is not { } school)
        {
            return;
        }

        var (desk, cancel, now) = (Desk(context), context.RequestAborted, Home(context).Time.GetUtcNow());
        await using var connection = await Home(context).Database.ConnectAsync(cancel);
        var tools = await ToolsAsync(context, connection, school);
        var (learners, consents) = await LearnersAsync(context, connection, school);
        var covered = consents.Select(c => c.Summary.Subject).ToHashSet();
        var minors = learners.Where(l => !(l.AgeOn(school.Today) >= desk.Register.Value.ConsentUntilAge)).ToList();
        var off = await EventStore.RowsAsync(connection, SchoolStreams.Class, new StreamSearch(school.School.Bin, ["off"]), RowsMax, cancel);
        var incidents = await EventStore.RowsAsync(
            connection, SafetyStreams.Incident, new StreamSearch(school.School.Bin, ["reported", "taken"]), RowsMax, cancel);
        var late = 0;
        foreach (var row in incidents)
        {
            late += (await desk.Ai.Events.FindAsync(connection, SafetyStreams.Incident, row.Id, cancel))?.Now.IsOverdueAt(now) == true ? 1 : 0;
        }

        var objections = await EventStore.RowsAsync(connection, TaskStreams.Works, new StreamSearch(school.School.Bin, ["asked"]), int.MaxValue, cancel);
        var cases = (await EventStore.RowsAsync(connection, IntegrityStreams.Kind, new StreamSearch(school.School.Bin, ["open", "appealed"]), int.MaxValue, cancel))
            .Count(c => c.Summary.Due <= school.Today);
        var (stopped, _) = await RegisterRows.FindAsync(
            connection, new RegisterSearch(States: RegisterRows.Stopped, School: school.School.Bin.Value), 0, StoppedMax, cancel);
        await WriteAsync<DeskPage>(
            context, school, [], (nameof(DeskPage.Tools), tools),
            (nameof(DeskPage.Stopped), stopped.Where(s => tools.All(t => t.Tool.System != s.System)).ToList()), (nameof(DeskPage.Minors), minors.Count),
            (nameof(DeskPage.Covered), minors.Count(l => covered.Contains(l.Id))), (nameof(DeskPage.ClassesOff), off.Select(o => o.Summary.Subject!).ToList()),
            (nameof(DeskPage.Incidents), incidents.Count), (nameof(DeskPage.Late), late),
            (nameof(DeskPage.Due), Due(school, tools, consents, incidents, late, objections.Count, cases)));
    }

    private static IReadOnlyList<DueAtSchool> Due(
        SchoolNow school, IReadOnlyList<ToolRow> tools, IReadOnlyList<StreamRow> consents, IReadOnlyList<StreamRow> incidents, int late,
        int objections, int cases)
    {
        var (today, own, soon) = (school.Today, school.InForce.Own, school.Today.AddDays(SoonDays));
        var looser = own is null ? [] : RegulationComparison.Looser(own.Text, school.Template.Value);
        var ending = consents.Count(c => c.Summary.Due <= soon);
        DueAtSchool?[] all =
        [
            late > 0 ? new("ai-school/due.late", "/incidents", Right.CoordinateAi, true, ("count", late)) : null,
            incidents.Count(i => i.Summary.State == "reported") is > 0 and var waiting
                ? new("ai-school/due.reported", "/incidents", Right.CoordinateAi, true, ("count", waiting)) : null,
            .. tools.Where(t => t.System?.IsAllowedAt(school.School.Bin) != true).Select(
                t => new DueAtSchool(t.System?.IsAllowed == true ? "ai-school/due.not-of-pilot" : "ai-school/due.suspended", "/tools", Right.ViewSchool, true, ("system", t.System?.Description.Name ?? t.Tool.System))),
            own is null ? new("ai-school/due.no-regulation", "/regulation", Right.ViewSchool, true) : null,
            looser.Count > 0 ? new("ai-school/due.looser", "/regulation", Right.ViewSchool, true, ("count", looser.Count)) : null,
            school.Regulation?.Draft is not null ? new("ai-school/due.draft", "/regulation", Right.AdoptRegulation, false) : null,
            own is not null && own.From.AddMonths(school.Template.Value.ReviewMonths) < today
                ? new("ai-school/due.review", "/regulation", Right.ViewSchool, false, ("day", own.From)) : null,
            .. tools.Where(t => t.System?.IsAllowedAt(school.School.Bin) == true && t.Tool.Until <= soon).Select(
                t => new DueAtSchool(
                    "ai-school/due.ends", "/tools", Right.CoordinateAi, t.Tool.Until < today, ("system", t.System!.Description.Name), ("day", t.Tool.Until))),
            objections > 0 ? new("ai-school/due.objections", "/tasks", Right.CoordinateAi, true, ("count", objections)) : null,
            cases > 0 ? new("ai-school/due.cases", "/cases", Right.CoordinateAi, true, ("count", cases)) : null,
            ending > 0 ? new("ai-school/due.consents", "/consents", Right.CoordinateAi, false, ("count", ending)) : null,
        ];
        return [.. all.OfType<DueAtSchool>()];
    }
}
