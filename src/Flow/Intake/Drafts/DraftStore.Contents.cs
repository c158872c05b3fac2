using System.Data.Common;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake.Columns;
using Mortanba.Storage;

namespace Mortanba.Intake.Drafts;

/// <summary>Contents: columns, repairs, undo, a new file, and what a check found.</summary>
public sealed partial class DraftStore
{
    internal static readonly ListPart[] BothParts = [ListPart.Graduates, ListPart.Courses];

    private const string CheckedKind = "checked";
    private const int CheckedPageItems = 4_000;
    private const int StepsMax = 2_000;
    private const int CellMaxLength = 2_000;

    /// <summary>A draft opened for reading; null when it was destroyed or there is none.</summary>
    /// <param name="parts">Tables whose sealed pages are read into memory now, in the same moment as the rest.</param>
    internal async Task<OpenDraft?> OpenAsync(string id, IReadOnlyList<ListPart> parts, CancellationToken cancel) =>
        await database.ReadAsync(t => OpenAsync(t, id, parts, cancel), cancel);

    internal async Task<OpenDraft?> OpenAsync(ReadFrom from, string id, IReadOnlyList<ListPart> parts, CancellationToken cancel)
    {
        var rows = await from.QueryAsync(
            "SELECT version, data_key, head FROM drafts WHERE id = @id",
            r => (Version: r.GetInt32(0), Key: r.GetBytesOrNull(1), Head: r.GetBytesOrNull(2)), cancel, ("id", id));
        if (rows is not [{ Key: { } key, Head: { } sealedHead, Version: var version }])
        {
            return null;
        }

        var seal = DraftSeal.Open(vault, id, key);
        var head = JsonSerializer.Deserialize(seal.Open("head", sealedHead), DraftJson.Default.DraftHead)!;
        var steps = await from.QueryAsync(
            "SELECT step, by_whom, at, payload FROM draft_steps WHERE draft = @id ORDER BY step",
            r => ReadStep(seal, r), cancel, ("id", id));
        var graduates = parts.Contains(ListPart.Graduates) ? await PayloadsAsync(from, id, ListPart.Graduates.Word(), cancel) : [];
        var courses = parts.Contains(ListPart.Courses) ? await PayloadsAsync(from, id, ListPart.Courses.Word(), cancel) : [];
        return new OpenDraft(version, seal, head, steps, graduates, courses);
    }

    /// <summary>Pages of courses that hold these rows: read only where they are needed.</summary>
    internal async Task ReadCoursesAsync(OpenDraft draft, IEnumerable<(int First, int Last)> rows, CancellationToken cancel)
    {
        var pages = draft.Head.Courses.Pages;
        var wanted = new SortedSet<int>();
        foreach (var (first, last) in rows)
        {
            for (var i = PageOf(pages, first); i < pages.Count && pages[i].FirstRow <= last; i++)
            {
                wanted.Add(i);
            }
        }

        await using var connection = await database.ConnectAsync(cancel);
        foreach (var page in wanted.Where(page => !draft.Courses.ContainsKey(page)))
        {
            foreach (var payload in await connection.QueryAsync(
                "SELECT payload FROM draft_pages WHERE draft = @id AND kind = 'courses' AND page = @page", r => r.GetBytes(0), cancel,
                ("id", draft.Seal.Draft), ("page", page)))
            {
                draft.Courses[page] = payload;
            }
        }
    }

    /// <summary>
    /// Confirms what each column is; cells of skipped columns are gone with this act. Made outside of a transaction:
    /// <paramref name="content"/> comes from <see cref="MapAsync"/>.
    /// </summary>
    public Task<Outcome<Draft>> ConfirmColumnsAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, DraftContent content, CancellationToken cancel = default) =>
        PutContentAsync(t, id, version, by, at, content, cancel);

    /// <summary>Puts the content of a repaired file in the place of what was there; the title stays, repairs are in the file.</summary>
    public Task<Outcome<Draft>> ReplaceAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, DraftContent content, CancellationToken cancel = default) =>
        PutContentAsync(t, id, version, by, at, content, cancel);

    /// <summary>Title and decision on issue.</summary>
    public Task<Outcome<Draft>> NameAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, string title, string? decision,
        CancellationToken cancel = default) =>
        MoveAsync(
            t, id, version, by, at, [DraftState.Open], _ => null, "title = @title, decision = @decision",
            [("title", title), ("decision", decision)], cancel);

    /// <summary>One save of repairs: all of it or nothing, one step for undo.</summary>
    public async Task<Outcome<Draft>> RepairAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, IReadOnlyList<CellRepair> cells,
        IReadOnlyList<Removal> removals, CancellationToken cancel = default)
    {
        if (await OpenAsync(t, id, [], cancel) is not { } opened)
        {
            return Refusal("intake/unknown-draft", "There is no such draft.");
        }

        if (opened.Steps.Count >= StepsMax)
        {
            return new Problem("intake/draft-steps", "Too many saves.", ("max", $"{StepsMax}"));
        }

        if (cells.Any(cell => !IsPlace(opened.Head.Table(cell.Part), cell) || cell.Value.Length > CellMaxLength))
        {
            return new Problem("intake/repair-place", "A repair names no cell of the list, or is too long.", ("max", $"{CellMaxLength}"));
        }

        // After what needs nothing of the row: a refusal must have written nothing.
        var changed = await MoveAsync(
            t, id, version, by, at, [DraftState.Open],
            draft => draft.IsMapped ? null : Refusal("intake/draft-columns-open", "The columns are not confirmed."),
            "list_hash = NULL", [], cancel, changesContent: true);
        if (!changed.IsDone)
        {
            return changed;
        }

        var step = opened.Steps.Count == 0 ? 1 : opened.Steps[^1].Step + 1;
        await t.TouchAsync("draft_steps", cancel, id, step);
        await t.ExecuteAsync(
            "INSERT INTO draft_steps (draft, step, by_whom, at, payload) VALUES (@id, @step, @by, @at, @payload)", cancel,
            ("id", id), ("step", step), ("by", by), ("at", LedgerEntry.Time(at)),
            ("payload", opened.Seal.Seal(
                FormattableString.Invariant($"step/{step}"),
                JsonSerializer.SerializeToUtf8Bytes(new StepContent(cells, removals), DraftJson.Default.StepContent))));
        return changed;
    }

    /// <summary>Takes the last save back.</summary>
    public async Task<Outcome<Draft>> UndoAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, CancellationToken cancel = default)
    {
        var last = (await t.QueryAsync(
            "SELECT step FROM draft_steps WHERE draft = @id ORDER BY step DESC LIMIT 1", r => r.GetInt32(0), cancel, ("id", id)))
            .SingleOrDefault();
        var changed = await MoveAsync(
            t, id, version, by, at, [DraftState.Open],
            _ => last == 0 ? Refusal("intake/nothing-to-undo", "There is no save to take back.") : null,
            "list_hash = NULL", [], cancel, changesContent: true);
        if (changed.IsDone)
        {
            await t.TouchAsync("draft_steps", cancel, id, last);
            await t.ExecuteAsync("DELETE FROM draft_steps WHERE draft = @id AND step = @step", cancel, ("id", id), ("step", last));
        }

        return changed;
    }

    /// <summary>The same content with these columns, ready for <see cref="ConfirmColumnsAsync"/>.</summary>
    /// <param name="choices">By part, in the order of the columns: a field's wire name or <c>skip</c>.</param>
    public async Task<Outcome<DraftContent>> MapAsync(
        Draft draft, IReadOnlyDictionary<ListPart, IReadOnlyList<string>> choices, CancellationToken cancel = default)
    {
        if (await OpenAsync(draft.Id, BothParts, cancel) is not { } opened || opened.Version != draft.Version)
        {
            return Changed(draft);
        }

        var mapped = new Dictionary<ListPart, IReadOnlyList<ColumnChoice>>();
        foreach (var part in BothParts)
        {
            var columns = opened.Head.Table(part).Columns;
            var chosen = choices[part];
            if (chosen.Count != columns.Count || chosen.Any(c => c != TableColumns.Skip
                && !(Fields.TryParse(c, out var field) && Fields.Of(part).Contains(field))))
            {
                return Refusal("intake/mapping-incomplete", "A column has no choice.");
            }

            mapped[part] = [.. columns.Select((c, i) => new ColumnChoice(i, c.Header, chosen[i], ColumnCertainty.Confirmed, []))];
            var table = new TableColumns(part, mapped[part]);
            var twice = mapped[part].Where(c => c.Choice != TableColumns.Skip).GroupBy(c => c.Choice).FirstOrDefault(g => g.Count() > 1);
            if (twice is not null || table.Missing.Any())
            {
                return twice is not null
                    ? new Problem("intake/field-twice", "Two columns are the same field.", ("field", twice.Key))
                    : new Problem(
                        "intake/fields-missing", "Required fields have no column.",
                        ("fields", string.Join(", ", table.Missing.Select(f => f.WireName()))));
            }
        }

        return DraftContent.Rewrite(opened.Seal, opened.Tables(), opened.Head, part => mapped[part]);
    }

    /// <summary>
    /// What a check found of exactly this version; kept in the place of the check before. False when the draft has moved on
    /// meanwhile: the next check is of that state.
    /// </summary>
    public async Task<bool> SaveCheckAsync(
        DbTransaction t, Draft draft, IntakeResult result, IReadOnlyList<CheckedRow> rows, CancellationToken cancel = default)
    {
        await t.TouchAsync("drafts", cancel, draft.Id);
        if (await FindAsync(t, draft.Id, cancel) is not { State: DraftState.Open } now || now.Version != draft.Version)
        {
            return false;
        }

        var seal = (await SealOfAsync(t, draft.Id, cancel))!;
        await t.ExecuteAsync(
            """
            UPDATE drafts SET checked_version = version, row_count = @rows, error_count = @errors, warning_count = @warnings,
                list_hash = @hash
            WHERE id = @id AND version = @version
            """,
            cancel, ("id", draft.Id), ("version", draft.Version), ("rows", result.RowCount), ("errors", result.ErrorCount),
            ("warnings", result.WarningCount), ("hash", result.ListHash));
        await DeletePagesAsync(t, draft.Id, CheckedKind, cancel);
        Finding[] findings = [.. result.Errors, .. result.Warnings];
        var pages = new List<(string, int, byte[])>();
        for (var at = 0; at == 0 || at < Math.Max(rows.Count, findings.Length); at += CheckedPageItems)
        {
            var page = new CheckedPage([.. rows.Skip(at).Take(CheckedPageItems)], [.. findings.Skip(at).Take(CheckedPageItems)]);
            pages.Add((CheckedKind, pages.Count, seal.Seal(
                FormattableString.Invariant($"{CheckedKind}/{pages.Count}"),
                JsonSerializer.SerializeToUtf8Bytes(page, DraftJson.Default.CheckedPage))));
        }

        await InsertPagesAsync(t, draft.Id, pages, cancel);
        return true;
    }

    /// <summary>What the last check found.</summary>
    internal static async Task<CheckedPage> CheckedAsync(ReadFrom from, DraftSeal seal, CancellationToken cancel)
    {
        var rows = new List<CheckedRow>();
        var findings = new List<Finding>();
        foreach (var (number, payload) in await PayloadsAsync(from, seal.Draft, CheckedKind, cancel))
        {
            var page = JsonSerializer.Deserialize(
                seal.Open(FormattableString.Invariant($"{CheckedKind}/{number}"), payload), DraftJson.Default.CheckedPage)!;
            rows.AddRange(page.Rows);
            findings.AddRange(page.Findings);
        }

        return new CheckedPage(rows, findings);
    }

    // The first page that ends at this row or behind it.
    private static int PageOf(IReadOnlyList<PackedPage> pages, int row)
    {
        var (low, high) = (0, pages.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = pages[middle].LastRow < row ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private static bool IsPlace(PackedTable table, CellRepair cell) =>
        cell.Column >= 0 && cell.Column < table.Columns.Count && cell.Row > table.HeaderRow
            && table.Pages.Count > 0 && cell.Row <= table.Pages[^1].LastRow;

    private static DraftStep ReadStep(DraftSeal seal, DbDataReader r)
    {
        var step = r.GetInt32(0);
        var content = JsonSerializer.Deserialize(
            seal.Open(FormattableString.Invariant($"step/{step}"), r.GetBytes(3)), DraftJson.Default.StepContent)!;
        return new DraftStep(step, r.GetString(1), LedgerEntry.TimeOf(r.GetString(2)), content.Cells, content.Removals);
    }

    private static async Task<Dictionary<int, byte[]>> PayloadsAsync(ReadFrom from, string id, string kind, CancellationToken cancel) =>
        (await from.QueryAsync(
            "SELECT page, payload FROM draft_pages WHERE draft = @id AND kind = @kind ORDER BY page",
            r => (Page: r.GetInt32(0), Payload: r.GetBytes(1)), cancel, ("id", id), ("kind", kind)))
            .ToDictionary(p => p.Page, p => p.Payload);

    private async Task<Outcome<Draft>> PutContentAsync(
        DbTransaction t, string id, int version, string by, DateTimeOffset at, DraftContent content, CancellationToken cancel)
    {
        var changed = await MoveAsync(
            t, id, version, by, at, [DraftState.Open], _ => null,
            "list_hash = NULL, error_count = 0, warning_count = 0, row_count = @rows, is_mapped = @mapped, head = @head",
            [("rows", content.RowCount), ("mapped", content.IsMapped ? 1 : 0), ("head", SealHead(content.Seal, content.Head))],
            cancel, changesContent: true);
        if (changed.IsDone)
        {
            await DeletePagesAsync(t, id, null, cancel);
            await DeleteStepsAsync(t, id, cancel);
            await InsertPagesAsync(t, id, content.Pages, cancel);
        }

        return changed;
    }
}
