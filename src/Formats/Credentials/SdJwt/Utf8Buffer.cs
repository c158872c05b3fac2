using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A growing byte buffer that can be cut back: the stack of the SD-JWT writer.</summary>
internal sealed class Utf8Buffer(int capacity)
{
    private byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public Span<byte> Writable => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void CutTo(int length) => Length = length;

    public void Advance(int count) => Length += count;

    /// <summary>At least <paramref name="size"/> free bytes.</summary>
    public Span<byte> Span(int size)
    {
        if (bytes.Length - Length < size)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + size));
        }

        return bytes.AsSpan(Length);
    }

    public void Write(ReadOnlySpan<byte> more)
    {
        more.CopyTo(Span(more.Length));
        Length += more.Length;
    }

    private static readonly SearchValues<char> Escaped = SearchValues.Create(Jcs.ControlCharacters + "\"\\");

    /// <summary>A JSON string with the escapes that must be, and no other. Throws on a lone surrogate.</summary>
    public void WriteJsonString(ReadOnlySpan<char> text)
    {
        Write("\""u8);
        while (true)
        {
            var plain = text.IndexOfAny(Escaped);
            WritePlain(plain < 0 ? text : text[..plain]);
            if (plain < 0)
            {
                break;
            }

            WriteEscape(text[plain]);
            text = text[(plain + 1)..];
        }

        Write("\""u8);
    }

    private void WritePlain(ReadOnlySpan<char> text)
    {
        var status = Utf8.FromUtf16(text, Span(text.Length * 3), out _, out var written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
        {
            throw new ArgumentException("The text holds a lone surrogate.", nameof(text));
        }

        Length += written;
    }

    private void WriteEscape(char c)
    {
        switch (c)
        {
            case '"':
                Write("\\\""u8);
                break;
            case '\\':
                Write("\\\\"u8);
                break;
            case '\n':
                Write("\\n"u8);
                break;
            case '\r':
                Write("\\r"u8);
                break;
            case '\t':
                Write("\\t"u8);
                break;
            default:
                Write("\\u00"u8);
                ((int)c).TryFormat(Span(2), out var written, "x2", CultureInfo.InvariantCulture);
                Length += written;
                break;
        }
    }
}
