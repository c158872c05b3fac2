using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The signed core as it stands in the QR: a compact JWS (RFC 7515 section 3.1), ES256, payload deflated.</summary>
/// <remarks>
/// The payload is raw DEFLATE (RFC 1951), named by <c>"zip":"DEF"</c> as SMART Health Cards do
/// (spec.smarthealth.cards, "Health Cards are Small"): Cyrillic shrinks by a quarter, which keeps the code printable.
/// The header is fixed: <c>alg</c>, <c>kid</c>, <c>typ</c>, <c>zip</c> and nothing else.
/// </remarks>
/// <param name="Compact">The text the ledger's commitment runs over, ASCII.</param>
/// <param name="KeyId">DID URL of the institution's key. Unproved until <see cref="IsSignedBy"/>.</param>
public sealed record PaperJws(string Compact, string KeyId, PaperCore Core)
{
    public const string MediaType = "application/vnd.mortanba.paper+jwt";
    public const int SizeMaxBytes = 2048;
    private const int SignatureSizeBytes = 64;

    /// <summary>Signs a core with an institution's P-256 key.</summary>
    public static string Sign(PaperCore core, ISigner signer, string keyId)
    {
        if (signer.Kind != KeyKind.P256)
        {
            throw new ArgumentException("The paper core is signed with P-256 only.", nameof(signer));
        }

        var header = $$"""{"alg":"ES256","kid":{{JsonSerializer.Serialize(keyId)}},"typ":"mortanba-paper+jwt","zip":"DEF"}""";
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))
            + "." + Base64Url.EncodeToString(Deflate(core.Write()));
        var signature = signer.Sign(Encoding.ASCII.GetBytes(signed));
        return signed + "." + Base64Url.EncodeToString(signature);
    }

    /// <summary>Reads the text; refuses any other header (so also <c>alg: none</c>) as <c>credentials/paper-malformed</c>.</summary>
    public static Outcome<PaperJws> Parse(string compact)
    {
        var parts = compact.Length <= SizeMaxBytes ? compact.Split('.') : [];
        if (parts.Length != 3 || !Decode(parts[0], out var header) || !Decode(parts[1], out var payload)
            || !Decode(parts[2], out var signature) || signature.Length != SignatureSizeBytes
            || KeyIdOf(header) is not { } keyId || Inflate(payload) is not { } json)
        {
            return PaperCore.Malformed;
        }

        return PaperCore.Parse(json).TryGet(out var core, out var problem)
            ? new PaperJws(compact, keyId, core)
            : problem;
    }

    /// <summary>True when the signature is by this P-256 key over exactly this text.</summary>
    public bool IsSignedBy(ECDsa key)
    {
        var dot = Compact.LastIndexOf('.');
        return key.VerifyData(
            Encoding.ASCII.GetBytes(Compact[..dot]),
            Base64Url.DecodeFromChars(Compact.AsSpan(dot + 1)),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    private static string? KeyIdOf(byte[] header)
    {
        if (!StrictJson.Parse(header, SizeMaxBytes).TryGet(out var document, out _))
        {
            return null;
        }

        using (document)
        {
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.GetPropertyCount() == 4
                && Is(root, "alg", "ES256") && Is(root, "typ", "mortanba-paper+jwt") && Is(root, "zip", "DEF")
                && root.TryGetProperty("kid", out var kid) && kid.ValueKind == JsonValueKind.String
                    ? kid.GetString()
                    : null;
        }
    }

    private static bool Is(JsonElement root, string name, string value) =>
        root.TryGetProperty(name, out var member)
        && member.ValueKind == JsonValueKind.String && member.ValueEquals(value);

    // One text for one value: white space, padding and stray bits in the last character are refused.
    private static bool Decode(string text, out byte[] bytes)
    {
        bytes = [];
        if (!Base64Url.IsValid(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return Base64Url.EncodeToString(bytes) == text;
    }

    private static byte[] Deflate(byte[] payload)
    {
        using var output = new MemoryStream(payload.Length);
        using (var deflate = new DeflateStream(output, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(payload);
        }

        return output.ToArray();
    }

    private static byte[]? Inflate(byte[] compressed)
    {
        var buffer = new byte[PaperCore.SizeMaxBytes + 1];
        try
        {
            using var input = new MemoryStream(compressed);
            using var inflate = new DeflateStream(input, CompressionMode.Decompress);
            var size = inflate.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return size <= PaperCore.SizeMaxBytes ? buffer[..size] : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
