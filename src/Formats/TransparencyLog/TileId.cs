using System.Globalization;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>Names one tile of hashes or one bundle of entries (C2SP tlog-tiles, "Tiles" and "Log entries").</summary>
/// <param name="Level">0 to 63 for hashes (0 holds leaf hashes), or <see cref="EntriesLevel"/>.</param>
/// <param name="Index">Counts tiles of the level from 0.</param>
/// <param name="Width">Hashes or entries in it: 256 when full, else 1 to 255.</param>
public readonly record struct TileId(int Level, long Index, int Width)
{
    public const int WidthMax = 256;
    public const int LevelMax = 63;
    public const int EntriesLevel = -1;
    private const int HeightBits = 8;
    // Seven groups of three digits hold every index of a log of 2^63 entries.
    private const int PathMaxChars = 64;

    public bool IsFull => Width == WidthMax;

    public bool IsEntries => Level == EntriesLevel;

    /// <summary>The path below the log's base address: <c>tile/0/x001/067</c>, <c>tile/entries/000.p/15</c>.</summary>
    public string Path()
    {
        var path = new StringBuilder("tile/", PathMaxChars);
        path.Append(IsEntries ? "entries" : Level.ToString(CultureInfo.InvariantCulture));
        var digits = Index.ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft((digits.Length + 2) / 3 * 3, '0');
        for (var i = 0; i < digits.Length; i += 3)
        {
            path.Append('/');
            if (i + 3 < digits.Length)
            {
                path.Append('x');
            }

            path.Append(digits, i, 3);
        }

        return IsFull ? path.ToString() : path.Append(".p/").Append(Width).ToString();
    }

    /// <summary>Reads a path; each tile has exactly one.</summary>
    public static Outcome<TileId> Parse(string path)
    {
        var parts = path.Length <= PathMaxChars ? path.Split('/') : [];
        if (parts.Length < 3 || parts[0] != "tile")
        {
            return Malformed();
        }

        var level = EntriesLevel;
        if (parts[1] != "entries")
        {
            if (!StrictDecimal.TryParse(parts[1], out var number) || number > LevelMax)
            {
                return Malformed();
            }

            level = (int)number;
        }

        var width = WidthMax;
        var end = parts.Length;
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!StrictDecimal.TryParse(parts[^1], out var partial) || partial is < 1 or >= WidthMax)
            {
                return Malformed();
            }

            width = (int)partial;
            end--;
            parts[end - 1] = parts[end - 1][..^2];
        }

        var digits = string.Concat(parts[2..end].Select(group => group.TrimStart('x'))).TrimStart('0');
        if (digits.Length == 0)
        {
            digits = "0";
        }

        // Writing it again settles the grouping: anything but the one canonical form differs.
        return StrictDecimal.TryParse(digits, out var index) && new TileId(level, index, width) is var id && id.Path() == path
            ? id
            : Malformed();
    }

    /// <summary>How many hashes (or entries) this tile of a tree of that size has: 0 when it lies beyond.</summary>
    public static int WidthAt(int level, long index, long size)
    {
        var shift = HeightBits * Math.Max(level, 0);
        var hashes = shift > 62 ? 0 : size >> shift;
        return index > hashes / WidthMax ? 0 : (int)Math.Min(WidthMax, hashes - (index * WidthMax));
    }

    private static Problem Malformed() => new("log/tile-path-malformed", "This is not the path of a tile.");
}
