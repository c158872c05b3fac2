namespace Mortanba.AiEducation.PersonalData;

/// <summary>
/// Finds personal data in Kazakh, Russian and English text, in mixed scripts too, before it goes to a tool of others (requirement AI-10).
/// In: any string. Out: places that do not overlap, in the order of the text.
/// </summary>
/// <remarks>
/// Pure and deterministic: word lists, check digits and hand-written scanners; no network, no model, no regular expressions. Time is
/// linear in the length of the text, whatever stands in it. Never throws on a string, also not on broken surrogates. Safe to call from
/// many threads. What it does not find, and how often it errs, stands in docs/ai-education/personal-data.md.
/// </remarks>
public static class PersonalDataFilter
{
    /// <returns>Findings by place; an empty list when nothing was found, which is no proof that there is nothing.</returns>
    public static IReadOnlyList<Finding> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var folded = new FoldedText(text);
        var reading = new Reading(folded);
        var found = new List<Finding>();

        // In this order: what an earlier scanner took, a later one does not take again. An address holds the name of its street.
        EmailScanner.Scan(reading, found);
        NumberScanner.Scan(reading, found);
        BirthDateScanner.Scan(reading, found);
        AddressScanner.Scan(reading, found);
        NameScanner.Scan(reading, found);
        found.Sort((a, b) => a.Start.CompareTo(b.Start));
        return found;
    }
}
