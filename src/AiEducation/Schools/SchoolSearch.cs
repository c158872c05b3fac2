using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>What a reader looks for among the places of learning (requirement AI-24).</summary>
/// <param name="Text">Words of a name in any language, of a district, or the BIN; null asks for nothing.</param>
/// <param name="Region"><see cref="School.Region"/>; null for the whole country.</param>
public sealed record SchoolSearch(string? Text = null, string? Region = null)
{
    /// <summary>Those that fit, by region and name; departments are none.</summary>
    /// <param name="language">Whose names order them.</param>
    public IReadOnlyList<School> Among(IEnumerable<School> places, Language language) =>
    [
        .. places.Where(p => !p.IsDepartment && (Region is null || p.Region == Region)
                && (Text is null || SearchText.Has($"{p.Name.Kk} {p.Name.Ru} {p.Name.En} {p.District} {p.Bin}", Text)))
            .OrderBy(p => p.Region, StringComparer.Ordinal).ThenBy(p => SearchText.Fold(p.Name.In(language)), StringComparer.Ordinal)
            .ThenBy(p => p.Bin.Value, StringComparer.Ordinal),
    ];
}
