using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>Tables of the connections to what schools use. Times are RFC 3339, UTC.</summary>
public static class ConnectionSchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("lti_platforms", ["id"]), new("lti_people", ["platform", "subject"]), new("lti_nonces", ["platform", "nonce"]), new("lti_keys", ["id"]),
        new("ai_roster_uploads", ["id"]), new("ai_calendars", ["account"]), new("lti_scores", ["platform", "link", "subject"]),
        new("lti_courses", ["platform", "context"]), new("ai_roster_guardians", ["school", "source_id"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("ai-connections", 1, """
            CREATE TABLE lti_platforms (
                id TEXT NOT NULL PRIMARY KEY,
                school TEXT NOT NULL,
                name TEXT NOT NULL,
                issuer TEXT NOT NULL,
                client_id TEXT NOT NULL,
                deployments TEXT NOT NULL,
                login_address TEXT NOT NULL,
                token_address TEXT NOT NULL,
                jwks TEXT NOT NULL,
                added_by TEXT NOT NULL,
                added_at TEXT NOT NULL,
                ended_at TEXT);
            CREATE INDEX lti_platforms_issuer ON lti_platforms (issuer);
            CREATE INDEX lti_platforms_school ON lti_platforms (school);

            CREATE TABLE lti_people (
                platform TEXT NOT NULL,
                subject TEXT NOT NULL,
                account TEXT NOT NULL,
                bound_at TEXT NOT NULL,
                PRIMARY KEY (platform, subject));

            CREATE TABLE lti_nonces (
                platform TEXT NOT NULL,
                nonce TEXT NOT NULL,
                until TEXT NOT NULL,
                PRIMARY KEY (platform, nonce));

            CREATE TABLE lti_keys (
                id TEXT NOT NULL PRIMARY KEY,
                data_key {blob} NOT NULL,
                content {blob} NOT NULL,
                made_at TEXT NOT NULL);

            CREATE TABLE ai_roster_uploads (
                id TEXT NOT NULL PRIMARY KEY,
                school TEXT NOT NULL,
                uploaded_by TEXT NOT NULL,
                at TEXT NOT NULL,
                data_key {blob} NOT NULL,
                content {blob} NOT NULL);

            CREATE TABLE ai_calendars (
                account TEXT NOT NULL PRIMARY KEY,
                secret_hash TEXT NOT NULL,
                language TEXT NOT NULL,
                made_at TEXT NOT NULL);
            CREATE UNIQUE INDEX ai_calendars_secret ON ai_calendars (secret_hash);
            """),
        new("ai-connections", 2, """
            CREATE TABLE lti_scores (
                platform TEXT NOT NULL,
                link TEXT NOT NULL,
                subject TEXT NOT NULL,
                task TEXT NOT NULL,
                line_item TEXT,
                line_items TEXT,
                state TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                due_at TEXT NOT NULL,
                last_at TEXT,
                status INTEGER,
                fault TEXT,
                sent TEXT,
                PRIMARY KEY (platform, link, subject));
            CREATE INDEX lti_scores_due ON lti_scores (state, due_at);
            CREATE INDEX lti_scores_task ON lti_scores (task);

            CREATE TABLE lti_courses (
                platform TEXT NOT NULL,
                context TEXT NOT NULL,
                label TEXT NOT NULL,
                title TEXT NOT NULL,
                members_address TEXT NOT NULL,
                seen_at TEXT NOT NULL,
                PRIMARY KEY (platform, context));

            CREATE TABLE ai_roster_guardians (
                school TEXT NOT NULL,
                source_id TEXT NOT NULL,
                data_key {blob} NOT NULL,
                content {blob} NOT NULL,
                account TEXT,
                PRIMARY KEY (school, source_id));
            """),
    ];
}
