using System.Buffers;
using System.Buffers.Text;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A compact JWS (RFC 7515 section 7.1) taken apart; nothing is verified until <see cref="Verify"/> says so.</summary>
/// <remarks>Algorithms: ES256, ES384 and EdDSA with Ed25519. The key decides which one is meant, never the header alone.</remarks>
public sealed class Jws
{
    /// <summary>Above this size nothing is read.</summary>
    public const int SizeMaxBytes = 8 * 1024 * 1024;

    internal const int HeaderSizeMaxBytes = 16 * 1024;

    private const int SignatureSizeMaxBytes = 1024;

    private readonly byte[] signature;

    private Jws(JwsHeader header, byte[] payload, byte[] signature, ReadOnlyMemory<byte> signingInput)
    {
        Header = header;
        Payload = payload;
        this.signature = signature;
        SigningInput = signingInput;
    }

    public JwsHeader Header { get; }

    /// <summary>The payload's bytes. Unverified until <see cref="Verify"/> gave null.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>ASCII of <c>BASE64URL(header).BASE64URL(payload)</c> as it was received.</summary>
    public ReadOnlyMemory<byte> SigningInput { get; }

    /// <summary>Takes a compact JWS apart: exactly three parts, base64url without padding, a header that is strict JSON.</summary>
    public static Outcome<Jws> Parse(ReadOnlyMemory<byte> compact)
    {
        if (compact.Length > SizeMaxBytes)
        {
            return new Problem("jws/too-large", $"{compact.Length} bytes; at most {SizeMaxBytes} are read.");
        }

        var text = compact.Span;
        var firstDot = text.IndexOf((byte)'.');
        var secondDot = firstDot < 0 ? -1 : firstDot + 1 + text[(firstDot + 1)..].IndexOf((byte)'.');
        if (firstDot <= 0 || secondDot <= firstDot || text[(secondDot + 1)..].Contains((byte)'.'))
        {
            return new Problem("jws/malformed", "A compact JWS has three parts between two dots.");
        }

        if (Decode(text[..firstDot], HeaderSizeMaxBytes) is not { } headerJson
            || Decode(text[(firstDot + 1)..secondDot], SizeMaxBytes) is not { } payload
            || Decode(text[(secondDot + 1)..], SignatureSizeMaxBytes) is not { } signature)
        {
            return new Problem("jws/malformed-base64url", "A part of the JWS is not base64url without padding.");
        }

        return JwsHeader.Parse(headerJson).TryGet(out var header, out var problem)
            ? new Jws(header, payload, signature, compact[..secondDot])
            : problem;
    }

    /// <summary>Null when the signature is this key's over these bytes; else why not.</summary>
    /// <remarks>RFC 7515 section 5.2; RFC 7518 section 3.4: r||s of fixed length, so a DER signature is refused by name.</remarks>
    public Problem? Verify(PublicKey key)
    {
        if (string.Equals(Header.Algorithm, "none", StringComparison.OrdinalIgnoreCase))
        {
            return new Problem("jws/algorithm-none", "The header says alg none: there is no signature to believe.");
        }

        if (SignatureSizeBytes(Header.Algorithm) is not { } size)
        {
            return new Problem(
                "jws/algorithm-not-allowed",
                "The header's alg is none of ES256, ES384, EdDSA.",
                ("allowed", "ES256, ES384, EdDSA"));
        }

        if (Header.Algorithm != AlgorithmOf(key.Kind))
        {
            return new Problem(
                "jws/algorithm-key-mismatch",
                $"The header says {Header.Algorithm}, the key is {key.Kind}.",
                ("algorithm", Header.Algorithm),
                ("key", $"{key.Kind}"));
        }

        if (signature.Length != size)
        {
            return LooksLikeDer(signature)
                ? new Problem("jws/signature-der", "The signature is DER; JWS wants r and s side by side.")
                : new Problem(
                    "jws/signature-length",
                    $"The signature has {signature.Length} bytes; {Header.Algorithm} has {size}.",
                    ("length", $"{signature.Length}"),
                    ("expected", $"{size}"));
        }

        return key.Verify(SigningInput.Span, signature)
            ? null
            : new Problem("jws/signature-invalid", "The signature does not belong to this key and this content.");
    }

    /// <summary>Signs: the ASCII bytes of the compact JWS. Header and payload are JSON as the caller wrote it.</summary>
    public static byte[] Sign(ISigner signer, ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var headerSize = Base64Url.GetEncodedLength(header.Length);
        var inputSize = headerSize + 1 + Base64Url.GetEncodedLength(payload.Length);
        var compact = new byte[inputSize + 1 + Base64Url.GetEncodedLength(64)];
        Base64Url.EncodeToUtf8(header, compact);
        compact[headerSize] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, compact.AsSpan(headerSize + 1));
        compact[inputSize] = (byte)'.';
        Base64Url.EncodeToUtf8(signer.Sign(compact.AsSpan(0, inputSize)), compact.AsSpan(inputSize + 1));
        return compact;
    }

    /// <summary>The <c>alg</c> that belongs to a key (RFC 7518 section 3.1, RFC 8037 section 3.1).</summary>
    public static string AlgorithmOf(KeyKind kind) => kind switch
    {
        KeyKind.P256 => "ES256",
        KeyKind.P384 => "ES384",
        KeyKind.Ed25519 => "EdDSA",
    };

    private static int? SignatureSizeBytes(string algorithm) => algorithm switch
    {
        "ES256" => 64,
        "ES384" => 96,
        "EdDSA" => 64,
        _ => null,
    };

    // SEQUENCE { INTEGER r, INTEGER s }, which is what most libraries give when not asked for r||s.
    private static bool LooksLikeDer(ReadOnlySpan<byte> signature) =>
        signature.Length > 8 && signature[0] == 0x30 && signature.Contains((byte)0x02);

    /// <summary>Strict base64url (RFC 4648 section 5 without padding); null when it is not, or longer than allowed.</summary>
    internal static byte[]? Decode(ReadOnlySpan<byte> text, int sizeMaxBytes)
    {
        if (text.Length / 4 * 3 > sizeMaxBytes)
        {
            return null;
        }

        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!TryDecode(text, bytes, out var written))
        {
            return null;
        }

        return written == bytes.Length ? bytes : bytes[..written];
    }

    /// <summary>The same into the caller's memory, which is large enough.</summary>
    internal static bool TryDecode(ReadOnlySpan<byte> text, Span<byte> bytes, out int written)
    {
        written = 0;

        // The framework's decoder skips white space and takes padding; a signed text has neither.
        return !text.ContainsAnyExcept(Alphabet)
            && Base64Url.DecodeFromUtf8(text, bytes, out _, out written) == OperationStatus.Done;
    }

    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);
}
