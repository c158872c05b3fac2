using Mortanba.Storage;

namespace Mortanba.Intake.Drafts;

/// <summary>Tables of lists that are being prepared. Times are RFC 3339, UTC.</summary>
/// <remarks>
/// Everything personal is sealed under the draft's own data key (<c>drafts.data_key</c>, wrapped by the vault): destroying
/// that key destroys the list. In clear: title, decision, state, counts, account ids, and the hash of the whole list.
/// </remarks>
public static class DraftSchema
{
    private const string Stage = "intake";

    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("drafts", ["id"]), new("draft_pages", ["draft", "kind", "page"]), new("draft_steps", ["draft", "step"]),
        new("draft_columns", ["institution", "part", "headers"]), new("draft_people", ["draft", "who"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(Stage, 1, """
            CREATE TABLE drafts (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                title TEXT NOT NULL,
                decision TEXT,
                purpose TEXT NOT NULL,
                state TEXT NOT NULL,
                version INTEGER NOT NULL,
                checked_version INTEGER NOT NULL,
                prepared_by TEXT NOT NULL,
                prepared_at TEXT NOT NULL,
                changed_by TEXT NOT NULL,
                changed_at TEXT NOT NULL,
                submitted_by TEXT,
                submitted_at TEXT,
                row_count INTEGER NOT NULL,
                error_count {bigint} NOT NULL,
                warning_count {bigint} NOT NULL,
                list_hash TEXT,
                batch TEXT,
                is_mapped INTEGER NOT NULL,
                data_key {blob},
                head {blob},
                return_note {blob});
            CREATE INDEX drafts_institution ON drafts (institution, state);
            CREATE INDEX drafts_batch ON drafts (batch);

            CREATE TABLE draft_pages (
                draft TEXT NOT NULL,
                kind TEXT NOT NULL,
                page INTEGER NOT NULL,
                payload {blob} NOT NULL,
                PRIMARY KEY (draft, kind, page));

            CREATE TABLE draft_steps (
                draft TEXT NOT NULL,
                step INTEGER NOT NULL,
                by_whom TEXT NOT NULL,
                at TEXT NOT NULL,
                payload {blob} NOT NULL,
                PRIMARY KEY (draft, step));

            CREATE TABLE draft_columns (
                institution TEXT NOT NULL,
                part TEXT NOT NULL,
                headers TEXT NOT NULL,
                choices TEXT NOT NULL,
                PRIMARY KEY (institution, part, headers));
            """),
        new(Stage, 2, """
            CREATE TABLE draft_people (
                draft TEXT NOT NULL,
                who TEXT NOT NULL,
                PRIMARY KEY (draft, who));
            """),
    ];
}
