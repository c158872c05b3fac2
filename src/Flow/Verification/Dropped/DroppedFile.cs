using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Documents;

namespace Mortanba.Verification;

/// <summary>Any file an applicant drops: which kind it is, what could be checked in it from its bytes alone, and what it says.</summary>
/// <remarks>
/// The one entry point for files of unknown origin (requirement RQ-8). For <see cref="FileKind.MortanbaDiploma"/> the checks are
/// empty: ask the <see cref="Verifier"/>, whose thirteen checks need trust and perhaps the ledger; this only reads what it says. Pure:
/// no network, no clock; never throws for a stranger's bytes. docs/formats/foreign-files.md.
/// </remarks>
/// <param name="Name">The file's own name without path, one line, at most 200 characters. A stranger's words: show it as text only.</param>
/// <param name="Sha256">Lower-case hexadecimal over the bytes as they came.</param>
public sealed record DroppedFile(string Name, long SizeBytes, string Sha256, FileReading Reading)
{
    private const int NameLengthMax = 200;

    public FileKind Kind => Reading.Kind;

    /// <summary>Made by an installation of this system, so that the verifier has to be asked.</summary>
    public bool IsForVerifier => Kind == FileKind.MortanbaDiploma;

    /// <param name="at">Now: times in the file are judged by it.</param>
    /// <param name="trustedSigners">
    /// Signers the body trusts by their <see cref="FileSigner.Id"/>; null when it keeps no list. Without it nothing is ever
    /// <see cref="FileConclusion.Confirmed"/>.
    /// </param>
    public static DroppedFile Read(
        ReadOnlyMemory<byte> bytes, string? fileName, DateTimeOffset at, IReadOnlySet<string>? trustedSigners = null) =>
        new(
            CleanName(fileName),
            bytes.Length,
            Convert.ToHexStringLower(SHA256.HashData(bytes.Span)),
            ReadAny(bytes, new FileReadingTerms(at, trustedSigners ?? new HashSet<string>(0))));

    private static FileReading ReadAny(ReadOnlyMemory<byte> bytes, FileReadingTerms terms)
    {
        if (PdfDiploma.LooksLikePdf(bytes.Span))
        {
            return PdfDiploma.Find(bytes).TryGet(out var embedded, out var refused)
                ? Ours(embedded)
                : Attachment(refused.Code == "documents/pdf-no-diploma" ? "foreign/pdf-text-only" : "foreign/pdf-not-readable");
        }

        // Of the diploma file's type, whether or not it is a good one: a broken diploma is the verifier's to refuse.
        if (IsDiplomaFile(bytes))
        {
            return Ours(bytes);
        }

        if (IsPaperCode(bytes.Span))
        {
            return new FileReading(FileKind.MortanbaDiploma, "foreign/kind.paper", [], null, null);
        }

        var reading = ForeignFile.Read(bytes, terms);
        return reading is { Kind: FileKind.SdJwtVc or FileKind.OpenBadge } && IsOfAnInstitutionHere(bytes.Span, reading)
            ? new FileReading(FileKind.MortanbaDiploma, "foreign/kind.mortanba", [], null, reading.Qualification)
            : reading;
    }

    private static FileReading Ours(ReadOnlyMemory<byte> json)
    {
        QualificationReading? says = null;
        if (DiplomaFile.Open(json).TryGet(out var file, out _))
        {
            using (file)
            {
                if (file.SdJwt is { } sdJwt)
                {
                    says = ForeignFile.Read(sdJwt, FileReadingTerms.Of(DateTimeOffset.UnixEpoch)).Qualification;
                }
                else if (file.Vc is not null)
                {
                    says = ForeignFile.Read(file.VcBytes, FileReadingTerms.Of(DateTimeOffset.UnixEpoch)).Qualification;
                }
            }
        }

        return new FileReading(FileKind.MortanbaDiploma, "foreign/kind.mortanba", [], null, says);
    }

    private static bool IsDiplomaFile(ReadOnlyMemory<byte> bytes)
    {
        var start = bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes.Span[3..] : bytes.Span;
        return start.TrimStart(" \t\r\n"u8) is [(byte)'{', ..]
            && DiplomaFile.Open(bytes).Problem?.Code is not ("documents/file-wrong-type" or "documents/file-not-json" or "documents/file-too-large");
    }

    private static bool IsPaperCode(ReadOnlySpan<byte> bytes) =>
        bytes.Length is > 0 and <= PaperJws.SizeMaxBytes + 512 && !bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~')
        && PaperQr.Parse(Encoding.ASCII.GetString(bytes)).IsDone;

    // By shape only: an institution's address under a site of this system. The verifier says whether it is one we know.
    private static bool IsOfAnInstitutionHere(ReadOnlySpan<byte> bytes, FileReading reading) =>
        reading.Kind == FileKind.SdJwtVc
            ? reading.Qualification?.InstitutionIds.Any(id => id.Type == "url" && id.Value.Contains("/institutions/", StringComparison.Ordinal)) == true
            : reading.Qualification?.InstitutionIds.Any(id => id.Type == "did" && id.Value.Contains(":institutions:", StringComparison.Ordinal)) == true
                && bytes.IndexOf("\"proof\""u8) > 0;

    private static FileReading Attachment(string reason) => new(FileKind.AttachmentOnly, reason, [], null, null);

    private static string CleanName(string? fileName)
    {
        var name = (fileName ?? "").Split('/', '\\')[^1];
        var clean = string.Concat(name.Where(letter => !char.IsControl(letter) && char.GetUnicodeCategory(letter) != UnicodeCategory.Format)).Trim();
        return clean.Length > NameLengthMax ? clean[..NameLengthMax] : clean;
    }
}
