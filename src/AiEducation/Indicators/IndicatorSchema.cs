using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>
/// What was computed of the facts: counts by school, and how far. All of it follows from <c>ai_facts</c>, the pack, the closings and the
/// facts with a wrong clock; nothing of it is typed, and <c>mortanba ai indicators --recompute</c> makes it anew. It is sealed all the same:
/// a figure that somebody changed past the program is named by the audit without counting all facts again.
/// </summary>
public static class IndicatorSchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("ai_indicator_runs", ["id"]), new("ai_indicator_schools", ["school"]), new("ai_indicator_closings", ["part"]), new("ai_facts_ahead", ["seq"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("ai-indicators", 1, """
            CREATE TABLE ai_indicator_runs (
                id INTEGER NOT NULL PRIMARY KEY,
                run TEXT NOT NULL,
                pack TEXT NOT NULL,
                seq {bigint} NOT NULL,
                inputs_hash TEXT NOT NULL,
                apart TEXT NOT NULL,
                computed_at TEXT NOT NULL,
                differs INTEGER NOT NULL);

            CREATE TABLE ai_indicator_schools (
                school TEXT NOT NULL PRIMARY KEY,
                seq {bigint} NOT NULL,
                counts {blob} NOT NULL);
            CREATE INDEX ai_indicator_schools_seq ON ai_indicator_schools (seq);

            CREATE TABLE ai_indicator_closings (
                part INTEGER NOT NULL PRIMARY KEY,
                seq {bigint} NOT NULL);

            CREATE TABLE ai_facts_ahead (
                seq {bigint} NOT NULL PRIMARY KEY);
            """),
    ];
}
