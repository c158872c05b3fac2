using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>Something an AI system does that the rules name: a forbidden function, or a use with high impact.</summary>
/// <param name="Id">Stable word, kept with every answer.</param>
public sealed record AiFunction(string Id, LocalizedText Text)
{
    internal static AiFunction Read(PackNode node) => new(node["id"].Text, node["text"].Localized);
}

/// <summary>By what an AI system in education is admitted (requirements AI-1 to AI-8, AI-31).</summary>
/// <param name="Forbidden">One yes among these and the system is prohibited.</param>
/// <param name="HighImpact">One yes and it needs a review of ethics, a plan of human oversight and an assessment of its impact.</param>
/// <param name="ApprovalMonths">An approval ends at the latest after so many months.</param>
/// <param name="ReviewMonths">So many months after an approval, and after each review, the next review is due.</param>
/// <param name="GraceDays">Calendar days after a review was due until the system is suspended by itself.</param>
/// <param name="GenerativeFromAge">Nobody younger uses a generative system on their own.</param>
/// <param name="ConsentUntilAge">Whoever is younger needs the consent of a parent.</param>
/// <param name="ConsentReminderDays">Calendar days before the last day of a consent on which the parents are told.</param>
/// <param name="DataIn">Country in which data of learners have to be stored: ISO 3166-1.</param>
public sealed record AiRegisterRules(
    IReadOnlyList<AiFunction> Forbidden, IReadOnlyList<AiFunction> HighImpact, int ApprovalMonths, int ReviewMonths, int GraceDays, int GenerativeFromAge,
    int ConsentUntilAge, int ConsentReminderDays, string DataIn)
{
    internal static AiRegisterRules Read(PackNode node)
    {
        var rules = new AiRegisterRules(
            node["forbidden"].List(AiFunction.Read), node["highImpact"].List(AiFunction.Read), node["approvalMonths"].Integer,
            node["reviewMonths"].Integer, node["graceDays"].Integer, node["generativeFromAge"].Integer, node["consentUntilAge"].Integer, node["consentReminderDays"].Integer,
            node["dataIn"].Text);
        var ids = rules.Forbidden.Concat(rules.HighImpact).Select(f => f.Id).ToList();
        return ids.Distinct().Count() != ids.Count ? throw node.Wrong("two functions have the same id")
            : rules is { ApprovalMonths: > 0, ReviewMonths: > 0, GraceDays: >= 0, GenerativeFromAge: > 0, ConsentReminderDays: > 0 }
                && rules.ConsentUntilAge >= rules.GenerativeFromAge ? rules
            : throw node.Wrong("months of approval and review and days of the reminder are 1 or more, days of grace 0 or more, and the age of consent is not below that of generative systems");
    }
}
