using System.Collections.Concurrent;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// Values of the indicators, by area and group, with what must not be seen taken out (requirements AI-26, AI-33). In: counts by school. Out:
/// figures. Published readings take what the readings before showed into account: each count the last value of it that a reader saw. A live
/// reading stands alone and is for people with the right to see it.
/// </summary>
/// <remarks>
/// Tables are settled from above: country and regions, then the districts of a region, then the schools of a district; and for each
/// breakdown the groups of country and regions, whose totals are settled by then. Districts and schools are not broken down. New facts do not
/// change a closed part: what is settled of it, tables with newer counts of the same places go on with, and what is being settled is settled
/// for all of them. An area that has come since is not shown in it. Safe to share.
/// </remarks>
/// <param name="closed">How many parts are closed.</param>
/// <param name="older">Tables with older counts of the same places and rules; null when there are none.</param>
public sealed class IndicatorTables(
    AiIndicators rules, MeasureList measures, YearParts parts, AreaCounts counts, int closed = 0, IndicatorTables? older = null)
{
    private readonly Store standing = older?.standing ?? new Store();
    private readonly Store running = new();

    public AreaCounts Counts => counts;

    /// <summary>One value.</summary>
    /// <param name="group">Null for everybody; a group of the country or of a region.</param>
    public Figure At(AiIndicator indicator, Area area, Reading reading, string? group = null)
    {
        var found = counts.At(area, group, reading.Part);
        var shown = group is null ? Shown(area, reading) : GroupShown(area, group, reading);
        int? Count(AiMeasure? measure) => measure is not null && measures.Of(measure) is var m && shown?[m] == true ? found[m] : null;
        var (numerator, denominator) = (Count(indicator.Numerator), Count(indicator.Denominator));
        var value = numerator is null || (denominator is null && indicator.Denominator is not null) ? null : indicator.Unit switch
        {
            AiUnit.Count => numerator,
            AiUnit.Share or AiUnit.PerHundred => Ratio(numerator.Value, denominator!.Value, 100),
            AiUnit.PerThousand => Ratio(numerator.Value, denominator!.Value, 1000),
            AiUnit.Days => counts.Median(measures.Of(indicator.Numerator), area, group, reading.Part),
        };
        return new Figure(
            indicator, area, group, numerator, denominator, value, value is not null ? FigureState.Shown : denominator == 0 ? FigureState.Empty : FigureState.Hidden);
    }

    /// <summary>An indicator by the groups of a breakdown.</summary>
    public EquityRow Compare(AiIndicator indicator, string breakdown, Area area, Reading reading)
    {
        var figures = counts.GroupsOf(breakdown).Select(g => At(indicator, area, reading, g)).ToList();
        var values = figures.Select(f => f.Value).OfType<decimal>().ToList();
        return new EquityRow(indicator, breakdown, figures, values.Count > 1 && indicator.Unit != AiUnit.Count ? values.Max() - values.Min() : null);
    }

    /// <summary>Settles all that a reading shows, so that none of its readers waits for it. Does nothing when it was done.</summary>
    public void Settle(Reading reading, CancellationToken cancel = default)
    {
        if (StoreOf(reading).Whole.ContainsKey(reading))
        {
            return;
        }

        var ahead = new Queue<Area>([Area.Country]);
        while (ahead.TryDequeue(out var above))
        {
            cancel.ThrowIfCancellationRequested();
            _ = Level(above, reading);
            foreach (var area in counts.Below(above).Where(a => a.School is null))
            {
                ahead.Enqueue(area);
            }
        }

        foreach (var breakdown in measures.Breakdowns.SelectMany(b => b).Distinct(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            _ = GroupLevel(breakdown, reading);
        }

        StoreOf(reading).Whole.TryAdd(reading, true);
    }

    private static decimal? Ratio(int numerator, int denominator, int per) =>
        denominator == 0 ? null : Math.Round((decimal)numerator * per / denominator, 1, MidpointRounding.AwayFromZero);

    private bool[]? Shown(Area area, Reading reading) => Of(area, reading)?.Shown;

    private Settled? Of(Area area, Reading reading) => Level(area.Parent ?? Area.Country, reading).GetValueOrDefault(area);

    private bool[]? GroupShown(Area area, string group, Reading reading) => area.District is not null ? null
        : GroupLevel(group.Split(':')[0], reading).GetValueOrDefault((area, group))?.Shown;

    private Store StoreOf(Reading reading) => !reading.IsLive && reading.Part < closed ? standing : running;

    private Dictionary<Area, Settled> Level(Area above, Reading reading) => StoreOf(reading).Levels.GetOrAdd((above, reading), _ =>
    {
        var settled = above == Area.Country ? null : Shown(above, reading);
        if (settled is null && above != Area.Country)
        {
            return [];
        }

        Area[] areas = [above, .. counts.Below(above)];
        var before = Before(reading) is { } then ? Level(above, then) : null;
        var rows = areas.Select((area, i) => Row(
            area, null, reading, before?.GetValueOrDefault(area), m => settled is null ? null : i == 0 ? settled[m] : IfShown(settled[m], m), _ => true)).ToList();
        var shown = ProtectedRows.Shown(
            rows, areas.Length == 1 ? [] : [(0, [.. Enumerable.Range(1, areas.Length - 1)])], measures.Traits, rules.Smallest);
        return areas.Zip(rows.Zip(shown, Seen)).ToDictionary(p => p.First, p => p.Second);
    });

    private Dictionary<(Area, string), Settled> GroupLevel(string breakdown, Reading reading) => StoreOf(reading).Groups.GetOrAdd((breakdown, reading), _ =>
    {
        Area[] areas = [Area.Country, .. counts.Below(Area.Country).Where(a => Of(a, reading) is not null)];
        var names = counts.GroupsOf(breakdown);
        var before = Before(reading) is { } then ? GroupLevel(breakdown, then) : null;
        bool IsBroken(int measure) => measures.Breakdowns[measure].Contains(breakdown);
        var rows = new List<CountRow>();
        foreach (var area in areas)
        {
            var whole = Shown(area, reading)!;
            rows.Add(Row(area, null, reading, Before(reading) is { } last ? Of(area, last) : null, m => whole[m], IsBroken));
            rows.AddRange(names.Select(g => Row(
                area, g, reading, before?.GetValueOrDefault((area, g)), m => IfShown(whole[m], m), IsBroken)));
        }

        var step = names.Count + 1;
        var sums = areas.Select((_, a) => (a * step, Enumerable.Range((a * step) + 1, names.Count).ToArray()))
            .Concat(Enumerable.Range(1, areas.Length > 1 ? names.Count : 0).Select(g => (g, Enumerable.Range(1, areas.Length - 1).Select(a => (a * step) + g).ToArray())));
        var shown = ProtectedRows.Shown(rows, [.. sums], measures.Traits, rules.Smallest);
        return areas.SelectMany((area, a) => names.Select((g, i) => (Key: (area, g), Row: (a * step) + 1 + i)))
            .ToDictionary(p => p.Key, p => Seen(rows[p.Row], shown[p.Row]));
    });

    // Of what is hidden above, nothing is shown below: it could be more than a reader above may know.
    private bool? IfShown(bool isShownAbove, int measure) => isShownAbove || measures.IsPublic[measure] ? null : false;

    private CountRow Row(
        Area area, string? group, Reading reading, Settled? before, Func<int, bool?> decided, Func<int, bool> isCounted)
    {
        var now = counts.At(area, group, reading.Part);
        var then = before is null ? null : counts.At(area, group, reading.Part - 1);
        return new CountRow(
            [.. now.Select((c, m) => isCounted(m) && !IsNothing(c) ? c : (int?)null)],
            [.. now.Select((_, m) => then is not null && isCounted(m) && !IsNothing(then[m]) && IsGoingOn(m, reading) ? then[m] : (int?)null)],
            before?.Shown ?? new bool[now.Length], [.. now.Select((_, m) => decided(m))],
            before?.Last is { } last ? [.. last.Select((l, m) => isCounted(m) && IsGoingOn(m, reading) ? l : null)] : null);

        // That nothing happens outside of schools which only schools do is no secret, and must hide no region.
        bool IsNothing(int count) => count == 0 && area == new Area(Area.Elsewhere);
    }

    // What adds up over a school year begins at nothing with the next one.
    private bool IsGoingOn(int measure, Reading reading) => measures.All[measure].IsStock || parts.YearStart(reading.Part) != reading.Part;

    private static Settled Seen(CountRow row, bool[] shown)
    {
        int?[] last = [.. shown.Select((isShown, m) => isShown ? null : row.ShownBefore[m] ? row.Before[m] : row.Last?[m])];
        return new Settled(shown, Array.Exists(last, l => l is not null) ? last : null);
    }

    private static Reading? Before(Reading reading) => reading.IsLive || reading.Part == 0 ? null : reading with { Part = reading.Part - 1 };

    /// <summary>What one row of a published table showed.</summary>
    /// <param name="Last">By measure, where it showed nothing, the last value that was shown; null when none was, or it began anew since.</param>
    private sealed record Settled(bool[] Shown, int?[]? Last);

    /// <summary>What is settled.</summary>
    private sealed class Store
    {
        public ConcurrentDictionary<(Area Above, Reading Reading), Dictionary<Area, Settled>> Levels { get; } = new();

        public ConcurrentDictionary<(string Breakdown, Reading Reading), Dictionary<(Area, string), Settled>> Groups { get; } = new();

        /// <summary>Readings of which nothing is left to settle.</summary>
        public ConcurrentDictionary<Reading, bool> Whole { get; } = new();
    }
}
