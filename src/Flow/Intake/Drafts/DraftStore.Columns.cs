using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Intake.Columns;
using Mortanba.Storage;

namespace Mortanba.Intake.Drafts;

/// <summary>
/// What an institution once said its columns are, found by the headers' hash: the same system gives the same headers next
/// year. The headers themselves are not kept.
/// </summary>
public sealed partial class DraftStore
{
    public static async Task RememberColumnsAsync(
        DbTransaction t, Bin institution, IReadOnlyDictionary<ListPart, IReadOnlyList<DraftColumn>> columns,
        IReadOnlyDictionary<ListPart, IReadOnlyList<string>> choices, CancellationToken cancel = default)
    {
        foreach (var part in BothParts)
        {
            var headers = HashOf(columns[part].Select(c => c.Choice.Header));
            await t.TouchAsync("draft_columns", cancel, institution.Value, part.Word(), headers);
            await t.ExecuteAsync(
                """
                INSERT INTO draft_columns (institution, part, headers, choices) VALUES (@bin, @part, @headers, @choices)
                ON CONFLICT (institution, part, headers) DO UPDATE SET choices = excluded.choices
                """,
                cancel, ("bin", institution.Value), ("part", part.Word()), ("headers", headers),
                ("choices", string.Join(' ', choices[part])));
        }
    }

    /// <summary>What was said of these headers before, in their order; null when nothing was.</summary>
    public static async Task<IReadOnlyList<string>?> RememberedColumnsAsync(
        ReadFrom from, Bin institution, ListPart part, IReadOnlyList<DraftColumn> columns, CancellationToken cancel = default)
    {
        var known = (await from.QueryAsync(
            "SELECT choices FROM draft_columns WHERE institution = @bin AND part = @part AND headers = @headers",
            r => r.GetString(0).Split(' '), cancel, ("bin", institution.Value), ("part", part.Word()),
            ("headers", HashOf(columns.Select(c => c.Choice.Header))))).SingleOrDefault();
        return known?.Length == columns.Count ? known : null;
    }

    /// <summary>
    /// Reads a repaired file in the place of a draft's content, with the columns the draft has: the same header is the same
    /// field, a new one is a question for a person.
    /// </summary>
    public async Task<Outcome<DraftContent>> ReadAgainAsync(
        Draft draft, ListBytes graduates, ListBytes? courses, CancellationToken cancel = default)
    {
        if (await OpenAsync(draft.Id, BothParts, cancel) is not { } opened)
        {
            return Refusal("intake/draft-destroyed", "The content of this list was destroyed.");
        }

        IReadOnlyList<ColumnChoice> Known(ListPart part, IReadOnlyList<ColumnChoice> guessed)
        {
            var own = opened.Head.Table(part).Columns.ToDictionary(c => c.Header, c => c.Choice, StringComparer.Ordinal);
            return [.. guessed.Select(c => own.TryGetValue(c.Header, out var field)
                ? new ColumnChoice(c.Index, c.Header, field, ColumnCertainty.Confirmed, []) : c)];
        }

        var read = DraftContent.Read(
            opened.Seal, graduates, courses, DraftLimits.Upload, asGuessed: false, draft.IsMapped ? Known : null);
        return read.Then<DraftContent>(content => content.IsMapped ? content.With(Compare(opened.Tables(), content)) : content);
    }

    /// <summary>By student number, cell by cell in the fields both have.</summary>
    private static Replacement Compare(ListTables before, DraftContent after)
    {
        var tables = new DraftTables(
            after.Seal, after.Head, Repairs.None,
            (part, page) => after.Pages.Single(p => p.Kind == DraftTables.Kind(part) && p.Page == page).Payload);
        var old = new Dictionary<string, string[]>(StringComparer.Ordinal);
        Field[] fields = [.. Fields.Of(ListPart.Graduates)
            .Where(f => before.GraduateColumns.Has(f) && tables.GraduateColumns.Has(f))];
        string[] Values(Reading.RowSource row, TableColumns columns) => [.. fields.Select(f => row[columns[f]].Trim().ToString())];
        using (var rows = before.Open(ListPart.Graduates))
        {
            while (rows.Read())
            {
                old[rows[before.GraduateColumns[Field.StudentNumber]].Trim().ToString()] = Values(rows, before.GraduateColumns);
            }
        }

        var (added, changed, cells) = (0, 0, 0);
        using var now = tables.Open(ListPart.Graduates);
        while (now.Read())
        {
            if (!old.Remove(now[tables.GraduateColumns[Field.StudentNumber]].Trim().ToString(), out var earlier))
            {
                added++;
                continue;
            }

            var differing = Values(now, tables.GraduateColumns).Zip(earlier).Count(pair => pair.First != pair.Second);
            cells += differing;
            changed += differing > 0 ? 1 : 0;
        }

        return new Replacement(added, old.Count, changed, cells);
    }

    private static string HashOf(IEnumerable<string> headers) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(headers.ToArray()))));
}
