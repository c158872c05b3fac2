using System.Buffers;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Small questions to a JSON value from a stranger; none of them throws for another kind of value.</summary>
internal static class Json
{
    public static string? Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>One text or a list of texts; empty when absent or of another kind.</summary>
    public static IReadOnlyList<string> Texts(JsonElement item, string name)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array when value.EnumerateArray().All(i => i.ValueKind == JsonValueKind.String) =>
                [.. value.EnumerateArray().Select(i => i.GetString()!)],
            _ => [],
        };
    }

    /// <summary>True when <c>type</c> is that text or a list that has it.</summary>
    public static bool HasType(JsonElement item, string type)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("type", out var value))
        {
            return false;
        }

        return value.ValueKind == JsonValueKind.String
            ? value.ValueEquals(type)
            : value.ValueKind == JsonValueKind.Array && HasText(value, type);
    }

    /// <summary>True when the member is absent or an instant with an offset.</summary>
    public static bool Time(JsonElement item, string name, out DateTimeOffset? at)
    {
        at = null;
        if (!item.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String || !DateTimeStamp.TryParse(value.GetString(), out var read))
        {
            return false;
        }

        at = read;
        return true;
    }

    /// <summary>The members of an array, or the value itself: JSON-LD lets one value stand for a list of one.</summary>
    public static IEnumerable<JsonElement> Items(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    /// <summary>An absolute URL in the sense of the data model: a scheme, a colon, no space (VC 2.0 section 4.4).</summary>
    public static bool IsUrl(string? text)
    {
        var colon = text?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon > 0 && colon < text!.Length - 1 && char.IsAsciiLetter(text[0])
            && !text.AsSpan(0, colon).ContainsAnyExcept(SchemeCharacters) && !text.AsSpan().ContainsAny(NotInUrl);
    }

    private static bool HasText(JsonElement list, string text)
    {
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && item.ValueEquals(text))
            {
                return true;
            }
        }

        return false;
    }

    private static readonly SearchValues<char> SchemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private static readonly SearchValues<char> NotInUrl = SearchValues.Create(
        Jcs.ControlCharacters + " <>\"{}|\\^`\u007f");
}
