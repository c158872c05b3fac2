using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>An award, asked of every institution that made it (requirement RQ-9). Nothing of the person.</summary>
/// <param name="Institutions">Ids of the register; several for a joint degree.</param>
/// <param name="Levels">What a register may call its level. Null: not known, and periods bound to a level say nothing then.</param>
/// <param name="Programme">Name or code as registers have it; null: not known.</param>
public sealed record EntitlementQuestion(
    IReadOnlyList<string> Institutions, DateOnly Awarded, IReadOnlyList<AwardLevel>? Levels = null, string? Programme = null)
{
    /// <summary>As many as a joint degree has states.</summary>
    public const int InstitutionsMax = AwardQuestion.CountriesMax;

    /// <summary>
    /// Of a case. An institution that is not linked to the register is asked by its name, which none has for an id: of a joint degree nobody
    /// answers for who was not looked up. Institutions of the home state are not asked about: their right is under its own law.
    /// </summary>
    /// <param name="home">ISO 3166 code.</param>
    public static EntitlementQuestion Of(Qualification award, string home) =>
        new([.. award.Abroad(home).Select(i => i.Id ?? i.Name)], award.Awarded, LevelsOf(award.Isced));

    // ISCED 2011, annex II: one of its levels may be several of a register's, as the long first degree stands beside the master's.
    private static IReadOnlyList<AwardLevel> LevelsOf(int isced) => isced switch
    {
        <= 3 => [AwardLevel.School, AwardLevel.Vocational],
        4 or 5 => [AwardLevel.Vocational],
        6 => [AwardLevel.Bachelor],
        7 => [AwardLevel.Master, AwardLevel.Specialist],
        _ => [AwardLevel.Doctorate],
    };
}

/// <summary>What the registers have on the institutions of a question.</summary>
public sealed record EntitlementFacts(IReadOnlyList<ForeignInstitution> Institutions, IReadOnlyList<RegisterPeriod> Periods);

public enum Entitlement
{
    Entitled,

    /// <summary>An entry of a register says that it was not.</summary>
    NotEntitled,

    /// <summary>No entry says it, or entries say both: silence is never a no.</summary>
    NotKnown,
}

/// <summary>Why. The words stand in <c>Locales/recognition</c> under <c>recognition/entitled.CODE</c>.</summary>
public enum EntitlementCode
{
    /// <summary>A period covers the day.</summary>
    Covered,

    NotRegistered,

    /// <summary>The award was made before the institution existed.</summary>
    NotFounded,

    /// <summary>The award was made after the institution was closed.</summary>
    Closed,

    /// <summary>Who has to be asked instead: the institution that this one continues.</summary>
    AskPredecessor,
    AskSuccessor,

    /// <summary>The state did not exist any more.</summary>
    CountryEnded,

    /// <summary>Periods are known, and all ended before the day.</summary>
    PeriodEnded,

    /// <summary>The register was read before the award was made.</summary>
    ReadBeforeAward,

    /// <summary>Entries are about other levels or programmes only.</summary>
    OtherScope,

    /// <summary>No register covers the day.</summary>
    NoRegisterCovers,

    /// <summary>One register covers the day, another says that the right had ended.</summary>
    RegistersDisagree,
}

/// <param name="Day">The day it turns on; null when on none.</param>
/// <param name="Kin">Ids of institutions to ask.</param>
public sealed record EntitlementReason(EntitlementCode Code, DateOnly? Day = null, IReadOnlyList<string>? Kin = null);

/// <param name="Institution">Id as asked.</param>
/// <param name="Registered">Null: not in the register.</param>
/// <param name="Entries">The entries that say so.</param>
public sealed record EntitlementFinding(
    string Institution, ForeignInstitution? Registered, Entitlement Standing, IReadOnlyList<EntitlementReason> Reasons,
    IReadOnlyList<RegisterPeriod> Entries);

/// <param name="Standing">Entitled when every institution was; not, when one was not.</param>
public sealed record EntitlementAnswer(EntitlementQuestion Question, Entitlement Standing, IReadOnlyList<EntitlementFinding> Findings);

/// <summary>
/// Says whether an institution had the right to award on the day it did, from dated registers and not from how it stands today
/// (requirement RQ-9). Pure: the same question with the same entries gives the same answer. A register that is silent on the day never
/// makes a no.
/// </summary>
public static class EntitledThen
{
    /// <param name="states">Of the rule packs, former ones with their last day.</param>
    public static Outcome<EntitlementAnswer> Decide(EntitlementQuestion question, EntitlementFacts facts, IReadOnlyList<Country> states)
    {
        var ids = question.Institutions.Distinct().ToList();
        if (ids.Count is 0 or > EntitlementQuestion.InstitutionsMax)
        {
            return new Problem(
                "recognition/no-institution", "One to six awarding institutions are named.", ("max", $"{EntitlementQuestion.InstitutionsMax}"));
        }

        var findings = ids.ConvertAll(id => Find(id, question, facts, states));
        return new EntitlementAnswer(
            question,
            findings.TrueForAll(f => f.Standing == Entitlement.Entitled) ? Entitlement.Entitled
                : findings.Exists(f => f.Standing == Entitlement.NotEntitled) ? Entitlement.NotEntitled
                : Entitlement.NotKnown,
            findings);
    }

    private static EntitlementFinding Find(string id, EntitlementQuestion question, EntitlementFacts facts, IReadOnlyList<Country> states)
    {
        if (facts.Institutions.FirstOrDefault(i => i.Id == id) is not { } institution)
        {
            return new EntitlementFinding(
                id, null, Entitlement.NotKnown, [new EntitlementReason(EntitlementCode.NotRegistered)], []);
        }

        if (Gone(institution, question.Awarded, states) is { } gone)
        {
            return new EntitlementFinding(
                id, institution, gone.Exists(r => r.Kin is not null) ? Entitlement.NotKnown : Entitlement.NotEntitled, gone, []);
        }

        var all = facts.Periods.Where(p => p.Institution == id).ToList();
        var about = all.Where(p => IsAbout(p, question)).ToList();
        if (about.Count == 0)
        {
            return Finding(Entitlement.NotKnown, all, all.Count == 0 ? EntitlementCode.NoRegisterCovers : EntitlementCode.OtherScope);
        }

        var covering = about.Where(p => p.Covers(question.Awarded)).ToList();
        var seen = covering.Where(p => p.Reading.Read >= question.Awarded).ToList();
        var ended = Ended(about, question.Awarded);
        return seen.Count > 0 && ended.Count > 0 ? Finding(Entitlement.NotKnown, [.. seen, .. ended], EntitlementCode.RegistersDisagree)
            : seen.Count > 0 ? Finding(Entitlement.Entitled, seen, EntitlementCode.Covered)
            // Open when it was read: it may have ended between that day and the award.
            : covering.Count > 0 ? Finding(
                Entitlement.NotKnown, covering, EntitlementCode.ReadBeforeAward, covering.Max(p => p.Reading.Read))
            : ended.Count > 0 ? Finding(Entitlement.NotEntitled, ended, EntitlementCode.PeriodEnded, ended.Max(p => p.Until))
            : Finding(Entitlement.NotKnown, about, EntitlementCode.NoRegisterCovers, about.Min(p => p.From));

        EntitlementFinding Finding(Entitlement standing, IReadOnlyList<RegisterPeriod> entries, EntitlementCode code, DateOnly? day = null) =>
            new(id, institution, standing, [new EntitlementReason(code, day)], entries);
    }

    // Null: it existed on the day, as far as is known.
    private static List<EntitlementReason>? Gone(ForeignInstitution institution, DateOnly awarded, IReadOnlyList<Country> states)
    {
        var reasons = new List<EntitlementReason>();
        if (states.FirstOrDefault(s => s.Code == institution.Country)?.Until is { } last && last < awarded)
        {
            reasons.Add(new EntitlementReason(EntitlementCode.CountryEnded, last));
        }

        if (institution.Founded > awarded)
        {
            reasons.Add(new EntitlementReason(EntitlementCode.NotFounded, institution.Founded));
            Ask(EntitlementCode.AskPredecessor, institution.Predecessors);
        }
        else if (institution.Closed < awarded)
        {
            reasons.Add(new EntitlementReason(EntitlementCode.Closed, institution.Closed));
        }

        if (reasons.Exists(r => r.Code is EntitlementCode.CountryEnded or EntitlementCode.Closed))
        {
            Ask(EntitlementCode.AskSuccessor, institution.Successors);
        }

        return reasons.Count == 0 ? null : reasons;

        void Ask(EntitlementCode code, IReadOnlyList<string> kin)
        {
            if (kin.Count > 0)
            {
                reasons.Add(new EntitlementReason(code, Kin: kin));
            }
        }
    }

    private static bool IsAbout(RegisterPeriod period, EntitlementQuestion question) =>
        (period.Level == AwardLevel.All || question.Levels?.Contains(period.Level) == true)
        && (period.Programme.Length == 0
            || (question.Programme is { } asked && SearchText.Fold(period.Programme) == SearchText.Fold(asked)));

    // Of one kind and scope the last period before the day, when that kind and scope has none that covers it.
    private static List<RegisterPeriod> Ended(List<RegisterPeriod> about, DateOnly day) =>
        [.. about.GroupBy(p => (p.Kind, p.Programme, p.Level))
            .Where(scope => !scope.Any(p => p.Covers(day)) && scope.Any(p => p.Until < day))
            .Select(scope => scope.Where(p => p.Until < day).MaxBy(p => p.Until)!)];
}
