using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Recognition;

namespace Mortanba.Host.Web.Work.Recognition;

/// <summary>What every page of a case shows.</summary>
/// <param name="Clock">Null while it has not begun, or when the calendar does not cover a day.</param>
/// <param name="Names">Names of colleagues by account. Never of the applicant.</param>
/// <param name="Similar">Decided cases like this one, the likest first.</param>
/// <param name="Days">Of the clock, to be drawn; null while it has not begun.</param>
/// <param name="Ceiling">The day on which the ceiling of a treaty is reached; null where none applies.</param>
public sealed record CaseView(
    OpenCase Open, ClockReading? Clock, DateOnly Today, IReadOnlyDictionary<string, string> Names, IReadOnlyList<SimilarCase> Similar,
    IReadOnlyList<ClockDay>? Days = null, DateOnly? Ceiling = null)
{
    private const int SimilarMax = 6;

    public RecognitionCase Case => Open.Case;

    /// <summary>The ceiling of a treaty is passed, or near.</summary>
    public bool IsNearCeiling => Case.Stage.IsOpen() && IsNear(Ceiling, Today);

    public IReadOnlyList<Precedent> Precedents => SimilarCases.Precedents(Similar);

    internal static bool IsNear(DateOnly? ceiling, DateOnly today) => ceiling is { } day && day <= today.AddDays(RaiseCeiling.NearDays);

    /// <summary>Null when there is no such case, or it was never filed.</summary>
    public static async Task<CaseView?> FindAsync(Installation home, string id, CancellationToken cancel)
    {
        var desk = new CaseDesk(home);
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await desk.Cases.FindAsync(connection, id, cancel) is not { Case.IsFiled: true } open)
        {
            return null;
        }

        var one = open.Case;
        var reading = one.Clock(desk.Clock, home.Time.GetUtcNow());
        var people = one.Assessments.Select(a => a.Assessment.Evaluator)
            .Concat([one.Evaluator, one.SecondEvaluator, one.DecisionMaker, one.Appeal?.Reviewer]).OfType<string>()
            .Concat(one.Remarks.Select(r => r.By)).Concat(one.Conditions.Select(c => c.By)).Where(by => by != one.Applicant);
        return new CaseView(
            open, reading is { IsDone: true } read ? read.Value : null, desk.Today(), await AccountNames.OfAsync(connection, people, cancel),
            await new SimilarCases(home.Vault).FindAsync(connection, one, SimilarMax, cancel),
            one.ClockDays(desk.Clock, home.Time.GetUtcNow()) is { IsDone: true } days ? days.Value : null,
            one.Ceiling(desk.Clock) is { IsDone: true } ceiling ? ceiling.Value : null);
    }

    /// <summary>The people who hold a role of the body now.</summary>
    public static async Task<IReadOnlyList<(string Id, string Name, Role Role)>> StaffAsync(DbConnection connection, CancellationToken cancel) =>
    [
        .. (await Memberships.OfInstitutionAsync(connection, null, cancel))
            .Where(m => m.EndedAt is null && m.Role is Role.RecognitionOfficer or Role.Evaluator or Role.DecisionMaker or Role.AppealReviewer)
            .Select(m => (m.Account, m.Name, m.Role)),
    ];
}
