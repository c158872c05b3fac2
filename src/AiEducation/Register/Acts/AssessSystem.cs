using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Risk, autonomy, mode, forbidden functions and uses with high impact (requirements AI-2 to AI-5).</summary>
public static class ClassifySystem
{
    /// <summary>
    /// A yes to a forbidden function makes the system prohibited in the same act, whatever else was said. What is in use is classed higher at any time,
    /// lower only after a suspension and with a new approval.
    /// </summary>
    /// <param name="today">Civil day of the act.</param>
    public static Outcome<AiSystemEvent> Of(
        AiSystem now, string by, Classification found, Resolved<AiRegisterRules> rules, DateOnly today, DateTimeOffset at)
    {
        if (RegisterRefusals.NotOpen(now) is { } closed)
        {
            return closed;
        }

        var known = rules.Value.Forbidden.Concat(rules.Value.HighImpact).Select(f => f.Id).ToHashSet();
        return found.Functions.Keys.FirstOrDefault(id => !known.Contains(id)) is { } unknown
            ? new Problem("ai/unknown-function", $"The rules know no function '{unknown}'.", ("function", unknown))
            : found.CancelTested > today
                ? new Problem("ai/tested-later", "The day on which cancelling was tried lies in the future.")
            : now.IsAllowed && now.IsLess(found) && Admission.Forbidden(found, rules.Value).Count == 0
                ? RegisterRefusals.SuspendFirst
            : new SystemClassified(
                at, by, found, [.. Admission.Forbidden(found, rules.Value).Select(f => f.Id)], Admission.IsHighImpact(found, rules.Value), $"{rules.Reference}");
    }
}

/// <summary>Whose rights it touches, what can go wrong, and who overrules it when.</summary>
public static class AssessImpact
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, ImpactAssessment assessment, DateTimeOffset at)
    {
        if (RegisterRefusals.NotOpen(now) is { } closed)
        {
            return closed;
        }

        return RegisterRefusals.Words(assessment.Rights).TryGet(out var rights, out var problem)
            && RegisterRefusals.Words(assessment.Risks).TryGet(out var risks, out problem)
            && RegisterRefusals.Words(assessment.Oversight).TryGet(out var oversight, out problem)
                ? new ImpactAssessed(at, by, new ImpactAssessment(rights, risks, oversight))
                : problem;
    }
}

/// <summary>What it is better at than a way without AI (requirement AI-6).</summary>
public static class ShowValue
{
    public static Outcome<AiSystemEvent> Of(AiSystem now, string by, EducationalValue value, DateTimeOffset at)
    {
        if (RegisterRefusals.NotOpen(now) is { } closed)
        {
            return closed;
        }

        var evidence = value.Evidence.Where(e => !string.IsNullOrWhiteSpace(e)).Select(e => e.Trim()).ToList();
        return evidence.Count == 0 ? new Problem("ai/no-evidence", "Say where the comparison can be read.")
            : RegisterRefusals.Words(value.Without).TryGet(out var without, out var problem)
                && RegisterRefusals.Words(value.Gain).TryGet(out var gain, out problem)
                && RegisterRefusals.Blank(value.Proportionality).TryGet(out var proportionality, out problem)
                && RegisterRefusals.Blank(value.Subsidiarity).TryGet(out var subsidiarity, out problem)
                && RegisterRefusals.Blank(value.Necessity).TryGet(out var necessity, out problem)
                    ? new ValueShown(
                        at, by,
                        new EducationalValue(without, gain, evidence) { Proportionality = proportionality, Subsidiarity = subsidiarity, Necessity = necessity })
                    : problem;
    }
}
