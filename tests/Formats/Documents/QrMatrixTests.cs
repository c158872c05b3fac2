using System.Text;
using Mortanba.Documents;
using Xunit;

namespace Mortanba.Formats.Tests.Documents;

public sealed class QrMatrixTests
{
    private const int Scale = 4;
    private const int QuietZone = 4;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_foreign_reader_reads_every_version(bool sturdy)
    {
        using var folder = new ScratchFolder();
        var texts = new List<string>();
        var pictures = new List<string>();
        for (var number = 1; number <= 40; number++)
        {
            // As many characters as the version holds.
            var version = new QrVersion(number, sturdy);
            var length = ((8 * version.DataCount) - 4 - version.CountBits) / 8;
            var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('!' + (((i * 31) + number) % 90))));
            var matrix = QrMatrix.Encode(text, sturdy);
            Assert.Equal(version.Size, matrix.Size);
            texts.Add(text);
            pictures.Add(folder.Write($"{number:00}.pgm", Picture(matrix)));
        }

        var (_, output) = Tool.Run("zbarimg", ["-q", "--raw", .. pictures]);
        var read = output.Split('\n').ToHashSet(StringComparer.Ordinal);
        Assert.Empty(texts.Where(text => !read.Contains(text)).Select(text => text.Length));
    }

    [Fact]
    public void A_text_takes_the_smallest_version_that_holds_it()
    {
        // Table 7 of ISO/IEC 18004: byte mode at level M holds 14 in version 1, 26 in version 2, 2331 in version 40.
        Assert.Equal(21, QrMatrix.Encode(new string('a', 14)).Size);
        Assert.Equal(25, QrMatrix.Encode(new string('a', 15)).Size);
        Assert.Equal(25, QrMatrix.Encode(new string('a', 26)).Size);
        Assert.Equal(177, QrMatrix.Encode(new string('a', 2331)).Size);
        Assert.Throws<ArgumentOutOfRangeException>(() => QrMatrix.Encode(new string('a', 2332)));
        Assert.Equal(177, QrMatrix.Encode(new string('a', 2953), sturdy: false).Size);
    }

    [Fact]
    public void Error_correction_is_that_of_the_standard()
    {
        // ISO/IEC 18004 annex I: the data of "01234567" in version 1-M and its ten error correction codewords. Byte mode
        // cannot spell that data, so the codewords of a text are checked by their syndromes: the polynomial has the roots
        // 2^0 to 2^9.
        var codewords = QrCodewords.Of("mortanba"u8, new QrVersion(1, true));
        for (var root = 0; root < 10; root++)
        {
            var value = 0;
            foreach (var codeword in codewords)
            {
                value = Times(value, PowerOfTwo(root)) ^ codeword;
            }

            Assert.Equal(0, value);
        }
    }

    [Fact]
    public void Text_beyond_ASCII_is_refused() =>
        Assert.Throws<ArgumentException>(() => QrMatrix.Encode("диплом"));

    private static int PowerOfTwo(int exponent)
    {
        var value = 1;
        for (var i = 0; i < exponent; i++)
        {
            value = Times(value, 2);
        }

        return value;
    }

    private static int Times(int a, int b)
    {
        var product = 0;
        for (var bit = 7; bit >= 0; bit--)
        {
            product <<= 1;
            product ^= product > 255 ? 0x11d : 0;
            product ^= ((b >> bit) & 1) * a;
        }

        return product;
    }

    private static byte[] Picture(QrMatrix matrix)
    {
        var side = Scale * (matrix.Size + (2 * QuietZone));
        var header = Encoding.ASCII.GetBytes($"P5 {side} {side} 255\n");
        var picture = new byte[header.Length + (side * side)];
        header.CopyTo(picture, 0);
        picture.AsSpan(header.Length).Fill(255);
        for (var i = 0; i < side * side; i++)
        {
            int column = (i % side / Scale) - QuietZone, row = (i / side / Scale) - QuietZone;
            if (column >= 0 && row >= 0 && column < matrix.Size && row < matrix.Size && matrix[column, row])
            {
                picture[header.Length + i] = 0;
            }
        }

        return picture;
    }
}
