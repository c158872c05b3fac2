using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>
/// SD-JWT VC type metadata of our diploma, served at the address that is its <c>vct</c> (SD-JWT VC section 6): the
/// names wallets show, in three languages, from the same locale files as the pages.
/// </summary>
public sealed class DiplomaType
{
    private const string ClaimPrefix = "web/claim.";

    public DiplomaType(Texts texts, WebOptions options)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            Write(json, texts, options);
        }

        Json = bytes.ToArray();
    }

    internal ReadOnlyMemory<byte> Json { get; }

    private static void Write(Utf8JsonWriter json, Texts texts, WebOptions options)
    {
        json.WriteStartObject();
        json.WriteString("vct", options.Site + "/types/diploma");
        json.WriteString("name", texts.Get(Language.En, "web/type.name"));
        json.WriteString("description", texts.Get(Language.En, "web/type.description"));
        json.WriteStartArray("display");
        foreach (var language in Languages.All)
        {
            json.WriteStartObject();
            json.WriteString("locale", language.Tag());
            json.WriteString("name", texts.Get(language, "web/type.name"));
            json.WriteString("description", texts.Get(language, "web/type.description"));
            json.WriteStartObject("rendering");
            json.WriteStartObject("simple");
            json.WriteString("background_color", "#0b2a33");
            json.WriteString("text_color", "#f7f4ec");
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("claims");
        foreach (var claim in texts.Keys.Where(k => k.StartsWith(ClaimPrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteStartArray("path");
            json.WriteStringValue(claim[ClaimPrefix.Length..]);
            json.WriteEndArray();
            json.WriteStartArray("display");
            foreach (var language in Languages.All)
            {
                json.WriteStartObject();
                json.WriteString("locale", language.Tag());
                json.WriteString("label", texts.Get(language, claim));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("sd", "allowed");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
