using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>A teacher begins a portfolio of their own.</summary>
public static class OpenPortfolio
{
    public static PortfolioEvent Of(string by, string teacher, string school, DateTimeOffset at) => new PortfolioOpened(at, by, teacher, school);
}

/// <summary>The teacher, and nobody for them, hands in evidence for a block; it may lie above the level held, and counts once that is complete.</summary>
public static class HandInEvidence
{
    public static Outcome<PortfolioEvent> Of(
        TeacherPortfolio now, string by, string evidence, string block, string what, string? address, CompetenceFramework framework, DateTimeOffset at) =>
        by != now.Account ? CompetenceRefusals.OfSomebodyElse
        : framework.Find(block) is null ? CompetenceRefusals.UnknownBlock(block)
        : now.Find(evidence) is not null ? CompetenceRefusals.Counted
        : !CompetenceRefusals.Words(what).TryGet(out var words, out var problem)
            || !CompetenceRefusals.Address(address).TryGet(out var link, out problem) ? problem
        : new EvidenceHandedIn(at, by, evidence, block, words, link.Length == 0 ? null : link);
}

/// <summary>The teacher takes evidence back. What a certificate rests on stays.</summary>
public static class WithdrawEvidence
{
    public static Outcome<PortfolioEvent> Of(TeacherPortfolio now, string by, string evidence, CompetenceFramework framework, DateTimeOffset at) =>
        by != now.Account ? CompetenceRefusals.OfSomebodyElse
        : now.Find(evidence) is not { } one ? CompetenceRefusals.NoEvidence
        : Against(now, one, framework) is { } against ? against
        : Withdrawn(now, new EvidenceWithdrawn(at, by, evidence), framework);

    /// <summary>Why evidence stays where it is; null when it can be taken back.</summary>
    public static Problem? Against(TeacherPortfolio now, PortfolioEvidence one, CompetenceFramework framework) =>
        one.State == EvidenceState.Withdrawn ? CompetenceRefusals.Counted
        : one.State == EvidenceState.Met && framework.Find(one.Block) is { } block && now.Certificates.Any(c => framework.UpTo(c.Level).Contains(block.Level))
            ? new Problem("competences/certified", "A certificate rests on it; it cannot be taken back.")
        : null;

    private static EvidenceWithdrawn Withdrawn(TeacherPortfolio now, EvidenceWithdrawn withdrawn, CompetenceFramework framework) =>
        withdrawn with { Lost = [.. now.Levels(framework).Except(now.With(withdrawn).Levels(framework))] };
}

/// <summary>
/// Another person says whether evidence shows its block, and why (requirement AI-16). From the level of the rules on they belong to another
/// organisation than the teacher.
/// </summary>
public static class AssessEvidence
{
    /// <param name="body">BIN of the organisation for which <paramref name="by"/> assesses.</param>
    public static Outcome<PortfolioEvent> Of(
        TeacherPortfolio now, string by, string body, string evidence, bool met, string reason, Resolved<CompetenceFramework> framework,
        TeacherAssessment rules, DateTimeOffset at)
    {
        var blocks = framework.Value;
        if (by == now.Account)
        {
            return CompetenceRefusals.Own;
        }

        if (now.Find(evidence) is not { } one || blocks.Find(one.Block) is not { } block)
        {
            return CompetenceRefusals.NoEvidence;
        }

        if (one.State != EvidenceState.HandedIn)
        {
            return new Problem("competences/assessed-already", "This evidence was assessed or withdrawn already; new evidence can be handed in.");
        }

        if (CompetenceRefusals.Inside(now, body, block.Level, blocks, rules) is { } inside)
        {
            return inside;
        }

        if (!CompetenceRefusals.Words(reason).TryGet(out var words, out var problem))
        {
            return problem;
        }

        EvidenceAssessed Assessed(IReadOnlyList<LevelReached> reached) =>
            new(at, by, body, evidence, block.Id, block.Level, met, words, reached, framework.Reference.ToString());
        return Assessed([.. now.With(Assessed([])).Levels(blocks).Except(now.Levels(blocks))]);
    }
}

/// <summary>
/// Somebody else than the teacher takes an assessment back: the evidence was not what it seemed. Certificates of levels that are held no more end
/// with it.
/// </summary>
public static class RevokeAssessment
{
    public static Outcome<PortfolioEvent> Of(
        TeacherPortfolio now, string by, string body, string evidence, string reason, CompetenceFramework framework, TeacherAssessment rules, DateTimeOffset at)
    {
        if (by == now.Account)
        {
            return CompetenceRefusals.Own;
        }

        if (now.Find(evidence) is not { State: EvidenceState.Met } one || framework.Find(one.Block) is not { } block)
        {
            return CompetenceRefusals.NoEvidence;
        }

        if (CompetenceRefusals.Inside(now, body, block.Level, framework, rules) is { } inside)
        {
            return inside;
        }

        if (!CompetenceRefusals.Words(reason).TryGet(out var words, out var problem))
        {
            return problem;
        }

        var revoked = new AssessmentRevoked(at, by, body, evidence, block.Id, block.Level, words, []);
        var after = now.With(revoked);
        return revoked with
        {
            Annulled = [.. now.Certificates.Where(c => !after.Holds(framework, c.Level)).Select(c => c.Certificate)],
            Lost = [.. now.Levels(framework).Except(after.Levels(framework))],
        };
    }
}

/// <summary>Somebody else than the teacher notes that the qualification was raised (requirement AI-18).</summary>
public static class RaiseQualification
{
    public static Outcome<PortfolioEvent> Of(TeacherPortfolio now, string by, DateOnly day, string course, DateOnly today, DateTimeOffset at) =>
        by == now.Account ? CompetenceRefusals.Own
        : day > today ? CompetenceRefusals.Later
        : !CompetenceRefusals.Words(course).TryGet(out var words, out var problem) ? problem
        : now.Raised.Any(r => r.Day == day && r.Course == words) ? CompetenceRefusals.Counted
        : new QualificationRaised(at, by, day, words);
}

/// <summary>Somebody else than the teacher certifies a level that is held in every aspect; once.</summary>
public static class CertifyLevel
{
    /// <param name="body">BIN of the organisation for which <paramref name="by"/> certifies.</param>
    /// <returns>Why not; null when it may be certified.</returns>
    public static Problem? Check(
        TeacherPortfolio now, string by, string body, string level, CompetenceFramework framework, TeacherAssessment rules) =>
        by == now.Account ? CompetenceRefusals.Own
        : framework.Levels.All(l => l.Id != level) ? new Problem("competences/unknown-level", "The framework has no such level.")
        : CompetenceRefusals.Inside(now, body, level, framework, rules) is { } inside ? inside
        : now.Certificates.Any(c => c.Level == level) ? CompetenceRefusals.Counted
        : now.Holds(framework, level) ? null
        : new Problem(
            "competences/not-reached", "The level is not reached: blocks of it, or below it, are not met in every aspect.",
            framework.LevelName(level).Args("level"));
}
