using System.Globalization;
using Mortanba.Intake.Columns;

namespace Mortanba.Intake.Checks;

/// <summary>Finds what stands in the list twice. Exact keys of eight bytes, so that 100,000 rows take a few megabytes.</summary>
internal sealed class Duplicates
{
    private readonly Dictionary<string, int> seriesIndex = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> programmeIndex = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, int> rowByNumber = [];
    private readonly Dictionary<ulong, int> rowByPerson = [];
    private readonly Dictionary<string, int> rowByStudent = new(StringComparer.Ordinal);

    public void Check(RowContext row, GraduateRow graduate)
    {
        if (graduate is { Series: { } series, Number: { } number })
        {
            Report(row, Field.Number, "intake/number-twice", rowByNumber, Key(seriesIndex, series, number));
        }

        if (graduate is { Iin: { } iin, Programme: { } programme })
        {
            Report(row, Field.Iin, "intake/graduate-twice", rowByPerson, Key(programmeIndex, programme.Code, iin.Value));
        }

        if (graduate.StudentNumber.Length > 0 && !rowByStudent.TryAdd(graduate.StudentNumber, row.Row))
        {
            row.Error(
                Field.StudentNumber, "intake/student-number-twice",
                ("row", $"{rowByStudent[graduate.StudentNumber]}"));
        }
    }

    // Twelve digits fit in 40 bits; the index of the series or programme goes above them.
    private static ulong Key(Dictionary<string, int> indexes, string name, string digits)
    {
        if (!indexes.TryGetValue(name, out var index))
        {
            indexes[name] = index = indexes.Count;
        }

        return ((ulong)index << 40) | ulong.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static void Report(RowContext row, Field field, string code, Dictionary<ulong, int> rows, ulong key)
    {
        if (!rows.TryAdd(key, row.Row))
        {
            row.Error(field, code, ("row", $"{rows[key]}"));
        }
    }
}
