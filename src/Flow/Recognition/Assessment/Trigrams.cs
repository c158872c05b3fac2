namespace Mortanba.Recognition;

/// <summary>How much two titles are alike, letter for letter: the share of trigrams they have in common.</summary>
/// <remarks>
/// Resemblance (Jaccard index) of two sets of shingles: A. Broder, "On the resemblance and containment of documents", 1997. Words are
/// padded with two blanks before and one behind, as in PostgreSQL's <c>pg_trgm</c>, so that beginnings weigh more than ends. Case,
/// punctuation and the order of words do not count; a translation is not recognised.
/// </remarks>
public static class Trigrams
{
    private const int Size = 3;

    /// <returns>0 for nothing in common, or nothing to compare, to 1 for the same words.</returns>
    public static double Likeness(string one, string other) => Likeness(Of(one), Of(other));

    internal static double Likeness(HashSet<string> one, HashSet<string> other)
    {
        var common = one.Count(other.Contains);
        return common == 0 ? 0 : (double)common / (one.Count + other.Count - common);
    }

    internal static HashSet<string> Of(string text)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var letters = new string([.. text.Normalize().ToUpperInvariant().Select(c => char.IsLetterOrDigit(c) ? c : ' ')]);
        foreach (var word in letters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var padded = $"  {word} ";
            for (var i = 0; i + Size <= padded.Length; i++)
            {
                found.Add(padded.Substring(i, Size));
            }
        }

        return found;
    }
}
