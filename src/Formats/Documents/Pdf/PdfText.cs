using System.Globalization;
using System.Text;

namespace Mortanba.Documents;

/// <summary>How values are spelled in a PDF file (ISO 32000-1 sections 7.3.3, 7.3.4, 7.9.4).</summary>
internal static class PdfText
{
    /// <summary>A text string: UTF-16BE with its mark, in hexadecimal, so that every letter survives.</summary>
    public static string Unicode(string text) =>
        "<FEFF" + Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text)) + ">";

    /// <summary>An ASCII string in parentheses.</summary>
    public static string Ascii(string text)
    {
        if (!System.Text.Ascii.IsValid(text))
        {
            throw new ArgumentException("Only ASCII goes into a plain PDF string.", nameof(text));
        }

        return "(" + text
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("(", "\\(", StringComparison.Ordinal)
            .Replace(")", "\\)", StringComparison.Ordinal) + ")";
    }

    /// <summary>A name; characters outside letters, digits and <c>-._+</c> are written as <c>#xx</c>.</summary>
    public static string Name(string text)
    {
        var name = new StringBuilder("/");
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'+')
            {
                name.Append((char)b);
            }
            else
            {
                name.Append(CultureInfo.InvariantCulture, $"#{b:X2}");
            }
        }

        return name.ToString();
    }

    /// <summary>A date: whole seconds, UTC.</summary>
    public static string Date(DateTimeOffset at) =>
        "(D:" + at.ToUniversalTime().ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + "Z)";

    /// <summary>A length in points, hundredths at most.</summary>
    public static string Number(double value)
    {
        var hundredths = (long)Math.Round(value * 100, MidpointRounding.AwayFromZero);
        if (hundredths % 100 == 0)
        {
            return (hundredths / 100).ToString(CultureInfo.InvariantCulture);
        }

        var sign = hundredths < 0 ? "-" : "";
        var (whole, rest) = Math.DivRem(Math.Abs(hundredths), 100);
        return rest % 10 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}.{rest / 10}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{whole}.{rest:00}");
    }
}
