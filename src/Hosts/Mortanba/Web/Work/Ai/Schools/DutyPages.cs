using System.Globalization;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>
/// Who is on duty for reports of harm at a school: anybody of the school sees it, the coordinator writes it (requirement AI-35).
/// </summary>
internal static class DutyPages
{
    /// <summary>Rows of a form for dates that are not there yet.</summary>
    public const int NewRows = 2;

    private const int DatesMax = 40;

    public static void Map(RouteGroupBuilder school)
    {
        school.MapGet("/incidents/duty", (HttpContext context) => OpenAsync(context, null, [])).Needs(Right.ViewSchool);
        school.MapPost("/incidents/duty", SetAsync).Needs(Right.CoordinateAi);
    }

    private static async Task SetAsync(HttpContext context)
    {
        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        var turns = Read(form, await StaffAsync(context));
        var done = await IncidentPages.Desk(context).SetDutyAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, form.Version, turns, context.RequestAborted);
        if (done.IsDone)
        {
            SchoolPages.Back(context, "/incidents/duty");
            return;
        }

        await OpenAsync(context, turns, [("turns", done.Problem)]);
    }

    // By name, as the page offers it, or by account. Who is neither is refused by the act.
    private static List<DutyTurn> Read(DeskForm form, IReadOnlyDictionary<string, string> staff)
    {
        var (turns, accounts) = (new List<DutyTurn>(), staff.ToDictionary(s => s.Value, s => s.Key, StringComparer.OrdinalIgnoreCase));
        string? Who(string field) => form.Chosen(field)?.Trim() is { Length: > 0 } typed ? accounts.GetValueOrDefault(typed, typed) : null;
        foreach (var day in Enum.GetValues<DayOfWeek>())
        {
            if (Who("person." + EventWords.Of(day)) is { } person)
            {
                turns.Add(new DutyTurn(day, null, null, person, Who("deputy." + EventWords.Of(day))));
            }
        }

        for (var i = 0; i < DatesMax; i++)
        {
            var row = i.ToString(CultureInfo.InvariantCulture);
            if (Who("person." + row) is { } person)
            {
                turns.Add(new DutyTurn(null, form.Day("from." + row), form.Day("to." + row), person, Who("deputy." + row)));
            }
        }

        return turns;
    }

    // Two of one name are told apart by the end of their account.
    private static async Task<IReadOnlyDictionary<string, string>> StaffAsync(HttpContext context)
    {
        var cancel = context.RequestAborted;
        await using var connection = await SchoolPages.Home(context).Database.ConnectAsync(cancel);
        var members = (await Memberships.OfInstitutionAsync(connection, context.Visit().Institution!.Value, cancel))
            .Where(m => m.EndedAt is null && Rights.Gives(m.Role, Right.ViewSchool)).DistinctBy(m => m.Account).ToList();
        return members.GroupBy(m => m.Name, StringComparer.OrdinalIgnoreCase)
            .SelectMany(same => same.Select(m => (m.Account, Name: same.Count() == 1 ? m.Name : $"{m.Name} ({m.Account[^6..]})")))
            .ToDictionary(m => m.Account, m => m.Name, StringComparer.Ordinal);
    }

    /// <param name="typed">What was sent and refused; null shows the roster as it is.</param>
    private static async Task OpenAsync(HttpContext context, IReadOnlyList<DutyTurn>? typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        var (bin, staff) = (context.Visit().Institution!.Value, await StaffAsync(context));
        var desk = IncidentPages.Desk(context);
        var now = (await desk.Ai.FindAsync(SafetyStreams.Duty, SafetyStreams.DutyOf(bin), bin, context.RequestAborted))?.Now;
        await IncidentPages.WriteAsync<DutyPage>(
            context, refused, (nameof(DutyPage.Turns), typed ?? now?.Turns ?? []), (nameof(DutyPage.Version), now?.Version ?? 0),
            (nameof(DutyPage.Staff), staff), (nameof(DutyPage.Today), desk.Ai.Today()),
            (nameof(DutyPage.OnDuty), now?.On(desk.Ai.Today(), staff.ContainsKey)));
    }
}
