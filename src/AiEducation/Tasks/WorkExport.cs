using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Headings of an export, in the language it is read in.</summary>
public sealed record ExportWords(string Statement, string OwnPart, string NoTools, string Tool, string Purpose, string Parts, string Prompts, string None);

/// <summary>
/// A work as a file that leaves the system. What AI made keeps its mark in each form, for machines and for eyes (requirement AI-13). It
/// names no learner: whoever gives the file away knows whose it is.
/// </summary>
public static class WorkExport
{
    // Letters of three languages as they are; what HTML and JSON need escaped is escaped.
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All),
    };

    /// <summary>A whole HTML page in UTF-8.</summary>
    public static string ToHtml(LearnerWork work, TaskTerms task, SyntheticMark? mark, ExportWords words, Language language)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!doctype html>\n<html lang=\"{language.Tag()}\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append(CultureInfo.InvariantCulture, $"<title>{E(task.Title)}</title>\n");
        if (mark is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"<meta name=\"{SyntheticMark.Field}\" content=\"{mark.Address}\">\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"</head>\n<body>\n<h1>{E(task.Title)}</h1>\n");
        if (mark is not null)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p><strong>{E(mark.Label.In(language))}</strong></p>\n");
        }

        foreach (var paragraph in Paragraphs(work.Draft.Text))
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{E(paragraph).Replace("\n", "<br>\n", StringComparison.Ordinal)}</p>\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"<h2>{E(words.Statement)}</h2>\n<ul>\n");
        foreach (var line in Statement(work.Draft.Statement, words))
        {
            page.Append(CultureInfo.InvariantCulture, $"<li>{E(line)}</li>\n");
        }

        return page.Append("</ul>\n</body>\n</html>\n").ToString();
    }

    /// <summary>JSON in UTF-8; the mark is <c>digitalSourceType</c> and <c>label</c> in three languages.</summary>
    public static string ToJson(LearnerWork work, TaskTerms task, SyntheticMark? mark)
    {
        var statement = work.Draft.Statement;
        return new JsonObject
        {
            ["title"] = task.Title,
            ["level"] = task.Level,
            ["handedInAt"] = work.HandedInAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["digitalSourceType"] = mark?.Address,
            ["label"] = mark is null ? null : new JsonObject { ["kk"] = mark.Label.Kk, ["ru"] = mark.Label.Ru, ["en"] = mark.Label.En },
            ["text"] = work.Draft.Text,
            ["statement"] = statement is null ? null : new JsonObject
            {
                ["ownPart"] = statement.OwnPart,
                ["tools"] = new JsonArray([.. statement.Tools.Select(t => (JsonNode)new JsonObject
                {
                    ["tool"] = t.Tool, ["purpose"] = t.Purpose, ["parts"] = t.Parts, ["prompts"] = t.Prompts,
                })]),
            },
        }.ToJsonString(Json);
    }

    /// <summary>Plain text; the mark is its first two lines.</summary>
    public static string ToText(LearnerWork work, TaskTerms task, SyntheticMark? mark, ExportWords words, Language language)
    {
        IEnumerable<string> head = mark is null ? [] : [$"{SyntheticMark.Field}: {mark.Address}", mark.Label.In(language), ""];
        return string.Join('\n', [.. head, task.Title, "", work.Draft.Text, "", words.Statement, .. Statement(work.Draft.Statement, words), ""]);
    }

    /// <summary>The statement, a line each.</summary>
    public static IEnumerable<string> Statement(UseStatement? statement, ExportWords words) =>
        statement is null ? [words.None]
        : [
            $"{words.OwnPart}: {statement.OwnPart} %",
            .. statement.Tools.Count == 0 ? [words.NoTools] : statement.Tools.Select(t =>
                $"{words.Tool}: {t.Tool}. {words.Purpose}: {t.Purpose}. {words.Parts}: {t.Parts}."
                + (t.Prompts is null ? "" : $" {words.Prompts}: {t.Prompts}")),
        ];

    /// <summary>Paragraphs are what empty lines part.</summary>
    public static IEnumerable<string> Paragraphs(string text) =>
        text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string E(string text) => System.Net.WebUtility.HtmlEncode(text);
}
