using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>Bounds of what is read out of one file.</summary>
internal static class ReadLimits
{
    public const int CoursesMax = 2000;
    public const int SectionsMax = 200;
    public const int DepthMax = 8;
}

/// <summary>Texts of JSON-LD: a string, <c>{"en": "…"}</c>, <c>{"en": ["…"]}</c>, or <c>{"@value": "…", "@language": "en"}</c>.</summary>
internal static class LanguageMaps
{
    public static ReadText? Read(JsonElement value) => ReadText.From(Words(value));

    private static IEnumerable<ReadWords> Words(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                yield return new ReadWords(null, ReadText.WithoutTags(value.GetString()));
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray().Where(item => item.ValueKind != JsonValueKind.Array).SelectMany(Words))
                {
                    yield return item;
                }

                break;
            case JsonValueKind.Object when Json.Text(value, "@value") is { } text:
                yield return new ReadWords(Json.Text(value, "@language"), ReadText.WithoutTags(text));
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    var texts = Json.Items(member.Value).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString());
                    yield return new ReadWords(member.Name, ReadText.WithoutTags(string.Join(" ", texts)));
                }

                break;
        }
    }
}
