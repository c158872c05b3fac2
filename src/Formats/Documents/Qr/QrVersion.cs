namespace Mortanba.Documents;

/// <summary>The size of a QR code and how its codewords are shared out (ISO/IEC 18004 tables 1, 7 and 9).</summary>
/// <param name="Number">1 to 40; 17 + 4 times it is the side in modules.</param>
/// <param name="IsSturdy">Error correction M instead of L.</param>
internal readonly record struct QrVersion(int Number, bool IsSturdy)
{
    private const int NumberMax = 40;

    // Table 9, by version from 1: error correction codewords of a block, and count of blocks, of levels L and M.
    private static readonly byte[] EccOfL =
    [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
        28, 28, 30, 30, 26, 28, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ];

    private static readonly byte[] EccOfM =
    [
        10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
        26, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    ];

    private static readonly byte[] BlocksOfL =
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
        8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25,
    ];

    private static readonly byte[] BlocksOfM =
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
        17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49,
    ];

    public int Size => 17 + (4 * Number);

    /// <summary>Error correction codewords of each block.</summary>
    public int EccLength => (IsSturdy ? EccOfM : EccOfL)[Number - 1];

    public int BlockCount => (IsSturdy ? BlocksOfM : BlocksOfL)[Number - 1];

    /// <summary>Bits of the count of bytes in byte mode (table 3).</summary>
    public int CountBits => Number < 10 ? 8 : 16;

    /// <summary>All codewords, of data and of error correction.</summary>
    public int CodewordCount
    {
        get
        {
            var modules = (((16 * Number) + 128) * Number) + 64;
            if (Number >= 2)
            {
                var alignments = (Number / 7) + 2;
                modules -= (((25 * alignments) - 10) * alignments) - 55;
            }

            return (modules - (Number >= 7 ? 36 : 0)) / 8;
        }
    }

    public int DataCount => CodewordCount - (EccLength * BlockCount);

    /// <summary>The smallest version that holds so many bytes.</summary>
    public static QrVersion For(int byteCount, bool sturdy)
    {
        for (var number = 1; number <= NumberMax; number++)
        {
            var version = new QrVersion(number, sturdy);
            if (4 + version.CountBits + (8 * byteCount) <= 8 * version.DataCount)
            {
                return version;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(byteCount), "No QR code holds so much.");
    }

    /// <summary>Centres of the alignment patterns, the same across and down (annex E).</summary>
    public int[] Alignments()
    {
        if (Number == 1)
        {
            return [];
        }

        var places = new int[(Number / 7) + 2];
        var step = ((8 * Number) + (3 * places.Length) + 5) / ((4 * places.Length) - 4) * 2;
        places[0] = 6;
        for (int i = places.Length - 1, at = Size - 7; i > 0; i--, at -= step)
        {
            places[i] = at;
        }

        return places;
    }
}
