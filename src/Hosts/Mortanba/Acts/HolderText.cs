using System.Globalization;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Host.Acts;

/// <summary>A short text that a person typed, and that others will read: its length, and no characters that hide or turn it.</summary>
internal static class HolderText
{
    /// <summary>The text without blanks around it; refused when it is too long or has control or direction characters in it.</summary>
    /// <param name="isLong">Line breaks are kept.</param>
    public static Outcome<string> Of(string typed, int lengthMax, bool isLong = false)
    {
        var text = typed.Replace("\r\n", "\n", StringComparison.Ordinal).Trim();
        if (text.Length > lengthMax)
        {
            return new Problem(
                "me/too-long", $"At most {lengthMax} characters.", ("max", lengthMax.ToString(CultureInfo.InvariantCulture)));
        }

        return text.EnumerateRunes().Any(r => IsOdd(r) && !(isLong && r.Value == '\n'))
            ? new Problem("me/odd-characters", "There are invisible control or direction characters in this text.")
            : text;
    }

    // Joiners stay: emoji and some scripts need them.
    private static bool IsOdd(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => true,
        UnicodeCategory.Format => rune.Value is not (0x200c or 0x200d),
        _ => rune.Value == Rune.ReplacementChar.Value,
    };
}
