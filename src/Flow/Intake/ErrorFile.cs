using DocumentFormat.OpenXml;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake;

/// <summary>Text of a message or remedy in the user's language; the host looks the key up in its locale files.</summary>
public delegate string IntakeText(string key, IReadOnlyDictionary<string, string> args);

/// <summary>
/// A workbook with both tables as they came, every bad cell filled (red: error, yellow: warning), and one more column
/// that says what is wrong and what to do. Repaired, it can be uploaded again as it is: that column is passed over.
/// </summary>
/// <remarks>Holds personal data: only for the person who uploaded the list.</remarks>
public static class ErrorFile
{
    private const int SheetRowsMax = 1_048_576;

    private static readonly Dictionary<string, string> NoArgs = [];

    /// <summary>
    /// Writes the workbook. When the courses do not fit in a sheet (1,048,576 rows) both sheets hold only the rows that
    /// have findings: repair them in the source.
    /// </summary>
    /// <exception cref="ListChangedException">The list is not the one that was validated.</exception>
    public static void Write(string path, IntakeResult result, IntakeText text)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite);
        Write(file, result.Tables, [.. result.Errors, .. result.Warnings], text);
    }

    /// <summary>The same to a stream that can seek.</summary>
    internal static void Write(Stream output, ListTables tables, IReadOnlyList<Finding> findings, IntakeText text)
    {
        var (courseRows, epoch) = Measure(tables, ListPart.Courses);
        var onlyFindings = courseRows > SheetRowsMax;
        WorkbookWriter.WriteSheets(output, epoch.Year == 1904, [
            ("graduates", xml => WriteRows(xml, ListPart.Graduates, tables, findings, text, onlyFindings)),
            ("courses", xml => WriteRows(xml, ListPart.Courses, tables, findings, text, onlyFindings)),
        ]);
    }

    private static (int Rows, DateOnly Epoch) Measure(ListTables tables, ListPart part)
    {
        using var source = tables.OpenAtHeader(part);
        while (source.Read())
        {
        }

        return (source.Row, source.SerialEpoch);
    }

    private static void WriteRows(
        OpenXmlWriter xml, ListPart part, ListTables tables, IReadOnlyList<Finding> all, IntakeText text, bool onlyFindings)
    {
        var findings = all.Where(finding => finding.Part == part).ToLookup(finding => finding.Row);
        using var source = tables.OpenAtHeader(part);
        var isHeader = true;
        var noteColumn = 0;
        while (source.Read())
        {
            var inRow = findings[source.Row].ToList();
            if (isHeader)
            {
                noteColumn = OwnColumn(source);
            }
            else if (onlyFindings && inRow.Count == 0)
            {
                continue;
            }

            WorkbookWriter.BeginRow(xml, source.Row);
            for (var column = 0; column < noteColumn; column++)
            {
                var style = isHeader ? WorkbookWriter.HeaderStyle : StyleOf(inRow, column);
                WorkbookWriter.WriteCell(xml, source.Row, column, source[column].ToString(), style);
            }

            var note = string.Join("\n", inRow.Select(finding => Note(finding, text)));
            if (isHeader)
            {
                var title = $"{text("intake/error-file/column", NoArgs)} {ColumnGuesser.OwnColumnMark}";
                WorkbookWriter.WriteCell(xml, source.Row, noteColumn, title, WorkbookWriter.HeaderStyle);
                WorkbookWriter.WriteCell(xml, source.Row, noteColumn + 1, Marked(note), WorkbookWriter.PlainStyle);
            }
            else
            {
                WorkbookWriter.WriteCell(xml, source.Row, noteColumn, note, WorkbookWriter.PlainStyle);
            }

            xml.WriteEndElement();
            isHeader = false;
        }
    }

    // A file that was repaired only in part comes with our columns: they are written anew.
    private static int OwnColumn(RowSource header)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].Contains(ColumnGuesser.OwnColumnMark, StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return header.Count;
    }

    private static string Marked(string note) => note.Length == 0 ? "" : $"{note} {ColumnGuesser.OwnColumnMark}";

    private static string Note(Finding finding, IntakeText text)
    {
        var place = finding.Column.Length > 0 ? finding.Column + ": " : "";
        return $"{place}{text(finding.Code, finding.Args)} {text(finding.RemedyKey, finding.Args)}";
    }

    private static uint StyleOf(List<Finding> inRow, int column)
    {
        var style = WorkbookWriter.PlainStyle;
        foreach (var finding in inRow)
        {
            if (finding.ColumnIndex == column || finding.ColumnIndex < 0)
            {
                style = finding.Severity == FindingSeverity.Error || style == WorkbookWriter.ErrorStyle
                    ? WorkbookWriter.ErrorStyle : WorkbookWriter.WarningStyle;
            }
        }

        return style;
    }
}
