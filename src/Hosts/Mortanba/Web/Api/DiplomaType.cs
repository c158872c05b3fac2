using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>
/// SD-JWT VC type metadata of our diploma and of each kind of certificate, served at the address that is the
/// <c>vct</c> of each (SD-JWT VC section 6): the names wallets show, in three languages, from the same locale files as the pages.
/// </summary>
public sealed class DiplomaType
{
    private const string ClaimPrefix = "web/claim.";

    public DiplomaType(Texts texts, WebOptions options)
    {
        Json = Write(texts, options.Site + "/types/diploma", "web/type", claim => !Claims.OfRecognition.Contains(claim) && !Claims.OfCompetence.Contains(claim));
        Recognition = Write(
            texts, options.Site + "/types/recognition", "web/recognition-type",
            claim => claim is "name" or "birthdate" or "award_date" || Claims.OfRecognition.Contains(claim));
        Competence = Write(
            texts, options.Site + "/types/competence", "web/competence-type",
            claim => claim is "name" or Claims.Certificate or "institution" or "decided_by" or Claims.Awarded || Claims.OfCompetence.Contains(claim));
    }

    internal ReadOnlyMemory<byte> Json { get; }

    internal ReadOnlyMemory<byte> Recognition { get; }

    internal ReadOnlyMemory<byte> Competence { get; }

    private static byte[] Write(Texts texts, string type, string words, Func<string, bool> has)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            Write(json, texts, type, words, has);
        }

        return bytes.ToArray();
    }

    private static void Write(Utf8JsonWriter json, Texts texts, string type, string words, Func<string, bool> has)
    {
        json.WriteStartObject();
        json.WriteString("vct", type);
        json.WriteString("name", texts.Get(Language.En, words + ".name"));
        json.WriteString("description", texts.Get(Language.En, words + ".description"));
        json.WriteStartArray("display");
        foreach (var language in Languages.All)
        {
            json.WriteStartObject();
            json.WriteString("locale", language.Tag());
            json.WriteString("name", texts.Get(language, words + ".name"));
            json.WriteString("description", texts.Get(language, words + ".description"));
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
        foreach (var claim in texts.Keys.Where(k => k.StartsWith(ClaimPrefix, StringComparison.Ordinal) && has(k[ClaimPrefix.Length..]))
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
