using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>What the gate found, point by point, with the evidence: kept whether it passed or not. No personal
/// data.</summary>
/// <param name="Rule">Pack, version and hash of the rule <c>article-5</c>.</param>
/// <param name="Unconfirmed">Ids of the rules used that are not confirmed (requirement X-2).</param>
public sealed record GateReport(
    Guid Id,
    string Initiator,
    string Decision,
    DateTimeOffset At,
    string Rule,
    IReadOnlyList<string> Unconfirmed,
    IReadOnlyList<GatePointResult> Points)
{
    /// <summary>What an asset that fails a point would be in law (article 1(3)).</summary>
    public const string WouldBeUnsecured = "would_be_unsecured";

    private static readonly JsonSerializerOptions Json = new() { Converters = { new ProblemConverter() } };

    [JsonIgnore]
    public bool Passed => Points.All(p => p.Passed);

    /// <summary><c>would_be_unsecured</c> when a point failed, else null.</summary>
    public string? Label => Passed ? null : WouldBeUnsecured;

    /// <summary>Keeps the report. A refusal is kept too: in a transaction of its own, as nothing else happens
    /// then.</summary>
    public async Task StoreAsync(DbTransaction transaction, CancellationToken cancel = default)
    {
        await transaction.TouchAsync("gate_reports", cancel, Id.ToString("D"));
        await transaction.ExecuteAsync(
            """
            INSERT INTO gate_reports (id, initiator, decision, at, passed, body)
            VALUES (@id, @initiator, @decision, @at, @passed, @body)
            """,
            cancel,
            ("id", Id.ToString("D")),
            ("initiator", Initiator),
            ("decision", Decision),
            ("at", At.ToUnixTimeSeconds()),
            ("passed", Passed ? 1L : 0L),
            ("body", JsonSerializer.Serialize(this, Json)));
    }

    /// <summary>The last reports that let nothing through, newest first.</summary>
    public static Task<List<GateReport>> RefusedAsync(ReadFrom from, int count, CancellationToken cancel = default) =>
        from.QueryAsync(
            "SELECT body FROM gate_reports WHERE passed = 0 ORDER BY at DESC, id LIMIT @count",
            row => JsonSerializer.Deserialize<GateReport>(row.GetString(0), Json)!,
            cancel,
            ("count", count));

    /// <summary>The reports on one decision, oldest first.</summary>
    public static Task<List<GateReport>> OfDecisionAsync(
        ReadFrom from, string decision, CancellationToken cancel = default) =>
        from.QueryAsync(
            "SELECT body FROM gate_reports WHERE decision = @decision ORDER BY at, id",
            row => JsonSerializer.Deserialize<GateReport>(row.GetString(0), Json)!,
            cancel,
            ("decision", decision));

    // Problem has several constructors, so the serializer cannot choose one; the stored form is its three members.
    private sealed class ProblemConverter : JsonConverter<Problem>
    {
        public override Problem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var stored = JsonSerializer.Deserialize<StoredProblem>(ref reader)!;
            return new Problem(stored.Code, stored.Detail, stored.Args);
        }

        public override void Write(Utf8JsonWriter writer, Problem value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(
                writer, new StoredProblem(value.Code, value.Detail, new(value.Args, StringComparer.Ordinal)));
    }

    private sealed record StoredProblem(string Code, string Detail, Dictionary<string, string> Args);
}

/// <param name="Id">Point id of the rule <c>article-5</c>.</param>
/// <param name="Article">For example <c>5(1)(2), 6(7), 7(1)</c>.</param>
/// <param name="Evidence">What was looked at and found good: numbers, key ids, ledger indices.</param>
/// <param name="Missing">What is missing; empty when the point is met.</param>
/// <param name="Cited">The articles as each reader names them; null where they are numbers alone.</param>
public sealed record GatePointResult(
    string Id, string Article, LocalizedText Title, IReadOnlyList<string> Evidence, IReadOnlyList<Problem> Missing,
    LocalizedText? Cited = null)
{
    public bool Passed => Missing.Count == 0;

    public string ArticleIn(Language language) => Cited?.In(language) ?? Article;
}

/// <summary>The gate's refusal; names every point that failed. In English: whoever has the words says it in the reader's language.</summary>
public sealed record GateRefused : Problem
{
    public GateRefused(GateReport report)
        : base("permits/gate-refused",
            $"Not issued, {GateReport.WouldBeUnsecured}: {Text(report)}", ("points", Text(report))) =>
        Report = report;

    public GateReport Report { get; }

    private static string Text(GateReport report) => string.Join(
        "; ",
        report.Points.Where(p => !p.Passed)
            .Select(p => $"{p.Article} {p.Id}: {string.Join(" ", p.Missing.Select(m => m.Detail))}"));
}
