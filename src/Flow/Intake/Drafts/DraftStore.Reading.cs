using Mortanba.Foundation;
using Mortanba.Intake.Columns;
using Mortanba.Storage;

namespace Mortanba.Intake.Drafts;

/// <summary>What the pages of a draft show.</summary>
public sealed partial class DraftStore
{
    private const int ExamplesShown = 3;
    private const int ExampleMaxLength = 40;

    /// <summary>One page of rows; null when the content was destroyed.</summary>
    public async Task<GridPage?> GridAsync(Draft draft, GridQuery query, CancellationToken cancel = default)
    {
        var (opened, found) = await database.ReadAsync(
            async t =>
            {
                var content = await OpenAsync(t, draft.Id, [ListPart.Graduates], cancel);
                return (content, content is null ? null : await CheckedAsync(t, content.Seal, cancel));
            },
            cancel);
        if (opened is null || found is null)
        {
            return null;
        }

        if (query.Part == ListPart.Courses)
        {
            query = await ReadCoursesOfAsync(opened, found, query, cancel);
        }

        return new GridReader(opened, found, query).Read();
    }

    /// <summary>One row, its header and value by field: to be shown whole, or beside another. Null when there is none.</summary>
    public async Task<IReadOnlyList<(GridColumn Column, string Value)>?> RowAsync(
        Draft draft, ListPart part, int row, CancellationToken cancel = default)
    {
        if (!draft.IsMapped || await OpenAsync(draft.Id, part == ListPart.Graduates ? [part] : [], cancel) is not { } opened)
        {
            return null;
        }

        if (part == ListPart.Courses)
        {
            await ReadCoursesAsync(opened, [(row, row)], cancel);
        }

        using var source = opened.OpenSome(part, (row, row));
        return source.Read()
            ? [.. opened.Head.Table(part).Columns.Select((c, i) => (new GridColumn(i, c.Header, c.Choice), source[i].ToString()))]
            : null;
    }

    /// <summary>What stands in these cells of one part, and at which version; null where there is no such cell.</summary>
    public async Task<(int Version, IReadOnlyList<string?> Values)> StandingAsync(
        Draft draft, IReadOnlyList<CellRepair> cells, CancellationToken cancel = default)
    {
        var part = cells.Count == 0 ? ListPart.Graduates : cells[0].Part;
        if (!draft.IsMapped || await OpenAsync(draft.Id, part == ListPart.Graduates ? [part] : [], cancel) is not { } opened)
        {
            return (0, [.. cells.Select(_ => (string?)null)]);
        }

        if (part == ListPart.Courses)
        {
            await ReadCoursesAsync(opened, cells.Select(c => (c.Row, c.Row)), cancel);
        }

        var columns = opened.Head.Table(part).Columns.Count;
        var values = new Dictionary<(int Row, int Column), string>();
        foreach (var row in cells.Where(c => c.Part == part && c.Column >= 0 && c.Column < columns).GroupBy(c => c.Row))
        {
            using var source = opened.OpenSome(part, (row.Key, row.Key));
            if (source.Read())
            {
                foreach (var cell in row)
                {
                    values[(cell.Row, cell.Column)] = source[cell.Column].ToString();
                }
            }
        }

        return (opened.Version, [.. cells.Select(c => values.GetValueOrDefault((c.Row, c.Column)))]);
    }

    /// <summary>All that the last check kept, errors first; none when the content was destroyed.</summary>
    public async Task<IReadOnlyList<Finding>> FindingsAsync(Draft draft, CancellationToken cancel = default) =>
        await database.ReadAsync(
            async t => await SealOfAsync(t, draft.Id, cancel) is { } seal ? (await CheckedAsync(t, seal, cancel)).Findings : [],
            cancel);

    /// <summary>What the last check found in one row.</summary>
    public async Task<IReadOnlyList<Finding>> FindingsOfAsync(Draft draft, ListPart part, int row, CancellationToken cancel = default) =>
        await database.ReadAsync(
            async t => await SealOfAsync(t, draft.Id, cancel) is { } seal
                ? (IReadOnlyList<Finding>)[.. (await CheckedAsync(t, seal, cancel)).Findings.Where(f => f.Part == part && f.Row == row)]
                : [],
            cancel);

    /// <summary>Averages as the last check computed them, with what the list states; of rows whose courses are whole.</summary>
    public async Task<IReadOnlyDictionary<int, GridGpa>> AveragesAsync(Draft draft, IReadOnlySet<int> rows, CancellationToken cancel = default)
    {
        var averages = new Dictionary<int, GridGpa>();
        var computed = (await GraduateRowsAsync(draft, cancel)).Where(r => r.Gpa is not null && rows.Contains(r.Row)).ToDictionary(r => r.Row, r => r.Gpa!.Value);
        if (computed.Count == 0 || await OpenAsync(draft.Id, [ListPart.Graduates], cancel) is not { } opened)
        {
            return averages;
        }

        var column = new TableColumns(ListPart.Graduates, opened.Head.Table(ListPart.Graduates).Columns)[Field.Gpa];
        using var source = opened.OpenSome(ListPart.Graduates, (computed.Keys.Min(), computed.Keys.Max()));
        while (averages.Count < computed.Count && source.Read())
        {
            if (computed.TryGetValue(source.Row, out var gpa))
            {
                averages[source.Row] = GridReader.Average(source[column], gpa);
            }
        }

        return averages;
    }

    /// <summary>Saves that undo can take back.</summary>
    public static async Task<int> StepCountAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync("SELECT COUNT(*) FROM draft_steps WHERE draft = @id", r => (int)r.GetInt64(0), cancel, ("id", id)))[0];

    /// <summary>The columns of a draft as they are guessed or chosen, with the first values of each.</summary>
    public async Task<DraftColumns?> ColumnsAsync(Draft draft, CancellationToken cancel = default)
    {
        if (await OpenAsync(draft.Id, BothParts, cancel) is not { } opened)
        {
            return null;
        }

        DraftColumn[] Of(ListPart part)
        {
            var columns = opened.Head.Table(part).Columns;
            var examples = columns.Select(_ => new List<string>()).ToArray();
            using var source = opened.Tables().Open(part);
            for (var rows = 0; rows < 200 && examples.Any(e => e.Count < ExamplesShown) && source.Read(); rows++)
            {
                for (var i = 0; i < columns.Count; i++)
                {
                    var text = source[i].Trim();
                    if (!text.IsEmpty && examples[i].Count < ExamplesShown)
                    {
                        examples[i].Add(text.Length <= ExampleMaxLength ? text.ToString() : $"{text[..ExampleMaxLength]}…");
                    }
                }
            }

            return [.. columns.Select((c, i) => new DraftColumn(c, examples[i]))];
        }

        return new DraftColumns(
            opened.Head.GraduatesName, opened.Head.CoursesName, opened.Head.Graduates.RowCount, opened.Head.Courses.RowCount,
            Of(ListPart.Graduates), Of(ListPart.Courses));
    }

    /// <summary>Fields that a column of this table can be, required ones marked, in the order of the list.</summary>
    public static IReadOnlyList<(string Field, bool IsRequired)> FieldsOf(ListPart part) =>
        [.. Fields.Of(part).Select(f => (f.WireName(), f.IsRequired()))];

    /// <summary>One graduate as the diploma would say it, or what stands in the way.</summary>
    public async Task<Outcome<(ValidatedDiploma? Diploma, IReadOnlyList<Finding> Findings)>> GraduateAsync(
        Draft draft, ListIntake intake, int row, CancellationToken cancel = default)
    {
        var (opened, found) = await database.ReadAsync(
            async t =>
            {
                var content = await OpenAsync(t, draft.Id, [ListPart.Graduates], cancel);
                return (content, content is null ? null : await CheckedAsync(t, content.Seal, cancel));
            },
            cancel);
        if (opened is null || found is null)
        {
            return Refusal("intake/draft-destroyed", "The content of this list was destroyed.");
        }

        var known = found.Rows.FirstOrDefault(r => r.Row == row);
        (int First, int Last) courses = known is null ? (0, 0) : (known.FirstCourse, known.LastCourse);
        await ReadCoursesAsync(opened, [courses], cancel);
        return intake.ReadOne(opened.Tables((row, row), courses));
    }

    /// <summary>Graduates in the order of the list, as last checked: row numbers.</summary>
    public async Task<IReadOnlyList<CheckedRow>> GraduateRowsAsync(Draft draft, CancellationToken cancel = default) =>
        await database.ReadAsync(
            async t => await SealOfAsync(t, draft.Id, cancel) is { } seal ? (await CheckedAsync(t, seal, cancel)).Rows : [], cancel);

    /// <summary>The workbook with marked cells, repairs in it: made from what the last check found.</summary>
    public async Task<bool> WriteErrorFileAsync(Draft draft, Stream output, IntakeText text, CancellationToken cancel = default)
    {
        var (opened, found) = await database.ReadAsync(
            async t =>
            {
                var content = await OpenAsync(t, draft.Id, BothParts, cancel);
                return (content, content is null ? null : await CheckedAsync(t, content.Seal, cancel));
            },
            cancel);
        if (opened is null || found is null)
        {
            return false;
        }

        ErrorFile.Write(output, opened.Tables(), found.Findings, text);
        return true;
    }

    /// <summary>What taking a graduate's row out takes out; null when there is no such row.</summary>
    public async Task<IReadOnlyList<Removal>?> RemovalOfAsync(Draft draft, int row, string reason, CancellationToken cancel = default)
    {
        if (await OpenAsync(draft.Id, [ListPart.Graduates], cancel) is not { } opened)
        {
            return null;
        }

        var column = opened.Tables().GraduateColumns[Field.StudentNumber];
        string? student = null;
        var byStudent = new Dictionary<string, int>(StringComparer.Ordinal);
        using var rows = opened.Tables().Open(ListPart.Graduates);
        while (rows.Read())
        {
            var number = rows[column].Trim().ToString();
            byStudent[number] = byStudent.GetValueOrDefault(number) + 1;
            student = rows.Row == row ? number : student;
        }

        return student is null ? null
            : student.Length == 0 || byStudent[student] > 1 || opened.Head.Courses.Pages.Count == 0
                ? [new Removal(ListPart.Graduates, row, row, null, reason)]
                :
                [
                    new Removal(ListPart.Graduates, row, row, null, reason),
                    new Removal(ListPart.Courses, 1, opened.Head.Courses.Pages[^1].LastRow, student, reason),
                ];
    }

    /// <summary>
    /// Where else the value of one cell stands in its column, repairs included; null when there is no such cell. Of courses
    /// this reads all of them.
    /// </summary>
    public async Task<GridAlike?> AlikeAsync(Draft draft, ListPart part, int row, int column, CancellationToken cancel = default)
    {
        if (!draft.IsMapped || await OpenAsync(draft.Id, [part], cancel) is not { } opened
            || column < 0 || column >= opened.Head.Table(part).Columns.Count)
        {
            return null;
        }

        string? value = null;
        using (var one = opened.OpenSome(part, (row, row)))
        {
            value = one.Read() ? one[column].Trim().ToString() : null;
        }

        if (value is null)
        {
            return null;
        }

        var rows = new List<int>();
        using var all = opened.OpenSome(part, null);
        while (all.Read())
        {
            if (all[column].Trim().SequenceEqual(value))
            {
                rows.Add(all.Row);
            }
        }

        var named = opened.Head.Table(part).Columns[column];
        return new GridAlike(new GridColumn(column, named.Header, named.Choice), value, rows, opened.Version);
    }

    private async Task<GridQuery> ReadCoursesOfAsync(OpenDraft opened, CheckedPage found, GridQuery query, CancellationToken cancel)
    {
        if (GridReader.RangeOf(query, found) is { } range)
        {
            await ReadCoursesAsync(opened, [range], cancel);
            return query with { Filter = GridFilter.All };
        }

        // All rows of courses are never asked for at once: they are thirty times the graduates.
        query = query.Filter == GridFilter.All ? query with { Filter = GridFilter.ToRepair } : query;
        var rows = query.Filter == GridFilter.Repaired
            ? opened.Repairs.RowsOf(ListPart.Courses)
            : found.Findings.Where(f => f.Part == ListPart.Courses).Select(f => f.Row);
        await ReadCoursesAsync(opened, rows.Distinct().Select(row => (row, row)), cancel);

        return query;
    }
}

/// <summary>Columns of both tables with examples.</summary>
public sealed record DraftColumns(
    string GraduatesName, string CoursesName, int GraduateRows, int CourseRows, IReadOnlyList<DraftColumn> Graduates,
    IReadOnlyList<DraftColumn> Courses);

/// <param name="Examples">The first values, personal data.</param>
public sealed record DraftColumn(ColumnChoice Choice, IReadOnlyList<string> Examples);
