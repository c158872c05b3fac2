using System.Globalization;
using System.Text;

namespace Mortanba.Recognition;

/// <summary>Names in one spelling for the search: small letters, no accents, one blank between words.</summary>
public static class InstitutionSearch
{
    /// <summary>What the search looks through: id and all names of an institution.</summary>
    internal static string TextOf(IEnumerable<(RegisterField Field, object? Value)> values) => Fold(string.Join(
        ' ', values.Where(v => v.Field.Kind is FieldKind.Text or FieldKind.Texts || v.Field.Name == "id").Select(v => v.Value as string)));

    /// <summary>True when all words asked for are in the names, in any spelling.</summary>
    public static bool Has(string names, string? asked)
    {
        var folded = Fold(names);
        return Fold(asked ?? "").Split(' ').All(word => folded.Contains(word, StringComparison.Ordinal));
    }

    public static string Fold(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKD))
        {
            if (char.IsLetterOrDigit(c))
            {
                folded.Append(char.ToLowerInvariant(c));
            }
            else if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark && folded.Length > 0 && folded[^1] != ' ')
            {
                folded.Append(' ');
            }
        }

        return folded.ToString().TrimEnd();
    }
}
