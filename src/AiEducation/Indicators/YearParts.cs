using System.Globalization;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// The counted school years, cut into parts. A part is a number from 0; a part is closed some days after its end, and only closed parts are
/// published, so that two readings a day apart do not differ by one person.
/// </summary>
public sealed class YearParts
{
    private readonly DateTimeOffset[] starts;
    private readonly int perYear;
    private readonly int firstYear;
    private readonly TimeSpan closesAfter;

    public YearParts(AiIndicators rules, CivilTime time)
    {
        perYear = rules.PartStarts.Count;
        firstYear = rules.FirstYear;
        closesAfter = TimeSpan.FromDays(rules.ClosesAfterDays);
        // One more than there are: the end of the last.
        starts = [.. Enumerable.Range(0, (rules.Years * perYear) + 1).Select(i => time.BeginningOf(DayOf(rules, i)))];
    }

    public int Count => starts.Length - 1;

    /// <summary>The part a moment lies in: -1 before the first, <see cref="Count"/> after the last.</summary>
    public int Of(DateTimeOffset at)
    {
        var found = Array.BinarySearch(starts, at);
        return Math.Min(Count, found >= 0 ? found : ~found - 1);
    }

    /// <summary>How many parts are over for so long that nothing is counted into them any more.</summary>
    public int OverBy(DateTimeOffset now) => Math.Clamp(Of(now - closesAfter), 0, Count);

    /// <summary>The first calendar year of the part's school year.</summary>
    public int YearOf(int part) => firstYear + (part / perYear);

    /// <summary>The first part of the part's school year.</summary>
    public int YearStart(int part) => part - (part % perYear);

    /// <summary>All parts of a school year, by its first calendar year; those that are counted.</summary>
    public IEnumerable<int> PartsOf(int year) => Enumerable.Range((year - firstYear) * perYear, perYear).Where(p => p >= 0 && p < Count);

    /// <summary>When the part is over.</summary>
    public DateTimeOffset EndOf(int part) => starts[part + 1];

    /// <summary><c>2026/27</c>.</summary>
    public static string NameOf(int year) => string.Create(CultureInfo.InvariantCulture, $"{year}/{(year + 1) % 100:D2}");

    // Parts that begin in a month before that of the first lie in the next calendar year.
    private static DateOnly DayOf(AiIndicators rules, int part)
    {
        var start = rules.PartStarts[part % rules.PartStarts.Count];
        var year = rules.FirstYear + (part / rules.PartStarts.Count);
        return new DateOnly(start.Month < rules.PartStarts[0].Month ? year + 1 : year, start.Month, start.Day);
    }
}
