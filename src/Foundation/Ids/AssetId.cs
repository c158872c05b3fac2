using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Mortanba.Foundation;

/// <summary>The random name of one diploma as an asset: <c>urn:uuid:…</c> (version 4). Says nothing about the person.</summary>
public readonly record struct AssetId(Guid Value)
{
    private const string Prefix = "urn:uuid:";

    public static AssetId NewRandom()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new AssetId(new Guid(bytes, bigEndian: true));
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out AssetId id)
    {
        id = default;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Guid.TryParseExact(text.AsSpan(Prefix.Length), "D", out var guid))
        {
            return false;
        }

        id = new AssetId(guid);
        return true;
    }

    public static AssetId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not an asset id.");

    public override string ToString() => Prefix + Value.ToString("D");
}
