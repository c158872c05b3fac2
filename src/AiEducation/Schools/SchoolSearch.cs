using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>What a reader looks for among the places of learning (requirement AI-24).</summary>
/// <param name="Text">Words of a name in any language and spelling, of a district, or the BIN; null asks for nothing.</param>
/// <param name="Region"><see cref="School.Region"/>; null for the whole country.</param>
public sealed record SchoolSearch(string? Text = null, string? Region = null)
{
    /// <summary>What the words of a search are looked for in, folded.</summary>
    public static string TextOf(School place) =>
        SearchText.Fold($"{place.Name.Kk} {place.Name.Ru} {place.Name.En} {place.District} {place.Bin}");

    /// <summary>One page of those that fit, by region and name (in any spelling, as it is searched), and how many there are in all; departments are none.</summary>
    /// <param name="language">Whose names order them.</param>
    public async Task<(IReadOnlyList<School> Found, int Total)> FindAsync(
        ReadFrom from, Language language, int skip, int size, CancellationToken cancel = default)
    {
        var words = SearchText.Words(Text);
        string[] conditions = ["department = 0", .. Region is null ? [] : new[] { "region = @region" }, .. words.Select((_, i) => $"search LIKE @w{i}")];
        var where = string.Join(" AND ", conditions);
        (string, object?)[] args = [("region", Region), .. words.Select((w, i) => ($"w{i}", (object?)$"%{w}%"))];
        var total = (await from.QueryAsync($"SELECT COUNT(*) FROM ai_schools WHERE {where}", r => r.GetInt64(0), cancel, args)).Single();
        var found = await from.QueryAsync(
            $"""
            SELECT {SchoolDirectory.SchoolColumns} FROM ai_schools WHERE {where}
            ORDER BY region, order_{language.Tag()}, bin LIMIT @size OFFSET @skip
            """,
            SchoolDirectory.ReadSchool, cancel, [.. args, ("size", size), ("skip", skip)]);
        return (found, (int)total);
    }

    /// <summary>Regions that have a place of learning, by their code.</summary>
    public static Task<List<string>> RegionsAsync(ReadFrom from, CancellationToken cancel = default) => from.QueryAsync(
        "SELECT DISTINCT region FROM ai_schools WHERE department = 0 ORDER BY region", r => r.GetString(0), cancel);
}
