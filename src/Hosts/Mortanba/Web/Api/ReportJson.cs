using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Verification;

namespace Mortanba.Host.Web;

/// <summary>A report as JSON (design section 6), the same for the API and for <c>mortanba verify --json</c>.</summary>
public static class ReportJson
{
    /// <summary>Writes the members of a report into an object that the caller has opened.</summary>
    public static void WriteMembers(Utf8JsonWriter json, Report report, Texts texts, IPublicRegistry registry, Language language)
    {
        json.WriteString("verdict"u8, ReportWords.Code(report.Verdict));
        json.WriteString("form"u8, report.Form);
        WriteIssuer(json, report.Issuer);
        WriteTime(json, "asOf"u8, report.AsOf);
        json.WriteStartArray("checks"u8);
        foreach (var check in report.Checks)
        {
            WriteCheck(json, check, texts, language);
        }

        json.WriteEndArray();
        WriteState(json, report.State, registry, language);
        WriteContent(json, report.Content);
        json.WriteStartArray("notProved"u8);
        foreach (var code in report.NotProved)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, code);
            json.WriteString("text"u8, ReportWords.NotProved(texts, language, code));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIssuer(Utf8JsonWriter json, IssuerView? issuer)
    {
        if (issuer is null)
        {
            json.WriteNull("issuer"u8);
            return;
        }

        json.WriteStartObject("issuer"u8);
        json.WriteString("bin"u8, issuer.InitiatorBin);
        json.WriteString("did"u8, issuer.InitiatorDid);
        WriteText(json, "name", issuer.InitiatorName);
        json.WriteStartObject("operator"u8);
        json.WriteString("bin"u8, issuer.OperatorBin);
        if (issuer.OperatorName is { } name)
        {
            WriteText(json, "name", name);
        }

        json.WriteString("permit"u8, issuer.Permit);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCheck(Utf8JsonWriter json, Check check, Texts texts, Language language)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, ReportWords.Code(check.Name));
        json.WriteString("state"u8, ReportWords.Code(check.State));
        json.WriteString("reason"u8, check.Reason);
        json.WriteString("detail"u8, language == Language.En ? check.Detail : ReportWords.Detail(texts, language, check));
        json.WriteStartObject("evidence"u8);
        foreach (var (name, value) in check.Evidence)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        if (check.Age is { } age)
        {
            json.WriteNumber("age"u8, Math.Max(0, (long)age.TotalSeconds));
        }
        else
        {
            json.WriteNull("age"u8);
        }

        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, AssetState? state, IPublicRegistry registry, Language language)
    {
        if (state is null)
        {
            json.WriteNull("state"u8);
            return;
        }

        json.WriteStartObject("state"u8);
        json.WriteString("kind"u8, state.Kind);
        WriteTime(json, "since"u8, state.Since);
        json.WriteString("reason"u8, state.ReasonCode);
        json.WriteString("reasonText"u8, ReportWords.Reason(registry, language, state.ReasonCode));
        json.WriteString("replacedBy"u8, state.ReplacedBy);
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, DisclosedContent? content)
    {
        if (content is null)
        {
            json.WriteNull("content"u8);
            return;
        }

        json.WriteStartObject("content"u8);
        json.WriteStartObject("facts"u8);
        foreach (var (name, value) in content.Facts)
        {
            WriteText(json, name, value);
        }

        json.WriteEndObject();
        json.WriteStartArray("courses"u8);
        foreach (var course in content.Courses)
        {
            json.WriteStartObject();
            json.WriteString("code"u8, course.Code);
            WriteText(json, "name", course.Name);
            json.WriteNumber("credits"u8, course.Credits);
            json.WriteNumber("percent"u8, course.Percent);
            json.WriteString("letter"u8, course.Letter);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One string when all languages say the same, else an object by language.</summary>
    private static void WriteText(Utf8JsonWriter json, string name, LocalizedText text)
    {
        if (text.Kk == text.Ru && text.Ru == text.En)
        {
            json.WriteString(name, text.En);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("kk"u8, text.Kk);
        json.WriteString("ru"u8, text.Ru);
        json.WriteString("en"u8, text.En);
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset at)
    {
        Span<char> text = stackalloc char[20];
        if (!at.UtcDateTime.TryFormat(text, out var length, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException("A time of day that is longer than RFC 3339 allows.");
        }

        json.WriteString(name, text[..length]);
    }
}
