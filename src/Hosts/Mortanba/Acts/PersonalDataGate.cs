using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.AiEducation.PersonalData;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Stands before every way on which a text leaves for an AI tool of others (requirement AI-10, rule <c>personal-data-to-tools</c>). In: the
/// text and the role of whoever sends it. Out: the text as it may go, or the refusal. A learner cannot lift it; where the rule lets a role
/// answer for it, the reason is asked for and recorded by the caller. Nothing of the text is kept.
/// </summary>
public sealed class PersonalDataGate(Installation home)
{
    /// <param name="reason">Why it goes all the same; null or blank lifts nothing.</param>
    /// <returns><c>ai/personal-data</c> with the kinds that were found, never with what was found.</returns>
    public Outcome<string> Pass(string text, Role role, string? reason = null)
    {
        var rule = home.Rules.Resolve(RuleKeys.PersonalDataToTools, new AiDesk(home).Today()).Value.Value;
        var kinds = PersonalDataFilter.Find(text).Select(f => Code(f.Kind)).Where(rule.Forbidden.Contains).Distinct().Order(StringComparer.Ordinal).ToList();
        var isLifted = !string.IsNullOrWhiteSpace(reason) && !rule.NoOverride.Contains(role.Word());
        return kinds.Count == 0 || isLifted
            ? text
            : new Problem(
                "ai/personal-data", $"The text has personal data ({string.Join(", ", kinds)}); they must not go to AI tools of others.",
                ("kinds", string.Join(", ", kinds)));
    }

    /// <summary>The text with placeholders for whatever the filter finds: what anybody may send.</summary>
    public static string Masked(string text) => MaskedText.Of(text).Text;

    private static string Code(PersonalDataKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}
