using System.Globalization;

namespace Mortanba.Intake.Checks;

/// <summary>Dates and numbers as lists write them.</summary>
internal static class ValueParsers
{
    /// <summary>
    /// <c>30.06.2026</c>, <c>30.6.2026</c>, <c>2026-06-30</c> (a midnight time behind it is passed over), or a
    /// spreadsheet's serial number of five digits. Never <c>06/30/2026</c>: month and day could be swapped unseen.
    /// </summary>
    public static bool TryDate(ReadOnlySpan<char> cell, DateOnly serialEpoch, out DateOnly date)
    {
        date = default;
        if (cell.Length > 10 && cell[10..].Trim().TrimStart('T').TrimEnd('Z').ContainsAnyExcept("0:. "))
        {
            return false;
        }

        var text = cell.Length > 10 ? cell[..10].TrimEnd() : cell;
        if (text.Length == 10 && text[4] == '-' && text[7] == '-')
        {
            return TryMake(text[..4], text[5..7], text[8..], out date);
        }

        var dot = text.IndexOf('.');
        if (dot is 1 or 2 && text[(dot + 1)..].IndexOf('.') is var second && second is 1 or 2)
        {
            return text.Length == dot + second + 6
                && TryMake(text[(dot + second + 2)..], text[(dot + 1)..(dot + 1 + second)], text[..dot], out date);
        }

        if (text.Length == 5 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var serial))
        {
            date = serialEpoch.AddDays(serial);
            return serial >= 10_000;
        }

        return false;
    }

    /// <summary>A whole number; <c>5.0</c> and <c>5,00</c> count as one.</summary>
    public static bool TryWhole(ReadOnlySpan<char> cell, out int value)
    {
        var point = cell.IndexOfAny('.', ',');
        if (point > 0 && !cell[(point + 1)..].ContainsAnyExcept('0'))
        {
            cell = cell[..point];
        }

        return int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A number with decimal point or comma, no grouping.</summary>
    public static bool TryDecimal(ReadOnlySpan<char> cell, out decimal value)
    {
        value = 0;
        if (cell.Length > 20)
        {
            return false;
        }

        Span<char> text = stackalloc char[20];
        cell.CopyTo(text);
        text = text[..cell.Length];
        text.Replace(',', '.');
        return decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryMake(ReadOnlySpan<char> year, ReadOnlySpan<char> month, ReadOnlySpan<char> day, out DateOnly date)
    {
        date = default;
        if (!int.TryParse(year, NumberStyles.None, CultureInfo.InvariantCulture, out var y)
            || !int.TryParse(month, NumberStyles.None, CultureInfo.InvariantCulture, out var m)
            || !int.TryParse(day, NumberStyles.None, CultureInfo.InvariantCulture, out var d)
            || y is < 1900 or > 2200 || m is < 1 or > 12 || d < 1 || d > DateTime.DaysInMonth(y, m))
        {
            return false;
        }

        date = new DateOnly(y, m, d);
        return true;
    }
}
