using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>What a list shows of a case.</summary>
/// <param name="Due">Last day for the decision; null while the clock has not begun, stands still, or is over.</param>
/// <param name="Queue">By which its list is ordered.</param>
/// <param name="Ceiling">The day on which the ceiling of a treaty is reached; null where none applies, or it is decided.</param>
/// <param name="Head">Sealed words, opened; null after an erasure.</param>
/// <param name="Evaluators">Everybody who has or had the place of an evaluator; null before there was one.</param>
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
    CaseHead? Head,
    DateOnly? Ceiling = null,
    IReadOnlyList<string>? Evaluators = null,
    DateTimeOffset? EndedAt = null)
{
    /// <summary>The outcome that stands; null where none does, also where it counts in figures: what was taken back after a return.</summary>
    public RecognitionOutcome? Standing => Stage.IsOpen() || Stage == CaseStage.Withdrawn ? null : Outcome;

    /// <summary>When it was over: decided, or taken back; null before.</summary>
    public DateTimeOffset? OverAt => Stage == CaseStage.Withdrawn ? EndedAt : DecidedAt;

    /// <summary>Compares it, or did before somebody else got it (<see cref="RecognitionCase.IsComparedBy"/>).</summary>
    public bool IsComparedBy(string account) => account == Evaluator || account == Second || Evaluators?.Contains(account) == true;


    /// <summary>
    /// The body is late (requirement RQ-6). A term that runs for the applicant makes nobody late; but once the clock runs, <see cref="Due"/> is
    /// its last day, and a wait that begins after it mends nothing.
    /// </summary>
    public bool IsOverdue(DateOnly today) =>
        (Stage.IsOpen() || Stage == CaseStage.Condition) && Due < today && (WaitingFor is null || CompleteAt is not null);
}

/// <summary>The words of a list: sealed. <see cref="HolderName"/> is for who may see who applies.</summary>
/// <param name="Sex">As the holder says, or empty: counted in the report on even-handedness, shown in no list.</param>
public sealed record CaseHead(string Title, IReadOnlyList<string> Institutions, string HolderName, string Sex = "")
{
    /// <summary>Opens the head of a row; null after an erasure.</summary>
    internal static CaseHead? Open(IKeyVault vault, string id, byte[]? wrapped, byte[]? box) => wrapped is null || box is null
        ? null
        : JsonSerializer.Deserialize(
            SealedBox.Decrypt(vault.Unwrap(wrapped, CaseStore.Context(id)), CaseStore.Context(id + "/head"), box), CaseJson.Default.CaseHead);

    internal static byte[] Seal(RecognitionCase now, byte[] key) => SealedBox.Encrypt(
        key, CaseStore.Context(now.Id + "/head"),
        JsonSerializer.SerializeToUtf8Bytes(
            new CaseHead(now.Qualification.Title, [.. now.Qualification.Institutions.Select(i => i.Name)], now.Holder.Name, now.Holder.Sex),
            CaseJson.Default.CaseHead));
}

/// <summary>What a list asks for; null means all.</summary>
/// <param name="Evaluator">First or second.</param>
/// <param name="Anybody">Account that has any part in it: evaluator, decision maker, reviewer.</param>
/// <param name="ConditionBefore">The last day of its conditions is before this one.</param>
/// <param name="CeilingUntil">The ceiling of its treaty is on this day or before.</param>
/// <param name="IsWaiting">Somebody outside the body is waited for.</param>
/// <param name="IsNewestFirst">By the day of the decision, or of the end where nothing was decided or it was taken back; else refugees first, then by the due day.</param>
/// <param name="After">Last row of the page before (<see cref="CaseLists.After"/>).</param>
public sealed record CaseSearch(
    IReadOnlyList<CaseStage>? Stages = null,
    string? Applicant = null,
    string? Evaluator = null,
    string? Anybody = null,
    string? Number = null,
    string? Country = null,
    bool? Assigned = null,
    (string Queue, string Id)? After = null,
    DateOnly? ConditionBefore = null,
    DateOnly? CeilingUntil = null,
    string? Id = null,
    bool IsNewestFirst = false,
    bool IsWaiting = false);
