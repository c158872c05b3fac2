using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake.Drafts;

/// <summary>Finds, sorts and cuts into pages. Reads the rows of graduates twice at most: 20,000 of them are eight pages.</summary>
internal sealed class GridReader
{
    public const int RowsOnPage = 100;

    // What a page of HTML may weigh (60 KB in all), and what its parts weigh about, in UTF-8.
    private const int PageBudget = 46_000;
    private const int RowWeight = 190;
    private const int CellWeight = 36;
    private const int FindingWeight = 850;
    private const int ColumnsAtLeast = 8;

    // The table of kinds is whole; beyond those that the budget leaves room for, each costs rows.
    private const int RuleWeight = 450;
    private const int RulesFree = 10;

    private static readonly Field[] ShownOfGraduates = [Field.StudentNumber, Field.FamilyKk, Field.GivenKk, Field.ProgrammeCode, Field.Gpa];

    private static readonly Field[] ShownOfCourses =
        [Field.StudentNumber, Field.CourseCode, Field.CourseNameKk, Field.CourseCredits, Field.Percent, Field.Letter];

    private readonly OpenDraft draft;
    private readonly CheckedPage found;
    private readonly GridQuery query;
    private readonly PackedTable table;
    private readonly Dictionary<int, List<Finding>> byRow = [];
    private readonly Dictionary<(int Column, string Value), int> alike = [];
    private readonly HashSet<int> repaired;
    private readonly TableColumns columns;
    private readonly IReadOnlyList<GridRule> rules;

    public GridReader(OpenDraft draft, CheckedPage found, GridQuery query)
    {
        this.draft = draft;
        this.found = found;
        this.query = query;
        table = draft.Head.Table(query.Part);
        columns = new TableColumns(query.Part, table.Columns);
        repaired = [.. draft.Repairs.RowsOf(query.Part)];
        rules = [.. found.Findings.Where(f => f.Row > draft.Head.Table(f.Part).HeaderRow).GroupBy(f => (f.Part, f.Code, f.Severity))
            .Select(g => new GridRule(g.Key.Part, g.Key.Code, g.Key.Severity, g.Count()))
            .OrderByDescending(r => r.Severity).ThenByDescending(r => r.Count).ThenBy(r => r.Code, StringComparer.Ordinal).ThenBy(r => r.Part)];
        foreach (var finding in found.Findings.Where(f => f.Part == query.Part && f.Row > table.HeaderRow))
        {
            if (!byRow.TryGetValue(finding.Row, out var list))
            {
                byRow[finding.Row] = list = [];
            }

            list.Add(finding);
            if (finding is { Severity: FindingSeverity.Error, ColumnIndex: >= 0 })
            {
                var wrong = (finding.ColumnIndex, finding.Value.Trim());
                alike[wrong] = alike.GetValueOrDefault(wrong) + 1;
            }
        }
    }

    /// <summary>Rows that can be on the page, first and last of the table; null reads all of it.</summary>
    public static (int First, int Last)? RangeOf(GridQuery query, CheckedPage found) => query.Of is { } graduate
        ? found.Rows.FirstOrDefault(r => r.Row == graduate) is { FirstCourse: > 0 } row ? (row.FirstCourse, row.LastCourse) : (0, 0)
        : null;

    public GridPage Read()
    {
        var matching = Matching();
        if (query.Sort is not null)
        {
            matching.Sort(query.IsDescending ? (a, b) => Order(b.Key, a.Key, a.Row, b.Row) : (a, b) => Order(a.Key, b.Key, a.Row, b.Row));
        }

        var pages = Cut(matching);
        var page = Math.Clamp(query.Page, 1, pages.Count);
        var (start, count) = pages[page - 1];
        var wanted = matching.GetRange(start, count).Select(m => m.Row).ToList();
        var shown = ShownColumns(wanted);
        var rows = ReadRows(wanted, shown);
        return new GridPage(
            draft.Version,
            [.. table.Columns.Select((c, i) => new GridColumn(i, c.Header, c.Choice))],
            [.. shown.Select(i => new GridColumn(i, table.Columns[i].Header, table.Columns[i].Choice))],
            [.. wanted.Where(rows.ContainsKey).Select(row => rows[row])],
            count == 0 ? 0 : start + 1,
            matching.Count,
            page,
            pages.Count,
            rules,
            CountsOf(ListPart.Graduates),
            CountsOf(ListPart.Courses),
            [.. found.Findings.Where(f => f.Part == query.Part && f.Row <= table.HeaderRow)],
            draft.Repairs.Removals,
            draft.Steps.Count,
            draft.Repairs.CellCount,
            draft.Head.Replaced);
    }

    private GridCounts CountsOf(ListPart part)
    {
        var rows = found.Findings.Where(f => f.Part == part && f.Row > draft.Head.Table(part).HeaderRow).ToList();
        return new GridCounts(
            rows.Where(f => f.Severity == FindingSeverity.Error).Select(f => f.Row).Distinct().Count(),
            rows.Where(f => f.Severity == FindingSeverity.Warning).Select(f => f.Row).Distinct().Count(),
            draft.Repairs.RowsOf(part).Distinct().Count(),
            draft.Head.Table(part).RowCount);
    }

    private List<(int Row, SortKey Key)> Matching()
    {
        var matching = new List<(int, SortKey)>();
        var sort = query.Sort is not null && Fields.TryParse(query.Sort, out var field) ? columns[field] : -1;
        using var rows = Open();
        while (rows.Read())
        {
            if (Matches(rows))
            {
                matching.Add((rows.Row, sort < 0 ? default : SortKey.Of(rows[sort].Trim())));
            }
        }

        return matching;
    }

    private RowSource Open()
    {
        // Most questions are for a few rows of which the numbers are known: the courses of 20,000 graduates stay sealed.
        var range = query.Part == ListPart.Courses && query.Of is not null ? RangeOf(query, found) : null;
        return draft.OpenSome(query.Part, range);
    }

    private bool Matches(RowSource row)
    {
        var findings = byRow.GetValueOrDefault(row.Row);
        var isOfFilter = query.Filter switch
        {
            GridFilter.ToRepair => findings?.Exists(f => f.Severity == FindingSeverity.Error) == true,
            GridFilter.Warnings => findings?.Exists(f => f.Severity == FindingSeverity.Warning) == true,
            GridFilter.Repaired => repaired.Contains(row.Row),
            GridFilter.All => true,
        };
        if (!isOfFilter || (query.Rule is { } rule && findings?.Exists(f => f.Code == rule) != true))
        {
            return false;
        }

        if (string.IsNullOrWhiteSpace(query.Search))
        {
            return true;
        }

        var search = query.Search.AsSpan().Trim();
        if (int.TryParse(search, out var number) && number == row.Row)
        {
            return true;
        }

        for (var i = 0; i < row.Count; i++)
        {
            if (row[i].Contains(search, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Pages of at most a hundred rows and of what a page of HTML may weigh. At least one, which may be empty.</summary>
    private List<(int Start, int Count)> Cut(List<(int Row, SortKey Key)> matching)
    {
        var pages = new List<(int, int)>();
        var (start, weight) = (0, 0);
        var budget = PageBudget - (RuleWeight * Math.Max(0, rules.Count - RulesFree));
        var width = new HashSet<int>();
        for (var i = 0; i < matching.Count; i++)
        {
            var findings = byRow.GetValueOrDefault(matching[i].Row);
            var before = width.Count;
            foreach (var finding in findings ?? [])
            {
                width.Add(finding.ColumnIndex);
            }

            var added = RowWeight + (CellWeight * (ColumnsAtLeast + width.Count)) + (FindingWeight * (findings?.Count ?? 0))
                + (CellWeight * (width.Count - before) * (i - start));
            if (i > start && (i - start == RowsOnPage || weight + added > budget))
            {
                pages.Add((start, i - start));
                width = [.. (findings ?? []).Select(f => f.ColumnIndex)];
                (start, weight) = (i, 0);
                added = RowWeight + (CellWeight * (ColumnsAtLeast + width.Count)) + (FindingWeight * (findings?.Count ?? 0));
            }

            weight += added;
        }

        pages.Add((start, matching.Count - start));
        return pages;
    }

    /// <summary>What tells a person who it is, what has a finding or was put right on this page, and what is sorted by.</summary>
    private List<int> ShownColumns(List<int> rows)
    {
        var shown = new SortedSet<int>(
            (query.Part == ListPart.Graduates ? ShownOfGraduates : ShownOfCourses).Select(f => columns[f]).Where(i => i >= 0));
        foreach (var row in rows)
        {
            foreach (var finding in byRow.GetValueOrDefault(row) ?? [])
            {
                shown.Add(finding.ColumnIndex);
            }

            foreach (var column in draft.Repairs.Of(query.Part, row)?.Keys ?? Enumerable.Empty<int>())
            {
                shown.Add(column);
            }
        }

        if (query.Sort is not null && Fields.TryParse(query.Sort, out var field))
        {
            shown.Add(columns[field]);
        }

        return [.. shown.Where(i => i >= 0 && i < table.Columns.Count)];
    }

    private Dictionary<int, GridRow> ReadRows(List<int> wanted, List<int> shown)
    {
        var rows = new Dictionary<int, GridRow>();
        if (wanted.Count == 0)
        {
            return rows;
        }

        var set = wanted.ToHashSet();
        var computed = query.Part == ListPart.Graduates
            ? found.Rows.Where(r => r.Gpa is not null && set.Contains(r.Row)).ToDictionary(r => r.Row, r => r.Gpa!.Value) : [];
        var range = (wanted.Min(), wanted.Max());
        var was = ReadWas(wanted, range);
        using var source = draft.OpenSome(query.Part, range);
        while (rows.Count < set.Count && source.Read())
        {
            if (set.Contains(source.Row))
            {
                var findings = byRow.GetValueOrDefault(source.Row) ?? [];
                rows[source.Row] = new GridRow(
                    source.Row,
                    [.. shown.Select(i => new GridCell(
                        source[i].ToString(), was.GetValueOrDefault((source.Row, i)), [.. findings.Where(f => f.ColumnIndex == i)],
                        alike.GetValueOrDefault((i, source[i].Trim().ToString()))))],
                    [.. findings.Where(f => f.ColumnIndex < 0 || f.ColumnIndex >= table.Columns.Count)],
                    computed.TryGetValue(source.Row, out var gpa) ? Average(source[columns[Field.Gpa]], gpa) : null);
            }
        }

        return rows;
    }

    private Dictionary<(int Row, int Column), string> ReadWas(List<int> wanted, (int First, int Last) range)
    {
        var was = new Dictionary<(int, int), string>();
        var left = wanted.Where(repaired.Contains).ToHashSet();
        if (left.Count == 0)
        {
            return was;
        }

        using var source = draft.OpenAsUploaded(query.Part, range);
        while (left.Count > 0 && source.Read())
        {
            if (left.Remove(source.Row))
            {
                foreach (var column in draft.Repairs.Of(query.Part, source.Row)!.Keys)
                {
                    was[(source.Row, column)] = source[column].ToString();
                }
            }
        }

        return was;
    }

    public static GridGpa Average(ReadOnlySpan<char> stated, decimal computed) =>
        new(computed, Checks.ValueParsers.TryDecimal(stated.Trim(), out var given) ? given - computed : null);

    private static int Order(in SortKey a, in SortKey b, int rowA, int rowB) =>
        a.CompareTo(b) is var order && order != 0 ? order : rowA.CompareTo(rowB);

    /// <summary>Read once a row: numbers by their value, also with a decimal comma, before words, whatever their case.</summary>
    private readonly record struct SortKey(bool IsNumber, decimal Number, string Text) : IComparable<SortKey>
    {
        public static SortKey Of(ReadOnlySpan<char> cell) =>
            Checks.ValueParsers.TryDecimal(cell, out var number) ? new(true, number, "") : new(false, 0, cell.ToString());

        public int CompareTo(SortKey other) =>
            IsNumber != other.IsNumber ? (IsNumber ? -1 : 1)
            : IsNumber ? Number.CompareTo(other.Number)
            : string.Compare(Text, other.Text, StringComparison.OrdinalIgnoreCase);
    }
}
