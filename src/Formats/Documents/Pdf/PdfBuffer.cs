using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Mortanba.Documents;

/// <summary>Bytes of a PDF being written. Numbers and ASCII go straight in: a diploma is 200 KB of them before deflating.</summary>
internal sealed class PdfBuffer(int capacity)
{
    private byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>Appends ASCII with holes for whole numbers, lengths (hundredths at most) and ASCII strings.</summary>
    [SuppressMessage("Performance", "CA1822", Justification = "The handler writes into the buffer it is called on.")]
    public void Append([InterpolatedStringHandlerArgument("")] ref Text text) => _ = text;

    public void Append(ReadOnlySpan<byte> content)
    {
        content.CopyTo(Room(content.Length));
        Length += content.Length;
    }

    /// <summary>ASCII only: what is more must be escaped before.</summary>
    public void Append(string ascii)
    {
        if (Encoding.ASCII.GetBytes(ascii, Room(ascii.Length)) != ascii.Length)
        {
            throw new ArgumentException("Only ASCII goes in plainly.", nameof(ascii));
        }

        Length += ascii.Length;
    }

    public void Append(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Append(int number)
    {
        number.TryFormat(Room(11), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
        Length += written;
    }

    /// <summary>A number with so many decimals at most, zeros at the end left out.</summary>
    public void Append(double number, int decimals = 2)
    {
        var unit = decimals switch { 2 => 100, 3 => 1_000, 4 => 10_000, _ => throw new ArgumentOutOfRangeException(nameof(decimals)) };
        var scaled = (long)Math.Round(number * unit, MidpointRounding.AwayFromZero);
        if (scaled < 0)
        {
            Append((byte)'-');
            scaled = -scaled;
        }

        var (whole, rest) = Math.DivRem(scaled, unit);
        Append(checked((int)whole));
        if (rest == 0)
        {
            return;
        }

        Append((byte)'.');
        while (rest > 0)
        {
            unit /= 10;
            Append((byte)('0' + (rest / unit)));
            rest %= unit;
        }
    }

    private Span<byte> Room(int size)
    {
        if (bytes.Length - Length < size)
        {
            Array.Resize(ref bytes, Math.Max(2 * bytes.Length, Length + size));
        }

        return bytes.AsSpan(Length);
    }

    [InterpolatedStringHandler]
    public readonly ref struct Text
    {
        private readonly PdfBuffer buffer;

        public Text(int literalLength, int formattedCount, PdfBuffer buffer)
        {
            _ = (literalLength, formattedCount);
            this.buffer = buffer;
        }

        public void AppendLiteral(string ascii) => buffer.Append(ascii);

        public void AppendFormatted(string ascii) => buffer.Append(ascii);

        public void AppendFormatted(int number) => buffer.Append(number);

        public void AppendFormatted(double number) => buffer.Append(number);

        /// <param name="format">One digit: how many decimals at most.</param>
        public void AppendFormatted(double number, string format) => buffer.Append(number, format[0] - '0');

        public void AppendFormatted(PdfColor color)
        {
            buffer.Append(color.Red / 255.0, 3);
            buffer.Append((byte)' ');
            buffer.Append(color.Green / 255.0, 3);
            buffer.Append((byte)' ');
            buffer.Append(color.Blue / 255.0, 3);
        }
    }
}
