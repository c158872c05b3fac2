using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// What a decision must show before it can be taken (requirements RQ-13 to RQ-17). The burden is the body's: whatever it has not shown
/// counts for the holder.
/// </summary>
public static class DecisionRules
{
    private static readonly DifferenceGround[] WeakGrounds = [DifferenceGround.Duration, DifferenceGround.Title, DifferenceGround.Mode];

    /// <returns>Everything that keeps the decision from being taken; empty when it may be.</returns>
    public static IReadOnlyList<Problem> Check(ProposedDecision decision) =>
        decision.Outcome == RecognitionOutcome.NoDecision ? [.. WithoutDecision(decision)]
        : decision.NoDecision is not null
            ? [new Problem("recognition/no-decision-reason", "Only a case that ends without a decision has a reason for none.")]
        : [.. Decided(decision)];

    private static IEnumerable<Problem> WithoutDecision(ProposedDecision decision)
    {
        if (decision.NoDecision is null)
        {
            yield return new Problem("recognition/no-decision-reason", "A case that ends without a decision says why.");
        }

        // Not answered is not a no: a case is never closed because somebody else was silent.
        if (decision.NoDecision == NoDecisionReason.NotAuthentic && decision.Authenticity != Authenticity.NotConfirmed)
        {
            yield return new Problem("recognition/forgery-not-proved", "The document was not proved to be other than authentic.");
        }
    }

    private static IEnumerable<Problem> Decided(ProposedDecision decision)
    {
        if (decision.Authenticity is Authenticity.NotAsked or Authenticity.NotConfirmed)
        {
            yield return new Problem("recognition/authenticity-open", "A document that nobody asked after, or that is not authentic, is not decided about.");
        }

        if (decision.Outcome == RecognitionOutcome.Full && decision.IssuerRight == IssuerRight.NotEntitled)
        {
            yield return new Problem(
                "recognition/issuer-not-entitled", "The institution was not entitled on the day of the award: write it down as a difference in quality, with its evidence.");
        }

        if (decision.Route == CaseRoute.AuthenticityOnly)
        {
            if (decision.Outcome != RecognitionOutcome.Full)
            {
                yield return new Problem("recognition/short-way-is-full", "By the short way nothing is compared, and nothing can be refused.");
            }

            yield break;
        }

        if (Deviates(decision) && string.IsNullOrWhiteSpace(decision.DeviationReason))
        {
            yield return new Problem(
                "recognition/deviation-without-reason", "Like cases were decided otherwise; say why this one is not like them.",
                ("number", decision.Precedents.First(p => p.Outcome != decision.Outcome).Number));
        }

        if (decision.Assessments.Count == 0)
        {
            yield return new Problem("recognition/no-assessment", "No evaluator has compared the qualification.");
            yield break;
        }

        foreach (var problem in decision.Assessments.SelectMany(a => Whole(a, decision.Evidence)))
        {
            yield return problem;
        }

        if (decision.Assessments.Any(a => a.Purpose != decision.Purpose))
        {
            yield return new Problem("recognition/other-purpose", "It was compared for another purpose than the one asked for.");
        }

        if (!decision.OnAppeal && decision.Assessments.Any(a => a.Evaluator == decision.DecidedBy))
        {
            yield return new Problem("recognition/decides-own-assessment", "Whoever compared the qualification does not decide about it.");
        }

        var substantial = decision.Assessments.SelectMany(a => a.Substantial).ToList();
        foreach (var problem in decision.Outcome == RecognitionOutcome.Full ? Full(substantial) : Less(decision, substantial))
        {
            yield return problem;
        }
    }

    /// <returns>What a finished comparison still lacks; empty when it is whole.</returns>
    public static IEnumerable<Problem> Gaps(Assessment assessment, IReadOnlyList<Evidence> evidence) => Whole(assessment, evidence);

    /// <summary>Most of the like cases ended otherwise (requirement RQ-21).</summary>
    public static bool Deviates(ProposedDecision decision)
    {
        var outcomes = decision.Precedents.CountBy(p => p.Outcome).ToList();
        return outcomes.Count > 0 && outcomes.All(o => o.Key != decision.Outcome || o.Value < outcomes.Max(other => other.Value));
    }

    // Each element once, each with what it rests on; a difference with why it matters.
    private static IEnumerable<Problem> Whole(Assessment assessment, IReadOnlyList<Evidence> evidence)
    {
        foreach (var element in Enum.GetValues<Element>())
        {
            if (assessment.Findings.Count(f => f.Element == element) != 1)
            {
                yield return Of("recognition/element-missing", element, "Each element is compared once");
            }
        }

        foreach (var finding in assessment.Findings)
        {
            if (finding.Evidence.Any(id => evidence.All(e => e.Id != id)))
            {
                yield return Of("recognition/unknown-evidence", finding.Element, "It rests on evidence that is not in the file");
            }

            if (string.IsNullOrWhiteSpace(finding.Comparator))
            {
                yield return Of("recognition/no-comparator", finding.Element, "It is not said what it was compared with");
            }

            if (finding.Difference != Difference.None && (finding.Grounds.Count == 0 || string.IsNullOrWhiteSpace(finding.WhyItMatters)))
            {
                yield return Of("recognition/difference-unexplained", finding.Element, "A difference says what it is and why it matters for the purpose");
            }

            if (finding.Difference != Difference.Substantial && finding.Evidence.Count == 0)
            {
                yield return Of("recognition/finding-without-evidence", finding.Element, "It is not said what the finding rests on");
            }

            if (finding.Difference == Difference.Substantial)
            {
                foreach (var problem in Substantial(finding, evidence))
                {
                    yield return problem;
                }
            }
        }
    }

    private static IEnumerable<Problem> Substantial(ElementFinding finding, IReadOnlyList<Evidence> evidence)
    {
        // RQ-14: shown by the body, not by what the applicant failed to bring.
        if (!evidence.Any(e => e.Source == EvidenceSource.Authority && finding.Evidence.Contains(e.Id)))
        {
            yield return Of("recognition/difference-not-shown", finding.Element, "The body has no evidence of its own for a substantial difference");
        }

        if (finding.Grounds.Count > 0 && finding.Grounds.All(WeakGrounds.Contains) && string.IsNullOrWhiteSpace(finding.OutcomeImpact))
        {
            yield return Of(
                "recognition/weak-ground", finding.Element,
                "Length, name or mode alone are no substantial difference without what the holder cannot do because of it");
        }
    }

    private static IEnumerable<Problem> Full(List<ElementFinding> substantial)
    {
        foreach (var finding in substantial)
        {
            yield return Of("recognition/full-in-spite-of-difference", finding.Element, "Full recognition stands beside no substantial difference");
        }
    }

    private static IEnumerable<Problem> Less(ProposedDecision decision, List<ElementFinding> substantial)
    {
        if (substantial.Count == 0)
        {
            yield return new Problem("recognition/no-substantial-difference", "Without a substantial difference recognition is full.");
        }

        // RQ-17: what the applicant can do about each difference.
        foreach (var element in substantial.Select(f => f.Element).Distinct())
        {
            if (!decision.Measures.Any(m => m.Element == element && !string.IsNullOrWhiteSpace(m.Text)))
            {
                yield return Of("recognition/no-measure", element, "What the applicant can do about the difference is not said");
            }
        }

        if (decision.Outcome == RecognitionOutcome.Conditional)
        {
            foreach (var measure in decision.Measures.Where(m => m.Until is null))
            {
                yield return Of("recognition/condition-without-day", measure.Element, "A condition says by when it is to be fulfilled");
            }
        }

        if (decision.Outcome == RecognitionOutcome.Partial && string.IsNullOrWhiteSpace(decision.Scope))
        {
            yield return new Problem("recognition/partial-without-scope", "A partial decision says what is recognised.");
        }

        // Against the holder two people look: the second sees the same difference.
        if (decision.Outcome == RecognitionOutcome.Refusal
            && !decision.Assessments.SelectMany(a => a.Substantial.Select(f => (f.Element, a.Evaluator))).Distinct().CountBy(f => f.Element).Any(e => e.Value > 1))
        {
            yield return new Problem("recognition/one-evaluator", "A refusal needs a substantial difference that two evaluators found.");
        }
    }

    private static Problem Of(string code, Element element, string detail) => new(code, $"{element}: {detail}.", ("element", $"{element}"));
}
