using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>Everything in a case for its applicant, as JSON: what happened in words, the documents, the remarks, the decision, its conditions and appeals.</summary>
/// <remarks>Nobody of the body is named but who decided; what evaluators still write is not in it before the decision.</remarks>
internal static class CaseExport
{
    public static ReadOnlyMemory<byte> Write(RecognitionCase now, IReadOnlyList<CaseEvent> events, Texts texts, Language language)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true });
        json.WriteStartObject();
        json.WriteString("id", now.Id);
        json.WriteString("number", now.Number);
        json.WriteString("stage", BasisRecord.Code(now.Stage));
        json.WriteString("holder", now.Holder.Name);
        json.WriteString("born", now.Holder.Born is { } born ? Iso(born) : null);
        json.WriteString("citizenship", now.Holder.Citizenship);
        json.WriteString("sex", now.Holder.Sex);
        json.WriteString("holderKind", BasisRecord.Code(now.HolderKind));
        json.WriteString("representative", now.Representation?.Name);
        json.WriteString("purpose", BasisRecord.Code(now.Purpose));
        WriteQualification(json, now.Qualification);
        if (now.Terms is { } terms)
        {
            json.WriteStartObject("terms");
            json.WriteNumber("workingDays", terms.LimitDays);
            json.WriteNumber("appealWorkingDays", terms.AppealDays);
            json.WritePropertyName("basis");
            json.WriteRawValue(terms.Basis);
            WriteAll("rules", terms.Rules, json.WriteStringValue);
            json.WriteEndObject();
        }

        WriteAll("events", events, happened =>
        {
            json.WriteStartObject();
            json.WriteString("at", LedgerEntry.Time(happened.At));
            json.WriteString("what", texts.Get(language, "trail/recognition/case-" + happened.Kind));
            json.WriteString("by", happened.By == now.Applicant ? "applicant" : "body");
            json.WriteEndObject();
        });
        WriteAll("documents", now.Documents.Where(d => CaseSight.Sees(now, d)), document =>
        {
            json.WriteStartObject();
            json.WriteString("id", document.Id);
            json.WriteString("item", document.Item);
            json.WriteString("file", document.FileName);
            json.WriteString("type", document.MediaType);
            json.WriteNumber("bytes", document.Length);
            json.WriteString("sha256", document.Sha256);
            json.WriteString("from", BasisRecord.Code(document.Source));
            json.WriteString("at", LedgerEntry.Time(document.At));
            json.WriteString("receipt", document.Receipt);
            json.WriteString("diploma", document.Diploma);
            json.WriteEndObject();
        });
        WriteAll("waits", now.Waits, wait =>
        {
            json.WriteStartObject();
            json.WriteString("for", BasisRecord.Code(wait.Wait.For));
            json.WriteString("about", wait.About);
            json.WriteString("from", LedgerEntry.Time(wait.Wait.From));
            json.WriteString("until", wait.Wait.Until is { } until ? LedgerEntry.Time(until) : null);
            json.WriteEndObject();
        });
        WriteAll("remarks", now.Remarks.Where(r => r.IsForApplicant), remark =>
        {
            json.WriteStartObject();
            json.WriteString("at", LedgerEntry.Time(remark.At));
            json.WriteString("by", remark.By == now.Applicant ? "applicant" : "body");
            json.WriteString("text", remark.Text);
            json.WriteEndObject();
        });
        if (now.Decision is { } decision)
        {
            WriteDecision(json, "decision", decision);
            WriteFindings(json, now);
        }

        WriteAll("conditionChecks", now.Conditions, check =>
        {
            json.WriteStartObject();
            json.WriteString("at", LedgerEntry.Time(check.At));
            json.WriteBoolean("lastDayOver", check.IsLapsed);
            WriteAll(
                "proofs", now.Documents.Where(d => DocumentItems.IsCondition(d.Item) && d.At <= (check.DecidedAt ?? DateTimeOffset.MaxValue)),
                proof => json.WriteStringValue(proof.Id));
            WriteFlag("fulfilled", check.IsFulfilled);
            json.WriteString("reason", check.Reason);
            json.WriteString("decidedAt", TimeOf(check.DecidedAt));
            json.WriteString("certificateEndedAt", TimeOf(check.EndedAt));
            WriteDecision(json, "of", check.Original);
            json.WriteEndObject();
        });
        if (now.Appeal is { } appeal)
        {
            json.WritePropertyName("appeal");
            WriteAppeal(json, appeal);
        }

        WriteAll("pastAppeals", now.PastAppeals, past => WriteAppeal(json, past));
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;

        void WriteFlag(string name, bool? value)
        {
            json.WritePropertyName(name);
            if (value is { } known)
            {
                json.WriteBooleanValue(known);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        void WriteAll<T>(string name, IEnumerable<T> all, Action<T> write)
        {
            json.WriteStartArray(name);
            foreach (var one in all)
            {
                write(one);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteQualification(Utf8JsonWriter json, Qualification award)
    {
        json.WriteStartObject("qualification");
        json.WriteString("title", award.Title);
        json.WriteStartArray("institutions");
        foreach (var institution in award.Institutions)
        {
            json.WriteStartObject();
            json.WriteString("name", institution.Name);
            json.WriteString("country", institution.Country);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("awarded", Iso(award.Awarded));
        json.WriteNumber("isced", award.Isced);
        json.WriteString("field", award.Field);
        json.WriteString("extent", BasisRecord.Code(award.Extent));
        json.WriteString("mode", BasisRecord.Code(award.Mode));
        json.WriteString("language", award.Language.Length > 0 ? award.Language : null);
        json.WriteEndObject();
    }

    private static void WriteDecision(Utf8JsonWriter json, string name, DecisionTaken taken)
    {
        json.WriteStartObject(name);
        json.WriteString("at", LedgerEntry.Time(taken.At));
        json.WriteString("outcome", BasisRecord.Code(taken.Decision.Outcome));
        json.WriteString("scope", taken.Decision.Scope);
        json.WriteString("reason", taken.Reason);
        json.WriteString("appealUntil", taken.AppealUntil is { } until ? Iso(until) : null);
        json.WriteString("certificate", taken.Certificate);
        json.WriteString("letter", taken.Letter);
        if (taken.Validity is { } validity)
        {
            json.WriteString("validUntil", validity.Until is { } valid ? Iso(valid) : null);
        }

        json.WriteStartArray("differences");
        foreach (var finding in taken.Decision.Assessments.SelectMany(a => a.Findings).Where(f => f.Difference != Difference.None))
        {
            json.WriteStartObject();
            json.WriteString("element", BasisRecord.Code(finding.Element));
            json.WriteString("difference", BasisRecord.Code(finding.Difference));
            json.WriteString("comparedWith", finding.Comparator);
            json.WriteString("why", finding.WhyItMatters);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("measures");
        foreach (var measure in taken.Decision.Measures)
        {
            json.WriteStartObject();
            json.WriteString("element", BasisRecord.Code(measure.Element));
            json.WriteString("text", measure.Text);
            json.WriteString("until", measure.Until is { } last ? Iso(last) : null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    // What the decision rests on. The officer's notes to it are the body's own.
    private static void WriteFindings(Utf8JsonWriter json, RecognitionCase now)
    {
        json.WriteStartObject("findings");
        json.WriteString("authenticity", now.Authenticity is { } found ? BasisRecord.Code(found.Result) : null);
        json.WriteString("authenticityBy", now.Authenticity is { } by ? BasisRecord.Code(by.Way) : null);
        json.WriteString("issuerRight", now.IssuerRight is { } right ? BasisRecord.Code(right.Result) : null);
        json.WriteEndObject();
    }

    private static void WriteAppeal(Utf8JsonWriter json, Appeal appeal)
    {
        json.WriteStartObject();
        json.WriteString("at", LedgerEntry.Time(appeal.At));
        json.WriteString("words", appeal.Words);
        json.WriteString("outcome", appeal.Outcome is { } outcome ? BasisRecord.Code(outcome) : null);
        json.WriteString("reason", appeal.Reason);
        json.WriteString("withdrawnAt", TimeOf(appeal.WithdrawnAt));
        WriteDecision(json, "against", appeal.Original);
        json.WriteEndObject();
    }

    private static string? TimeOf(DateTimeOffset? at) => at is { } time ? LedgerEntry.Time(time) : null;

    private static string Iso(DateOnly day) => day.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
}
