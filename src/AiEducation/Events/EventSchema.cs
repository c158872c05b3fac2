using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>
/// Tables of AI in education. Everything is an event of a stream (<c>ai_events</c>); <c>ai_streams</c> holds what lists show,
/// <c>ai_facts</c> what indicators count, in one order. Times are RFC 3339, UTC; days <c>yyyy-MM-dd</c>.
/// </summary>
/// <remarks>There are millions of facts: not each carries a seal, but all together are a chain, whose head carries one (<see cref="FactLog"/>).</remarks>
public static class EventSchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("ai_streams", ["id"]), new("ai_events", ["stream", "number"]), new("ai_fact_head", ["name"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("ai-education", 1, """
            CREATE TABLE ai_streams (
                id TEXT NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                school TEXT,
                version INTEGER NOT NULL,
                state TEXT NOT NULL,
                subject TEXT,
                title TEXT,
                due_on TEXT,
                opened_at TEXT NOT NULL,
                changed_at TEXT NOT NULL,
                data_key {blob});
            CREATE INDEX ai_streams_school ON ai_streams (kind, school, state, due_on);
            CREATE INDEX ai_streams_subject ON ai_streams (subject, kind);
            CREATE INDEX ai_streams_due ON ai_streams (kind, due_on);

            CREATE TABLE ai_events (
                stream TEXT NOT NULL,
                number INTEGER NOT NULL,
                at TEXT NOT NULL,
                payload {blob} NOT NULL,
                PRIMARY KEY (stream, number));

            CREATE TABLE ai_facts (
                seq BIGINT NOT NULL PRIMARY KEY,
                at TEXT NOT NULL,
                type TEXT NOT NULL,
                school TEXT,
                subject TEXT,
                fact_values TEXT NOT NULL,
                stream TEXT NOT NULL,
                number INTEGER NOT NULL,
                chain {blob} NOT NULL);

            CREATE TABLE ai_fact_head (
                name TEXT NOT NULL PRIMARY KEY,
                seq BIGINT NOT NULL,
                chain {blob} NOT NULL);
            """),
    ];
}
