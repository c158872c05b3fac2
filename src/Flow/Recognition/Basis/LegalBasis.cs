using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>
/// Says by which law an award from abroad is recognised, from rule packs alone (requirements RQ-1 to RQ-3, RQ-10 to RQ-12). In: what
/// is known of the award, and the day of the application. Out: every treaty with its reasons, the national procedure, the short ways.
/// </summary>
/// <remarks>
/// Pure: the same question on the same day under the same packs gives the same answer, byte for byte (<see cref="BasisRecord"/>). A
/// treaty without a date on both sides is never applied; what is not known is said, not guessed. Safe to share.
/// </remarks>
public sealed class LegalBasis(RuleBook rules)
{
    private const int YearMin = 1900;

    /// <param name="at">Day of the application, by which the rules are resolved.</param>
    public Outcome<BasisDecision> Decide(AwardQuestion question, DateOnly at)
    {
        var law = new LawOf(rules, at);
        var treaties = law.Get(RuleKeys.RecognitionTreaties);
        var timing = law.Get(RuleKeys.RecognitionTiming);
        var national = law.Get(RuleKeys.RecognitionNational);
        var shortcut = law.Get(RuleKeys.RankingShortcut);
        var edition = law.Get(RuleKeys.RankingEdition);
        var exempt = law.Get(RuleKeys.RecognitionExempt);
        var (states, former) = (law.Get(RuleKeys.Countries), law.Get(RuleKeys.FormerStates));
        if (law.Missing is { } missing)
        {
            return missing;
        }

        if (!Countries(question, at, treaties!.Value.Home, [.. states!.Value.All, .. former!.Value.All]).TryGet(out var countries, out var wrong))
        {
            return wrong;
        }

        var day = edition!.Value.NewestOn == EditionDay.Award ? question.Awarded : at;
        var ranks = Newest(question.Rankings, day);
        var found = ShortcutOf(question, shortcut!.Value, ranks);
        var route = exempt!.Value.Holders.Contains(question.Holder) ? CaseRoute.Exempt
            : found.State == ShortcutState.Met ? CaseRoute.AuthenticityOnly
            : CaseRoute.Case;
        return new BasisDecision(
            question,
            at,
            countries,
            route,
            [.. treaties.Value.All.Select(t => Find(t, treaties.Value.Home, question, timing!.Value.Covers, at, ranks))],
            national!,
            found,
            law.Used);
    }

    private static Outcome<IReadOnlyList<Country>> Countries(AwardQuestion question, DateOnly at, string home, IReadOnlyList<Country> known)
    {
        if (question.Countries.Count is 0 or > AwardQuestion.CountriesMax)
        {
            return new Problem("recognition/no-country", "One to six awarding countries are named.", ("max", $"{AwardQuestion.CountriesMax}"));
        }

        var found = new List<Country>();
        foreach (var code in question.Countries.Distinct())
        {
            if (code == home)
            {
                // A joint degree in which the home state takes part is recognised for what the other states gave.
                continue;
            }

            if (known.FirstOrDefault(c => c.Code == code) is not { } country)
            {
                return new Problem("recognition/unknown-country", "The country's code is not known.", ("code", code));
            }

            if (country.Until < question.Awarded)
            {
                return new Problem(
                    "recognition/state-ended",
                    $"{country.Name.En} ended on {country.Until:yyyy-MM-dd}, before the award.",
                    [.. country.Name.Args("state"), ("day", $"{country.Until:yyyy-MM-dd}")]);
            }

            found.Add(country);
        }

        return found.Count == 0 ? new Problem("recognition/home-award", "An award of this country needs no recognition in it.")
            : question.Awarded > at ? new Problem("recognition/award-in-future", "The award lies after the day of the application.")
            : question.Awarded.Year < YearMin ? new Problem("recognition/award-too-early", "The award lies before 1900.")
            : found;
    }

    private static TreatyFinding Find(
        Treaty treaty, string home, AwardQuestion question, TreatiesCover covers, DateOnly at, IReadOnlyList<RankingPosition> ranks)
    {
        var (binds, against) = (new List<BasisReason>(), new List<BasisReason>());
        if (!treaty.Levels.Contains(question.Level))
        {
            against.Add(new BasisReason(ReasonCode.OtherLevel));
        }

        foreach (var state in question.Countries.Where(c => c != home).Prepend(home).Distinct())
        {
            var reason = Bound(treaty, state, question.Awarded, covers, at);
            (reason.Code == ReasonCode.Binds ? binds : against).Add(reason);
        }

        foreach (var reservation in treaty.Reservations.Where(r => r.State == home || question.Countries.Contains(r.State)))
        {
            if (question.Extent == StudyExtent.Partial && reservation.PartialStudies.Count > 0)
            {
                against.Add(new BasisReason(ReasonCode.PartialExcluded, reservation.State, Articles: reservation.PartialStudies));
            }

            if (question.Mode == StudyMode.NonTraditional && reservation.NonTraditional.Count > 0)
            {
                against.Add(new BasisReason(ReasonCode.ModeExcluded, reservation.State, Articles: reservation.NonTraditional));
            }
        }

        if (treaty.HomeRanking is { } asked && asked.Purposes.Contains(question.Purpose)
            && Rank(asked, ranks) is { } rank)
        {
            against.Add(rank);
        }

        var standing = against.Count == 0 ? Standing.Applies
            : against.TrueForAll(r => r.LeavesOpen) ? Standing.NotKnown
            : Standing.DoesNotApply;
        var reserved = treaty.Reservations.Where(r => r.State == home).SelectMany(r => r.Articles).ToHashSet();
        return new TreatyFinding(
            treaty, standing, against.Count == 0 ? binds : [.. against.OrderBy(r => r.LeavesOpen)], [.. treaty.Duties.Where(d => !reserved.Contains(d.Article))]);
    }

    private static BasisReason Bound(Treaty treaty, string state, DateOnly awarded, TreatiesCover covers, DateOnly at)
    {
        if (treaty.Party(state) is not { } party)
        {
            return new BasisReason(treaty.PartiesComplete ? ReasonCode.NotAParty : ReasonCode.PartyNotKnown, state);
        }

        if (party.From is not { } from)
        {
            return new BasisReason(ReasonCode.DateNotKnown, state);
        }

        // A pack may give a party's day and leave the treaty's own out: it binds nobody before either.
        var since = treaty.InForceFrom is { } first && first > from ? first : from;
        return since > at ? new BasisReason(ReasonCode.NotYet, state, since)
            : party.Until < at ? new BasisReason(ReasonCode.Ended, state, party.Until)
            : covers == TreatiesCover.AwardsSince && since > awarded ? new BasisReason(ReasonCode.AwardBefore, state, since)
            : new BasisReason(ReasonCode.Binds, state, since);
    }

    // Null: a place that is high enough is known.
    private static BasisReason? Rank(TreatyRanking asked, IReadOnlyList<RankingPosition> ranks)
    {
        var known = ranks.Where(r => asked.Systems.Contains(r.System)).ToList();
        return known.Exists(r => r.Position <= asked.Top) ? null
            : new BasisReason(
                known.Count == asked.Systems.Count ? ReasonCode.RankTooLow : ReasonCode.RankNotKnown, Number: asked.Top);
    }

    private static ShortcutFinding ShortcutOf(AwardQuestion question, RankingShortcut rule, IReadOnlyList<RankingPosition> ranks)
    {
        var used = ranks.Where(r => rule.Systems.Contains(r.System)).ToList();
        var missing = rule.Systems.Count - used.Count;
        var high = used.Count(r => r.Position <= rule.Top);
        var state = !rule.Levels.Contains(question.Level) ? ShortcutState.NotForLevel
            : missing == 0 && high >= rule.InAtLeast ? ShortcutState.Met
            : high + missing >= rule.InAtLeast && missing > 0 ? ShortcutState.NotKnown
            : ShortcutState.NotMet;
        return new ShortcutFinding(state, rule, used);
    }

    // One position a system: of the newest edition published by that day; one without a day is stated for today.
    private static List<RankingPosition> Newest(IReadOnlyList<RankingPosition> all, DateOnly day) =>
        [.. all.Where(p => p.Position > 0 && (p.Published is null || p.Published <= day))
            .GroupBy(p => p.System)
            .OrderBy(system => system.Key)
            .Select(system => system.MaxBy(p => p.Published ?? DateOnly.MaxValue)!)];
}

/// <summary>Resolves rules of one day, remembering each one used and the first that is not in force.</summary>
internal sealed class LawOf(RuleBook rules, DateOnly day)
{
    private readonly List<RuleReference> used = [];

    public IReadOnlyList<RuleReference> Used => used;

    public Problem? Missing { get; private set; }

    public Resolved<T>? Get<T>(RuleKey<T> key)
        where T : notnull
    {
        if (rules.Resolve(key, day).TryGet(out var found, out var problem))
        {
            used.Add(found.Reference);
            return found;
        }

        Missing ??= problem;
        return null;
    }
}
