using System.Buffers;
using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>Writes canonical JSON directly: the caller brings members in the order RFC 8785 wants.</summary>
/// <remarks>
/// Sorting and re-parsing a tree for each of 600,000 diplomas would cost more than signing them; a test compares
/// every rendering with <see cref="Jcs.Canonicalize(System.Text.Json.JsonElement)"/>. One object serves one thread.
/// </remarks>
internal sealed class JcsText
{
    private readonly ArrayBufferWriter<byte> output = new(1024);

    public int Length => output.WrittenCount;

    public ReadOnlySpan<byte> Written => output.WrittenSpan;

    public void Clear() => output.ResetWrittenCount();

    /// <summary>JSON as it stands: braces, names, commas.</summary>
    public JcsText Raw(ReadOnlySpan<byte> json)
    {
        output.Write(json);
        return this;
    }

    public JcsText Text(ReadOnlySpan<char> text)
    {
        Jcs.WriteString(text, output);
        return this;
    }

    /// <summary>A language map, members in canonical order: en, kk, ru.</summary>
    public JcsText Texts(LocalizedText text)
    {
        Raw("{\"en\":"u8).Text(text.En);
        Raw(",\"kk\":"u8).Text(text.Kk);
        return Raw(",\"ru\":"u8).Text(text.Ru).Raw("}"u8);
    }

    public JcsText Number(int number)
    {
        number.TryFormat(output.GetSpan(11), out var size, default, CultureInfo.InvariantCulture);
        output.Advance(size);
        return this;
    }

    /// <summary>ASCII in quotes that needs no escape: numbers and dates made by this code.</summary>
    public JcsText Plain<T>(T value, ReadOnlySpan<char> format = default)
        where T : IUtf8SpanFormattable =>
        Raw("\""u8).RawPlain(value, format).Raw("\""u8);

    /// <summary>ASCII without quotes, at most 64 bytes.</summary>
    public JcsText RawPlain<T>(T value, ReadOnlySpan<char> format = default)
        where T : IUtf8SpanFormattable
    {
        var span = output.GetSpan(64);
        if (!value.TryFormat(span, out var size, format, CultureInfo.InvariantCulture))
        {
            throw new ArgumentException("The value needs more than 64 bytes.", nameof(value));
        }

        output.Advance(size);
        return this;
    }
}
