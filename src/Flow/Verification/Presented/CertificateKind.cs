using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>What is verified here.</summary>
internal enum CredentialKind
{
    Diploma,

    /// <summary>The certificate of a decision of recognition.</summary>
    Recognition,

    /// <summary>The certificate of a competence.</summary>
    Competence,

    /// <summary>A well-made credential of another kind.</summary>
    Other,
}

/// <summary>
/// A kind of certificate: a credential that is no diploma. It circulates nothing, so neither permit nor decision on issue is asked for, but the
/// role of whoever issued it.
/// </summary>
/// <param name="Path">Last part of the <c>vct</c>: <c>SITE/types/PATH</c>.</param>
/// <param name="TypeName">Type of the Verifiable Credential.</param>
/// <param name="Entry">Type of the ledger entry that registers it.</param>
/// <param name="Roles">Roles in the ledger that may issue it.</param>
/// <param name="Form">The check Form, passed.</param>
/// <param name="Entitled">The check of the issuer, passed.</param>
/// <param name="NotEntitled">The same, failed for the role.</param>
/// <param name="NotProved">What its answer leaves open beside the holder.</param>
internal sealed record CertificateKind(
    CredentialKind Kind, string Path, string TypeName, string Entry, IReadOnlyList<string> Roles, Problem Form, Problem Entitled, Problem NotEntitled,
    string NotProved)
{
    public static readonly CertificateKind Recognition = new(
        CredentialKind.Recognition, "recognition", "RecognitionDecision", LedgerEntryTypes.RecognitionDecided, ["recognition-body"],
        new Problem("verification/form-recognition", "The certificate of a decision of recognition."),
        new Problem("verification/entitled-to-recognise", "The recognition body and the operator were registered before the decision."),
        new Problem("verification/not-a-recognition-body", "The institution was not registered as a recognition body."),
        "reasons");

    public static readonly CertificateKind Competence = new(
        CredentialKind.Competence, "competence", "CompetenceAward", LedgerEntryTypes.CompetenceAwarded, ["initiator", "issuer-operator", "regulator"],
        new Problem("verification/form-competence", "The certificate of a competence."),
        new Problem("verification/entitled-to-certify", "The awarding body and the operator were registered before the award."),
        new Problem("verification/not-a-certifier", "The institution was not registered as one that may certify a competence."),
        "evidence");

    public static IReadOnlyList<CertificateKind> All { get; } = [Recognition, Competence];

    /// <summary>Null for a diploma, and for what is none of ours.</summary>
    public static CertificateKind? Of(CredentialKind? kind) => All.FirstOrDefault(c => c.Kind == kind);
}
