using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>What a suspicion rests on.</summary>
public enum GroundKind
{
    /// <summary>Score of a program that guesses whether AI wrote a text. Kept, and no evidence (requirement AI-22).</summary>
    Detector,

    /// <summary>How the work grew: drafts, versions, times.</summary>
    VersionHistory,

    /// <summary>What the learner could not explain when asked.</summary>
    OralCheck,

    /// <summary>The work beside its sources, or beside other works.</summary>
    SourceComparison,

    /// <summary>The learner says so.</summary>
    Confession,

    /// <summary>Somebody saw it.</summary>
    Witness,

    /// <summary>Another thing that can be looked at, for example a photograph of a cheat sheet.</summary>
    Thing,
}

/// <summary>One ground of a case.</summary>
/// <param name="Words">What was found, for the learner to read.</param>
/// <param name="Score">Percent a detector gave; null for every other kind.</param>
public sealed record Ground(GroundKind Kind, string Words, int? Score = null)
{
    /// <summary>May carry a decision together with nothing else. A score of a detector never does, whatever it is.</summary>
    public bool IsIndependent => Kind != GroundKind.Detector;
}

/// <summary>A ground with who brought it and when.</summary>
public sealed record BroughtGround(Ground Ground, string By, DateTimeOffset At);

/// <summary>How an oral check went: the learner is asked about their own work.</summary>
public enum OralResult
{
    /// <summary>Explains it freely; no ground comes of it.</summary>
    Explains,

    Partly,

    Cannot,
}

/// <summary>One member's vote.</summary>
public sealed record Vote(string By, IntegrityFinding Finding, string Reason);

/// <summary>The people who decide now: the first or, after an appeal, the others.</summary>
public sealed record Panel(IReadOnlyList<string> Members, IReadOnlyList<Vote> Votes)
{
    public bool HasVoted => Votes.Count == Members.Count;

    /// <summary>A member who has not voted yet.</summary>
    public bool MayLeave(string member) => Members.Contains(member) && Votes.All(v => v.By != member);

    /// <summary>What most found. A breach needs more than half; serious it is when more than half say so. Null until everybody voted.</summary>
    public IntegrityFinding? Majority => !HasVoted ? null
        : Votes.Count(v => v.Finding == IntegrityFinding.Serious) * 2 > Members.Count ? IntegrityFinding.Serious
        : Votes.Count(v => v.Finding != IntegrityFinding.NoBreach) * 2 > Members.Count ? IntegrityFinding.Minor
        : IntegrityFinding.NoBreach;
}

/// <summary>How an appeal ended.</summary>
public enum AppealOutcome
{
    Upheld,
    Changed,
    Overturned,
}

/// <summary>Where a case stands.</summary>
public enum CaseState
{
    /// <summary>From the report to the decision.</summary>
    Open,

    /// <summary>Decided against the learner; an appeal may come.</summary>
    Decided,

    Appealed,

    /// <summary>Nothing can be appealed any more; what follows is carried out.</summary>
    Final,

    Closed,
}
