using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>
/// Writes an entry in the shape of the Dutch register of algorithms (Algoritmeregister, publication standard 1.0, as its public source
/// has the fields in November 2026), so that tools made for it read ours. Its words are Dutch there and stay so; our texts are in the
/// language asked for. What it demands and nobody said here is an empty text, never an invented one.
/// </summary>
public static class AlgorithmRegister
{
    public const string Version = "1.0";

    private const string Theme = "Onderwijs en wetenschap";
    private const int ShortLengthMax = 350;
    private const int LongLengthMax = 2_500;

    /// <param name="address">Of the system's public page.</param>
    /// <param name="law">What admits systems here: title and address.</param>
    /// <param name="calendar">Months are those of the civil calendar.</param>
    public static void Write(
        Utf8JsonWriter json, PublicSystem one, Language language, string address, (string Title, string? Address) law, WorkingCalendar calendar)
    {
        string? Month(DateTimeOffset? at) => at is { } known ? calendar.DateOf(known).Value.ToString("yyyy-MM", CultureInfo.InvariantCulture) : null;
        var (now, said) = (one.System, one.System.Description);
        json.WriteStartObject();
        json.WriteString("name", said.Name);
        json.WriteString("description_short", Cut(said.Purpose?.In(language), ShortLengthMax));
        json.WriteString("organization", said.Owner ?? "");
        json.WriteStartArray("category");
        json.WriteStringValue(Theme);
        json.WriteEndArray();
        json.WriteString("status", Status(now.State));
        json.WriteString("begin_date", Month(now.FirstAllowedAt));
        json.WriteString("end_date", Month(now.State == AiSystemState.Ended ? now.Since : null));
        json.WriteString("contact_email", said.Contact ?? "");
        json.WriteString("website", said.Agreement);
        json.WriteString("publication_category", Category(now));
        json.WriteString("url", address);
        json.WriteString("goal", Cut(said.Purpose?.In(language), LongLengthMax));
        json.WriteString("proportionality", Weighed(now.Value?.Value));
        json.WriteString("human_intervention", Cut(now.Impact?.Assessment.Oversight, LongLengthMax));
        json.WriteString("risks", Cut(SystemJson.Shown(said, "risks", now.Impact?.Assessment.Risks), LongLengthMax));
        json.WriteString("lawful_basis", law.Title);
        json.WriteStartArray("lawful_basis_grouping");
        if (law.Address is not null)
        {
            Titled(json, law.Title, law.Address);
        }

        json.WriteEndArray();
        json.WriteStartArray("impacttoetsen_grouping");
        if (now.Impact is not null)
        {
            Titled(json, "Rights and impact assessment", address);
        }

        json.WriteEndArray();
        json.WriteString("source_data", Cut(said.Data?.In(language), LongLengthMax));
        json.WriteString("methods_and_models", SystemJson.Shown(said, "models", now.Vendor?.Models));
        json.WriteString("provider", now.Vendor?.Company);
        json.WriteString("lang", language switch { Language.Kk => "kaz", Language.Ru => "rus", Language.En => "eng" });
        json.WriteString("standard_version", Version);
        json.WriteString("source_id", now.Id);
        json.WriteEndObject();
    }

    private static string Status(AiSystemState state) => state switch
    {
        AiSystemState.Offered or AiSystemState.Proposed or AiSystemState.SentBack => "In ontwikkeling",
        AiSystemState.Pilot or AiSystemState.InUse => "In gebruik",
        AiSystemState.Suspended or AiSystemState.Prohibited or AiSystemState.Rejected or AiSystemState.Ended => "Buiten gebruik",
    };

    // Its first category is Annex III of the EU's regulation, from which our uses with high impact are taken.
    private static string Category(AiSystem now) => now.Class switch
    {
        null => "",
        { HighImpact: true } => "Hoog-risico AI-systeem",
        { Classification.Risk: AiRisk.Medium } => "Impactvolle algoritmes",
        _ => "Overige algoritmes",
    };

    // One field there, three here.
    private static string? Weighed(EducationalValue? value) => value is null ? null : Cut(
        string.Join(" ", new[] { value.Gain, value.Proportionality, value.Subsidiarity, value.Necessity }.OfType<string>()), LongLengthMax);

    private static void Titled(Utf8JsonWriter json, string title, string address)
    {
        json.WriteStartObject();
        json.WriteString("title", title);
        json.WriteString("link", address);
        json.WriteEndObject();
    }

    private static string Cut(string? text, int lengthMax) => text is null ? "" : text.Length <= lengthMax ? text : text[..(lengthMax - 1)] + "…";
}
