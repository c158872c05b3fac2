using Mortanba.Foundation;

namespace Mortanba.Rules;

/// <summary>What a committee found in a case of academic integrity.</summary>
public enum IntegrityFinding
{
    NoBreach,
    Minor,
    Serious,
}

/// <summary>What kind of thing follows a breach (requirement AI-23).</summary>
public enum RemedyKind
{
    Redo,
    OralDefence,
    Sanction,
}

/// <summary>Something that may follow a breach.</summary>
/// <param name="Id">Stable word, kept with every decision.</param>
/// <param name="Findings">After which findings.</param>
/// <param name="First">Also when it is the learner's first breach.</param>
public sealed record IntegrityRemedy(string Id, RemedyKind Kind, IReadOnlyList<IntegrityFinding> Findings, bool First, LocalizedText Text)
{
    /// <param name="earlier">Breaches found before and final.</param>
    public bool Follows(IntegrityFinding finding, int earlier) => Findings.Contains(finding) && (First || earlier > 0);

    internal static IntegrityRemedy Read(PackNode node) => new(
        node["id"].Text, node["kind"].OneOf<RemedyKind>(), node["findings"].List(n => n.OneOf<IntegrityFinding>()), node["first"].Boolean,
        node["text"].Localized);
}

/// <summary>Terms, committees and remedies of a case of academic integrity (requirements AI-21 to AI-23). Days are working days.</summary>
/// <param name="NoticeDays">From the report until the learner has been told.</param>
/// <param name="PreparationDays">From the notice until the learner may be heard, at the earliest: time to prepare.</param>
/// <param name="HearingDays">From the notice until the learner has been heard.</param>
/// <param name="DecisionDays">From the report until the decision.</param>
/// <param name="AppealDays">From the decision until an appeal.</param>
/// <param name="AppealDecisionDays">From the appeal until its decision.</param>
/// <param name="Committee">People who decide.</param>
/// <param name="AppealCommittee">People who decide an appeal, none of whom took part before.</param>
/// <param name="RepresentativeUntilAge">Whoever is younger is heard with a representative invited.</param>
public sealed record AiIntegrityRules(
    int NoticeDays, int PreparationDays, int HearingDays, int DecisionDays, int AppealDays, int AppealDecisionDays, int Committee, int AppealCommittee,
    int RepresentativeUntilAge, IReadOnlyList<IntegrityRemedy> Remedies)
{
    /// <summary>Null when the rules know no such remedy.</summary>
    public IntegrityRemedy? Remedy(string id) => Remedies.FirstOrDefault(r => r.Id == id);

    internal static AiIntegrityRules Read(PackNode node)
    {
        var rules = new AiIntegrityRules(
            node["noticeWorkingDays"].Integer, node["preparationWorkingDays"].Integer, node["hearingWorkingDays"].Integer,
            node["decisionWorkingDays"].Integer, node["appealWorkingDays"].Integer, node["appealDecisionWorkingDays"].Integer,
            node["committee"].Integer, node["appealCommittee"].Integer, node["representativeUntilAge"].Integer,
            node["remedies"].List(IntegrityRemedy.Read));
        return rules is { NoticeDays: > 0, PreparationDays: >= 0, AppealDays: > 0, AppealDecisionDays: > 0, Committee: > 0, AppealCommittee: > 0 }
            && rules.HearingDays > rules.PreparationDays && rules.DecisionDays >= rules.NoticeDays + rules.HearingDays
            && rules.Committee % 2 == 1 && rules.AppealCommittee % 2 == 1
            && rules.Remedies.Select(r => r.Id).Distinct().Count() == rules.Remedies.Count
                ? rules
                : throw node.Wrong("terms are days above 0 that fit into each other, committees have an odd number of people, each remedy stands once");
    }
}
