using System.Buffers.Binary;
using System.Numerics;

namespace Mortanba.Credentials;

/// <summary>Keccak-256 as Ethereum and OpenAttestation use it: the sponge of FIPS 202 with the padding of before the standard (0x01).</summary>
/// <remarks>The base class library has SHA3-256 only, which pads otherwise. Hashes what is public; no secret.</remarks>
internal static class Keccak256
{
    public const int SizeBytes = 32;

    private const int RateBytes = 136;
    private const int Rounds = 24;

    private static readonly ulong[] RoundConstants = MakeRoundConstants();

    public static byte[] Hash(ReadOnlySpan<byte> message)
    {
        Span<ulong> state = stackalloc ulong[25];
        while (message.Length >= RateBytes)
        {
            Absorb(state, message[..RateBytes]);
            message = message[RateBytes..];
        }

        Span<byte> last = stackalloc byte[RateBytes];
        message.CopyTo(last);
        last[message.Length] = 0x01;
        last[^1] |= 0x80;
        Absorb(state, last);

        var digest = new byte[SizeBytes];
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(i * 8), state[i]);
        }

        return digest;
    }

    private static void Absorb(Span<ulong> state, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < RateBytes / 8; i++)
        {
            state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(i * 8)..]);
        }

        Permute(state);
    }

    // FIPS 202 section 3.2; lane (x, y) stands at x + 5y.
    private static void Permute(Span<ulong> a)
    {
        Span<ulong> c = stackalloc ulong[5];
        Span<ulong> b = stackalloc ulong[25];
        for (var round = 0; round < Rounds; round++)
        {
            for (var x = 0; x < 5; x++)
            {
                c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            }

            for (var i = 0; i < 25; i++)
            {
                a[i] ^= c[((i % 5) + 4) % 5] ^ BitOperations.RotateLeft(c[((i % 5) + 1) % 5], 1);
            }

            // Rho turns the lanes while pi moves them, walking from (1, 0).
            b[0] = a[0];
            for (int t = 0, x = 1, y = 0; t < 24; t++)
            {
                (var from, x, y) = (x + (5 * y), y, ((2 * x) + (3 * y)) % 5);
                b[x + (5 * y)] = BitOperations.RotateLeft(a[from], (t + 1) * (t + 2) / 2 % 64);
            }

            for (var i = 0; i < 25; i++)
            {
                var row = i - (i % 5);
                a[i] = b[i] ^ (~b[row + ((i + 1) % 5)] & b[row + ((i + 2) % 5)]);
            }

            a[0] ^= RoundConstants[round];
        }
    }

    // FIPS 202 algorithm 5: a shift register of eight bits gives the bits at 2^j - 1.
    private static ulong[] MakeRoundConstants()
    {
        var constants = new ulong[Rounds];
        uint register = 1;
        for (var round = 0; round < Rounds; round++)
        {
            for (var j = 0; j < 7; j++)
            {
                if ((register & 1) == 1)
                {
                    constants[round] |= 1UL << ((1 << j) - 1);
                }

                register = (register << 1) ^ ((register >> 7) * 0x171);
            }
        }

        return constants;
    }
}
