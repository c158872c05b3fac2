using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Mortanba.Foundation;

/// <summary>A named hash: <c>sha3-512:</c> or <c>sha-256:</c> + base64url without padding (requirement DA-14).</summary>
/// <remarks>Design section 4: over the exact bytes of a signed form; over anything unsigned, 32 random bytes come first.</remarks>
public readonly record struct Commitment
{
    public const string Sha3_512 = "sha3-512";
    public const string Sha256 = "sha-256";
    public const int SaltSizeBytes = 32;

    private readonly string? text;

    private Commitment(string text) => this.text = text;

    public override string ToString() => text ?? throw new InvalidOperationException("A commitment that was never set.");

    /// <summary>Commits to a signed form. <paramref name="algorithm"/> comes from the rule pack <c>record-hash</c>.</summary>
    public static Commitment OfSigned(ReadOnlySpan<byte> signedForm, string algorithm = Sha3_512) =>
        Named(algorithm, Hash(algorithm, signedForm));

    /// <summary>Commits to several forms at once, in order; fastest for forms of like length (<see cref="Sha3Batch"/>).</summary>
    public static Commitment[] OfSigned(ReadOnlySpan<ReadOnlyMemory<byte>> signedForms, string algorithm)
    {
        var commitments = new Commitment[signedForms.Length];
        if (algorithm != Sha3_512)
        {
            for (var i = 0; i < commitments.Length; i++)
            {
                commitments[i] = OfSigned(signedForms[i].Span, algorithm);
            }

            return commitments;
        }

        var digests = new byte[signedForms.Length * Sha3Batch.SizeBytes];
        Sha3Batch.Hash(signedForms, digests);
        for (var i = 0; i < commitments.Length; i++)
        {
            commitments[i] = Named(algorithm, digests.AsSpan(i * Sha3Batch.SizeBytes, Sha3Batch.SizeBytes));
        }

        return commitments;
    }

    /// <summary>Commits to unsigned bytes: the hash runs over <paramref name="salt"/> (32 random bytes), then the bytes.</summary>
    public static Commitment OfSalted(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> bytes, string algorithm = Sha3_512)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(salt.Length, SaltSizeBytes);
        return OfSigned([.. salt, .. bytes], algorithm);
    }

    /// <summary>Reads the text form; refuses an unknown algorithm, another length, padding, or a non-canonical encoding.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Commitment commitment)
    {
        commitment = default;
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        if (colon < 0 || SizeBytes(text![..colon]) is not { } size || !Base64Url.IsValid(text.AsSpan(colon + 1)))
        {
            return false;
        }

        var digest = Base64Url.DecodeFromChars(text.AsSpan(colon + 1));
        if (digest.Length != size || Base64Url.EncodeToString(digest) != text[(colon + 1)..])
        {
            return false;
        }

        commitment = new Commitment(text);
        return true;
    }

    /// <summary>True when these bytes are the ones committed to, under the commitment's own algorithm.</summary>
    public bool Matches(ReadOnlySpan<byte> signedForm)
    {
        var own = ToString();
        return OfSigned(signedForm, own[..own.IndexOf(':', StringComparison.Ordinal)]).text == own;
    }

    private static Commitment Named(string algorithm, ReadOnlySpan<byte> digest) =>
        new(algorithm + ":" + Base64Url.EncodeToString(digest));

    private static int? SizeBytes(string algorithm) => algorithm switch
    {
        Sha3_512 => 64,
        Sha256 => 32,
        _ => null,
    };

    private static byte[] Hash(string algorithm, ReadOnlySpan<byte> bytes) => algorithm switch
    {
        Sha3_512 => SHA3_512.HashData(bytes),
        Sha256 => SHA256.HashData(bytes),
        _ => throw new ArgumentException($"Unknown hash algorithm '{algorithm}'.", nameof(algorithm)),
    };
}
