using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>What the certificate of a competence says (requirement AI-18, docs/formats/competence-certificate.md). Personal data.</summary>
/// <param name="Owner">Id of the portfolio or the group of a course.</param>
/// <param name="Holder">Name of the person, as the school's directory has it.</param>
/// <param name="Competence">What was reached, in words.</param>
/// <param name="Code"><c>level/deepen</c>, <c>course/day-of-ai</c>.</param>
/// <param name="Framework">Whose blocks they are.</param>
/// <param name="Blocks">Ids of the blocks it covers.</param>
/// <param name="Lessons">Of a course; null for a level.</param>
/// <param name="DecidedBy">Who certified it.</param>
/// <param name="Assessed">Name of the organisation for which they did; another may sign for it.</param>
/// <param name="Rules">Rules it rests on, as <c>pack@version#hash/rule</c>.</param>
public sealed record CompetenceAward(
    string Owner, string Holder, LocalizedText Competence, string Code, LocalizedText Framework, IReadOnlyList<string> Blocks, int? Lessons, int? Hours,
    string DecidedBy, LocalizedText Assessed, DateOnly Date, IReadOnlyList<string> Rules)
{
    /// <summary>Letters before the number of every certificate of a competence.</summary>
    public const string Series = "CC";

    /// <summary>A teacher's level, held in every aspect.</summary>
    public static CompetenceAward OfLevel(
        TeacherPortfolio portfolio, string holder, string level, Resolved<CompetenceFramework> framework, string decidedBy, LocalizedText assessed,
        DateOnly date)
    {
        var name = framework.Value.LevelName(level);
        return new CompetenceAward(
            portfolio.Id, holder,
            new($"Педагогтің ЖИ құзыреті: «{name.Kk}» деңгейі", $"Компетенция педагога в области ИИ: уровень «{name.Ru}»", $"AI competence of a teacher: level {name.En}"),
            "level/" + level, framework.Reference.Source.Name,
            [.. framework.Value.Blocks.Where(b => framework.Value.UpTo(level).Contains(b.Level)).Select(b => b.Id)], null, null, decidedBy, assessed, date,
            [framework.Reference.ToString()]);
    }

    /// <summary>A course that was completed.</summary>
    /// <param name="framework">Whose blocks the course works on.</param>
    public static CompetenceAward OfCourse(
        CourseGroup group, CourseTerms terms, string holder, Resolved<CompetenceFramework> framework, string decidedBy, LocalizedText assessed,
        DateOnly date) => new(
            group.Id, holder, new($"Курс аяқталды: {terms.Name.Kk}", $"Пройден курс: {terms.Name.Ru}", $"Course completed: {terms.Name.En}"),
            "course/" + terms.Series, framework.Reference.Source.Name, terms.Blocks, terms.Lessons, terms.Hours, decidedBy, assessed, date,
            [framework.Reference.ToString(), group.Opened.Rule]);

    /// <summary>The claims of both signed forms, by the names of the SD-JWT.</summary>
    /// <param name="body">Name of whoever issues it.</param>
    public IEnumerable<(string Name, JsonNode Value)> Claims(string number, LocalizedText body)
    {
        yield return ("name", Holder);
        yield return ("certificate_number", number);
        yield return ("competence", Words(Competence));
        yield return ("framework", Words(Framework));
        yield return ("blocks", string.Join(", ", Blocks));
        if (Lessons is { } lessons)
        {
            yield return ("lessons", lessons);
        }

        if (Hours is { } hours)
        {
            yield return ("hours", hours);
        }

        yield return ("institution", Words(body));
        yield return ("assessing_body", Words(Assessed));
        yield return ("decided_by", DecidedBy);
        yield return ("award_date", Date.ToString("O", CultureInfo.InvariantCulture));
        yield return ("codes", new JsonObject { ["award"] = Code, ["blocks"] = new JsonArray([.. Blocks.Select(b => (JsonNode)b)]) });
        yield return ("rules", new JsonArray([.. Rules.Select(r => (JsonNode)r)]));
    }

    /// <summary>What its ledger entry commits to: the owner by its hash, the rules by theirs; no person.</summary>
    public IReadOnlyList<(string Name, JsonNode? Value)> LedgerMembers() =>
    [
        ("award", Hash(Owner)), ("rules", Hash(string.Join('\n', Rules.Distinct().Order(StringComparer.Ordinal)))),
    ];

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AwardJson.Default.CompetenceAward);

    /// <summary>Throws <see cref="JsonException"/> for bytes that <see cref="Write"/> did not make.</summary>
    public static CompetenceAward Read(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, AwardJson.Default.CompetenceAward)!;

    private static string Hash(string text) => Commitment.OfSigned(System.Text.Encoding.UTF8.GetBytes(text), Commitment.Sha256).ToString();

    private static JsonObject Words(LocalizedText text) => new() { ["kk"] = text.Kk, ["ru"] = text.Ru, ["en"] = text.En };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CompetenceAward))]
internal sealed partial class AwardJson : JsonSerializerContext;
