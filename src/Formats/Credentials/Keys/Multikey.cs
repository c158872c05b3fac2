using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Multikey text: <c>z</c> + base58btc of a multicodec prefix and the raw key.</summary>
/// <remarks>Controlled Identifiers 1.0 section 2.2.2 (Multikey). Sizes in bytes; P-256 and P-384 points are compressed.</remarks>
internal static class Multikey
{
    private static readonly Codec[] Codecs =
    [
        new(KeyKind.P256, Secret: false, 0x80, 0x24, 33),
        new(KeyKind.P384, Secret: false, 0x81, 0x24, 49),
        new(KeyKind.Ed25519, Secret: false, 0xed, 0x01, 32),
        new(KeyKind.P256, Secret: true, 0x86, 0x26, 32),
        new(KeyKind.P384, Secret: true, 0x87, 0x26, 48),
        new(KeyKind.Ed25519, Secret: true, 0x80, 0x26, 32),
    ];

    public static string Encode(KeyKind kind, bool secret, ReadOnlySpan<byte> key)
    {
        var codec = Array.Find(Codecs, c => c.Kind == kind && c.Secret == secret)!;
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, codec.SizeBytes);
        return Base58Btc.Encode([codec.First, codec.Second, .. key]);
    }

    /// <summary>Kind and raw key; not yet checked to be a point of its curve.</summary>
    public static Outcome<(KeyKind Kind, byte[] Key)> Decode(string? multibase, bool secret)
    {
        if (!Base58Btc.TryDecode(multibase, out var bytes))
        {
            return new Problem("credentials/not-base58btc", "The key is not multibase text in base58btc (z…).");
        }

        var codec = bytes.Length < 2
            ? null
            : Array.Find(Codecs, c => c.Secret == secret && c.First == bytes[0] && c.Second == bytes[1]);
        if (codec is null)
        {
            return new Problem("credentials/unknown-key-type", "The key is not P-256, P-384 or Ed25519.");
        }

        return bytes.Length == codec.SizeBytes + 2
            ? (codec.Kind, bytes[2..])
            : WrongLength(codec.Kind, bytes.Length - 2, codec.SizeBytes);
    }

    public static int PublicSizeBytes(KeyKind kind) => Array.Find(Codecs, c => c.Kind == kind && !c.Secret)!.SizeBytes;

    public static Problem WrongLength(KeyKind kind, int sizeBytes, int expectedBytes) => new(
        "credentials/wrong-key-length",
        $"A {kind} key of {sizeBytes} bytes; it has {expectedBytes}.",
        ("kind", $"{kind}"),
        ("size", $"{sizeBytes}"),
        ("expected", $"{expectedBytes}"));

    private sealed record Codec(KeyKind Kind, bool Secret, byte First, byte Second, int SizeBytes);
}
