using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace Mortanba.Intake;

/// <summary>
/// Writes plain tables as XLSX, row after row. Every cell is text and marked so (<c>quotePrefix</c>): leading zeros stay,
/// and what a stranger typed as <c>=HYPERLINK(…)</c> stays letters.
/// </summary>
public static class WorkbookWriter
{
    internal const uint PlainStyle = 1;
    internal const uint HeaderStyle = 2;
    internal const uint ErrorStyle = 3;
    internal const uint WarningStyle = 4;

    /// <summary>One sheet a table, in this order; rows are taken one at a time.</summary>
    public static void Write(string path, params IReadOnlyList<(string Sheet, IEnumerable<IReadOnlyList<string>> Rows)> tables)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite);
        WriteSheets(file, countsDaysFrom1904: false, [.. tables.Select(table => (table.Sheet, Rows: (Action<OpenXmlWriter>)(xml =>
        {
            var row = 0;
            foreach (var cells in table.Rows)
            {
                row++;
                BeginRow(xml, row);
                for (var column = 0; column < cells.Count; column++)
                {
                    WriteCell(xml, row, column, cells[column], row == 1 ? HeaderStyle : PlainStyle);
                }

                xml.WriteEndElement();
            }
        })))]);
    }

    internal static void WriteSheets(
        Stream output, bool countsDaysFrom1904, IReadOnlyList<(string Name, Action<OpenXmlWriter> Rows)> tables)
    {
        using var file = SpreadsheetDocument.Create(output, SpreadsheetDocumentType.Workbook);
        var workbook = file.AddWorkbookPart();
        workbook.AddNewPart<WorkbookStylesPart>().Stylesheet = Styles();
        var sheets = new Sheets();
        uint id = 0;
        foreach (var (name, rows) in tables)
        {
            id++;
            var part = workbook.AddNewPart<WorksheetPart>();
            using (var xml = OpenXmlWriter.Create(part))
            {
                xml.WriteStartElement(new Worksheet());
                xml.WriteStartElement(new SheetData());
                rows(xml);
                xml.WriteEndElement();
                xml.WriteEndElement();
            }

            sheets.Append(new Sheet { Id = workbook.GetIdOfPart(part), SheetId = id, Name = name });
        }

        workbook.Workbook = new Workbook(new WorkbookProperties { Date1904 = countsDaysFrom1904 }, sheets);
        workbook.Workbook.Save();
    }

    internal static void BeginRow(OpenXmlWriter xml, int row) => xml.WriteStartElement(
        new Row(), [new OpenXmlAttribute("r", "", row.ToString(CultureInfo.InvariantCulture))]);

    internal static void WriteCell(OpenXmlWriter xml, int row, int column, string value, uint style)
    {
        if (value.Length == 0 && style == PlainStyle)
        {
            return;
        }

        // Characters that XML 1.0 cannot hold would make the whole file unreadable.
        var clean = value.All(System.Xml.XmlConvert.IsXmlChar)
            ? value
            : string.Concat(value.Select(c => System.Xml.XmlConvert.IsXmlChar(c) ? c : '\uFFFD'));
        xml.WriteElement(new Cell
        {
            CellReference = ColumnName(column) + row.ToString(CultureInfo.InvariantCulture),
            DataType = CellValues.InlineString,
            StyleIndex = style,
            InlineString = new InlineString(
                new Text(clean.Length > 32_000 ? clean[..32_000] : clean) { Space = SpaceProcessingModeValues.Preserve }),
        });
    }

    /// <summary>0 is A, 26 is AA.</summary>
    internal static string ColumnName(int column)
    {
        var name = "";
        for (var rest = column + 1; rest > 0; rest = (rest - 1) / 26)
        {
            name = (char)('A' + ((rest - 1) % 26)) + name;
        }

        return name;
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
