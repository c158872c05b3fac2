namespace Mortanba.Documents;

/// <summary>The codewords of bytes in byte mode with their Reed-Solomon error correction (ISO/IEC 18004 clause 7.4, 7.5).</summary>
internal static class QrCodewords
{
    private const int ByteMode = 0b0100;

    // GF(256) with 0x11D and generator 2.
    private static readonly byte[] Power = new byte[510];
    private static readonly byte[] Log = new byte[256];
    private static readonly byte[]?[] Generators = new byte[31][];

    static QrCodewords()
    {
        var value = 1;
        for (var i = 0; i < 255; i++)
        {
            Power[i] = Power[i + 255] = (byte)value;
            Log[value] = (byte)i;
            value <<= 1;
            value ^= value > 255 ? 0x11d : 0;
        }
    }

    public static byte[] Of(ReadOnlySpan<byte> content, QrVersion version)
    {
        var data = Data(content, version);
        var (count, ecc) = (version.BlockCount, version.EccLength);
        var shortLength = data.Length / count;
        var shortCount = count - (data.Length % count);
        var all = new byte[version.CodewordCount];
        var generator = Generator(ecc);
        Span<byte> remainder = stackalloc byte[ecc];
        for (int block = 0, start = 0; block < count; block++)
        {
            var length = shortLength + (block < shortCount ? 0 : 1);
            var part = data.AsSpan(start, length);
            start += length;
            Remainder(part, generator, remainder);
            // Blocks are interleaved; the last codeword of the long ones stands behind those of all blocks.
            for (var i = 0; i < length; i++)
            {
                all[(i * count) + block - (i == shortLength ? shortCount : 0)] = part[i];
            }

            for (var i = 0; i < ecc; i++)
            {
                all[data.Length + (i * count) + block] = remainder[i];
            }
        }

        return all;
    }

    // Mode, count, content, terminator, then the two padding bytes in turn.
    private static byte[] Data(ReadOnlySpan<byte> content, QrVersion version)
    {
        var data = new byte[version.DataCount];
        var at = 0;
        void Put(int value, int bits)
        {
            for (var i = bits - 1; i >= 0; i--, at++)
            {
                data[at >> 3] |= (byte)(((value >> i) & 1) << (7 - (at & 7)));
            }
        }

        Put(ByteMode, 4);
        Put(content.Length, version.CountBits);
        foreach (var value in content)
        {
            Put(value, 8);
        }

        var used = (at + Math.Min(4, (8 * data.Length) - at) + 7) / 8;
        for (var i = used; i < data.Length; i++)
        {
            data[i] = (i - used) % 2 == 0 ? (byte)0xec : (byte)0x11;
        }

        return data;
    }

    private static void Remainder(ReadOnlySpan<byte> data, byte[] generator, Span<byte> remainder)
    {
        remainder.Clear();
        foreach (var value in data)
        {
            var factor = value ^ remainder[0];
            remainder[1..].CopyTo(remainder);
            remainder[^1] = 0;
            if (factor == 0)
            {
                continue;
            }

            int log = Log[factor];
            for (var i = 0; i < remainder.Length; i++)
            {
                remainder[i] ^= Power[log + generator[i]];
            }
        }
    }

    // The logarithms of the coefficients of (x - 2^0)(x - 2^1)…, without the leading 1; none of them is 0 (annex A).
    private static byte[] Generator(int degree)
    {
        if (Generators[degree] is { } known)
        {
            return known;
        }

        var coefficients = new byte[degree];
        coefficients[^1] = 1;
        for (var root = 0; root < degree; root++)
        {
            for (var i = 0; i < degree; i++)
            {
                coefficients[i] = Times(coefficients[i], Power[root]);
                if (i + 1 < degree)
                {
                    coefficients[i] ^= coefficients[i + 1];
                }
            }
        }

        return Generators[degree] = [.. coefficients.Select(coefficient => Log[coefficient])];
    }

    private static byte Times(byte a, byte b) => a == 0 || b == 0 ? (byte)0 : Power[Log[a] + Log[b]];
}
