using Mortanba.Accounts;
using Mortanba.AiEducation.PersonalData;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// Stands before every way on which a text leaves for an AI tool of others (requirement AI-10), by the rule of the day. In: the text and the
/// role of whoever sends it. Out: the text as it may go, or the refusal. A learner cannot lift it; where the rule lets a role answer for it, the
/// reason is asked for and recorded by the caller.
/// </summary>
public sealed class PersonalDataGate(Installation home)
{
    /// <param name="reason">Why it goes all the same; null or blank lifts nothing.</param>
    /// <param name="masks">The school chose placeholders instead of a refusal.</param>
    public Outcome<ToolText> Pass(string text, Role role, string? reason = null, bool masks = false) =>
        ToolText.Of(text, home.Rules.Resolve(RuleKeys.PersonalDataToTools, new AiDesk(home).Today()).Value.Value, role.Word(), masks, reason);

    /// <summary>The text with placeholders for whatever the filter finds: what anybody may send.</summary>
    public static string Masked(string text) => MaskedText.Of(text).Text;
}
