using System.Security.Cryptography;

namespace Mortanba.Credentials;

/// <summary>Salts of disclosures: 128 random bits each (RFC 9901 section 9.3), each handed out once.</summary>
/// <remarks>Drawn 64 at a time: one call to the system's generator costs more than the rest of a disclosure.</remarks>
internal sealed class Salts
{
    public const int TextSize = 22;
    private const int SizeBytes = 16;

    private readonly byte[] drawn = new byte[SizeBytes * 64];
    private int used;

    public Salts() => used = drawn.Length;

    /// <summary>Valid until the next call.</summary>
    public ReadOnlySpan<byte> Next()
    {
        if (used == drawn.Length)
        {
            RandomNumberGenerator.Fill(drawn);
            used = 0;
        }

        used += SizeBytes;
        return drawn.AsSpan(used - SizeBytes, SizeBytes);
    }
}
