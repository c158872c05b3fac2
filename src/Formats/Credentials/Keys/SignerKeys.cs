using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The public side of a signer, and secret Multikey text.</summary>
public static class SignerKeys
{
    /// <summary>The signer's public key. Throws when the signer shows no point of its curve, which is a bug.</summary>
    public static PublicKey ToPublicKey(this ISigner signer) =>
        PublicKey.FromRaw(signer.Kind, signer.PublicKey.Span).Value;

    /// <summary>The signer's Multikey text.</summary>
    public static string Multibase(this ISigner signer) =>
        Multikey.Encode(signer.Kind, secret: false, signer.PublicKey.Span);

    /// <summary>Kind and raw secret of secret Multikey text: 32 bytes (P-256, Ed25519 seed) or 48 (P-384).</summary>
    public static Outcome<(KeyKind Kind, byte[] Secret)> FromSecretMultibase(string? multibase) =>
        Multikey.Decode(multibase, secret: true);

    /// <summary>Secret Multikey text of a raw secret.</summary>
    public static string ToSecretMultibase(KeyKind kind, ReadOnlySpan<byte> secret) =>
        Multikey.Encode(kind, secret: true, secret);
}
