using System.Buffers;
using System.Globalization;
using System.Text;
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
    /// <summary>The canonical UTF-8 bytes of a JSON value.</summary>
    public static byte[] Canonicalize(JsonElement value)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        Write(value, output);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The canonical UTF-8 bytes of a JSON tree made in code.</summary>
    public static byte[] Canonicalize(JsonNode value)
    {
        using var document = JsonDocument.Parse(value.ToJsonString());
        return Canonicalize(document.RootElement);
    }

    public static void Write(JsonElement value, IBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, output);
                break;
            case JsonValueKind.Array:
                WriteArray(value, output);
                break;
            case JsonValueKind.String:
                WriteString(value.GetString()!, output);
                break;
            case JsonValueKind.Number:
                WriteNumber(value.GetDouble(), output);
                break;
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            case JsonValueKind.Null:
                output.Write("null"u8);
                break;
            case JsonValueKind.Undefined:
            default:
                throw new FormatException("A JSON value that was never set.");
        }
    }

    /// <summary>RFC 8785 section 3.2.2.3: the shortest digits that round-trip, laid out as ECMAScript does.</summary>
    public static void WriteNumber(double number, IBufferWriter<byte> output)
    {
        if (!double.IsFinite(number))
        {
            throw new FormatException("NaN and infinities have no JSON form.");
        }

        if (number == 0)
        {
            output.Write("0"u8);
            return;
        }

        // .NET's "R" has the right digits (shortest that round-trip); only the layout differs from ECMAScript.
        Span<char> text = stackalloc char[32];
        number.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        output.Write(Encoding.ASCII.GetBytes(Layout(text[..length])));
    }

    // Takes .NET's "R" text (123.45, 1E+21, 1.5E-07) and gives ECMAScript's Number::toString of the same digits.
    private static string Layout(ReadOnlySpan<char> shortest)
    {
        var negative = shortest[0] == '-';
        var body = negative ? shortest[1..] : shortest;
        var exponentAt = body.IndexOf('E');
        var exponent = exponentAt < 0 ? 0 : int.Parse(body[(exponentAt + 1)..], CultureInfo.InvariantCulture);
        var mantissa = exponentAt < 0 ? body : body[..exponentAt];
        var point = mantissa.IndexOf('.');
        var digits = point < 0 ? mantissa.ToString() : string.Concat(mantissa[..point], mantissa[(point + 1)..]);
        var beforePoint = (point < 0 ? mantissa.Length : point) + exponent;

        var leading = digits.Length - digits.TrimStart('0').Length;
        digits = digits.TrimStart('0');
        beforePoint -= leading;
        digits = digits.TrimEnd('0');

        string text;
        if (digits.Length <= beforePoint && beforePoint <= 21)
        {
            text = digits.PadRight(beforePoint, '0');
        }
        else if (beforePoint is > 0 and <= 21)
        {
            text = digits[..beforePoint] + "." + digits[beforePoint..];
        }
        else if (beforePoint is > -6 and <= 0)
        {
            text = "0." + new string('0', -beforePoint) + digits;
        }
        else
        {
            var power = beforePoint - 1;
            var sign = power < 0 ? "-" : "+";
            text = digits[..1] + (digits.Length > 1 ? "." + digits[1..] : "") + "e" + sign
                + Math.Abs(power).ToString(CultureInfo.InvariantCulture);
        }

        return negative ? "-" + text : text;
    }

    private static void WriteObject(JsonElement value, IBufferWriter<byte> output)
    {
        var members = new List<JsonProperty>();
        foreach (var member in value.EnumerateObject())
        {
            members.Add(member);
        }

        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        output.Write("{"u8);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (members[i - 1].Name == members[i].Name)
                {
                    throw new FormatException($"The name '{members[i].Name}' stands twice in one object.");
                }

                output.Write(","u8);
            }

            WriteString(members[i].Name, output);
            output.Write(":"u8);
            Write(members[i].Value, output);
        }

        output.Write("}"u8);
    }

    private static void WriteArray(JsonElement value, IBufferWriter<byte> output)
    {
        output.Write("["u8);
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (!first)
            {
                output.Write(","u8);
            }

            first = false;
            Write(item, output);
        }

        output.Write("]"u8);
    }

    /// <summary>RFC 8785 section 3.2.2.2: only what must be escaped is.</summary>
    public static void WriteString(ReadOnlySpan<char> text, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAny(Escaped);
            var run = plain < 0 ? text : text[..plain];
            if (!run.IsEmpty)
            {
                var target = output.GetSpan(Encoding.UTF8.GetMaxByteCount(run.Length));
                output.Advance(StrictUtf8.GetBytes(run, target));
            }

            if (plain < 0)
            {
                break;
            }

            output.Write(Escape(text[plain]));
            text = text[(plain + 1)..];
        }

        output.Write("\""u8);
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> Escaped = SearchValues.Create(
        string.Concat(Enumerable.Range(0, 0x20).Select(c => (char)c)) + "\"\\");

    private static byte[] Escape(char c) => c switch
    {
        '"' => "\\\""u8.ToArray(),
        '\\' => "\\\\"u8.ToArray(),
        '\b' => "\\b"u8.ToArray(),
        '\f' => "\\f"u8.ToArray(),
        '\n' => "\\n"u8.ToArray(),
        '\r' => "\\r"u8.ToArray(),
        '\t' => "\\t"u8.ToArray(),
        _ => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")),
    };
}
