using System.Security.Cryptography;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>
/// A short text at rest in one column: <c>wrapped key (60) ‖ <see cref="SealedBox"/></c>. Overwriting it destroys it.
/// </summary>
internal static class SealedWords
{
    private const int WrappedSizeBytes = 60;

    public static byte[] Seal(IKeyVault vault, string place, ReadOnlySpan<byte> plain)
    {
        var (wrapped, box) = SealedBox.Seal(vault, place, plain);
        return [.. wrapped, .. box];
    }

    /// <summary>Null when the text was destroyed. Throws <see cref="CryptographicException"/> when a byte was changed.</summary>
    public static byte[]? Open(IKeyVault vault, string place, byte[] sealedBytes) => sealedBytes.Length switch
    {
        0 => null,
        < WrappedSizeBytes => throw new CryptographicException("A sealed text is cut short."),
        _ => SealedBox.Open(vault, place, sealedBytes.AsSpan(..WrappedSizeBytes), sealedBytes.AsSpan(WrappedSizeBytes..)),
    };
}
