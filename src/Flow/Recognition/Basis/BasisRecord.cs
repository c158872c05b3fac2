using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The canonical form of a decision on the legal basis: question, day, findings and the rules with their hashes, as JCS JSON. Codes
/// only, no words and no person: the same packs give the same bytes for ever, and a case can keep them beside its decision.
/// </summary>
public static class BasisRecord
{
    public static byte[] Write(BasisDecision decision)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("at", Day(decision.At));
            json.WritePropertyName("question");
            WriteQuestion(json, decision.Question);
            json.WriteString("route", Code(decision.Route));
            json.WriteStartArray("rules");
            foreach (var rule in decision.Rules)
            {
                json.WriteStringValue(rule.ToString());
            }

            json.WriteEndArray();
            WriteShortcut(json, decision.Shortcut);
            json.WriteStartArray("treaties");
            foreach (var finding in decision.Treaties)
            {
                WriteFinding(json, finding);
            }

            json.WriteEndArray();
            json.WriteNumber("v", 1);
            json.WriteEndObject();
        }

        using var parsed = JsonDocument.Parse(buffer.WrittenMemory);
        return Jcs.Canonicalize(parsed.RootElement);
    }

    /// <summary>Fingerprint of the record: two answers with one fingerprint are the same answer under the same packs.</summary>
    public static Commitment Digest(BasisDecision decision) => Commitment.OfSigned(Write(decision), Commitment.Sha256);

    /// <summary>The wire word of an enum: <c>not-a-party</c>.</summary>
    public static string Code<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}");

    /// <summary>The enum of a wire word; null when there is none.</summary>
    public static T? Parse<T>(string? word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Code(value) == word)
            {
                return value;
            }
        }

        return null;
    }

    private static void WriteQuestion(Utf8JsonWriter json, AwardQuestion question)
    {
        json.WriteStartObject();
        json.WriteString("awarded", Day(question.Awarded));
        json.WriteStartArray("countries");
        foreach (var country in question.Countries)
        {
            json.WriteStringValue(country);
        }

        json.WriteEndArray();
        json.WriteString("extent", Code(question.Extent));
        json.WriteString("filer", Code(question.Filer));
        json.WriteString("holder", Code(question.Holder));
        json.WriteString("level", Code(question.Level));
        json.WriteString("mode", Code(question.Mode));
        json.WriteString("purpose", Code(question.Purpose));
        json.WriteEndObject();
    }

    private static void WriteShortcut(Utf8JsonWriter json, ShortcutFinding shortcut)
    {
        json.WriteStartObject("shortcut");
        json.WriteString("state", Code(shortcut.State));
        json.WriteStartArray("used");
        foreach (var position in shortcut.Used)
        {
            json.WriteStartObject();
            if (position.Edition is { } edition)
            {
                json.WriteString("edition", edition);
            }

            json.WriteNumber("position", position.Position);
            if (position.Published is { } published)
            {
                json.WriteString("published", Day(published));
            }

            json.WriteString("system", Code(position.System));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, TreatyFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("id", finding.Treaty.Id);
        json.WriteStartArray("reasons");
        foreach (var reason in finding.Reasons)
        {
            WriteReason(json, reason);
        }

        json.WriteEndArray();
        json.WriteString("standing", Code(finding.Standing));
        json.WriteEndObject();
    }

    /// <summary>One reason as its code with what it names; the API adds the words.</summary>
    public static void WriteReason(Utf8JsonWriter json, BasisReason reason, string? words = null)
    {
        json.WriteStartObject();
        if (reason.Articles is { } articles)
        {
            json.WriteStartArray("articles");
            foreach (var article in articles)
            {
                json.WriteStringValue(article);
            }

            json.WriteEndArray();
        }

        json.WriteString("code", Code(reason.Code));
        if (reason.Day is { } day)
        {
            json.WriteString("day", Day(day));
        }

        if (reason.Number is { } number)
        {
            json.WriteNumber("number", number);
        }

        if (reason.State is { } state)
        {
            json.WriteString("state", state);
        }

        if (words is not null)
        {
            json.WriteString("text", words);
        }

        json.WriteEndObject();
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
