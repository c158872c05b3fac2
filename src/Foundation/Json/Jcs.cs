using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Mortanba.Foundation;

/// <summary>JSON Canonicalization Scheme, RFC 8785: one byte form for one JSON value.</summary>
/// <remarks>
/// Names sorted by UTF-16 code units, minimal escapes, numbers as ECMAScript writes them. Input must already be strict
/// JSON (<see cref="StrictJson"/>): duplicate names and lone surrogates throw <see cref="FormatException"/> here.
/// </remarks>
public static class Jcs
{
    /// <summary>No number needs more: <c>-1.2345678901234567e-308</c> and 21 digits are both shorter.</summary>
    internal const int NumberSizeMaxBytes = 32;

    /// <summary>U+0000 to U+001F: never bare in a JSON string (RFC 8259 section 7).</summary>
    public const string ControlCharacters =
        "\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f";

    [ThreadStatic]
    private static JcsWriter? spare;

    /// <summary>The canonical UTF-8 bytes of a JSON value.</summary>
    public static byte[] Canonicalize(JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (JsonScan.IsPlainlyCanonical(raw))
        {
            return raw.ToArray();
        }

        var writer = Take();
        try
        {
            writer.Write(value);
            return writer.Written.ToArray();
        }
        finally
        {
            PutBack(writer);
        }
    }

    /// <summary>The canonical UTF-8 bytes of a JSON tree made in code.</summary>
    public static byte[] Canonicalize(JsonNode value)
    {
        var plain = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(plain, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            value.WriteTo(writer);
        }

        using var document = JsonDocument.Parse(plain.WrittenMemory);
        return Canonicalize(document.RootElement);
    }

    public static void Write(JsonElement value, IBufferWriter<byte> output)
    {
        var writer = Take();
        try
        {
            writer.Write(value);
            output.Write(writer.Written);
        }
        finally
        {
            PutBack(writer);
        }
    }

    /// <summary>True when the bytes are the canonical form of <paramref name="value"/>, which was parsed from them.</summary>
    public static bool IsCanonical(JsonElement value, ReadOnlySpan<byte> utf8)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        if (JsonScan.IsPlainlyCanonical(raw))
        {
            return raw.SequenceEqual(utf8);
        }

        var writer = Take();
        try
        {
            writer.Write(value);
            return writer.Written.SequenceEqual(utf8);
        }
        finally
        {
            PutBack(writer);
        }
    }

    /// <summary>
    /// The canonical bytes of an object without one member. The element is strict JSON; <paramref name="member"/> is the
    /// member's value within it.
    /// </summary>
    /// <param name="isCanonical">True when the element's text is known to be canonical as it stands (<see cref="StrictJson"/>).</param>
    public static void WriteWithout(
        JsonElement value, ReadOnlySpan<byte> name, JsonElement member, IBufferWriter<byte> output, bool isCanonical = false)
    {
        // Canonical as it stands: cut the member and one comma out of it.
        var raw = JsonMarshal.GetRawUtf8Value(value);
        var cut = JsonMarshal.GetRawUtf8Value(member);
        if (raw.Overlaps(cut, out var at) && (isCanonical || JsonScan.IsPlainlyCanonical(raw)))
        {
            var start = at - name.Length - 3;
            var end = at + cut.Length;
            start -= raw[start - 1] == ',' ? 1 : 0;
            end += raw[start] != ',' && raw[end] == ',' ? 1 : 0;
            output.Write(raw[..start]);
            output.Write(raw[end..]);
            return;
        }

        var writer = Take();
        try
        {
            writer.WriteWithout(value, name);
            output.Write(writer.Written);
        }
        finally
        {
            PutBack(writer);
        }
    }

    /// <summary>RFC 8785 section 3.2.2.3: the shortest digits that round-trip, laid out as ECMAScript does.</summary>
    public static void WriteNumber(double number, IBufferWriter<byte> output) =>
        output.Advance(FormatNumber(number, output.GetSpan(NumberSizeMaxBytes)));

    /// <summary>RFC 8785 section 3.2.2.2: only what must be escaped is.</summary>
    public static void WriteString(ReadOnlySpan<char> text, IBufferWriter<byte> output) =>
        output.Advance(FormatString(text, output.GetSpan((6 * Encoding.UTF8.GetMaxByteCount(text.Length)) + 2)));

    internal static int FormatNumber(double number, Span<byte> target)
    {
        if (!double.IsFinite(number))
        {
            throw new FormatException("NaN and infinities have no JSON form.");
        }

        if (number == 0)
        {
            target[0] = (byte)'0';
            return 1;
        }

        // .NET's "R" has the right digits (shortest that round-trip); only the layout differs from ECMAScript.
        Span<byte> text = stackalloc byte[NumberSizeMaxBytes];
        number.TryFormat(text, out var size, "R", CultureInfo.InvariantCulture);
        ReadOnlySpan<byte> shortest = text[..size];
        var negative = shortest[0] == '-';
        if (negative)
        {
            target[0] = (byte)'-';
            return 1 + Layout(shortest[1..], target[1..]);
        }

        return Layout(shortest, target);
    }

    // Takes .NET's "R" text (123.45, 1E+21, 1.5E-07) and gives ECMAScript's Number::toString of the same digits.
    private static int Layout(ReadOnlySpan<byte> shortest, Span<byte> target)
    {
        var exponentAt = shortest.IndexOf((byte)'E');
        var exponent = 0;
        if (exponentAt >= 0)
        {
            exponent = int.Parse(shortest[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            shortest = shortest[..exponentAt];
        }

        var point = shortest.IndexOf((byte)'.');
        var beforePoint = (point < 0 ? shortest.Length : point) + exponent;
        Span<byte> room = stackalloc byte[NumberSizeMaxBytes];
        shortest[..(point < 0 ? shortest.Length : point)].CopyTo(room);
        if (point >= 0)
        {
            shortest[(point + 1)..].CopyTo(room[point..]);
        }

        ReadOnlySpan<byte> digits = room[..(point < 0 ? shortest.Length : shortest.Length - 1)];
        var leading = digits.IndexOfAnyExcept((byte)'0');
        digits = digits[leading..].TrimEnd((byte)'0');
        return Place(digits, beforePoint - leading, target);
    }

    // ECMA-262 Number::toString, steps 6 to 10: k digits, n of them before the point.
    private static int Place(ReadOnlySpan<byte> digits, int beforePoint, Span<byte> target)
    {
        if (digits.Length <= beforePoint && beforePoint <= 21)
        {
            digits.CopyTo(target);
            target[digits.Length..beforePoint].Fill((byte)'0');
            return beforePoint;
        }

        if (beforePoint is > 0 and <= 21)
        {
            digits[..beforePoint].CopyTo(target);
            target[beforePoint] = (byte)'.';
            digits[beforePoint..].CopyTo(target[(beforePoint + 1)..]);
            return digits.Length + 1;
        }

        if (beforePoint is > -6 and <= 0)
        {
            "0."u8.CopyTo(target);
            target.Slice(2, -beforePoint).Fill((byte)'0');
            digits.CopyTo(target[(2 - beforePoint)..]);
            return 2 - beforePoint + digits.Length;
        }

        var size = 0;
        target[size++] = digits[0];
        if (digits.Length > 1)
        {
            target[size++] = (byte)'.';
            digits[1..].CopyTo(target[size..]);
            size += digits.Length - 1;
        }

        var power = beforePoint - 1;
        target[size++] = (byte)'e';
        target[size++] = (byte)(power < 0 ? '-' : '+');
        return Math.Abs(power).TryFormat(target[size..], out var written, provider: CultureInfo.InvariantCulture)
            ? size + written
            : throw new InvalidOperationException("The room for a number was too small.");
    }

    internal static int FormatString(ReadOnlySpan<char> text, Span<byte> target)
    {
        var size = 0;
        target[size++] = (byte)'"';
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Escaped);
            var run = plain < 0 ? text : text[..plain];
            try
            {
                size += StrictUtf8.GetBytes(run, target[size..]);
            }
            catch (EncoderFallbackException)
            {
                throw new FormatException("A string with a lone surrogate has no canonical form.");
            }

            if (plain < 0)
            {
                break;
            }

            size += Escape(text[plain], target[size..]);
            text = text[(plain + 1)..];
        }

        target[size++] = (byte)'"';
        return size;
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> Escaped = SearchValues.Create(ControlCharacters + "\"\\");

    private static int Escape(char c, Span<byte> target)
    {
        target[0] = (byte)'\\';
        var letter = c switch
        {
            '"' => '"',
            '\\' => '\\',
            '\b' => 'b',
            '\f' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => 'u',
        };
        target[1] = (byte)letter;
        if (letter != 'u')
        {
            return 2;
        }

        return ((int)c).TryFormat(target[2..], out var written, "x4", CultureInfo.InvariantCulture)
            ? 2 + written
            : throw new InvalidOperationException("The room for an escape was too small.");
    }

    private static JcsWriter Take()
    {
        var writer = spare ?? new JcsWriter();
        spare = null;
        writer.Clear();
        return writer;
    }

    private static void PutBack(JcsWriter writer) => spare = writer;
}
