using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Mortanba.Foundation;

/// <summary>Reads JSON from strangers: one meaning or a refusal.</summary>
/// <remarks>
/// I-JSON (RFC 7493) and more: refuses duplicate names, comments, trailing commas, a byte order mark, depth above
/// <see cref="DepthMax"/>, lone surrogates, invalid UTF-8, integers beyond 2^53 (RFC 8785 would silently round them) and
/// input above the given size.
/// </remarks>
public static class StrictJson
{
    public const int DepthMax = 64;
    public const int SizeMaxBytesDefault = 4 * 1024 * 1024;

    private const double IntegerMax = 9007199254740992; // 2^53

    // Fifteen characters without an exponent stay below 2^53.
    private const int SafeNumberLengthMax = 15;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = DepthMax,
    };

    // For a text in which no name stands twice, as was seen before.
    private static readonly JsonDocumentOptions WithoutSearchForDuplicates = Options with { AllowDuplicateProperties = true };

    /// <summary>The document, owned by the caller; or <c>json/…</c> with the place where reading stopped.</summary>
    public static Outcome<JsonDocument> Parse(ReadOnlyMemory<byte> utf8, int sizeMaxBytes = SizeMaxBytesDefault) =>
        Parse(utf8, out _, sizeMaxBytes);

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, int)"/>
    /// <param name="isCanonical">
    /// True when the text, and so each value in it, is its own canonical form (RFC 8785); false when not, or when that
    /// takes more than a look.
    /// </param>
    public static Outcome<JsonDocument> Parse(
        ReadOnlyMemory<byte> utf8, out bool isCanonical, int sizeMaxBytes = SizeMaxBytesDefault)
    {
        isCanonical = false;
        if (utf8.Length > sizeMaxBytes)
        {
            return new Problem(
                "json/too-large",
                $"{utf8.Length} bytes of JSON; at most {sizeMaxBytes} are read.",
                ("size", $"{utf8.Length}"),
                ("limit", $"{sizeMaxBytes}"));
        }

        if (utf8.Span.StartsWith("\uFEFF"u8))
        {
            return new Problem("json/byte-order-mark", "The JSON begins with a byte order mark; RFC 8259 forbids it.");
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            return new Problem("json/not-utf8", "The JSON is not valid UTF-8.");
        }

        var traits = JsonScan.Of(utf8.Span);
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(
                utf8, traits == JsonTraits.Unknown ? Options : WithoutSearchForDuplicates);
        }
        catch (JsonException refused)
        {
            return Refusal(utf8.Span, refused);
        }
        catch (InvalidOperationException)
        {
            // Comparing names unescapes them, and a lone surrogate in a name has no text.
            return Ambiguous("");
        }

        isCanonical = traits == JsonTraits.Canonical;
        if (traits == JsonTraits.Unknown && MayBeAmbiguous(utf8.Span) && FirstAmbiguity(document.RootElement) is { } path)
        {
            document.Dispose();
            return Ambiguous(path);
        }

        return document;
    }

    private static Problem Ambiguous(string path) => new(
        "json/ambiguous",
        $"The value at ${path} is a lone surrogate or a number beyond 2^53; write such numbers as strings.",
        ("path", "$" + path));

    // Only a refused document pays for the reason: the parser's message is left out, since it can quote the content.
    private static Problem Refusal(ReadOnlySpan<byte> utf8, JsonException refused)
    {
        var depth = 0;
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = int.MaxValue });
            while (reader.Read())
            {
                depth = Math.Max(depth, reader.CurrentDepth);
            }
        }
        catch (JsonException)
        {
            var line = (refused.LineNumber ?? 0) + 1;
            var position = (refused.BytePositionInLine ?? 0) + 1;
            return new Problem(
                "json/malformed",
                $"Not strict JSON: reading stopped at line {line}, byte {position}.",
                ("line", $"{line}"),
                ("position", $"{position}"));
        }

        return depth >= DepthMax
            ? new Problem("json/too-deep", $"The JSON is nested deeper than {DepthMax}.", ("limit", $"{DepthMax}"))
            : new Problem("json/duplicate-name", "A name stands twice in one object: it would mean two things.");
    }

    // One cheap pass that lets nearly every document by: only surrogate escapes and long numbers need the walk below.
    private static bool MayBeAmbiguous(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOf("\\ud"u8) >= 0 || utf8.IndexOf("\\uD"u8) >= 0)
        {
            return true;
        }

        var digits = 0;
        while (!utf8.IsEmpty)
        {
            var one = utf8[0];
            if (one == '"')
            {
                utf8 = AfterString(utf8);
                digits = 0;
                continue;
            }

            var partOfNumber = one is >= (byte)'0' and <= (byte)'9' or (byte)'.';
            if (digits >= SafeNumberLengthMax || (digits > 0 && (one | 0x20) == 'e'))
            {
                return true;
            }

            digits = partOfNumber ? digits + 1 : 0;
            utf8 = utf8[1..];
        }

        return false;
    }

    private static ReadOnlySpan<byte> AfterString(ReadOnlySpan<byte> utf8)
    {
        utf8 = utf8[1..];
        while (true)
        {
            var at = utf8.IndexOfAny((byte)'"', (byte)'\\');
            if (utf8[at] == '"')
            {
                return utf8[(at + 1)..];
            }

            utf8 = utf8[(at + 2)..];
        }
    }

    // The path of the first value without one meaning, "" for the root; null when there is none.
    private static string? FirstAmbiguity(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (!HasText(JsonMarshal.GetRawUtf8PropertyName(member)))
                    {
                        return "";
                    }

                    if (FirstAmbiguity(member.Value) is { } inner)
                    {
                        return Shortened("." + member.Name + inner);
                    }
                }

                return null;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    if (FirstAmbiguity(item) is { } inner)
                    {
                        return Shortened($"[{index}]{inner}");
                    }

                    index++;
                }

                return null;
            case JsonValueKind.String:
                return HasText(JsonMarshal.GetRawUtf8Value(value)) ? null : "";
            case JsonValueKind.Number:
                // 2^53 + 1 rounds to 2^53, so only that number's own text is taken for it.
                return value.TryGetDouble(out var number)
                    && (Math.Abs(number) < IntegerMax
                        || JsonMarshal.GetRawUtf8Value(value).TrimStart((byte)'-').SequenceEqual("9007199254740992"u8))
                        ? null
                        : "";
            case JsonValueKind.Undefined:
            case JsonValueKind.True:
            case JsonValueKind.False:
            case JsonValueKind.Null:
            default:
                return null;
        }
    }

    private static string Shortened(string path) => path.Length <= 100 ? path : path[..100] + "…";

    // Escaped surrogates must come in pairs, high then low (RFC 8259 section 7).
    private static bool HasText(ReadOnlySpan<byte> raw)
    {
        var high = false;
        while (!raw.IsEmpty)
        {
            var escape = raw.IndexOf((byte)'\\');
            if (escape != 0 && high)
            {
                return false;
            }

            if (escape < 0)
            {
                return true;
            }

            raw = raw[escape..];
            if (raw[1] != 'u')
            {
                if (high)
                {
                    return false;
                }

                raw = raw[2..];
                continue;
            }

            var unit = (char)Convert.ToInt32(Encoding.ASCII.GetString(raw.Slice(2, 4)), 16);
            if (char.IsLowSurrogate(unit) != high)
            {
                return false;
            }

            high = char.IsHighSurrogate(unit);
            raw = raw[6..];
        }

        return !high;
    }
}
