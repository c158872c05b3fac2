using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>The four answers (design section 3, decision 12). Command-line exit codes are their numbers.</summary>
public enum Verdict
{
    InForce = 0,
    NotGenuine = 1,
    NotInForce = 2,
    CouldNotCheck = 3,
}

public enum CheckState
{
    Passed,
    Failed,
    NotChecked,
    NotApplicable,
}

/// <summary>The named checks, in the order in which they are shown.</summary>
public enum CheckName
{
    Form,
    Integrity,
    IssuerSignature,
    IssuerEntitled,
    KeyValid,
    DecisionOnIssue,
    LedgerInclusion,
    Checkpoint,
    Anchor,
    Status,
    NotSuperseded,
    Disclosure,
    Freshness,
}

/// <summary>One line of the check table.</summary>
/// <param name="Reason">Stable code of what was found, key of its words in the locale files: <c>verification/…</c>.</param>
/// <param name="Detail">English words for logs and the API.</param>
/// <param name="Evidence">What it rests on: key id, entry index, list address. Never personal data.</param>
/// <param name="Age">How old the evidence is; null when it has no age.</param>
public sealed record Check(
    CheckName Name,
    CheckState State,
    string Reason,
    string Detail,
    IReadOnlyDictionary<string, string> Evidence,
    TimeSpan? Age);

/// <summary>The whole answer about one presented thing.</summary>
/// <param name="Form">What was recognised: <c>diploma-file</c>, <c>pdf</c>, <c>sd-jwt</c>, <c>vc</c>, <c>paper</c>, <c>unknown</c>.</param>
/// <param name="AsOf">The time up to which the answer holds: now when live sources answered, else the checkpoint's time.</param>
/// <param name="Content">What the presented thing discloses, to compare with the paper; null when nothing is genuine.</param>
/// <param name="State">Why and since when it is not in force; null otherwise.</param>
/// <param name="NotProved">Codes of what this answer does not prove.</param>
public sealed record Report(
    Verdict Verdict,
    string Form,
    DateTimeOffset AsOf,
    IssuerView? Issuer,
    DisclosedContent? Content,
    AssetState? State,
    IReadOnlyList<Check> Checks,
    IReadOnlyList<string> NotProved)
{
    /// <summary>Id of what was presented, as the ledger knows it; null when it is not genuine.</summary>
    public string? Asset { get; init; }

    /// <summary>What kind of certificate it is, <c>recognition</c> or <c>competence</c>; null for a diploma.</summary>
    public string? Certificate => CertificateKind.All.FirstOrDefault(kind => Checks.Any(check => check.Reason == kind.Form.Code))?.Path;

    /// <summary>It is the certificate of a decision of recognition, not a diploma.</summary>
    public bool IsRecognition => Certificate == CertificateKind.Recognition.Path;
}

/// <summary>Who answers for what (requirement DA-26): the initiator for the content, the operator for the record.</summary>
public sealed record IssuerView(
    string InitiatorBin, string InitiatorDid, LocalizedText InitiatorName, string OperatorBin, LocalizedText? OperatorName, string Permit);

/// <summary>The diploma's words as disclosed, by claim name of the SD-JWT; courses apart.</summary>
public sealed record DisclosedContent(
    IReadOnlyDictionary<string, LocalizedText> Facts, IReadOnlyList<DisclosedCourse> Courses);

public sealed record DisclosedCourse(string Code, LocalizedText Name, int Credits, int Percent, string Letter);

/// <param name="Kind"><c>suspended</c>, <c>annulled</c>, <c>superseded</c>, <c>erased</c>.</param>
/// <param name="ReasonCode">Reason code of the ledger entry.</param>
/// <param name="ReplacedBy">Asset that replaces it, when superseded.</param>
public sealed record AssetState(string Kind, DateTimeOffset Since, string ReasonCode, string? ReplacedBy);
