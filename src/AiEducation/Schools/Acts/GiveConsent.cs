using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Whose consent is asked, by whom.</summary>
/// <param name="Learner">Pseudonym.</param>
/// <param name="Name">As the school knows the learner.</param>
/// <param name="Born">Null when the school does not know it: then the learner counts as a child.</param>
/// <param name="Guardians">Accounts of the parents or other representatives.</param>
public sealed record ConsentFor(string Learner, string Name, DateOnly? Born, IReadOnlyList<string> Guardians);

/// <summary>
/// A parent agrees that one system is used with one learner, for named purposes and until a day. The eight elements are made from the register
/// and the school, not typed: what is said is what is done.
/// </summary>
public static class GiveConsent
{
    /// <summary>The eight elements as they would be agreed to today; the longest term that the regulation and the tool allow.</summary>
    /// <param name="operatorName">Name of the school in the reader's language.</param>
    /// <param name="dataIn">Country in which data are to lie: ISO 3166-1.</param>
    public static Outcome<ConsentElements> Elements(
        ConsentFor whom, string operatorName, Bin operatorBin, AiSystem system, AllowedTool? tool, RegulationInForce regulation, string dataIn,
        DateOnly today)
    {
        if (tool is null || !tool.ConcernsLearners)
        {
            return SchoolRefusals.NotOfSchool;
        }

        if (!system.IsAllowed)
        {
            return SchoolRefusals.NotAllowed(system);
        }

        if (!system.IsAllowedAt(operatorBin))
        {
            return SchoolRefusals.NotOfPilot;
        }

        var longest = today.AddMonths(regulation.Number(RegulationItems.ConsentMonths));
        return new ConsentElements(
            operatorName, operatorBin, whom.Name, tool.Until < longest ? tool.Until : longest, system.Description.Owner,
            [.. (system.Vendor?.StoredIn ?? []).Where(c => c != dataIn).Distinct()], IsPublished: false,
            system.Description.Data ?? throw new InvalidDataException($"The system {system.Id} was approved without its data."), system.Description.Name,
            tool.Purposes);
    }

    /// <param name="offered">From <see cref="Elements"/>, of this moment.</param>
    /// <param name="until">A shorter term, when the parent wants one.</param>
    /// <param name="purposes">Those the parent agrees to: some of the offered.</param>
    /// <param name="paper">Number and day of a signed paper that the school recorded; null when the parent acts here.</param>
    /// <param name="consentUntilAge">Whoever is that old agrees alone.</param>
    public static Outcome<ParentalConsentEvent> Of(
        ConsentFor whom, string by, string system, ConsentElements offered, DateOnly until, IReadOnlyList<AiPurpose> purposes, string? paper,
        int consentUntilAge, DateOnly today, DateTimeOffset at)
    {
        if (whom.Born is { } born && Age.On(born, today) >= consentUntilAge)
        {
            return new Problem("ai-school/of-age", $"From the age of {consentUntilAge} the learner agrees alone.", ("age", $"{consentUntilAge}"));
        }

        if (paper is null && !whom.Guardians.Contains(by))
        {
            return new Problem("ai-school/not-guardian", "Only a parent or another representative of the learner agrees.");
        }

        if (until < today || until > offered.Until)
        {
            return new Problem(
                "ai-school/consent-term", $"The term ends on a day from today to {offered.Until:yyyy-MM-dd}.", ("last", $"{offered.Until:yyyy-MM-dd}"));
        }

        if (purposes.Count == 0 || purposes.Except(offered.Purposes).Any())
        {
            return new Problem("ai-school/consent-purposes", "Choose at least one of the purposes.");
        }

        var elements = offered with { Until = until, Purposes = [.. purposes.Distinct()] };
        return paper is null ? new ConsentGiven(at, by, whom.Learner, system, elements, ConsentChannel.Form, "")
            : RegisterRefusals.SealedWords(paper).TryGet(out var proof, out var problem)
                ? new ConsentGiven(at, by, whom.Learner, system, elements, ConsentChannel.Paper, proof)
                : problem;
    }
}

/// <summary>Withdrawn at any time, also in the middle of a task, without a reason (article 8(2)).</summary>
public static class WithdrawConsent
{
    /// <param name="isForSchool">Somebody of the school records what a parent said or wrote.</param>
    public static Outcome<ParentalConsentEvent> Of(ParentalConsent now, string by, IReadOnlyList<string> guardians, bool isForSchool, DateTimeOffset at) =>
        now.Withdrawn is not null ? new Problem("ai-school/is-withdrawn", "This consent is withdrawn already.")
        : now.Expired is not null ? SchoolRefusals.ConsentOver
        : !isForSchool && !guardians.Contains(by)
            ? new Problem("ai-school/not-guardian", "Only a parent or another representative of the learner withdraws it.")
        : new ConsentWithdrawn(at, by);
}
