using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>Free words of a basis, a note, an answer: there, of a bearable length, and only letters that can be seen.</summary>
public static class FreeWords
{
    public const int MaxLength = 500;

    /// <param name="missing">Code of the refusal when there is none.</param>
    public static Problem? Check(string text, string missing) => text.Trim() switch
    {
        "" => new Problem(missing, "The words that belong to it are missing."),
        { Length: > MaxLength } => new Problem(
            "issuance/words-too-long", $"At most {MaxLength} characters.", ("max", MaxLength.ToString(CultureInfo.InvariantCulture))),
        var words when words.Any(c => (char.IsControl(c) && c is not ('\n' or '\r' or '\t'))
            || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse) =>
            new Problem("issuance/words-invisible", "The text holds a character that cannot be seen or is no letter."),
        _ => null,
    };
}
