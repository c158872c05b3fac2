using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>One system as the register publishes it.</summary>
/// <param name="Events">Its public events with their places in the ledger, oldest first.</param>
public sealed record PublicSystem(AiSystem System, IReadOnlyList<LedgeredEvent> Events);

/// <summary>
/// Writes an entry of the register as JSON in our own schema (docs/formats/ai-system.schema.json). In: a folded system and its public
/// events. Out: members for all that can be known, <c>null</c> where nobody said; what is withheld is null, with its reason. Accounts and
/// names of people are never written.
/// </summary>
public static class SystemJson
{
    public static void Write(Utf8JsonWriter json, PublicSystem one)
    {
        var now = one.System;
        json.WriteStartObject();
        json.WriteString("id", now.Id);
        json.WriteString("name", now.Description.Name);
        json.WriteString("state", EventWords.Of(now.State));
        json.WriteString("since", LedgerEntry.Time(now.Since));
        Description(json, now.Description);
        Class(json, now.Class);
        Vendor(json, now);
        Assessment(json, now);
        Decisions(json, now);
        json.WriteStartArray("history");
        foreach (var (happened, index, hash) in one.Events)
        {
            json.WriteStartObject();
            json.WritePropertyName("public");
            happened.Json.WriteTo(json);
            json.WriteString("hash", hash);
            Number(json, "ledgerIndex", index);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Description(Utf8JsonWriter json, SystemDescription said)
    {
        Text(json, "purpose", said.Purpose);
        json.WriteString("owner", said.Owner);
        json.WriteString("contact", said.Contact);
        json.WriteString("objection", said.Objection);
        Text(json, "data", said.Data);
        json.WritePropertyName("generative");
        if (said.IsGenerative is { } generative)
        {
            json.WriteBooleanValue(generative);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteString("agreement", said.Agreement);
        json.WriteString("contract", Shown(said, "contract", said.Contract));
        json.WriteStartArray("withheld");
        foreach (var (field, reason) in said.Withheld)
        {
            json.WriteStartObject();
            json.WriteString("field", field);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Class(Utf8JsonWriter json, SystemClassified? found)
    {
        if (found is null)
        {
            json.WriteNull("classification");
            return;
        }

        json.WriteStartObject("classification");
        json.WriteString("risk", EventWords.Of(found.Classification.Risk));
        json.WriteString("autonomy", EventWords.Of(found.Classification.Autonomy));
        json.WriteString("mode", EventWords.Of(found.Classification.Mode));
        json.WriteString("cancelTested", Day(found.Classification.CancelTested));
        json.WriteBoolean("highImpact", found.HighImpact);
        Words(json, "forbidden", found.Forbidden);
        json.WriteStartObject("functions");
        foreach (var (function, answer) in found.Classification.Functions)
        {
            json.WriteString(function, EventWords.Of(answer));
        }

        json.WriteEndObject();
        json.WriteString("rule", found.Rule);
        json.WriteEndObject();
    }

    private static void Vendor(Utf8JsonWriter json, AiSystem now)
    {
        if (now.Vendor is not { } said)
        {
            json.WriteNull("vendor");
            return;
        }

        json.WriteStartObject("vendor");
        json.WriteString("company", said.Company);
        json.WriteString("models", Shown(now.Description, "models", said.Models));
        json.WriteString("trainsOnLearners", EventWords.Of(said.TrainsOnLearners));
        json.WriteString("trainingBasis", said.TrainingBasis.Length == 0 ? null : said.TrainingBasis);
        Words(json, "storedIn", said.StoredIn);
        json.WriteString("retention", said.Retention);
        json.WriteString("deletesAtEnd", EventWords.Of(said.DeletesAtEnd));
        json.WriteString("showsAdvertising", EventWords.Of(said.ShowsAdvertising));
        json.WriteString("profiles", EventWords.Of(said.Profiles));
        json.WriteString("marksContent", EventWords.Of(said.MarksContent));
        Number(json, "ageFrom", said.AgeFrom);
        json.WriteEndObject();
    }

    private static void Assessment(Utf8JsonWriter json, AiSystem now)
    {
        if (now.Impact?.Assessment is { } impact)
        {
            json.WriteStartObject("impact");
            json.WriteString("rights", impact.Rights);
            json.WriteString("risks", Shown(now.Description, "risks", impact.Risks));
            json.WriteString("oversight", impact.Oversight);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("impact");
        }

        if (now.Value?.Value is { } value)
        {
            json.WriteStartObject("value");
            json.WriteString("without", value.Without);
            json.WriteString("gain", value.Gain);
            Words(json, "evidence", value.Evidence);
            json.WriteString("proportionality", value.Proportionality);
            json.WriteString("subsidiarity", value.Subsidiarity);
            json.WriteString("necessity", value.Necessity);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("value");
        }
    }

    private static void Decisions(Utf8JsonWriter json, AiSystem now)
    {
        json.WriteString("ethics", now.Ethics is { } ethics ? EventWords.Of(ethics.Outcome) : null);
        if (now.Approval is { Allowed: var allowed } approval)
        {
            json.WriteStartObject("approval");
            json.WriteString("at", LedgerEntry.Time(approval.At));
            Words(json, "purposes", allowed.Purposes.Select(EventWords.Of));
            json.WriteNumber("agesFrom", allowed.AgeFrom);
            Number(json, "agesTo", allowed.AgeTo);
            json.WriteString("until", Day(allowed.Until));
            json.WriteBoolean("pilot", allowed.IsPilot);
            Words(json, "schools", allowed.Schools.Select(s => s.Value));
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("approval");
        }

        json.WriteString("reviewBy", Day(now.ReviewBy));
        json.WriteString("suspendedFor", now.Suspension is { } suspension ? EventWords.Of(suspension.Cause) : null);
    }

    /// <summary>A value that is not withheld.</summary>
    internal static string? Shown(SystemDescription said, string field, string? value) => said.WhyWithheld(field) is null ? value : null;

    internal static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Text(Utf8JsonWriter json, string name, LocalizedText? text)
    {
        if (text is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        foreach (var language in Languages.All)
        {
            json.WriteString(language.Tag(), text.In(language));
        }

        json.WriteEndObject();
    }

    private static void Words(Utf8JsonWriter json, string name, IEnumerable<string> words)
    {
        json.WriteStartArray(name);
        foreach (var word in words)
        {
            json.WriteStringValue(word);
        }

        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } some)
        {
            json.WriteNumber(name, some);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
