using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>Tables of recognition cases. Times are RFC 3339, UTC; days <c>yyyy-MM-dd</c>.</summary>
/// <remarks>
/// Everything of a person is sealed under the case's own key (<c>recognition_cases.data_key</c>, wrapped by the vault): destroying that
/// key destroys the case. The row holds in clear what lists, statistics and the search for like cases need, and account ids.
/// </remarks>
public static class CaseSchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("recognition_cases", ["id"]), new("recognition_events", ["case_id", "number"]),
        new("recognition_files", ["case_id", "document", "part"]), new("recognition_numbers", ["year"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("recognition", 1, """
            CREATE TABLE recognition_cases (
                id TEXT NOT NULL PRIMARY KEY,
                version INTEGER NOT NULL,
                stage TEXT NOT NULL,
                number TEXT,
                applicant TEXT NOT NULL,
                evaluator TEXT,
                second TEXT,
                decision_maker TEXT,
                reviewer TEXT,
                holder_kind TEXT NOT NULL,
                purpose TEXT NOT NULL,
                countries TEXT NOT NULL,
                institution TEXT NOT NULL,
                isced INTEGER NOT NULL,
                field TEXT NOT NULL,
                extent TEXT NOT NULL,
                mode TEXT NOT NULL,
                route TEXT,
                opened_at TEXT NOT NULL,
                submitted_at TEXT,
                complete_at TEXT,
                decided_at TEXT,
                ended_at TEXT,
                waiting_for TEXT,
                due_on TEXT,
                ceiling_on TEXT,
                queue TEXT NOT NULL,
                limit_days INTEGER,
                used_days INTEGER,
                outcome TEXT,
                appeal_outcome TEXT,
                data_key {blob},
                head {blob});
            CREATE UNIQUE INDEX recognition_cases_number ON recognition_cases (number);
            CREATE INDEX recognition_cases_stage ON recognition_cases (stage, queue, id);
            CREATE INDEX recognition_cases_applicant ON recognition_cases (applicant, opened_at);
            CREATE INDEX recognition_cases_evaluator ON recognition_cases (evaluator, stage, queue);
            CREATE INDEX recognition_cases_decided ON recognition_cases (decided_at);
            CREATE INDEX recognition_cases_like ON recognition_cases (isced, field, purpose, decided_at);
            CREATE INDEX recognition_cases_institution ON recognition_cases (institution, decided_at);
            CREATE INDEX recognition_cases_country ON recognition_cases (countries, isced, decided_at);

            CREATE TABLE recognition_events (
                case_id TEXT NOT NULL,
                number INTEGER NOT NULL,
                at TEXT NOT NULL,
                payload {blob} NOT NULL,
                PRIMARY KEY (case_id, number));

            CREATE TABLE recognition_files (
                case_id TEXT NOT NULL,
                document TEXT NOT NULL,
                part INTEGER NOT NULL,
                payload {blob} NOT NULL,
                PRIMARY KEY (case_id, document, part));

            CREATE TABLE recognition_numbers (
                year INTEGER NOT NULL PRIMARY KEY,
                last INTEGER NOT NULL);
            """),
        new("recognition", 2, """
            ALTER TABLE recognition_cases ADD COLUMN condition_on TEXT;
            CREATE INDEX recognition_cases_condition ON recognition_cases (condition_on);
            """),
        new("recognition", 3, "CREATE INDEX recognition_cases_newest ON recognition_cases ((COALESCE(decided_at, ended_at, opened_at)), id)"),
        // Accounts, with a space between; of older rows it is written with their next event.
        new("recognition", 4, "ALTER TABLE recognition_cases ADD COLUMN evaluators TEXT"),
        new("recognition", 5, """
            DROP INDEX recognition_cases_newest;
            CREATE INDEX recognition_cases_newest ON recognition_cases ((COALESCE(CASE WHEN stage = 'withdrawn' THEN ended_at END, decided_at, ended_at, opened_at)), id);
            """),
    ];
}
