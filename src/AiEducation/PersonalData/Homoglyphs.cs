namespace Mortanba.AiEducation.PersonalData;

/// <summary>Letters that look alike in Latin and Cyrillic. A word written in both is read in the one that can hold all of it.</summary>
internal static class Homoglyphs
{
    private const string Latin = "aeopcxyikhmtbn";
    private const string Cyrillic = "аеорсхуікнмтвп";

    /// <summary>Rewrites a lower-case word in place when it mixes the scripts.</summary>
    public static void Unify(Span<char> word)
    {
        var (latin, cyrillic) = (false, false);
        foreach (var c in word)
        {
            latin |= c is >= 'a' and <= 'z';
            cyrillic |= c is >= '\u0400' and <= '\u052F';
        }

        if (latin && cyrillic && !Rewrite(word, Latin, Cyrillic, c => c is >= 'a' and <= 'z'))
        {
            Rewrite(word, Cyrillic, Latin, c => c is >= '\u0400' and <= '\u052F');
        }
    }

    private static bool Rewrite(Span<char> word, string from, string to, Func<char, bool> isForeign)
    {
        foreach (var c in word)
        {
            if (isForeign(c) && !from.Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        foreach (ref var c in word)
        {
            c = isForeign(c) ? to[from.IndexOf(c, StringComparison.Ordinal)] : c;
        }

        return true;
    }
}
