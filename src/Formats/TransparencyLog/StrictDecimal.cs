namespace Mortanba.TransparencyLog;

/// <summary>ASCII decimal without sign or leading zeros, as C2SP writes sizes and indices; at most 2^63 - 1.</summary>
internal static class StrictDecimal
{
    public static bool TryParse(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > 19 || (text[0] == '0' && text.Length > 1))
        {
            return false;
        }

        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit) || value > (long.MaxValue - (digit - '0')) / 10)
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }
}
