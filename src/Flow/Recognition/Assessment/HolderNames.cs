using System.Globalization;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>Whether a diploma names the holder of a case: the parts of the names in any spelling of three languages, and the day of birth.</summary>
public static partial class HolderNames
{
    private const int PartLengthMin = 2;

    // One has a patronymic and the other none: family and given name agree.
    private const int PartsMin = 2;

    /// <param name="name">As the diploma has it.</param>
    /// <param name="born">ISO 8601, as the diploma has it; null where it has none.</param>
    public static bool Agree(Holder holder, LocalizedText name, string? born)
    {
        if (holder.Born is { } known && born is not null && born != known.ToString("O", CultureInfo.InvariantCulture))
        {
            return false;
        }

        var own = Parts(holder.Name).Select(part => new Regex(
            $@"\A(?:{NameSpellings.Pattern(part)})\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)).ToList();
        return new[] { name.Kk, name.Ru, name.En }.Distinct().Select(Parts).Any(theirs =>
        {
            var fewer = Math.Min(own.Count, theirs.Count);
            return fewer > 0 && (fewer >= PartsMin || own.Count == theirs.Count) && own.Count(part => theirs.Any(part.IsMatch)) >= fewer;
        });
    }

    /// <summary>The words of a name; initials are none.</summary>
    internal static List<string> Parts(string name) => [.. Separators().Split(name).Where(p => p.Length >= PartLengthMin).Distinct()];

    [GeneratedRegex(@"[\s,;/()]+")]
    private static partial Regex Separators();
}
