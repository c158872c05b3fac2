using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>Small questions to ELM's JSON: each member may be one object, a list, or absent.</summary>
internal static class ElmJson
{
    public static IEnumerable<JsonElement> Items(JsonElement? item, string name) =>
        item is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member)
            ? Json.Items(member).Where(one => one.ValueKind == JsonValueKind.Object)
            : [];

    public static JsonElement? First(JsonElement? item, string name)
    {
        foreach (var one in Items(item, name))
        {
            return one;
        }

        return null;
    }

    public static string? Text(JsonElement? item, string name) => item is { } value ? Json.Text(value, name) : null;

    public static ReadText? Words(JsonElement? item, string name) =>
        item is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var words) ? LanguageMaps.Read(words) : null;

    /// <summary>Credits received; else those of the specification. ECTS before any other scheme.</summary>
    public static (decimal? Credits, string? Scheme) Credits(JsonElement? achievement, JsonElement? specification)
    {
        var points = Items(achievement, "creditReceived").Concat(Items(specification, "creditPoint"))
            .Select(point => (
                Value: Codes.Number(Json.Text(point, "point")),
                Scheme: Codes.CreditScheme(Words(First(point, "framework"), "prefLabel")?.In("en"))))
            .Where(point => point.Value is not null)
            .ToList();
        var ects = points.Find(point => point.Scheme == "ECTS");
        return ects.Value is not null ? ects : points.Count > 0 ? points[0] : default;
    }

    /// <summary>The grade of what proves an achievement, and the scheme it is given by.</summary>
    public static (string? Grade, ReadText? Scheme) Grade(JsonElement achievement)
    {
        foreach (var assessment in Items(achievement, "provenBy"))
        {
            if (Words(First(assessment, "grade"), "noteLiteral")?.In("en") is { } grade)
            {
                var scheme = First(First(assessment, "specifiedBy"), "gradingScheme");
                return (grade, Words(scheme, "description") ?? Words(scheme, "title"));
            }
        }

        return default;
    }
}
