namespace Mortanba.Credentials;

/// <summary>The kinds of file that are recognised.</summary>
public enum FileKind
{
    /// <summary>Nothing in it can be verified: a scan, a PDF of text, any other file. To be read by a person.</summary>
    AttachmentOnly,

    /// <summary>Made by an installation of this system; the verifier's thirteen checks are asked, not these.</summary>
    MortanbaDiploma,

    /// <summary>Open Badges 3.0 or CLR 2.0.</summary>
    OpenBadge,

    /// <summary>A W3C credential of another type.</summary>
    VerifiableCredential,

    SdJwtVc,

    /// <summary>European Digital Credential: ELM as JSON-LD, sealed as JWS (JAdES) or not at all.</summary>
    EuropeanCredential,

    /// <summary>OpenAttestation 2 or 3, among them OpenCerts.</summary>
    OpenAttestation,

    /// <summary>ELMO XML of EMREX.</summary>
    Elmo,
}

public enum FileCheckState
{
    Passed,
    Failed,

    /// <summary>Not looked at, or nothing there to look at. Never to be shown as good.</summary>
    NotChecked,
}

/// <summary>What is looked at, in the order in which it is shown. A check that a format cannot have is left out.</summary>
public enum FileCheckName
{
    /// <summary>It is a file of its kind, and could be read.</summary>
    Form,

    /// <summary>The content fits the hashes that the file itself carries. Alone it proves nothing: whoever changes both is not seen.</summary>
    Integrity,

    /// <summary>The document belongs to the batch whose root was published or signed.</summary>
    Batch,

    /// <summary>The signature was made over exactly this content with the key that is named in <see cref="FileReading.Signer"/>.</summary>
    Signature,

    /// <summary>That key belongs to the issuer whom the file names.</summary>
    SignerIsIssuer,

    /// <summary>That signer is on the list of signers whom the reader's body trusts. A valid signature alone never makes this pass.</summary>
    IssuerTrusted,

    /// <summary>The time that the file sets for itself.</summary>
    Validity,

    /// <summary>Not withdrawn since. Needs the issuer's register, so it is never checked from the bytes alone.</summary>
    Status,
}

/// <summary>One line of the answer.</summary>
/// <param name="Reason">Stable code, key of its words in the locale files: <c>foreign/kebab-words</c>.</param>
/// <param name="Evidence">Values for the words: algorithm, member, signer. Never personal data.</param>
public sealed record FileCheck(
    FileCheckName Name, FileCheckState State, string Reason, IReadOnlyDictionary<string, string> Evidence);

/// <summary>Whose key the signature fits, as far as the file itself says.</summary>
/// <param name="Id">
/// What a list of trusted signers holds: <c>did:…</c>, or <c>x509:</c>, <c>key:</c> and the SHA-256 of the certificate (DER) or
/// of the key (SubjectPublicKeyInfo) in lower-case hexadecimal.
/// </param>
/// <param name="Name">Subject of the certificate; null when there is none.</param>
/// <param name="From">The certificate's own time; null when there is none.</param>
public sealed record FileSigner(string Id, string? Name, DateTimeOffset? From, DateTimeOffset? Until);

/// <summary>The short answer, derived from the checks.</summary>
public enum FileConclusion
{
    /// <summary>Nothing failed, and nothing that would prove it was found or could be checked.</summary>
    Unproved,

    /// <summary>A check failed: changed, expired or out of form.</summary>
    Broken,

    /// <summary>Signed and unchanged; who signed is not known to be the issuer, or whether it still holds was not asked.</summary>
    SignatureOnly,

    /// <summary>Every check passed, the signer is one whom the reader's body trusts.</summary>
    Confirmed,
}

/// <summary>What one file is, what was checked in it, and what it says.</summary>
/// <param name="Reason">Why it was taken for this kind: <c>foreign/…</c>, key of its words.</param>
/// <param name="Signer">Null when there is no signature or its key was not found in the file.</param>
/// <param name="Qualification">Null when nothing could be read.</param>
public sealed record FileReading(
    FileKind Kind,
    string Reason,
    IReadOnlyList<FileCheck> Checks,
    FileSigner? Signer,
    QualificationReading? Qualification)
{
    public FileConclusion Conclusion =>
        Checks.Any(check => check.State == FileCheckState.Failed) ? FileConclusion.Broken
        : StateOf(FileCheckName.Signature) != FileCheckState.Passed ? FileConclusion.Unproved
        : StateOf(FileCheckName.IssuerTrusted) == FileCheckState.Passed
            && Checks.All(check => check.State == FileCheckState.Passed) ? FileConclusion.Confirmed
        : FileConclusion.SignatureOnly;

    /// <summary>Null when the kind has no such check.</summary>
    public FileCheckState? StateOf(FileCheckName name) => Checks.FirstOrDefault(check => check.Name == name)?.State;

    /// <summary>Nothing in it can be verified.</summary>
    internal static FileReading Attachment(string reason) => new(FileKind.AttachmentOnly, reason, [], null, null);
}

/// <summary>What a reader needs beside the bytes.</summary>
/// <param name="At">The instant for which times are judged.</param>
/// <param name="TrustedSigners">Ids of <see cref="FileSigner"/> whom the body trusts; empty when it keeps no list.</param>
public sealed record FileReadingTerms(DateTimeOffset At, IReadOnlySet<string> TrustedSigners)
{
    public static FileReadingTerms Of(DateTimeOffset at) => new(at, new HashSet<string>());
}
