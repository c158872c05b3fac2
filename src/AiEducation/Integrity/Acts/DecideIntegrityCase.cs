using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Somebody who is to sit on a committee.</summary>
/// <param name="Department">Region of the department that sends them, ISO 3166-2; null for whoever is of a school or of the ministry.</param>
public sealed record Nominee(string Account, string? Department = null);

/// <summary>Names who decides: the case, or its appeal. As many as the rules ask for, none of whom accused, on appeal none who took part.</summary>
public static class NameCommittee
{
    /// <param name="learner">The learner of the case: neither they nor a parent of theirs decides it; null where the directory names none.</param>
    /// <param name="region">Where the school is: no other region's department sends a member; null where the directory has no such school.</param>
    public static Outcome<IntegrityEvent> Of(
        IntegrityCase now, Doer by, IReadOnlyList<Nominee> members, IntegrityClock clock, DateTimeOffset at, SchoolPerson? learner = null,
        string? region = null)
    {
        if (!by.IsPerson)
        {
            return IntegrityRefusals.Program;
        }

        if (now.State is not (CaseState.Open or CaseState.Appealed) || now.Panel?.Votes.Count > 0)
        {
            return IntegrityRefusals.OtherState;
        }

        var isAppeal = now.State == CaseState.Appealed;
        var size = isAppeal ? clock.Rules.Value.AppealCommittee : clock.Rules.Value.Committee;
        var people = members.Where(m => !string.IsNullOrWhiteSpace(m.Account)).DistinctBy(m => m.Account).ToList();
        return people.Count != size ? new Problem("integrity/committee-size", $"{size} different people decide.", ("size", $"{size}"))
            : people.Select(p => Unfit(now, p, learner, region)).OfType<Problem>().FirstOrDefault() is { } unfit ? unfit
            : new CommitteeNamed(at, by.Id, [.. people.Select(p => p.Account)]);
    }

    /// <summary>Why somebody cannot sit now; null when they can.</summary>
    internal static Problem? Unfit(IntegrityCase now, Nominee member, SchoolPerson? learner, string? region) =>
        learner is not null && (member.Account == learner.Account || learner.Guardians.Contains(member.Account))
            ? new Problem("integrity/own-family", "Whoever speaks for the learner does not decide about them.")
        : member.Department is not null && member.Department != region
            ? new Problem("integrity/other-region", "Of the departments only that of the school's own region sends a member.")
        : !now.Barred.Contains(member.Account) ? null
        : now.State == CaseState.Appealed ? new Problem("integrity/took-part", "An appeal is decided by people who took no part before.")
        : new Problem("integrity/accuser-decides", "Who reported the case, or brought a ground, does not decide it.");
}

/// <summary>Another sits in the place of a member who cannot act; not after that member voted.</summary>
public static class ReplaceMember
{
    public static Outcome<IntegrityEvent> Of(
        IntegrityCase now, Doer by, string member, Nominee? with, string reason, DateTimeOffset at, SchoolPerson? learner = null,
        string? region = null) =>
        !by.IsPerson ? IntegrityRefusals.Program
        : now.State is not (CaseState.Open or CaseState.Appealed) || now.Panel is not { } panel ? IntegrityRefusals.OtherState
        : !panel.MayLeave(member) ? new Problem("integrity/not-replaced", "Only a member who has not voted is replaced.")
        : with is null || panel.Members.Contains(with.Account)
            ? new Problem("integrity/no-other", "Choose somebody who is not of the committee yet.")
        : NameCommittee.Unfit(now, with, learner, region) is { } unfit ? unfit
        : IntegrityRefusals.Words(reason).TryGet(out var words, out var problem) ? new MemberReplaced(at, by.Id, member, with.Account, words)
        : problem;
}

/// <summary>A member of the committee says what they found, and why.</summary>
public static class VoteInCase
{
    public static Outcome<IntegrityEvent> Of(
        IntegrityCase now, Doer by, IntegrityFinding finding, string reason, IntegrityClock clock, DateTimeOffset at) =>
        !by.IsPerson ? IntegrityRefusals.Program
        : now.State is not (CaseState.Open or CaseState.Appealed) || now.Panel is not { } panel ? IntegrityRefusals.OtherState
        : !panel.Members.Contains(by.Id) ? new Problem("integrity/not-member", "The members of the committee decide.")
        : panel.Votes.Any(v => v.By == by.Id) ? new Problem("integrity/voted-already", "You have voted.")
        : DecideIntegrityCase.Against(now, finding, clock, at) is { } against ? against
        : IntegrityRefusals.Words(reason).TryGet(out var words, out var problem) ? new MemberVoted(at, by.Id, finding, words)
        : problem;
}

/// <summary>
/// The committee decides the case (requirements AI-22, AI-23): the finding is what most voted, what follows is what the rules allow for it.
/// </summary>
public static class DecideIntegrityCase
{
    /// <param name="by">A member; writes the decision down.</param>
    /// <param name="remedies">What follows, by the ids of the rules.</param>
    /// <param name="earlier">Breaches of the learner that were found before and are final.</param>
    /// <param name="reason">In words the learner understands.</param>
    public static Outcome<IntegrityEvent> Of(
        IntegrityCase now, Doer by, IReadOnlyList<string> remedies, int earlier, string reason, IntegrityClock clock, DateTimeOffset at)
    {
        if (now.State != CaseState.Open)
        {
            return !by.IsPerson ? IntegrityRefusals.Program : IntegrityRefusals.OtherState;
        }

        if (!Found(now, by, remedies, earlier, clock, at).TryGet(out var finding, out var problem)
            || !IntegrityRefusals.Words(reason).TryGet(out var words, out problem)
            || !clock.After(at, clock.Rules.Value.AppealDays).TryGet(out var appealUntil, out problem)
            || !HumanDecision.Make(by.Id, "committee", at, [now.Id], words, clock.Rules.Reference, appealUntil).TryGet(out _, out problem))
        {
            return problem;
        }

        return new CaseDecided(
            at, by.Id, IsPerson: true, finding, [.. remedies.Distinct()], words, finding == IntegrityFinding.NoBreach ? null : appealUntil,
            clock.DaysBetween(now.ReportedAt, at), $"{clock.Rules.Reference}");
    }

    /// <summary>What stands against a finding now; null when nothing does. For no breach nothing ever does.</summary>
    public static Problem? Against(IntegrityCase now, IntegrityFinding finding, IntegrityClock clock, DateTimeOffset at) =>
        finding == IntegrityFinding.NoBreach ? null
        : !now.HasIndependentGround ? IntegrityRefusals.DetectorAlone
        : !now.IsTold ? new Problem("integrity/not-told", "The learner has to know all grounds first.")
        : !now.IsHeard ? new Problem("integrity/not-heard", "The learner has to be heard first.")
        : now.DueBy is { } last && clock.DayOf(at) > last ? IntegrityRefusals.TermOver(last)
        : null;

    internal static Outcome<IntegrityFinding> Found(
        IntegrityCase now, Doer by, IReadOnlyList<string> remedies, int earlier, IntegrityClock clock, DateTimeOffset at)
    {
        if (!by.IsPerson)
        {
            return IntegrityRefusals.Program;
        }

        // Said before anything else: whoever closes a case on a score hears why that is not possible.
        if (!now.HasIndependentGround && (remedies.Count > 0 || now.Panel?.Majority is not IntegrityFinding.NoBreach))
        {
            return IntegrityRefusals.DetectorAlone;
        }

        if (now.Panel is not { } panel || !panel.Members.Contains(by.Id))
        {
            return new Problem("integrity/not-member", "The members of the committee decide.");
        }

        if (panel.Majority is not { } finding)
        {
            return new Problem("integrity/not-voted", "Every member votes first.");
        }

        if (Against(now, finding, clock, at) is { } against)
        {
            return against;
        }

        var known = remedies.Select(clock.Rules.Value.Remedy).ToList();
        return finding == IntegrityFinding.NoBreach
                ? remedies.Count == 0 ? finding : new Problem("integrity/nothing-follows", "Without a breach nothing follows.")
            : known.Count == 0 ? new Problem("integrity/no-remedy", "Say what follows.")
            : known.Any(r => r?.Follows(finding, earlier) != true)
                ? new Problem("integrity/remedy", "The rules do not allow that after this finding, or for a first breach.")
            : finding;
    }
}

/// <summary>Gives the case up before a decision: always possible, also when a term is over.</summary>
public static class DismissCase
{
    public static Outcome<IntegrityEvent> Of(IntegrityCase now, Doer by, string reason, IntegrityClock clock, DateTimeOffset at) =>
        !by.IsPerson ? IntegrityRefusals.Program
        : now.State != CaseState.Open ? IntegrityRefusals.OtherState
        : IntegrityRefusals.Words(reason).TryGet(out var words, out var problem)
            ? new CaseDismissed(at, by.Id, IsPerson: true, words, clock.DaysBetween(now.ReportedAt, at))
            : problem;
}
