using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Mortanba.Foundation;

/// <summary>SHA3-512 (FIPS 202) of eight messages at once, one in each 64-bit lane of the AVX-512 registers.</summary>
/// <remarks>
/// Signing commits to some 20 KB a diploma, and libcrypto hashes them at 220 MB/s on one core; eight together take
/// about a third of the time (docs/performance.md). Without AVX-512 the base class library hashes one by one: same result.
/// No secret steers a branch or an address.
/// </remarks>
public static class Sha3Batch
{
    public const int SizeBytes = 64;

    /// <summary>Messages that are hashed together; calls with fewer, or of very different lengths, gain less.</summary>
    public const int Width = 8;

    // FIPS 202 table 3: capacity 1024 bits leaves 576 bits of rate.
    private const int RateBytes = 72;
    private const int RateWords = RateBytes / sizeof(ulong);

    private static readonly ulong[] RoundConstants = MakeRoundConstants();

    /// <summary>Hashes each message; <paramref name="digests"/> takes 64 bytes for each, in order.</summary>
    public static void Hash(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> digests)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(digests.Length, messages.Length * SizeBytes);
        while (Avx512F.IsSupported && messages.Length > 1)
        {
            var count = Math.Min(Width, messages.Length);
            HashTogether(messages[..count], digests);
            messages = messages[count..];
            digests = digests[(count * SizeBytes)..];
        }

        for (var i = 0; i < messages.Length; i++)
        {
            SHA3_512.HashData(messages[i].Span, digests.Slice(i * SizeBytes, SizeBytes));
        }
    }

    private static void HashTogether(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<byte> digests)
    {
        Span<Vector512<ulong>> state = stackalloc Vector512<ulong>[25];
        Span<ulong> block = stackalloc ulong[RateWords * Width];
        state.Clear();
        var blocks = 0;
        foreach (var message in messages)
        {
            blocks = Math.Max(blocks, (message.Length / RateBytes) + 1);
        }

        for (var at = 0; at < blocks; at++)
        {
            for (var lane = 0; lane < messages.Length; lane++)
            {
                LoadBlock(messages[lane].Span, at, lane, block);
            }

            for (var word = 0; word < RateWords; word++)
            {
                state[word] ^= Vector512.Create<ulong>(block.Slice(word * Width, Width));
            }

            Permute(state);
            for (var lane = 0; lane < messages.Length; lane++)
            {
                // A lane whose message has ended goes on with blocks that nobody looks at.
                if (messages[lane].Length / RateBytes == at)
                {
                    Squeeze(state, lane, digests.Slice(lane * SizeBytes, SizeBytes));
                }
            }
        }
    }

    // The block of one message, a word for each row of the batch; the last one is padded (section 5.1, suffix 01).
    private static void LoadBlock(ReadOnlySpan<byte> message, int at, int lane, Span<ulong> block)
    {
        var start = at * RateBytes;
        if (start + RateBytes <= message.Length)
        {
            var whole = MemoryMarshal.Cast<byte, ulong>(message.Slice(start, RateBytes));
            for (var word = 0; word < RateWords; word++)
            {
                block[(word * Width) + lane] = whole[word];
            }

            return;
        }

        Span<byte> last = stackalloc byte[RateBytes];
        last.Clear();
        if (start <= message.Length)
        {
            message[start..].CopyTo(last);
            last[message.Length - start] = 0x06;
            last[^1] |= 0x80;
        }

        for (var word = 0; word < RateWords; word++)
        {
            block[(word * Width) + lane] = BinaryPrimitives.ReadUInt64LittleEndian(last[(word * sizeof(ulong))..]);
        }
    }

    private static void Squeeze(ReadOnlySpan<Vector512<ulong>> state, int lane, Span<byte> digest)
    {
        for (var word = 0; word < SizeBytes / sizeof(ulong); word++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(digest[(word * sizeof(ulong))..], state[word][lane]);
        }
    }

    // Keccak-f[1600], FIPS 202 section 3.2: theta, rho and pi, chi, iota. a[x + 5y] is the lane (x, y).
    private static void Permute(Span<Vector512<ulong>> state)
    {
        var a0 = state[0]; var a1 = state[1]; var a2 = state[2]; var a3 = state[3]; var a4 = state[4];
        var a5 = state[5]; var a6 = state[6]; var a7 = state[7]; var a8 = state[8]; var a9 = state[9];
        var a10 = state[10]; var a11 = state[11]; var a12 = state[12]; var a13 = state[13]; var a14 = state[14];
        var a15 = state[15]; var a16 = state[16]; var a17 = state[17]; var a18 = state[18]; var a19 = state[19];
        var a20 = state[20]; var a21 = state[21]; var a22 = state[22]; var a23 = state[23]; var a24 = state[24];

        for (var round = 0; round < 24; round++)
        {
            var c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
            var c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
            var c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
            var c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
            var c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
            var d0 = c4 ^ Avx512F.RotateLeft(c1, 1);
            var d1 = c0 ^ Avx512F.RotateLeft(c2, 1);
            var d2 = c1 ^ Avx512F.RotateLeft(c3, 1);
            var d3 = c2 ^ Avx512F.RotateLeft(c4, 1);
            var d4 = c3 ^ Avx512F.RotateLeft(c0, 1);

            var b0 = a0 ^ d0;
            var b1 = Avx512F.RotateLeft(a6 ^ d1, 44);
            var b2 = Avx512F.RotateLeft(a12 ^ d2, 43);
            var b3 = Avx512F.RotateLeft(a18 ^ d3, 21);
            var b4 = Avx512F.RotateLeft(a24 ^ d4, 14);
            var b5 = Avx512F.RotateLeft(a3 ^ d3, 28);
            var b6 = Avx512F.RotateLeft(a9 ^ d4, 20);
            var b7 = Avx512F.RotateLeft(a10 ^ d0, 3);
            var b8 = Avx512F.RotateLeft(a16 ^ d1, 45);
            var b9 = Avx512F.RotateLeft(a22 ^ d2, 61);
            var b10 = Avx512F.RotateLeft(a1 ^ d1, 1);
            var b11 = Avx512F.RotateLeft(a7 ^ d2, 6);
            var b12 = Avx512F.RotateLeft(a13 ^ d3, 25);
            var b13 = Avx512F.RotateLeft(a19 ^ d4, 8);
            var b14 = Avx512F.RotateLeft(a20 ^ d0, 18);
            var b15 = Avx512F.RotateLeft(a4 ^ d4, 27);
            var b16 = Avx512F.RotateLeft(a5 ^ d0, 36);
            var b17 = Avx512F.RotateLeft(a11 ^ d1, 10);
            var b18 = Avx512F.RotateLeft(a17 ^ d2, 15);
            var b19 = Avx512F.RotateLeft(a23 ^ d3, 56);
            var b20 = Avx512F.RotateLeft(a2 ^ d2, 62);
            var b21 = Avx512F.RotateLeft(a8 ^ d3, 55);
            var b22 = Avx512F.RotateLeft(a14 ^ d4, 39);
            var b23 = Avx512F.RotateLeft(a15 ^ d0, 41);
            var b24 = Avx512F.RotateLeft(a21 ^ d1, 2);

            a0 = b0 ^ Avx512F.AndNot(b1, b2) ^ Vector512.Create(RoundConstants[round]);
            a1 = b1 ^ Avx512F.AndNot(b2, b3);
            a2 = b2 ^ Avx512F.AndNot(b3, b4);
            a3 = b3 ^ Avx512F.AndNot(b4, b0);
            a4 = b4 ^ Avx512F.AndNot(b0, b1);
            a5 = b5 ^ Avx512F.AndNot(b6, b7);
            a6 = b6 ^ Avx512F.AndNot(b7, b8);
            a7 = b7 ^ Avx512F.AndNot(b8, b9);
            a8 = b8 ^ Avx512F.AndNot(b9, b5);
            a9 = b9 ^ Avx512F.AndNot(b5, b6);
            a10 = b10 ^ Avx512F.AndNot(b11, b12);
            a11 = b11 ^ Avx512F.AndNot(b12, b13);
            a12 = b12 ^ Avx512F.AndNot(b13, b14);
            a13 = b13 ^ Avx512F.AndNot(b14, b10);
            a14 = b14 ^ Avx512F.AndNot(b10, b11);
            a15 = b15 ^ Avx512F.AndNot(b16, b17);
            a16 = b16 ^ Avx512F.AndNot(b17, b18);
            a17 = b17 ^ Avx512F.AndNot(b18, b19);
            a18 = b18 ^ Avx512F.AndNot(b19, b15);
            a19 = b19 ^ Avx512F.AndNot(b15, b16);
            a20 = b20 ^ Avx512F.AndNot(b21, b22);
            a21 = b21 ^ Avx512F.AndNot(b22, b23);
            a22 = b22 ^ Avx512F.AndNot(b23, b24);
            a23 = b23 ^ Avx512F.AndNot(b24, b20);
            a24 = b24 ^ Avx512F.AndNot(b20, b21);
        }

        state[0] = a0; state[1] = a1; state[2] = a2; state[3] = a3; state[4] = a4;
        state[5] = a5; state[6] = a6; state[7] = a7; state[8] = a8; state[9] = a9;
        state[10] = a10; state[11] = a11; state[12] = a12; state[13] = a13; state[14] = a14;
        state[15] = a15; state[16] = a16; state[17] = a17; state[18] = a18; state[19] = a19;
        state[20] = a20; state[21] = a21; state[22] = a22; state[23] = a23; state[24] = a24;
    }

    // Section 3.2.5, algorithm 5: one bit of a linear feedback register for each power of two.
    private static ulong[] MakeRoundConstants()
    {
        var constants = new ulong[24];
        var register = 1u;
        for (var round = 0; round < constants.Length; round++)
        {
            for (var j = 0; j <= 6; j++)
            {
                constants[round] |= (ulong)(register & 1) << ((1 << j) - 1);
                register = (register << 1) ^ ((register >> 7) * 0x171);
            }
        }

        return constants;
    }
}
