using Mortanba.Foundation;

namespace Mortanba.Intake;

/// <summary>Why a row is shown to the approver. None of it is an error: the list passed every check.</summary>
public enum Oddity
{
    /// <summary>GPA more than three standard deviations from the mean of its programme in the list.</summary>
    GpaFar,

    /// <summary>Credits more than a tenth away from the median of its programme in the list.</summary>
    CreditsFar,

    /// <summary>Younger than 17 or older than 65 on the day of the award.</summary>
    Age,

    /// <summary>Studied less than half as long as the median of its programme in the list.</summary>
    StudyShort,

    /// <summary>With honours and a GPA below the mean of its programme in the list.</summary>
    HonoursBelowMean,

    /// <summary>Same name and day of birth as another row, with another IIN.</summary>
    SamePerson,
}

/// <param name="Value">What the row says, and <paramref name="Usual"/> what is usual: numbers as texts, invariant.</param>
public sealed record OddRow(int Row, string FullNumber, GraduateName Name, Oddity Why, string Value, string Usual);

/// <param name="OddCount">Of all; <see cref="Odd"/> holds the first <see cref="CohortReview.OddMax"/>.</param>
public sealed record CohortReviewed(CohortFigures Figures, IReadOnlyList<OddRow> Odd, int OddCount);

/// <summary>
/// Reads a whole valid list for the person who decides on it: its figures, and the rows that stand out. Pure: the same
/// list gives the same answer. In: diplomas in the order of the list, once. Out: <see cref="CohortReviewed"/>.
/// </summary>
/// <remarks>
/// The limits are ours, not the law's: they say where to look, and decide nothing. A programme with fewer than
/// <see cref="GroupMin"/> rows is measured against the whole list, since three rows have no spread to speak of.
/// </remarks>
public static class CohortReview
{
    public const int OddMax = 100;
    public const int GroupMin = 8;
    public const int AgeMin = 17;
    public const int AgeMax = 65;
    private const decimal CreditsTolerance = 0.1m;
    private const double Deviations = 3;

    public static CohortReviewed Of(IEnumerable<ValidatedDiploma> list)
    {
        // A line a diploma, without its courses: 20,000 of them are a few megabytes.
        var lines = list.Select(Line.Of).ToList();
        var all = Measures.Of(lines);
        var programmes = lines.GroupBy(l => l.Programme, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => (Lines: g.ToList(), Own: Measures.Of([.. g])), StringComparer.Ordinal);
        var persons = lines.GroupBy(l => (l.Name.In(Language.Kk).ToUpperInvariant(), l.BirthDate))
            .Where(g => g.Select(l => l.Iin).Distinct(StringComparer.Ordinal).Count() > 1)
            .SelectMany(g => g.Select(l => l.Row)).ToHashSet();
        var odd = new List<OddRow>();
        foreach (var line in lines)
        {
            var (own, measure) = programmes[line.Programme];
            odd.AddRange(Oddities(line, own.Count < GroupMin ? all : measure, own.Count, measure, persons));
        }

        return new CohortReviewed(
            new CohortFigures(
                lines.Count,
                lines.Count(l => l.Honours),
                Rounded(all.GpaMean),
                Counts(lines, l => l.Kind),
                [
                    .. programmes.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => new ProgrammeFigures(
                        p.Key, p.Value.Lines[0].ProgrammeName, p.Value.Lines[0].Kind, p.Value.Lines.Count,
                        p.Value.Lines.Count(l => l.Honours), Rounded(p.Value.Own.GpaMean), p.Value.Own.CreditsMedian)),
                ],
                Counts(lines, l => l.Form),
                Counts(lines, l => l.Language),
                Bars(lines)),
            [.. odd.OrderBy(o => o.Row).Take(OddMax)],
            odd.Count);
    }

    private static IEnumerable<OddRow> Oddities(Line line, Measures spread, int groupCount, Measures own, HashSet<int> persons)
    {
        OddRow Row(Oddity why, FormattableString value, FormattableString usual) => new(
            line.Row, line.FullNumber, line.Name, why, FormattableString.Invariant(value), FormattableString.Invariant(usual));

        if (spread.Count >= GroupMin && spread.GpaDeviation > 0
            && Math.Abs((double)(line.Gpa - spread.GpaMean)) > Deviations * spread.GpaDeviation)
        {
            yield return Row(Oddity.GpaFar, $"{line.Gpa:0.00}", $"{spread.GpaMean:0.00}");
        }

        // One of three and more: alone, a row is its own median.
        if (groupCount > 2 && Math.Abs(line.Credits - own.CreditsMedian) > CreditsTolerance * own.CreditsMedian)
        {
            yield return Row(Oddity.CreditsFar, $"{line.Credits}", $"{own.CreditsMedian}");
        }

        if (line.Age is < AgeMin or > AgeMax)
        {
            yield return Row(Oddity.Age, $"{line.Age}", $"{AgeMin}–{AgeMax}");
        }

        if (groupCount > 2 && line.StudyDays * 2 < own.StudyDaysMedian)
        {
            yield return Row(Oddity.StudyShort, $"{line.StudyDays / 30}", $"{own.StudyDaysMedian / 30}");
        }

        if (line.Honours && groupCount >= GroupMin && line.Gpa < own.GpaMean)
        {
            yield return Row(Oddity.HonoursBelowMean, $"{line.Gpa:0.00}", $"{own.GpaMean:0.00}");
        }

        if (persons.Contains(line.Row))
        {
            yield return Row(Oddity.SamePerson, $"", $"");
        }
    }

    private static Dictionary<string, int> Counts(IEnumerable<Line> lines, Func<Line, string> by) =>
        lines.GroupBy(by, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);

    private static int[] Bars(List<Line> lines)
    {
        var bars = new int[CohortFigures.BarCount];
        foreach (var line in lines)
        {
            // 4.00 belongs to the last bar.
            bars[Math.Min(CohortFigures.BarCount - 1, (int)(line.Gpa / CohortFigures.BarWidth))]++;
        }

        return bars;
    }

    private static decimal Rounded(decimal value) => Math.Round(value, 2, MidpointRounding.AwayFromZero);

    private sealed record Line(
        int Row, string FullNumber, GraduateName Name, DateOnly BirthDate, string Iin, string Kind, string Programme,
        LocalizedText ProgrammeName, string Form, string Language, bool Honours, decimal Gpa, int Credits, int Age, int StudyDays)
    {
        public static Line Of(ValidatedDiploma d) => new(
            d.Row, d.FullNumber, d.Name, d.BirthDate, d.Iin.Value, d.Kind, d.Programme.Code, d.Programme.Name,
            d.Form.ToString(), d.Instruction.Tag(), d.Honours, d.Gpa, d.Credits, AgeOn(d.BirthDate, d.AwardDate),
            d.StudyUntil.DayNumber - d.StudyFrom.DayNumber);

        private static int AgeOn(DateOnly birth, DateOnly day)
        {
            var years = day.Year - birth.Year;
            return birth > day.AddYears(-years) ? years - 1 : years;
        }
    }

    private sealed record Measures(int Count, decimal GpaMean, double GpaDeviation, int CreditsMedian, int StudyDaysMedian)
    {
        public static Measures Of(List<Line> lines)
        {
            if (lines.Count == 0)
            {
                return new Measures(0, 0, 0, 0, 0);
            }

            var mean = lines.Average(l => l.Gpa);
            return new Measures(
                lines.Count,
                mean,
                Math.Sqrt(lines.Average(l => Math.Pow((double)(l.Gpa - mean), 2))),
                Median(lines, l => l.Credits),
                Median(lines, l => l.StudyDays));
        }

        private static int Median(List<Line> lines, Func<Line, int> of)
        {
            var sorted = lines.Select(of).Order().ToList();
            return sorted[sorted.Count / 2];
        }
    }
}
