using System.Globalization;
using System.Xml;

namespace Mortanba.Intake.Reading;

/// <summary>One sheet of a workbook, row by row. Merged cells refuse the sheet; a formula or error value marks its cell.</summary>
internal sealed class XlsxRows : RowSource
{
    private readonly Workbook workbook;
    private readonly XmlReader sheet;
    private readonly IntakeLimits limits;
    private readonly string fileName;
    private string[] texts = new string[64];
    private string?[] flaws = new string?[64];
    private bool hasFlaws;

    public XlsxRows(ListFile file, ListPart part, Workbook workbook, string sheetPath, IntakeLimits limits)
    {
        Part = part;
        this.workbook = workbook;
        this.limits = limits;
        fileName = file.Name;
        try
        {
            sheet = workbook.OpenPart(sheetPath);
        }
        catch
        {
            workbook.Dispose();
            throw;
        }
    }

    public override ListPart Part { get; }

    public override ReadOnlySpan<char> this[int column] => column < Count ? texts[column] : default;

    public override string? FlawOf(int column) => column < Count ? flaws[column] : null;

    public override bool HasFlaws => hasFlaws;

    public override DateOnly SerialEpoch => workbook.CountsDaysFrom1904 ? new(1904, 1, 1) : base.SerialEpoch;

    public override bool Read()
    {
        try
        {
            while (sheet.Read())
            {
                if (sheet.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                if (sheet.LocalName == "row")
                {
                    ReadRow();
                    if (!IsBlank())
                    {
                        return true;
                    }
                }
                else if (sheet.LocalName == "mergeCell")
                {
                    var cells = sheet.GetAttribute("ref") ?? "";
                    throw new ListRefusal(
                        "intake/merged-cells", $"The cells {cells} are merged.", ("file", fileName), ("cells", cells));
                }
            }

            Count = 0;
            return false;
        }
        catch (Exception broken) when (broken is XmlException or InvalidDataException or FormatException)
        {
            throw Workbook.Damaged(fileName, $"the sheet breaks off after row {Row}");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            sheet.Dispose();
            workbook.Dispose();
        }
    }

    private void ReadRow()
    {
        Array.Clear(texts, 0, Count);
        Array.Clear(flaws, 0, Count);
        Count = 0;
        hasFlaws = false;
        Row = int.TryParse(sheet.GetAttribute("r"), NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            ? row : Row + 1;
        if (sheet.IsEmptyElement)
        {
            return;
        }

        var depth = sheet.Depth;
        while (sheet.Read() && sheet.Depth > depth)
        {
            if (sheet is { NodeType: XmlNodeType.Element, LocalName: "c" })
            {
                ReadCell();
            }
        }
    }

    private void ReadCell()
    {
        var column = ColumnOf(sheet.GetAttribute("r")) ?? Count;
        if (column >= limits.ColumnsMax)
        {
            throw new ListRefusal(
                "intake/too-many-columns", $"Row {Row} has more than {limits.ColumnsMax} columns.",
                ("file", fileName), ("row", $"{Row}"), ("max", $"{limits.ColumnsMax}"));
        }

        while (column >= texts.Length)
        {
            Array.Resize(ref texts, texts.Length * 2);
            Array.Resize(ref flaws, texts.Length);
        }

        Count = Math.Max(Count, column + 1);
        var type = sheet.GetAttribute("t");
        if (sheet.IsEmptyElement)
        {
            return;
        }

        var depth = sheet.Depth;
        var raw = "";
        while (sheet.Read() && sheet.Depth > depth)
        {
            if (sheet.NodeType != XmlNodeType.Element)
            {
                continue;
            }

            switch (sheet.LocalName)
            {
                case "f":
                    flaws[column] = "intake/formula-cell";
                    hasFlaws = true;
                    break;
                case "v" when !sheet.IsEmptyElement:
                    raw = sheet.ReadString();
                    break;
                case "is":
                    using (var inline = sheet.ReadSubtree())
                    {
                        raw = Workbook.ReadText(inline);
                    }

                    break;
            }
        }

        if (type == "e")
        {
            flaws[column] ??= "intake/error-cell";
            hasFlaws = true;
        }

        texts[column] = type switch
        {
            "s" => SharedString(raw),
            null or "n" => Number(raw),
            _ => raw,
        };
        if (texts[column].Length > limits.CellMaxChars)
        {
            throw new ListRefusal(
                "intake/cell-too-long", $"Row {Row}, column {column + 1}: {texts[column].Length} characters.",
                ("file", fileName), ("row", $"{Row}"), ("column", $"{column + 1}"), ("max", $"{limits.CellMaxChars}"));
        }
    }

    private string SharedString(string raw) =>
        int.TryParse(raw, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < workbook.SharedStrings.Length
                ? workbook.SharedStrings[index]
                : throw Workbook.Damaged(fileName, "a cell points to a text that is not there");

    // 3.6699999999999999 is how a workbook stores 3.67; the shortest form that means the same double is what was typed.
    private static string Number(string raw) =>
        raw.AsSpan().ContainsAny('.', 'E', 'e')
            && double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? Math.Abs(value) < 1e15 && value == Math.Truncate(value)
                ? ((long)value).ToString(CultureInfo.InvariantCulture)
                : value.ToString("R", CultureInfo.InvariantCulture)
            : raw;

    // "AB12" -> 27. Null when the cell has no reference, or one that names no column.
    private static int? ColumnOf(string? reference)
    {
        if (reference is null)
        {
            return null;
        }

        var column = 0;
        foreach (var c in reference)
        {
            if (c is < 'A' or > 'Z' || column > 20_000)
            {
                break;
            }

            column = (column * 26) + (c - 'A' + 1);
        }

        return column == 0 ? null : column - 1;
    }
}
