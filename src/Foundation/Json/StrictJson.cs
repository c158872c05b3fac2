using System.Text.Json;
using System.Text.Unicode;

namespace Mortanba.Foundation;

/// <summary>Reads JSON from strangers: one meaning or a refusal.</summary>
/// <remarks>
/// Refuses duplicate names, comments, trailing commas, depth above <see cref="DepthMax"/>, lone surrogates, invalid
/// UTF-8, integers beyond 2^53 (RFC 8785 would silently round them) and input above the given size.
/// </remarks>
public static class StrictJson
{
    public const int DepthMax = 64;
    public const int SizeMaxBytesDefault = 4 * 1024 * 1024;

    private static readonly JsonDocumentOptions Options = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = DepthMax,
    };

    /// <summary>The document, owned by the caller; or <c>json/…</c> with the byte offset where reading stopped.</summary>
    public static Outcome<JsonDocument> Parse(ReadOnlyMemory<byte> utf8, int sizeMaxBytes = SizeMaxBytesDefault)
    {
        if (utf8.Length > sizeMaxBytes)
        {
            return new Problem(
                "json/too-large",
                $"{utf8.Length} bytes of JSON; at most {sizeMaxBytes} are read.",
                ("size", $"{utf8.Length}"),
                ("limit", $"{sizeMaxBytes}"));
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
        }
        catch (JsonException refused)
        {
            // The message of the parser is left out: it can quote the content.
            var line = (refused.LineNumber ?? 0) + 1;
            var position = (refused.BytePositionInLine ?? 0) + 1;
            return new Problem(
                "json/malformed",
                $"Not strict JSON: reading stopped at line {line}, byte {position}.",
                ("line", $"{line}"),
                ("position", $"{position}"));
        }

        if (MayBeAmbiguous(utf8.Span) && FirstAmbiguity(document.RootElement, "$") is { } path)
        {
            document.Dispose();
            return new Problem(
                "json/ambiguous",
                $"The value at {path} is a lone surrogate or a number beyond 2^53; write such numbers as strings.",
                ("path", path));
        }

        return document;
    }

    // One cheap pass that lets nearly every document by: only escapes, invalid UTF-8 and long numbers need the walk below.
    private static bool MayBeAmbiguous(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return true;
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = DepthMax });
        while (reader.Read())
        {
            var suspect = reader.TokenType switch
            {
                JsonTokenType.Number => reader.ValueSpan.Length > SafeNumberLengthMax
                    || reader.ValueSpan.IndexOfAny("eE"u8) >= 0,
                JsonTokenType.String or JsonTokenType.PropertyName => reader.ValueIsEscaped,
                _ => false,
            };
            if (suspect)
            {
                return true;
            }
        }

        return false;
    }

    // Fifteen characters without an exponent stay below 2^53.
    private const int SafeNumberLengthMax = 15;

    private static string? FirstAmbiguity(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    if (!HasText(() => member.Name))
                    {
                        return path;
                    }

                    if (FirstAmbiguity(member.Value, path + "." + member.Name) is { } inner)
                    {
                        return inner;
                    }
                }

                return null;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray())
                {
                    if (FirstAmbiguity(item, $"{path}[{index++}]") is { } inner)
                    {
                        return inner;
                    }
                }

                return null;
            case JsonValueKind.String:
                return HasText(() => value.GetString()!) ? null : path;
            case JsonValueKind.Number:
                return value.TryGetDouble(out var number) && double.IsFinite(number)
                    && (Math.Abs(number) <= 9007199254740992 || number != Math.Floor(number))
                        ? null
                        : path;
            case JsonValueKind.Undefined:
            case JsonValueKind.True:
            case JsonValueKind.False:
            case JsonValueKind.Null:
            default:
                return null;
        }
    }

    // An escaped lone surrogate parses, but has no UTF-16 text: GetString throws.
    private static bool HasText(Func<string> read)
    {
        try
        {
            read();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
