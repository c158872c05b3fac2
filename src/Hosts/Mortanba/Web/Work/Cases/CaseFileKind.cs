using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Credentials;
using Mortanba.Host.Receipts;
using Mortanba.Recognition;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>
/// What a file that an applicant dropped turns out to be: known credentials are recognised at once, a diploma of this platform is verified
/// and the receipt of that kept with it (requirement RQ-8). What it means for the case an officer says, not this.
/// </summary>
internal static class CaseFileKind
{
    // A signed credential is small; what is larger is a scan, and read by a person.
    private const long ReadMaxBytes = 10_000_000;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private static readonly string[] Usual = ["application/pdf", "image/jpeg", "image/png", "application/xml", "application/json", "text/plain"];

    /// <summary>Of a kind that the body can open for certain. Others are taken, too, and their sender is told.</summary>
    public static bool IsUsual(string mediaType) => Usual.Contains(mediaType);

    /// <summary>Key of the words for what a file was recognised as; null when it was not, or nothing can be verified in it.</summary>
    public static string? Found(CaseDocument document)
    {
        if (document.Reading is not { } reading)
        {
            return null;
        }

        using var json = JsonDocument.Parse(reading);
        var kind = json.RootElement.GetProperty("kind").GetString();
        return kind is null or "attachment-only" ? null : "cases/file-kind." + kind;
    }

    /// <summary>By the bytes, not by what the sender says.</summary>
    public static string MediaTypeOf(ReadOnlySpan<byte> start) => start switch
    {
        _ when start.StartsWith("%PDF-"u8) => "application/pdf",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        _ when start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']) => "image/png",
        _ when Text(start).StartsWith("<"u8) => "application/xml",
        _ when Text(start).StartsWith("{"u8) || Text(start).StartsWith("["u8) => "application/json",
        // A compact token: three parts of base64url.
        _ when Text(start).StartsWith("ey"u8) => "text/plain",
        _ => "application/octet-stream",
    };

    /// <summary>The document that a file becomes, with what was found in it.</summary>
    /// <param name="holder">Of the case: the diploma of somebody else is not cited in it. Null for what the body itself adds.</param>
    public static async Task<CaseDocument> ReadAsync(
        HttpContext context, Installation home, TakenFile file, string item, string name, Holder? holder, CancellationToken cancel)
    {
        var document = new CaseDocument(
            Acts.CaseDesk.NewId("doc"), item, name, MediaTypeOf(file.Plain[0]), file.Length, file.Sha256, EvidenceSource.Applicant, home.Time.GetUtcNow());
        if (file.Length > ReadMaxBytes)
        {
            return document;
        }

        var bytes = new byte[file.Length];
        var at = 0;
        foreach (var part in file.Plain)
        {
            part.CopyTo(bytes, at);
            at += part.Length;
        }

        var dropped = DroppedFile.Read(bytes, name, home.Time.GetUtcNow());
        var (receipt, diploma) = dropped.IsForVerifier ? await ReceiptAsync(context, bytes, holder, cancel) : default;
        return dropped.Kind == FileKind.AttachmentOnly
            ? document
            : document with { Reading = JsonSerializer.Serialize(Nameless(dropped.Reading), Options), Receipt = receipt, Diploma = diploma };
    }

    // Whoever compares sees what was read, and nobody's name (requirement RQ-20): that stands in the file itself.
    private static FileReading Nameless(FileReading reading) =>
        reading with { Qualification = reading.Qualification is { } read ? read with { Holder = new HolderReading(null, null, null, null) } : null };

    /// <summary>
    /// Digest of the receipt of what the verifier of this site found genuine and in force, and asset id where it is a diploma of this holder;
    /// nulls when it did not.
    /// </summary>
    private static async Task<(string? Receipt, string? Diploma)> ReceiptAsync(HttpContext context, byte[] bytes, Holder? holder, CancellationToken cancel)
    {
        var report = await context.RequestServices.GetRequiredService<OnlineVerifier>().VerifyAsync(bytes, cancel);
        if (report.Verdict != Verdict.InForce || context.RequestServices.GetService<VerificationReceipts>() is not { } receipts)
        {
            return default;
        }

        var registry = context.RequestServices.GetRequiredService<IPublicRegistry>();
        var offer = await receipts.OfferAsync(report, bytes, registry.Trust, cancel);
        return (await receipts.KeepAsync(offer, cancel)).TryGet(out _, out _)
            ? (DigestOf(offer), report.Certificate is null && IsOf(report.Content, holder) ? report.Asset : null)
            : default;
    }

    private static bool IsOf(DisclosedContent? says, Holder? holder) =>
        holder is not null && says?.Facts.GetValueOrDefault("name") is { } name
        && HolderNames.Agree(holder, name, says.Facts.GetValueOrDefault("birthdate")?.En);

    private static string? DigestOf(ReceiptOffer offer) =>
        VerificationReceipt.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(offer.Content)) is { } receipt
            ? Convert.ToHexStringLower(receipt.Digest())
            : null;

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> start) =>
        (start.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? start[3..] : start).TrimStart(" \t\r\n"u8);
}
