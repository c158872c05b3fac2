using System.Text;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Recognises and checks what somebody else issued, from its bytes alone: no network, no clock, no register.</summary>
/// <remarks>docs/formats/foreign-files.md. Never throws for a stranger's bytes.</remarks>
public static class ForeignFile
{
    /// <summary>Larger files are attachments: a person may read them, nothing here does.</summary>
    public const int SizeMaxBytes = 16 * 1024 * 1024;

    /// <param name="bytes">The file as it came; kept by nobody.</param>
    public static FileReading Read(ReadOnlyMemory<byte> bytes, FileReadingTerms terms)
    {
        if (bytes.Length > SizeMaxBytes)
        {
            return FileReading.Attachment("foreign/too-large");
        }

        // Editors put a byte order mark in front of what they save.
        var text = (bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[3..] : bytes).Trim(" \t\r\n"u8);
        if (text.IsEmpty)
        {
            return FileReading.Attachment("foreign/empty");
        }

        return text.Span[0] switch
        {
            (byte)'{' => ReadJson(text, terms),
            (byte)'<' => ElmoReader.Read(text, terms),
            _ when !text.Span.ContainsAnyExcept(CompactCharacters) => ReadCompact(text, terms),
            _ => FileReading.Attachment("foreign/not-recognised"),
        };
    }

    private static readonly System.Buffers.SearchValues<byte> CompactCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"u8);

    private static FileReading ReadCompact(ReadOnlyMemory<byte> text, FileReadingTerms terms)
    {
        if (text.Span.Contains((byte)'~'))
        {
            return SdJwtReader.Read(text, terms);
        }

        return SignedJson.OfCompact(text) is { } signed
            ? ReadSigned(signed, terms)
            : FileReading.Attachment("foreign/not-recognised");
    }

    private static FileReading ReadJson(ReadOnlyMemory<byte> json, FileReadingTerms terms)
    {
        if (!StrictJson.Parse(json, out var isCanonical, SizeMaxBytes).TryGet(out var document, out _))
        {
            return FileReading.Attachment("foreign/json-not-strict");
        }

        using (document)
        {
            var root = document.RootElement;
            return SignedJson.OfJson(root) is { } signed ? ReadSigned(signed, terms)
                : OpenAttestationReader.Recognises(root) ? OpenAttestationReader.Read(root, terms)
                : root.TryGetProperty("credential", out var draft) && ElmReader.Recognises(draft) ? ElmReader.Read(draft, null, terms)
                : ReadCredential(root, null, isCanonical, terms);
        }
    }

    private static FileReading ReadSigned(SignedJson signed, FileReadingTerms terms)
    {
        if (!StrictJson.Parse(signed.Payload, SizeMaxBytes).TryGet(out var document, out _))
        {
            return FileReading.Attachment("foreign/json-not-strict");
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return FileReading.Attachment("foreign/not-recognised");
            }

            // Version 1.1 of the data model put the credential into a claim of the token.
            var inner = root.TryGetProperty("vc", out var claim) && claim.ValueKind == JsonValueKind.Object ? claim : root;
            return ReadCredential(inner, signed, isCanonical: false, terms);
        }
    }

    private static FileReading ReadCredential(JsonElement root, SignedJson? signed, bool isCanonical, FileReadingTerms terms)
    {
        if (signed is null && Json.HasType(root, EnvelopedVerifiableCredential.TypeName))
        {
            return EnvelopedVerifiableCredential.Read(root).TryGet(out var envelope, out _)
                ? ReadCompact(envelope.Compact, terms)
                : FileReading.Attachment("foreign/not-recognised");
        }

        return ElmReader.Recognises(root) ? ElmReader.Read(root, signed, terms)
            : VcReader.Recognises(root) ? VcReader.Read(root, signed, isCanonical, terms)
            : FileReading.Attachment("foreign/not-recognised");
    }
}
