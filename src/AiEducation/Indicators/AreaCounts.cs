using System.Runtime.InteropServices;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Counts of schools added up by area: country, regions and districts at once, schools when they are asked for. Safe to share.</summary>
public sealed class AreaCounts
{
    private readonly IReadOnlyDictionary<string, SchoolCounts> schools;
    private readonly MeasureList measures;
    private readonly YearParts parts;
    private readonly Dictionary<Area, int[]> totals = [];
    private readonly Dictionary<(Area Area, string Group), int[]> groups = [];
    private readonly Dictionary<Area, SchoolPlace?> places = [];
    private readonly ILookup<Area, Area> children;

    /// <param name="placeOf">Null for a school the directory does not know.</param>
    public AreaCounts(
        MeasureList measures, YearParts parts, IReadOnlyDictionary<string, SchoolCounts> schools, Func<string, SchoolPlace?> placeOf)
    {
        (this.measures, this.parts, this.schools) = (measures, parts, schools);
        var areas = new HashSet<Area>();
        foreach (var (bin, counts) in schools)
        {
            var place = placeOf(bin);
            var region = new Area(place?.Region ?? Area.Elsewhere);
            var district = region with { District = place?.District ?? Area.Elsewhere };
            places.Add(district with { School = bin }, place);
            areas.UnionWith([region, district, district with { School = bin }]);
            var tables = new[] { Area.Country, region, district }.Select(a => Table(totals, a)).ToArray();
            foreach (var (measure, part, group, _, count) in counts.All)
            {
                var cell = Cell(measure, part);
                if (group.Length > 0)
                {
                    AddGroup(region, group, cell, count);
                    continue;
                }

                Array.ForEach(tables, t => t[cell] += count);
                foreach (var breakdown in measures.Breakdowns[measure].Intersect(AiIndicators.OfSchool))
                {
                    AddGroup(region, place?.GroupOf(breakdown) ?? breakdown + ":unknown", cell, count);
                }
            }
        }

        children = areas.OrderBy(a => a.Region == Area.Elsewhere).ThenBy(a => a.Region, StringComparer.Ordinal)
            .ThenBy(a => a.District, StringComparer.Ordinal).ThenBy(a => a.School, StringComparer.Ordinal).ToLookup(a => a.Parent!);
        Table(totals, Area.Country);
    }

    /// <summary>The areas just below one.</summary>
    public IReadOnlyList<Area> Below(Area area) => [.. children[area]];

    public bool Has(Area area) => area == Area.Country || children[area.Parent!].Contains(area);

    /// <summary>The groups of a breakdown that occur anywhere.</summary>
    public IReadOnlyList<string> GroupsOf(string breakdown) =>
        [
            .. groups.Keys.Where(k => k.Area == Area.Country && k.Group.StartsWith(breakdown + ":", StringComparison.Ordinal))
                .Select(k => k.Group).Order(StringComparer.Ordinal),
        ];

    /// <summary>All measures of an area, as they stand at the end of a part: those of the year added up from its beginning, the others from the first.</summary>
    /// <param name="group">Null for everybody; groups are counted for the country and the regions.</param>
    public int[] At(Area area, string? group, int part)
    {
        var table = group is not null ? groups.GetValueOrDefault((area, group)) : area.School is null ? totals.GetValueOrDefault(area) : OfSchool(area.School);
        var found = new int[measures.All.Count];
        for (var measure = 0; table is not null && measure < found.Length; measure++)
        {
            for (var p = measures.All[measure].IsStock ? 0 : parts.YearStart(part); p <= part; p++)
            {
                found[measure] += table[Cell(measure, p)];
            }
        }

        return found;
    }

    /// <summary>The middle of all numbers of a median; null when there is none.</summary>
    public decimal? Median(int measure, Area area, string? group, int part)
    {
        var values = new SortedDictionary<int, int>();
        // A group of schools is everybody of these schools.
        var isOfSchool = group is not null && AiIndicators.OfSchool.Contains(group.Split(':')[0]);
        var among = isOfSchool || group is null ? SchoolCounts.Everybody : group;
        foreach (var (at, _) in places.Where(p => area.Holds(p.Key) && (!isOfSchool || p.Value?.GroupOf(group!.Split(':')[0]) == group)))
        {
            foreach (var one in schools[at.School!].All.Where(c => c.Measure == measure && c.Group == among && c.Part >= parts.YearStart(part) && c.Part <= part))
            {
                values[one.Value] = values.GetValueOrDefault(one.Value) + one.Count;
            }
        }

        var count = values.Values.Sum();
        return count == 0 ? null : (Number((count - 1) / 2) + Number(count / 2)) / 2m;

        int Number(int place)
        {
            foreach (var (value, times) in values)
            {
                place -= times;
                if (place < 0)
                {
                    return value;
                }
            }

            throw new InvalidOperationException("The place lies behind the last number.");
        }
    }

    /// <summary>How many facts of each type were counted in an area, in the school year of a part up to it.</summary>
    public IReadOnlyDictionary<string, int> Facts(Area area, int part) => places.Keys.Where(area.Holds)
        .SelectMany(p => schools[p.School!].Facts).Where(f => f.Part >= parts.YearStart(part) && f.Part <= part)
        .GroupBy(f => f.Type, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(f => f.Count), StringComparer.Ordinal);

    private int[] OfSchool(string bin)
    {
        var table = new int[measures.All.Count * parts.Count];
        foreach (var (measure, part, _, _, count) in schools.TryGetValue(bin, out var counts) ? counts.All.Where(c => c.Group.Length == 0) : [])
        {
            table[Cell(measure, part)] += count;
        }

        return table;
    }

    private void AddGroup(Area region, string group, int cell, int count)
    {
        Table(groups, (Area.Country, group))[cell] += count;
        Table(groups, (region, group))[cell] += count;
    }

    private int[] Table<T>(Dictionary<T, int[]> of, T key)
        where T : notnull
    {
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(of, key, out _);
        return found ??= new int[measures.All.Count * parts.Count];
    }

    private int Cell(int measure, int part) => (measure * parts.Count) + part;
}
