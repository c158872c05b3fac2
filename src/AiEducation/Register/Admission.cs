using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// What has to be known and shown before an AI system is used in education (requirements AI-2 to AI-6, AI-9, AI-31). In: a system, what
/// is to be allowed, the rules of the day. Out: everything that stands against it.
/// </summary>
public static class Admission
{
    /// <returns>Every fault; empty when the system may be allowed so.</returns>
    public static IReadOnlyList<Problem> Faults(AiSystem system, Allowed allowed, AiRegisterRules rules) =>
    [
        .. Described(system.Description), .. Classed(system, rules), .. OfVendor(system.Vendor, rules), .. Shown(system),
        .. Within(system, allowed, rules),
    ];

    /// <summary>
    /// Why something with high impact that changed while it was in use is not admitted again, though it may go on until then (requirement AI-4);
    /// null when nothing of that is so.
    /// </summary>
    public static Problem? Outdated(AiSystem system, AiRegisterRules rules) =>
        system.IsEthicsOutdated && NeedsEthics(system, rules) ? EthicsMissing : null;

    private static Problem EthicsMissing { get; } =
        new("ai/ethics-not-reviewed", "Its use has a high impact: the ethics board has to be for it.");

    private static IEnumerable<Problem> Described(SystemDescription description)
    {
        foreach (var (name, isBlank) in new (string, bool)[]
        {
            ("purpose", description.Purpose is null), ("owner", description.Owner is null), ("contact", description.Contact is null),
            ("objection", description.Objection is null), ("data", description.Data is null),
            ("generative", description.IsGenerative is null), ("agreement", description.Agreement is null),
        })
        {
            if (isBlank)
            {
                yield return new Problem("ai/blank", $"Nobody said yet: {name}. A blank may stay in the register, not in an approval.", ("field", name));
            }
        }
    }

    private static IEnumerable<Problem> Classed(AiSystem system, AiRegisterRules rules)
    {
        if (system.Class?.Classification is not { } found)
        {
            yield return new Problem("ai/not-classed", "Risk, autonomy, mode and the forbidden functions are to be answered first.");
            yield break;
        }

        foreach (var function in Forbidden(found, rules))
        {
            yield return new Problem("ai/forbidden", $"The law forbids what it does: {function.Text.En}", function.Text.Args("function"));
        }

        foreach (var function in rules.Forbidden.Concat(rules.HighImpact).Where(f => found.Of(f.Id) == Answer.NotAnswered))
        {
            yield return new Problem("ai/function-not-answered", $"Whether it does this was not answered: {function.Text.En}", function.Text.Args("function"));
        }

        if (found.Autonomy == AiAutonomy.High)
        {
            yield return new Problem("ai/high-autonomy", "A system that nobody can correct or cancel has no place in teaching.");
        }

        if (found.Autonomy == AiAutonomy.Medium && found.CancelTested is null)
        {
            yield return new Problem("ai/cancel-not-tested", "A person can cancel what it did: try it, and write down the day.");
        }

        if (IsHighImpact(found, rules) && system.Impact is null)
        {
            yield return new Problem("ai/impact-not-assessed", "Its use has a high impact: rights, risks and the plan of human oversight are to be written down.");
        }

        if (IsHighImpact(found, rules) && system.Value?.Value is not { Proportionality: not null, Subsidiarity: not null, Necessity: not null })
        {
            yield return new Problem("ai/not-weighed", "Its use has a high impact: proportionality, subsidiarity and necessity are each to be said.");
        }

        if (NeedsEthics(system, rules) && system.Ethics?.Outcome != EthicsOutcome.Favourable)
        {
            yield return EthicsMissing;
        }
    }

    private static IEnumerable<Problem> OfVendor(VendorAnswers? vendor, AiRegisterRules rules)
    {
        if (vendor is null)
        {
            yield return new Problem("ai/vendor-silent", "The vendor has not answered.");
            yield break;
        }

        if (vendor.TrainsOnLearners != Answer.No && string.IsNullOrWhiteSpace(vendor.TrainingBasis))
        {
            yield return new Problem("ai/trains-on-learners", "Data of learners train a model, or nobody said that they do not, and no legal basis is named.");
        }

        if (vendor.StoredIn.Count == 0 || vendor.StoredIn.Any(c => c != rules.DataIn))
        {
            yield return new Problem("ai/stored-abroad", $"Data of learners have to be stored in {rules.DataIn}.", ("country", rules.DataIn));
        }

        if (vendor.DeletesAtEnd != Answer.Yes)
        {
            yield return new Problem("ai/no-deletion", "The vendor does not promise to delete everything at the end and to certify it.");
        }

        if (vendor.ShowsAdvertising != Answer.No)
        {
            yield return new Problem("ai/advertising", "It shows advertising, or nobody said that it does not.");
        }

        if (vendor.Profiles != Answer.No)
        {
            yield return new Problem("ai/profiles", "It makes profiles of learners, or nobody said that it does not.");
        }
    }

    private static IEnumerable<Problem> Shown(AiSystem system)
    {
        if (system.Value is not { } shown || shown.Value.Evidence.All(string.IsNullOrWhiteSpace))
        {
            yield return new Problem("ai/value-not-shown", "What it is better at than a way without AI is not shown: name the comparison and where it can be read.");
        }
    }

    private static IEnumerable<Problem> Within(AiSystem system, Allowed allowed, AiRegisterRules rules)
    {
        if (allowed.Purposes.Count == 0)
        {
            yield return new Problem("ai/no-purpose", "An approval names the purposes it is for.");
        }

        if (allowed.IsPilot != allowed.Schools.Count > 0)
        {
            yield return new Problem("ai/pilot-schools", "A pilot names its schools by their BIN; what is approved for all names none.");
        }

        if (allowed.AgeFrom < 0 || allowed.AgeTo < allowed.AgeFrom)
        {
            yield return new Problem("ai/ages", "The ages of an approval run from the younger to the older.");
        }

        if (system.Description.IsGenerative == true && allowed.AgeFrom < rules.GenerativeFromAge)
        {
            yield return new Problem(
                "ai/too-young", $"Nobody under {rules.GenerativeFromAge} uses a generative system on their own.", ("age", $"{rules.GenerativeFromAge}"));
        }

        if (system.Vendor?.AgeFrom is { } terms && allowed.AgeFrom < terms)
        {
            yield return new Problem("ai/younger-than-terms", $"The vendor's own terms allow it from the age of {terms}.", ("age", $"{terms}"));
        }
    }

    // Also when the board had a high impact before it and the class was lowered since: that it is none any more, the board says, too.
    private static bool NeedsEthics(AiSystem system, AiRegisterRules rules) =>
        new[] { system.Class, system.ClassReviewed }.Any(c => c is not null && IsHighImpact(c.Classification, rules));

    /// <summary>What it does that the rules forbid.</summary>
    public static IReadOnlyList<AiFunction> Forbidden(Classification found, AiRegisterRules rules) =>
        [.. rules.Forbidden.Where(f => found.Of(f.Id) == Answer.Yes)];

    /// <summary>Does something that decides on a learner's way (requirement AI-4), whatever risk it was said to have.</summary>
    public static bool IsHighImpact(Classification found, AiRegisterRules rules) =>
        found.Risk == AiRisk.High || rules.HighImpact.Any(f => found.Of(f.Id) == Answer.Yes);
}
