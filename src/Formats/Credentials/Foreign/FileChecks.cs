using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>Collects the lines of one answer.</summary>
internal sealed class FileChecks(FileReadingTerms terms)
{
    private readonly List<FileCheck> checks = [];

    public IReadOnlyList<FileCheck> All => checks;

    public FileSigner? Signer { get; private set; }

    public FileChecks Passed(FileCheckName name, string reason, params (string, string)[] evidence) =>
        Add(name, FileCheckState.Passed, reason, evidence);

    public FileChecks Failed(FileCheckName name, string reason, params (string, string)[] evidence) =>
        Add(name, FileCheckState.Failed, reason, evidence);

    public FileChecks NotChecked(FileCheckName name, string reason, params (string, string)[] evidence) =>
        Add(name, FileCheckState.NotChecked, reason, evidence);

    /// <summary>Signature, whose it is and whether that one is trusted: the lines that belong together.</summary>
    /// <param name="found">Null when the file is not signed.</param>
    /// <param name="issuer">The issuer whom the file names, when it is a DID; else null.</param>
    public FileChecks Sign(SignatureFinding? found, string? issuer)
    {
        if (found is null)
        {
            return NotChecked(FileCheckName.Signature, "foreign/not-signed").Unsigned();
        }

        Add(FileCheckName.Signature, found.State, found.Reason, found.Evidence);
        if (found is not { State: FileCheckState.Passed, Signer: { } signer })
        {
            return Unsigned();
        }

        Signer = signer;
        if (issuer is not null && signer.Id == issuer)
        {
            Passed(FileCheckName.SignerIsIssuer, "foreign/key-is-issuer");
        }
        else if (found.NamesController && issuer?.StartsWith("did:", StringComparison.Ordinal) == true)
        {
            Failed(FileCheckName.SignerIsIssuer, "foreign/signed-by-another");
        }
        else if (signer.Name is null)
        {
            NotChecked(FileCheckName.SignerIsIssuer, "foreign/key-not-bound");
        }
        else
        {
            NotChecked(FileCheckName.SignerIsIssuer, "foreign/certificate-not-followed", ("name", signer.Name));
        }

        return terms.TrustedSigners.Contains(signer.Id)
            ? Passed(FileCheckName.IssuerTrusted, "foreign/signer-on-list")
            : NotChecked(
                FileCheckName.IssuerTrusted,
                terms.TrustedSigners.Count == 0 ? "foreign/no-list-of-signers" : "foreign/signer-not-on-list");
    }

    /// <summary>The times the file sets for itself.</summary>
    public FileChecks Times(DateTimeOffset? from, DateTimeOffset? until, bool unreadable = false) =>
        unreadable ? Failed(FileCheckName.Validity, "foreign/time-unreadable")
        : until is { } end && terms.At >= end ? Failed(FileCheckName.Validity, "foreign/expired", ("until", DateTimeStamp.Write(end)))
        : from is { } start && terms.At < start ? Failed(FileCheckName.Validity, "foreign/not-yet-valid", ("from", DateTimeStamp.Write(start)))
        : from is null && until is null ? this
        : Passed(FileCheckName.Validity, "foreign/within-its-time");

    /// <summary><c>validFrom</c>, <c>validUntil</c> and their older names.</summary>
    public FileChecks Times(JsonElement credential)
    {
        var readable = Json.Time(credential, "validFrom", out var from) & Json.Time(credential, "validUntil", out var until)
            & Json.Time(credential, "expirationDate", out var expires);
        return Times(from, until ?? expires, !readable);
    }

    /// <summary>A file that names a register of withdrawn ones says where to ask; asking is not done from here.</summary>
    public FileChecks StatusOf(JsonElement credential) =>
        credential.TryGetProperty("credentialStatus", out _) ? NotChecked(FileCheckName.Status, "foreign/status-not-asked") : this;

    public FileReading Give(FileKind kind, string reason, QualificationReading? qualification) =>
        new(kind, reason, checks, Signer, qualification);

    private FileChecks Unsigned() => NotChecked(FileCheckName.SignerIsIssuer, "foreign/nobody-signed")
        .NotChecked(FileCheckName.IssuerTrusted, "foreign/nobody-signed");

    private FileChecks Add(FileCheckName name, FileCheckState state, string reason, (string Name, string Value)[] evidence)
    {
        checks.Add(new FileCheck(name, state, reason, evidence.ToDictionary(e => e.Name, e => e.Value, StringComparer.Ordinal)));
        return this;
    }
}

/// <summary>How looking at a signature ended.</summary>
internal sealed record SignatureFinding(
    FileCheckState State, string Reason, FileSigner? Signer, params (string Name, string Value)[] Evidence)
{
    /// <summary>
    /// The signature says by itself whose the key is (a verification method): then another issuer's DID contradicts it. A key that merely
    /// came along may be one of that issuer's, whose document is not at hand.
    /// </summary>
    public bool NamesController { get; init; }

    public static SignatureFinding NotTaken(string reason, params (string, string)[] evidence) =>
        new(FileCheckState.NotChecked, reason, null, evidence);

    public static SignatureFinding Wrong(string reason, params (string, string)[] evidence) =>
        new(FileCheckState.Failed, reason, null, evidence);
}
