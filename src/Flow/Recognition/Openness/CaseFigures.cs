using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>Cases of one kind that were decided differently: somebody should look why (requirement RQ-21).</summary>
/// <param name="Alike">The newest of them, at most <see cref="CaseFigures.CasesShown"/>.</param>
public sealed record UnevenCases(
    string Countries, int Isced, string Field, string Purpose, string Extent, string Mode, IReadOnlyList<CaseRow> Alike);

/// <summary>One row of the report on even-handedness; null: not shown.</summary>
/// <param name="Group"><c>sex</c> or <c>holder-kind</c>; null for all.</param>
/// <param name="Key"><c>female</c>, <c>male</c>, <c>not-said</c>; or a kind of holder.</param>
/// <param name="Less">Partial, conditional or refused.</param>
public sealed record DisparityRow(string? Group, string Key, int? Decided, int? Full, int? Less);

/// <summary>A decided case without anything of a person: no number, no day, no account.</summary>
public sealed record ClosedCase(
    string Quarter, string Countries, int Isced, string Field, string Purpose, string HolderKind, string Extent, string Mode, string Route, int? UsedDays,
    int? LimitDays, string Outcome, string AppealOutcome);

/// <summary>What statistics, alarms and exports read of the rows of cases (requirements RQ-20, RQ-21, RQ-30).</summary>
public sealed class CaseFigures(IKeyVault vault, WorkingCalendar calendar)
{
    /// <summary>Kinds of cases that an alarm lists at most.</summary>
    public const int AlarmsShown = 100;

    public const int CasesShown = 8;

    private const string Open = "'intake', 'incomplete', 'authenticity', 'issuer-right', 'evaluation', 'decision'";

    // What makes two cases of one kind, in clear. A field that nobody knew makes none.
    private const string Kind = "institution, countries, isced, field, purpose, extent, mode";

    /// <summary>The statistics of a day.</summary>
    /// <param name="year">Of which year; null for the newest that is over.</param>
    public async Task<RecognitionStatistics> StatisticsAsync(ReadFrom from, DateOnly day, int? year, CancellationToken cancel = default)
    {
        // A term that runs for the applicant makes nobody of the body late. Once the clock runs it tells itself: a last day that is over was
        // the body's, whoever is waited for since (CaseRow.IsOverdue).
        var (open, overdue) = (await from.QueryAsync(
            $"SELECT COUNT(*), COALESCE(SUM(CASE WHEN due_on < @day AND (waiting_for IS NULL OR complete_at IS NOT NULL) THEN 1 ELSE 0 END), 0) FROM recognition_cases WHERE stage IN ({Open})",
            r => ((int)r.GetInt64(0), Convert.ToInt32(r.GetValue(1), CultureInfo.InvariantCulture)), cancel, ("day", Text(day))))[0];
        var years = await YearsAsync(from, day, cancel);
        var (first, until) = RecognitionStatistics.Range(day, year is { } asked && years.Contains(asked) ? asked : years.Count > 0 ? years[0] : null);
        // Civil days lie hours off those of UTC: a day more at both ends.
        var facts = await from.QueryAsync(
            """
            SELECT decided_at, countries, holder_kind, route, outcome, used_days, limit_days, stage, appeal_outcome FROM recognition_cases
            WHERE decided_at >= @from AND decided_at < @until
            """,
            Fact, cancel, ("from", Text(first.AddDays(-1))), ("until", Text(until.AddDays(1))));
        return RecognitionStatistics.Of(day, open, overdue, years, year, [.. facts.Where(f => f.Day >= first && f.Day < until)]);
    }

    /// <summary>Kinds of cases whose decisions since a day differ, the newest first.</summary>
    public async Task<IReadOnlyList<UnevenCases>> UnevenAsync(ReadFrom from, DateOnly since, CancellationToken cancel = default)
    {
        var kinds = await from.QueryAsync(
            $"""
            SELECT {Kind}, MAX(decided_at) FROM recognition_cases
            WHERE decided_at >= @since AND field <> '' AND stage IN ('issued', 'closed', 'condition') AND outcome <> 'no-decision'
            GROUP BY {Kind} HAVING COUNT(DISTINCT outcome) > 1 ORDER BY 8 DESC LIMIT @rows
            """,
            r => (Institution: r.GetString(0), Countries: r.GetString(1), Isced: r.GetInt32(2), Field: r.GetString(3), Purpose: r.GetString(4), Extent: r.GetString(5), Mode: r.GetString(6)),
            cancel, ("since", Text(since)), ("rows", AlarmsShown));
        var (found, lists) = (new List<UnevenCases>(), new CaseLists(vault));
        foreach (var kind in kinds)
        {
            var cases = await from.QueryAsync(
                $"""
                SELECT {CaseLists.Columns}, queue FROM recognition_cases
                WHERE institution = @institution AND countries = @countries AND isced = @isced AND field = @field AND purpose = @purpose AND extent = @extent
                    AND mode = @mode AND decided_at >= @since AND stage IN ('issued', 'closed', 'condition') AND outcome <> 'no-decision'
                ORDER BY decided_at DESC LIMIT @rows
                """,
                lists.Read, cancel, ("institution", kind.Institution), ("countries", kind.Countries), ("isced", kind.Isced), ("field", kind.Field),
                ("purpose", kind.Purpose), ("extent", kind.Extent), ("mode", kind.Mode), ("since", Text(since)), ("rows", CasesShown));
            found.Add(new UnevenCases(kind.Countries, kind.Isced, kind.Field, kind.Purpose, kind.Extent, kind.Mode, cases));
        }

        return found;
    }

    /// <summary>Decisions of one quarter by what holders said of their sex, and by kind of holder. Opens the sealed head of each row.</summary>
    /// <param name="quarter">Its first day.</param>
    public async Task<IReadOnlyList<DisparityRow>> DisparityAsync(ReadFrom from, DateOnly quarter, CancellationToken cancel = default)
    {
        var key = RecognitionStatistics.QuarterOf(quarter);
        var rows = await from.QueryAsync(
            """
            SELECT id, decided_at, holder_kind, outcome, data_key, head FROM recognition_cases
            WHERE decided_at >= @from AND decided_at < @until AND outcome <> 'no-decision'
            """,
            r => (Day: DayOf(r.GetString(1)), Kind: r.GetString(2), IsFull: r.GetString(3) == "full",
                Sex: CaseHead.Open(vault, r.GetString(0), r.GetBytesOrNull(4), r.GetBytesOrNull(5))?.Sex is { Length: > 0 } said ? said : "not-said"),
            cancel, ("from", Text(quarter.AddDays(-1))), ("until", Text(quarter.AddMonths(3).AddDays(1))));
        var sheet = new CountSheet();
        (string? Group, string Key, int[] Cells) Row(string? group, string name, List<bool> full)
        {
            int[] cells = [sheet.Add(full.Count), sheet.Add(full.Count(f => f)), sheet.Add(full.Count(f => !f))];
            sheet.Sum(cells[0], cells[1], cells[2]);
            return (group, name, cells);
        }

        var counted = rows.Where(r => RecognitionStatistics.QuarterOf(r.Day) == key).ToList();
        var all = Row(null, key, [.. counted.Select(r => r.IsFull)]);
        var sexes = counted.GroupBy(r => r.Sex).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Row("sex", g.Key, [.. g.Select(r => r.IsFull)])).ToList();
        var kinds = counted.GroupBy(r => r.Kind).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => Row("holder-kind", g.Key, [.. g.Select(r => r.IsFull)])).ToList();
        for (var i = 0; i < all.Cells.Length && counted.Count > 0; i++)
        {
            sheet.Sum(all.Cells[i], [.. sexes.Select(s => s.Cells[i])]);
            sheet.Sum(all.Cells[i], [.. kinds.Select(s => s.Cells[i])]);
        }

        sheet.Protect();
        return [.. sexes.Concat(kinds).Prepend(all).Select(r => new DisparityRow(r.Group, r.Key, sheet[r.Cells[0]], sheet[r.Cells[1]], sheet[r.Cells[2]]))];
    }

    /// <summary>All decided cases for an export, row by row, in an order that says nothing of when or who.</summary>
    public async Task<IReadOnlyList<ClosedCase>> ClosedAsync(ReadFrom from, CancellationToken cancel = default)
    {
        var rows = await from.QueryAsync(
            """
            SELECT decided_at, countries, isced, field, purpose, holder_kind, extent, mode, route, used_days, limit_days, outcome, appeal_outcome
            FROM recognition_cases WHERE decided_at > '' AND stage IN ('closed', 'not-authentic', 'condition', 'withdrawn')
            """,
            r => new ClosedCase(
                RecognitionStatistics.QuarterOf(DayOf(r.GetString(0))), r.GetString(1), r.GetInt32(2), r.GetString(3), r.GetString(4), r.GetString(5),
                r.GetString(6), r.GetString(7), r.GetStringOrNull(8) ?? "", r.IsDBNull(9) ? null : r.GetInt32(9), r.IsDBNull(10) ? null : r.GetInt32(10),
                r.GetStringOrNull(11) ?? "", r.GetStringOrNull(12) ?? ""),
            cancel);
        return [.. rows.OrderBy(r => r.Quarter, StringComparer.Ordinal).ThenBy(r => $"{r}", StringComparer.Ordinal)];
    }

    private static async Task<IReadOnlyList<int>> YearsAsync(ReadFrom from, DateOnly day, CancellationToken cancel)
    {
        var first = (await from.QueryAsync("SELECT MIN(decided_at) FROM recognition_cases WHERE decided_at > ''", r => r.GetStringOrNull(0), cancel))[0];
        return first is null ? []
            : [.. Enumerable.Range(1, Math.Max(0, day.Year - int.Parse(first.AsSpan(0, 4), CultureInfo.InvariantCulture))).Select(back => day.Year - back)];
    }

    private DecidedFact Fact(DbDataReader r)
    {
        var countries = r.GetString(1);
        int? Number(int column) => r.IsDBNull(column) ? null : r.GetInt32(column);
        var appeal = r.GetStringOrNull(8);
        return new DecidedFact(
            DayOf(r.GetString(0)), countries.Contains(' ', StringComparison.Ordinal) ? RecognitionStatistics.Joint : countries, r.GetString(2),
            r.GetStringOrNull(3) == BasisRecord.Code(CaseRoute.AuthenticityOnly), BasisRecord.Parse<RecognitionOutcome>(r.GetString(4))!.Value, Number(5), Number(6),
            appeal is not null || r.GetString(7) == "appealed", appeal is not null && appeal != BasisRecord.Code(AppealOutcome.Uphold));
    }

    private DateOnly DayOf(string time) => calendar.DateOf(LedgerEntry.TimeOf(time)).Value;

    private static string Text(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
