using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>From a case and the decision about it to what letter and certificate are made of.</summary>
public static class DecisionFacts
{
    /// <param name="law">The guide of the day whose law the case's terms are (<see cref="CaseTerms.LawOf"/>), for the words of what they name.</param>
    /// <param name="body">Name of the recognition body.</param>
    /// <param name="date">Civil day at the body.</param>
    /// <returns><c>recognition/law-missing</c> for a treaty of the terms that this law has not: none is left out in silence.</returns>
    public static Outcome<RecognitionDecisionFacts> Of(
        RecognitionCase now, DecisionTaken taken, RecognitionGuide law, LocalizedText body, HumanDecision human, DateOnly date)
    {
        var (what, terms, decision) = (now.Qualification, now.Terms!, taken.Decision);
        var verified = Presented(now);
        if (terms.Treaties.FirstOrDefault(id => law.Basis.Treaties.All(t => t.Treaty.Id != id)) is { } missing)
        {
            return new Problem("recognition/law-missing", "A treaty that the terms of the case name is not in its law.", ("id", missing));
        }

        var level = what.Isced.ToString(CultureInfo.InvariantCulture);
        return new RecognitionDecisionFacts(
            now.Number!,
            new DecisionHolder(LocalizedText.Same(now.Holder.Name), now.Holder.Born),
            new ForeignQualification(
                what.Title, what.Language.Length > 0 ? what.Language : "und", LocalizedText.Same(what.Title), string.Join(", ", what.Institutions.Select(i => i.Name)), law.Basis.States(),
                what.Awarded, new($"БХСЖ {level}", $"МСКО {level}", $"ISCED {level}")),
            now.Purpose,
            decision.Outcome,
            decision.Scope,
            // Two evaluators who found the same are printed once.
            [
                .. decision.Assessments.SelectMany(a => a.Findings)
                    .DistinctBy(f => (f.Element, f.Difference, f.Comparator, f.WhyItMatters, f.OutcomeImpact)),
            ],
            decision.Measures,
            // What was set right since, and not put under its own law, is cited by what still applies to it.
            [
                .. law.Basis.Treaties.Where(t => terms.Treaties.Contains(t.Treaty.Id) && (!now.IsLawOther || t.Standing == Standing.Applies))
                    .Select(Cited),
            ],
            [.. terms.Rules.Select(rule => Cited(rule, law))],
            new DecisionAppeal(body, taken.AppealUntil, law.Appeal.Value.Way),
            DecisionSigner.Of(human),
            date,
            body)
        {
            CaseId = now.Id,
            NoDecision = decision.NoDecision,
            GivenCodes = decision.ReasonCodes ?? [],
            Receipt = verified?.Receipt,
            Diploma = verified?.Diploma,
            Validity = taken.Validity,
        };
    }

    // The diploma that was filed to be recognised, once it was found authentic; none where it is not clear which one that is.
    private static CaseDocument? Presented(RecognitionCase now)
    {
        var diplomas = now.Authenticity?.Result != Authenticity.Confirmed ? []
            : now.Documents.Where(d => d is { Source: EvidenceSource.Applicant, Item: DocumentItems.Qualification, Receipt: not null, Diploma: not null }).ToList();
        return diplomas.Select(d => d.Diploma).Distinct().Count() == 1 ? diplomas[0] : null;
    }

    private static CitedTreaty Cited(TreatyFinding finding) =>
        new(finding.Treaty.Id, finding.Treaty.Name, [.. finding.Duties.Select(d => d.Article).Distinct()]);

    // A pack that was replaced since is named by its reference alone.
    private static CitedRule Cited(string reference, RecognitionGuide law) =>
        law.Rules.FirstOrDefault(r => r.ToString() == reference) is { } known
            ? CitedRule.Of(known)
            : new CitedRule(reference, LocalizedText.Same(reference.Split('#')[0]), "–");
}
