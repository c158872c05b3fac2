using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Mortanba.Intake.Columns;
using Mortanba.Intake.Reading;

namespace Mortanba.Intake;

/// <summary>Text of a message or remedy in the user's language; the host looks the key up in its locale files.</summary>
public delegate string IntakeText(string key, IReadOnlyDictionary<string, string> args);

/// <summary>
/// A workbook with both tables as they came, every bad cell filled (red: error, yellow: warning), and one more column
/// that says what is wrong and what to do. Repaired, it can be uploaded again as it is: that column is passed over.
/// </summary>
/// <remarks>
/// Every cell is written as text and marked so for the spreadsheet (<c>quotePrefix</c>): what a stranger typed as
/// <c>=HYPERLINK(…)</c> stays letters. Holds personal data: only for the person who uploaded the list.
/// </remarks>
public static class ErrorFile
{
    private const int SheetRowsMax = 1_048_576;
    private const uint PlainStyle = 1;
    private const uint HeaderStyle = 2;
    private const uint ErrorStyle = 3;
    private const uint WarningStyle = 4;

    /// <summary>
    /// Writes the workbook. When the courses do not fit in a sheet (1,048,576 rows) both sheets hold only the rows that
    /// have findings: repair them in the source.
    /// </summary>
    /// <exception cref="ListChangedException">The list is not the one that was validated.</exception>
    public static void Write(string path, IntakeResult result, IntakeText text)
    {
        using var file = SpreadsheetDocument.Create(path, SpreadsheetDocumentType.Workbook);
        var workbook = file.AddWorkbookPart();
        var styles = workbook.AddNewPart<WorkbookStylesPart>();
        styles.Stylesheet = Styles();
        var onlyFindings = CountRows(result, ListPart.Courses) > SheetRowsMax;
        var sheets = new Sheets();
        foreach (var (part, name, id) in (IEnumerable<(ListPart, string, uint)>)
            [(ListPart.Graduates, "graduates", 1), (ListPart.Courses, "courses", 2)])
        {
            var sheet = workbook.AddNewPart<WorksheetPart>();
            WriteSheet(sheet, part, result, text, onlyFindings);
            sheets.Append(new Sheet { Id = workbook.GetIdOfPart(sheet), SheetId = id, Name = name });
        }

        var epoch = new WorkbookProperties { Date1904 = CountsDaysFrom1904(result) };
        workbook.Workbook = new DocumentFormat.OpenXml.Spreadsheet.Workbook(epoch, sheets);
        workbook.Workbook.Save();
    }

    private static bool CountsDaysFrom1904(IntakeResult result)
    {
        using var source = result.Tables.OpenAtHeader(ListPart.Graduates);
        return source.SerialEpoch.Year == 1904;
    }

    private static int CountRows(IntakeResult result, ListPart part)
    {
        using var source = result.Tables.OpenAtHeader(part);
        while (source.Read())
        {
        }

        return source.Row;
    }

    private static void WriteSheet(
        WorksheetPart part, ListPart table, IntakeResult result, IntakeText text, bool onlyFindings)
    {
        var findings = result.Errors.Concat(result.Warnings).Where(finding => finding.Part == table)
            .ToLookup(finding => finding.Row);
        using var source = result.Tables.OpenAtHeader(table);
        using var xml = OpenXmlWriter.Create(part);
        xml.WriteStartElement(new Worksheet());
        xml.WriteStartElement(new SheetData());
        var isHeader = true;
        var noteColumn = 0;
        while (source.Read())
        {
            var inRow = findings[source.Row].ToList();
            if (isHeader)
            {
                noteColumn = source.Count;
            }
            else if (onlyFindings && inRow.Count == 0)
            {
                continue;
            }

            xml.WriteStartElement(
                new Row(), [new OpenXmlAttribute("r", "", source.Row.ToString(CultureInfo.InvariantCulture))]);
            var note = string.Join("\n", inRow.Select(finding => Note(finding, text)));
            for (var column = 0; column < noteColumn; column++)
            {
                WriteCell(xml, source, column, isHeader ? HeaderStyle : StyleOf(inRow, column));
            }

            if (isHeader)
            {
                note = $"{text("intake/error-file/column", NoArgs)} {ColumnGuesser.OwnColumnMark}"
                    + (note.Length > 0 ? "\n" + note : "");
            }

            WriteText(xml, source.Row, noteColumn, note, isHeader ? HeaderStyle : PlainStyle);
            xml.WriteEndElement();
            isHeader = false;
        }

        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static readonly Dictionary<string, string> NoArgs = [];

    private static string Note(Finding finding, IntakeText text)
    {
        var place = finding.Column.Length > 0 ? finding.Column + ": " : "";
        return $"{place}{text(finding.Code, finding.Args)} {text(finding.RemedyKey, finding.Args)}";
    }

    private static uint StyleOf(List<Finding> inRow, int column)
    {
        var style = PlainStyle;
        foreach (var finding in inRow)
        {
            if (finding.ColumnIndex == column || finding.ColumnIndex < 0)
            {
                style = finding.Severity == FindingSeverity.Error ? ErrorStyle
                    : style == ErrorStyle ? style : WarningStyle;
            }
        }

        return style;
    }

    private static void WriteCell(OpenXmlWriter xml, RowSource source, int column, uint style) =>
        WriteText(xml, source.Row, column, source[column].ToString(), style);

    private static void WriteText(OpenXmlWriter xml, int row, int column, string value, uint style)
    {
        if (value.Length == 0 && style == PlainStyle)
        {
            return;
        }

        // Characters that XML 1.0 cannot hold would make the whole file unreadable.
        var clean = value.AsSpan().IndexOfAnyInRange('\0', '\b') < 0 && value.All(System.Xml.XmlConvert.IsXmlChar)
            ? value
            : string.Concat(value.Select(c => System.Xml.XmlConvert.IsXmlChar(c) ? c : '\uFFFD'));
        xml.WriteElement(new Cell
        {
            CellReference = CellName(column, row),
            DataType = CellValues.InlineString,
            StyleIndex = style,
            InlineString = new InlineString(
                new Text(clean.Length > 32_000 ? clean[..32_000] : clean) { Space = SpaceProcessingModeValues.Preserve }),
        });
    }

    private static string CellName(int column, int row)
    {
        var name = "";
        for (var rest = column + 1; rest > 0; rest = (rest - 1) / 26)
        {
            name = (char)('A' + ((rest - 1) % 26)) + name;
        }

        return name + row.ToString(CultureInfo.InvariantCulture);
    }

    private static Stylesheet Styles()
    {
        static Fill Solid(string rgb) => new(new PatternFill
        {
            PatternType = PatternValues.Solid,
            ForegroundColor = new ForegroundColor { Rgb = rgb },
        });

        // 49 is the built-in format "text".
        static CellFormat Text(uint fill, uint font) => new()
        {
            NumberFormatId = 49,
            FontId = font,
            FillId = fill,
            BorderId = 0,
            ApplyNumberFormat = true,
            ApplyFill = true,
            ApplyFont = true,
            QuotePrefix = true,
        };

        return new Stylesheet(
            new Fonts(new Font(), new Font(new Bold())),
            new Fills(
                new Fill(new PatternFill { PatternType = PatternValues.None }),
                new Fill(new PatternFill { PatternType = PatternValues.Gray125 }),
                Solid("FFFFC7CE"), Solid("FFFFEB9C")),
            new Borders(new Border()),
            new CellStyleFormats(new CellFormat()),
            new CellFormats(new CellFormat(), Text(0, 0), Text(0, 1), Text(2, 0), Text(3, 0)));
    }
}
