using System.Text;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake.Checks;

/// <summary>The current row of one table with its columns, and where its findings go.</summary>
internal sealed class RowContext(RowSource source, TableColumns columns, FindingBook findings)
{
    public RowSource Source => source;

    public TableColumns Columns => columns;

    public int Row => source.Row;

    /// <summary>True when the current row has an error; set back by <see cref="Begin"/>.</summary>
    public bool HasError { get; private set; }

    /// <summary>To be called once a row: reports cells that no check may look at, and cells beyond the header.</summary>
    public void Begin()
    {
        HasError = false;
        var width = columns.Choices.Count;
        for (var i = width; i < source.Count; i++)
        {
            if (!source[i].IsWhiteSpace())
            {
                Add(FindingSeverity.Error, i, "intake/row-too-wide", [("columns", $"{width}")]);
                break;
            }
        }

        if (!source.HasFlaws)
        {
            return;
        }

        for (var i = 0; i < Math.Min(width, source.Count); i++)
        {
            if (source.FlawOf(i) is { } flaw && columns.Choices[i].Choice != TableColumns.Skip)
            {
                Add(FindingSeverity.Error, i, flaw, [("cell", $"{WorkbookWriter.ColumnName(i)}{Row}")]);
            }
        }
    }

    /// <summary>The trimmed cell; empty when the list has no such column.</summary>
    public ReadOnlySpan<char> Cell(Field field)
    {
        var column = columns[field];
        return column < 0 ? default : source[column].Trim();
    }

    /// <summary>The cell as text, NFC, runs of blanks made one; a finding and an empty text when it cannot be one.</summary>
    public string Text(Field field, int maxLength, bool required = true)
    {
        var cell = Cell(field);
        if (cell.IsEmpty)
        {
            if (required)
            {
                Error(field, "intake/cell-empty");
            }

            return "";
        }

        if (cell.Length > maxLength)
        {
            Error(field, "intake/text-too-long", ("length", $"{cell.Length}"), ("max", $"{maxLength}"));
            return "";
        }

        // What a spreadsheet would run as a formula is never a name or a number here.
        if (cell[0] is '=' or '+' or '@' or '-')
        {
            Error(field, "intake/formula-like", ("character", cell[..1].ToString()));
            return "";
        }

        var needsCare = false;
        for (var i = 0; i < cell.Length; i++)
        {
            var c = cell[i];
            if (c < ' ' || c == '\u007F' || c is >= '\u200B' and <= '\u200F' or >= '\u202A' and <= '\u202E'
                or >= '\u2060' and <= '\u206F' or '\uFEFF' or '\u00AD' or '\uFFFD')
            {
                Error(field, "intake/invisible-character", ("code", $"U+{(int)c:X4}"), ("position", $"{i + 1}"));
                return "";
            }

            needsCare |= c is >= '\u0300' and <= '\u036F' or '\u00A0' || (c == ' ' && cell[i - 1] == ' ');
        }

        var text = cell.ToString();
        return needsCare
            ? string.Join(' ', text.Normalize(NormalizationForm.FormC).Split((char[])[' ', '\u00A0'],
                StringSplitOptions.RemoveEmptyEntries))
            : text;
    }

    public void Error(Field field, string code, params ReadOnlySpan<(string Name, string Value)> args) =>
        Add(FindingSeverity.Error, columns[field], code, args);

    public void Warn(Field field, string code, params ReadOnlySpan<(string Name, string Value)> args) =>
        Add(FindingSeverity.Warning, columns[field], code, args);

    private void Add(
        FindingSeverity severity, int column, string code, ReadOnlySpan<(string Name, string Value)> args)
    {
        HasError |= severity == FindingSeverity.Error;
        var header = column >= 0 && column < columns.Choices.Count ? columns.Choices[column].Header : "";
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in args)
        {
            named[name] = value;
        }

        findings.Add(new Finding(
            columns.Part, Row, header, column, column < 0 ? "" : Shown(source[column]), code, severity, named));
    }

    // Long junk is cut: findings are kept in memory.
    private static string Shown(ReadOnlySpan<char> cell) => cell.Length <= 200 ? cell.ToString() : $"{cell[..200]}…";
}
