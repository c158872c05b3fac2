using System.Text;

namespace Mortanba.Faults.Tests.Fuzz;

/// <summary>Makes an input out of others. The same seed makes the same input.</summary>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<string> tokens)
{
    private const int SizeMaxBytes = 256 * 1024;

    // What readers of any format trip over.
    private static readonly byte[][] Nasty =
    [
        [0], [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0xff, 0xff, 0xff, 0x7f], "\r\n"u8.ToArray(),
        .. new[]
        {
            "-1", "0", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967296", "9007199254740993",
            "9223372036854775807", "9223372036854775808", "1e999", "-0", "00", "\\ud800", "\\u0000", "%00", "\"", "{", "[", "null",
            "=", "==", "../", "\u0130", "\u2028", "\U0001F600",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    public byte[] Make(int seed)
    {
        var random = new Random(seed);
        var bytes = Pick(corpus, random);
        for (var times = 1 + (int)Math.Min(random.NextInt64(6), random.NextInt64(6)); times > 0; times--)
        {
            bytes = Change(bytes, random);
        }

        return bytes.Length <= SizeMaxBytes ? bytes : bytes[..SizeMaxBytes];
    }

    private byte[] Change(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length + 1);
        var length = Math.Min(bytes.Length - at, 1 + (random.Next(4) == 0 ? random.Next(256) : random.Next(8)));
        ReadOnlySpan<byte> before = bytes.AsSpan(0, at), cut = bytes.AsSpan(at, length), after = bytes.AsSpan(at + length);
        switch (random.Next(11))
        {
            case 0:
                return Flip(bytes, random);
            case 1:
                return [.. before, .. after];
            case 2:
                return [.. before, .. cut, .. cut, .. after];
            case 3:
                return [.. before];
            case 4:
                return [.. before, .. Pick(Nasty, random), .. after];
            case 5 when tokens.Count > 0:
                return [.. before, .. Encoding.UTF8.GetBytes(tokens[random.Next(tokens.Count)]), .. after];
            case 6:
                return Splice(bytes, at, Pick(corpus, random), random);
            case 7:
                return Inflate(bytes, random);
            case 8:
                return Repeat(before, cut, after, random);
            case 9:
                return [.. before, (byte)random.Next(256), .. after];
            default:
                return Move(bytes, at, length, random);
        }
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        if (bytes.Length == 0)
        {
            return bytes;
        }

        var flipped = (byte[])bytes.Clone();
        flipped[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    // The beginning of one with the end of another.
    private static byte[] Splice(byte[] bytes, int at, byte[] other, Random random) =>
        [.. bytes.AsSpan(0, at), .. other.AsSpan(random.Next(other.Length + 1))];

    // A written length or count becomes another one.
    private static byte[] Inflate(byte[] bytes, Random random)
    {
        var from = random.Next(bytes.Length + 1);
        var start = from;
        while (start < bytes.Length && !char.IsAsciiDigit((char)bytes[start]))
        {
            start++;
        }

        var end = start;
        while (end < bytes.Length && char.IsAsciiDigit((char)bytes[end]))
        {
            end++;
        }

        string[] numbers = ["0", "1", "2147483647", "999999999", "9223372036854775807", "-1", $"{random.Next(1000)}"];
        return [.. bytes.AsSpan(0, start), .. Encoding.ASCII.GetBytes(numbers[random.Next(numbers.Length)]), .. bytes.AsSpan(end)];
    }

    private static byte[] Repeat(ReadOnlySpan<byte> before, ReadOnlySpan<byte> cut, ReadOnlySpan<byte> after, Random random)
    {
        var times = 1 << random.Next(9);
        var made = new MemoryStream();
        made.Write(before);
        for (var i = 0; i < times; i++)
        {
            made.Write(cut);
        }

        made.Write(after);
        return made.ToArray();
    }

    private static byte[] Move(byte[] bytes, int at, int length, Random random)
    {
        byte[] rest = [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + length)];
        var to = random.Next(rest.Length + 1);
        return [.. rest.AsSpan(0, to), .. bytes.AsSpan(at, length), .. rest.AsSpan(to)];
    }

    private static byte[] Pick(IReadOnlyList<byte[]> from, Random random) => from[random.Next(from.Count)];
}
