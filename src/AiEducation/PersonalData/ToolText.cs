using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation.PersonalData;

/// <summary>
/// A text that may go to an AI tool of others (requirement AI-10, rule <c>personal-data-to-tools</c>). Only <see cref="Of"/> makes one: whatever
/// sends a text to a tool asks for this, not for a string, so that no way leads around the guard. Nothing of a text is kept.
/// </summary>
public sealed class ToolText
{
    private ToolText(string text, bool isMasked)
    {
        Text = text;
        IsMasked = isMasked;
    }

    public string Text { get; }

    /// <summary>Placeholders stand where personal data were found.</summary>
    public bool IsMasked { get; }

    /// <param name="role">Word of the role of whoever sends it, or whose text it is: a learner's cannot be lifted.</param>
    /// <param name="masks">The school chose to send it with placeholders; else it is refused.</param>
    /// <param name="reason">Why it goes all the same; null or blank lifts nothing.</param>
    /// <returns><c>ai/personal-data</c> with kinds and places (line:column, from 1), never with what was found.</returns>
    public static Outcome<ToolText> Of(string text, PersonalDataToTools rule, string role, bool masks = false, string? reason = null)
    {
        var found = Forbidden(text, rule);
        if (found.Count == 0 || (!string.IsNullOrWhiteSpace(reason) && !rule.NoOverride.Contains(role)))
        {
            return new ToolText(text, isMasked: false);
        }

        var masked = masks ? MaskedText.Of(text).Text : text;
        return masks && Forbidden(masked, rule).Count == 0 ? new ToolText(masked, isMasked: true) : Refused(text, found);
    }

    /// <summary>The wire form of a kind: <c>birth-date</c>.</summary>
    public static string Code(PersonalDataKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private static List<Finding> Forbidden(string text, PersonalDataToTools rule) =>
        [.. PersonalDataFilter.Find(text).Where(f => rule.Forbidden.Contains(Code(f.Kind)))];

    private static Problem Refused(string text, List<Finding> found)
    {
        var kinds = string.Join(", ", found.Select(f => Code(f.Kind)).Distinct().Order(StringComparer.Ordinal));
        var places = string.Join(", ", found.Select(f => $"{Code(f.Kind)} {f.PlaceIn(text)}"));
        return new Problem(
            "ai/personal-data", $"The text has personal data ({places}); they must not go to AI tools of others.", ("kinds", kinds), ("places", places));
    }
}
