using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>What a list shows of a case.</summary>
/// <param name="Due">Last day for the decision; null while the clock has not begun, stands still, or is over.</param>
/// <param name="Queue">By which lists are ordered: refugees first, then by the due day.</param>
/// <param name="Head">Sealed words, opened; null after an erasure.</param>
public sealed record CaseRow(
    string Id,
    int Version,
    CaseStage Stage,
    string? Number,
    string Applicant,
    string? Evaluator,
    string? Second,
    string? DecisionMaker,
    string? Reviewer,
    HolderKind HolderKind,
    RecognitionPurpose Purpose,
    IReadOnlyList<string> Countries,
    int Isced,
    string Field,
    CaseRoute? Route,
    DateTimeOffset OpenedAt,
    DateTimeOffset? SubmittedAt,
    DateTimeOffset? CompleteAt,
    DateTimeOffset? DecidedAt,
    WaitFor? WaitingFor,
    DateOnly? Due,
    int? LimitDays,
    int? UsedDays,
    RecognitionOutcome? Outcome,
    string Queue,
    CaseHead? Head);

/// <summary>The words of a list: sealed. <see cref="HolderName"/> is for who may see who applies.</summary>
public sealed record CaseHead(string Title, IReadOnlyList<string> Institutions, string HolderName);

/// <summary>What a list asks for; null means all.</summary>
/// <param name="Evaluator">First or second.</param>
/// <param name="Anybody">Account that has any part in it: evaluator, decision maker, reviewer.</param>
/// <param name="After">Last row of the page before (<see cref="CaseLists.After"/>).</param>
public sealed record CaseSearch(
    IReadOnlyList<CaseStage>? Stages = null,
    string? Applicant = null,
    string? Evaluator = null,
    string? Anybody = null,
    string? Number = null,
    string? Country = null,
    bool? Assigned = null,
    (string Queue, string Id)? After = null);
