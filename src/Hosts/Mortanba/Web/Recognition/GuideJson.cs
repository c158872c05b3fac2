using System.Globalization;
using System.Text.Json;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>A guide as JSON: codes for programs, words of one language beside them, and the record that can be repeated.</summary>
internal static class GuideJson
{
    public static void Write(Utf8JsonWriter json, RecognitionGuide guide, GuideWords words)
    {
        var (basis, language) = (guide.Basis, words.Language);
        json.WriteStartObject();
        json.WriteString("route", BasisRecord.Code(basis.Route));
        json.WriteString("title", words.Title(guide));
        json.WriteString("text", string.Join(' ', words.Paragraphs(guide)));
        json.WriteBoolean("unconfirmed", basis.IsUnconfirmed);
        json.WriteStartArray("treaties");
        foreach (var finding in basis.Treaties)
        {
            WriteTreaty(json, finding, words);
        }

        json.WriteEndArray();
        json.WriteStartObject("shortcut");
        json.WriteString("state", BasisRecord.Code(basis.Shortcut.State));
        json.WriteString("text", words.Shortcut(guide));
        json.WriteString("rule", words.ShortcutRule(guide));
        json.WriteEndObject();
        var national = basis.National.Value;
        json.WriteStartObject("national");
        json.WriteString("act", national.Act(basis.Question.Level).Name.In(language));
        json.WriteString("body", national.Body.In(language));
        json.WriteString("way", national.Way.In(language));
        WriteTexts(json, "steps", national.Steps.Select(s => s.In(language)));
        json.WriteString("result", national.Result.In(language));
        json.WriteEndObject();
        json.WriteStartArray("documents");
        foreach (var item in basis.Route == CaseRoute.Exempt ? [] : guide.Documents)
        {
            json.WriteStartObject();
            json.WriteString("id", item.Id);
            json.WriteString("text", item.Text.In(language));
            if (item.Hint is { } hint)
            {
                json.WriteString("hint", hint.In(language));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("withoutDocuments", guide.WithoutDocuments?.Value.Text.In(language));
        WriteNumber(json, "withoutDocumentsValidMonths", guide.ValidMonths);
        json.WriteStartObject("timeLimit");
        WriteNumber(json, "workingDays", guide.TimeLimit.Value.WorkingDays);
        WriteNumber(json, "intakeWorkingDays", guide.Own?.Value.IntakeWorkingDays);
        WriteNumber(json, "answerWorkingDays", guide.Own?.Value.AnswerWorkingDays);
        json.WriteBoolean("canOpenCases", guide.CanOpenCases);
        json.WriteString("text", words.Limit(guide));
        WriteTexts(json, "notes", words.LimitNotes(guide));
        json.WriteEndObject();
        json.WriteStartObject("fee");
        WriteNumber(json, "indices", guide.Fee.Value.Indices);
        json.WriteBoolean("free", guide.IsFree);
        json.WriteString("text", words.Fee(guide));
        json.WriteString("note", words.FeeNote(guide));
        json.WriteEndObject();
        json.WriteStartObject("appeal");
        json.WriteString("way", guide.Appeal.Value.Way.In(language));
        WriteTexts(json, "notes", words.AppealNotes(guide));
        json.WriteEndObject();
        json.WriteStartArray("rules");
        foreach (var rule in guide.Rules)
        {
            WriteRule(json, rule, words);
        }

        json.WriteEndArray();
        json.WriteString("digest", BasisRecord.Digest(basis).ToString());
        json.WritePropertyName("record");
        json.WriteRawValue(BasisRecord.Write(basis));
        json.WriteEndObject();
    }

    private static void WriteTreaty(Utf8JsonWriter json, TreatyFinding finding, GuideWords words)
    {
        var treaty = finding.Treaty;
        json.WriteStartObject();
        json.WriteString("id", treaty.Id);
        json.WriteString("name", treaty.Name.In(words.Language));
        json.WriteString("standing", BasisRecord.Code(finding.Standing));
        json.WriteString("text", words.Standing(finding));
        json.WriteStartArray("reasons");
        foreach (var reason in finding.Reasons)
        {
            BasisRecord.WriteReason(json, reason, words.Reason(reason));
        }

        json.WriteEndArray();
        json.WriteStartArray("duties");
        foreach (var duty in finding.Standing == Standing.Applies ? finding.Duties : [])
        {
            json.WriteStartObject();
            json.WriteString("article", duty.Article);
            json.WriteString("text", duty.Text.In(words.Language));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("doubt", treaty.Doubt?.In(words.Language));
        json.WriteBoolean("unconfirmed", treaty.Unconfirmed);
        json.WriteString("source", words.Source(treaty.Source));
        json.WriteString("address", treaty.Source.Address);
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, RuleReference rule, GuideWords words)
    {
        json.WriteStartObject();
        json.WriteString("rule", rule.Rule);
        json.WriteString("pack", rule.Pack);
        json.WriteString("version", rule.Version);
        json.WriteString("hash", rule.Hash.ToString());
        json.WriteString("source", words.Source(rule.Source));
        json.WriteString("address", rule.Source.Address);
        json.WriteString("tag", $"{rule.Tag}");
        json.WriteString("confidence", BasisRecord.Code(rule.Confidence));
        json.WriteBoolean("unconfirmed", rule.Unconfirmed);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, decimal? number)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(number?.ToString(CultureInfo.InvariantCulture) ?? "null");
    }
}
