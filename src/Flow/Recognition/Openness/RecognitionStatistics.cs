using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>What the statistics know of a decided case: nothing of the person.</summary>
/// <param name="Day">Civil day of the decision.</param>
/// <param name="Country">ISO 3166 code; <see cref="RecognitionStatistics.Joint"/> when several awarded it.</param>
/// <param name="Kind">Wire word of the kind of holder.</param>
/// <param name="IsShort">Went the short way of rankings.</param>
/// <param name="UsedDays">Working days; null when the calendar did not cover them.</param>
/// <param name="IsAppealed">An appeal was filed.</param>
/// <param name="IsOverturned">It changed the decision, or sent it back.</param>
public sealed record DecidedFact(
    DateOnly Day, string Country, string Kind, bool IsShort, RecognitionOutcome Outcome, int? UsedDays, int? LimitDays, bool IsAppealed, bool IsOverturned);

/// <summary>What a row of the statistics is about. Wire words: <c>quarter</c>, <c>year</c>, <c>country</c>, <c>holder-kind</c>.</summary>
public enum FigureGroup
{
    Quarter,
    Year,
    Country,
    HolderKind,
}

/// <summary>One row of the public statistics. Null: not shown.</summary>
/// <param name="Key"><c>2026-Q1</c>, <c>2025</c>, a country, a kind of holder.</param>
/// <param name="MedianDays">Working days of the body, half of the cases below it.</param>
/// <param name="WithinLimit">Decided within the published limit.</param>
/// <param name="ShortWay">By the short way of rankings.</param>
public sealed record Figures(
    FigureGroup Group, string Key, int? Decided, decimal? MedianDays, int? WithinLimit, int? Late, int? ShortWay, int? Full, int? Partial, int? Conditional,
    int? Refusal, int? NoDecision, int? Appealed, int? Overturned)
{
    /// <summary>Whole per cent of the decisions; null when it would tell a hidden count.</summary>
    public int? WithinShare => Share(WithinLimit);

    public int? ShortShare => Share(ShortWay);

    private int? Share(int? part) => part is { } some && Decided is { } all ? (int)Math.Round(100m * some / all, MidpointRounding.AwayFromZero) : null;
}

/// <summary>
/// The public statistics (requirement RQ-30), computed from the rows of cases, never typed. Only periods that are over are counted, so that two
/// readings a day apart do not differ by one person: every quarter as it ends, countries and kinds of holder a whole year at a time.
/// </summary>
/// <param name="Open">Cases without a decision on the day; null when not shown.</param>
/// <param name="Overdue">Of these, beyond their limit.</param>
/// <param name="Years">Years that are over and have decisions, the newest first.</param>
/// <param name="Year">The year of <paramref name="Rows"/> by year, country and kind; null before the first is over.</param>
public sealed record RecognitionStatistics(
    DateOnly Day, int? Open, int? Overdue, IReadOnlyList<int> Years, int? Year, IReadOnlyList<Figures> Rows)
{
    /// <summary>In place of a country, for a joint degree.</summary>
    public const string Joint = "joint";

    /// <summary>Countries with too few decisions of their own, together.</summary>
    public const string OtherCountries = "other";

    public const int QuartersShown = 8;
    private const int QuartersAYear = 4;
    private const int MonthsAQuarter = 3;

    /// <param name="year">Which year; null for the newest that is over.</param>
    /// <param name="facts">All decisions of the quarters and the year that are shown; others are passed over.</param>
    public static RecognitionStatistics Of(DateOnly day, int open, int overdue, IReadOnlyList<int> years, int? year, IReadOnlyList<DecidedFact> facts)
    {
        var now = new CountSheet();
        var (all, late) = (now.Add(open), now.Add(overdue));
        now.Sum(all, late, now.Add(open - overdue));
        now.Protect();
        var chosen = years.Contains(year ?? 0) ? year : years.Count > 0 ? years[0] : null;
        var rows = new List<Figures>();
        foreach (var (first, key) in Quarters(day))
        {
            var sheet = new CountSheet();
            var row = new Row(sheet, FigureGroup.Quarter, key, [.. facts.Where(f => QuarterOf(f.Day) == key)]);
            sheet.Protect();
            rows.Add(row.Read());
        }

        if (chosen is { } one)
        {
            rows.AddRange(OfYear(one, [.. facts.Where(f => f.Day.Year == one)]));
        }

        return new RecognitionStatistics(day, now[all], now[late], years, chosen, rows);
    }

    /// <summary>The first day that statistics of this day ask for, and the first that they do not.</summary>
    public static (DateOnly From, DateOnly Until) Range(DateOnly day, int? year)
    {
        var until = QuarterStart(day);
        var from = until.AddMonths(-MonthsAQuarter * QuartersShown);
        return (year < from.Year || (year == from.Year && from.Month > 1) ? new DateOnly(year.Value, 1, 1) : from, until);
    }

    public static string QuarterOf(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"{day.Year}-Q{((day.Month - 1) / MonthsAQuarter) + 1}");

    /// <summary>First day of the quarter.</summary>
    public static DateOnly QuarterStart(DateOnly day) => new(day.Year, ((day.Month - 1) / MonthsAQuarter * MonthsAQuarter) + 1, 1);

    // Quarters that are over, the newest first.
    private static IEnumerable<(DateOnly First, string Key)> Quarters(DateOnly day) => Enumerable.Range(1, QuartersShown)
        .Select(back => QuarterStart(day).AddMonths(-MonthsAQuarter * back)).Select(first => (first, QuarterOf(first)));

    private static IEnumerable<Figures> OfYear(int year, List<DecidedFact> facts)
    {
        var sheet = new CountSheet();
        var quarters = Enumerable.Range(1, QuartersAYear).Select(q => $"{year}-Q{q}")
            .Select(key => new Row(sheet, FigureGroup.Quarter, key, [.. facts.Where(f => QuarterOf(f.Day) == key)])).ToList();
        // What was shown quarter by quarter is known by now, and what was hidden then stays hidden.
        sheet.Protect();
        var large = facts.CountBy(f => f.Country).Where(c => c.Value >= CountSheet.SmallestShown).Select(c => c.Key).ToHashSet();
        var countries = facts.GroupBy(f => large.Contains(f.Country) ? f.Country : OtherCountries)
            .OrderBy(g => g.Key == OtherCountries).ThenByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new Row(sheet, FigureGroup.Country, g.Key, [.. g])).ToList();
        var kinds = facts.GroupBy(f => f.Kind).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new Row(sheet, FigureGroup.HolderKind, g.Key, [.. g])).ToList();
        var whole = new Row(sheet, FigureGroup.Year, year.ToString(CultureInfo.InvariantCulture), facts);
        whole.IsSumOf(quarters);
        whole.IsSumOf(countries);
        whole.IsSumOf(kinds);
        sheet.Protect();
        return [.. countries.Concat(kinds).Prepend(whole).Select(r => r.Read())];
    }

    /// <summary>The cells of one row and how they add up.</summary>
    private sealed class Row
    {
        private readonly CountSheet sheet;
        private readonly FigureGroup group;
        private readonly string key;
        private readonly decimal? median;
        private readonly int decided;
        private readonly int within;
        private readonly int late;
        private readonly int? unmeasured;
        private readonly int shortWay;
        private readonly int compared;
        private readonly int[] outcomes;
        private readonly int appealed;
        private readonly int content;
        private readonly int overturned;
        private readonly int upheld;

        public Row(CountSheet sheet, FigureGroup group, string key, List<DecidedFact> facts)
        {
            (this.sheet, this.group, this.key) = (sheet, group, key);
            int Add(Func<DecidedFact, bool> when) => sheet.Add(facts.Count(when));
            decided = sheet.Add(facts.Count);
            within = Add(f => f.UsedDays <= f.LimitDays);
            late = Add(f => f.UsedDays > f.LimitDays);
            // That the calendar covered every case is no secret: a zero here would hide who was late for nothing.
            unmeasured = facts.Exists(f => f.UsedDays is null || f.LimitDays is null) ? Add(f => f.UsedDays is null || f.LimitDays is null) : null;
            shortWay = Add(f => f.IsShort);
            compared = Add(f => !f.IsShort);
            outcomes = [.. Enum.GetValues<RecognitionOutcome>().Select(o => Add(f => f.Outcome == o))];
            appealed = Add(f => f.IsAppealed);
            content = Add(f => !f.IsAppealed);
            overturned = Add(f => f.IsAppealed && f.IsOverturned);
            upheld = Add(f => f.IsAppealed && !f.IsOverturned);
            sheet.Sum(decided, unmeasured is { } some ? [within, late, some] : [within, late]);
            sheet.Sum(decided, shortWay, compared);
            sheet.Sum(decided, outcomes);
            sheet.Sum(decided, appealed, content);
            sheet.Sum(appealed, overturned, upheld);
            var days = facts.Select(f => f.UsedDays).OfType<int>().Order().ToList();
            median = days.Count < CountSheet.SmallestShown ? null
                : days.Count % 2 == 1 ? days[days.Count / 2]
                : (days[(days.Count / 2) - 1] + days[days.Count / 2]) / 2m;
        }

        private int[] Cells => [decided, within, late, shortWay, compared, .. outcomes, appealed, content, overturned, upheld];

        public void IsSumOf(IReadOnlyList<Row> parts)
        {
            for (var i = 0; i < Cells.Length; i++)
            {
                sheet.Sum(Cells[i], [.. parts.Select(p => p.Cells[i])]);
            }

            if (unmeasured is { } total)
            {
                sheet.Sum(total, [.. parts.Select(p => p.unmeasured).OfType<int>()]);
            }
        }

        public Figures Read() => new(
            group, key, sheet[decided], sheet[decided] is null ? null : median, sheet[within], sheet[late], sheet[shortWay],
            sheet[outcomes[(int)RecognitionOutcome.Full]], sheet[outcomes[(int)RecognitionOutcome.Partial]],
            sheet[outcomes[(int)RecognitionOutcome.Conditional]], sheet[outcomes[(int)RecognitionOutcome.Refusal]],
            sheet[outcomes[(int)RecognitionOutcome.NoDecision]], sheet[appealed], sheet[overturned]);
    }
}
