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
        var turns = Read(form);
        var done = await IncidentPages.Desk(context).SetDutyAsync(
            visit.Actor, visit.Role, visit.Institution!.Value, form.Version, turns, context.RequestAborted);
        if (done.IsDone)
        {
            SchoolPages.Back(context, "/incidents/duty");
            return;
        }

        await OpenAsync(context, turns, [("turns", done.Problem)]);
    }

    private static List<DutyTurn> Read(DeskForm form)
    {
        var turns = new List<DutyTurn>();
        foreach (var day in Enum.GetValues<DayOfWeek>())
        {
            if (form.Chosen("person." + EventWords.Of(day)) is { } person)
            {
                turns.Add(new DutyTurn(day, null, null, person, form.Chosen("deputy." + EventWords.Of(day))));
            }
        }

        for (var i = 0; i < DatesMax; i++)
        {
            var row = i.ToString(CultureInfo.InvariantCulture);
            if (form.Chosen("person." + row) is { } person)
            {
                turns.Add(new DutyTurn(null, form.Day("from." + row), form.Day("to." + row), person, form.Chosen("deputy." + row)));
            }
        }

        return turns;
    }

    /// <param name="typed">What was sent and refused; null shows the roster as it is.</param>
    private static async Task OpenAsync(HttpContext context, IReadOnlyList<DutyTurn>? typed, IReadOnlyList<(string Field, Problem Problem)> refused)
    {
        var (home, bin, cancel) = (SchoolPages.Home(context), context.Visit().Institution!.Value, context.RequestAborted);
        var staff = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            foreach (var member in await Memberships.OfInstitutionAsync(connection, bin, cancel))
            {
                if (member.EndedAt is null && Rights.Gives(member.Role, Right.ViewSchool))
                {
                    staff[member.Account] = member.Name;
                }
            }
        }

        var desk = IncidentPages.Desk(context);
        var now = (await desk.Ai.FindAsync(SafetyStreams.Duty, SafetyStreams.DutyOf(bin), bin, cancel))?.Now;
        await IncidentPages.WriteAsync<DutyPage>(
            context, refused, (nameof(DutyPage.Turns), typed ?? now?.Turns ?? []), (nameof(DutyPage.Version), now?.Version ?? 0),
            (nameof(DutyPage.Staff), staff), (nameof(DutyPage.Today), desk.Ai.Today()),
            (nameof(DutyPage.OnDuty), now?.On(desk.Ai.Today(), staff.ContainsKey)));
    }
}
