using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>Tables of the directory: places of learning, and who is there. Times are RFC 3339, UTC.</summary>
/// <remarks>Names and days of birth are sealed under the key of their school (<c>ai_schools.data_key</c>, wrapped by the vault).</remarks>
public static class DirectorySchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } =
        [new("ai_schools", ["bin"]), new("ai_people", ["id"]), new("ai_guardians", ["person", "account"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("ai-directory", 1, """
            CREATE TABLE ai_schools (
                bin TEXT NOT NULL PRIMARY KEY,
                name_kk TEXT NOT NULL,
                name_ru TEXT NOT NULL,
                name_en TEXT NOT NULL,
                region TEXT NOT NULL,
                district TEXT NOT NULL,
                kind TEXT NOT NULL,
                setting TEXT NOT NULL,
                languages TEXT NOT NULL,
                connectivity TEXT NOT NULL,
                department INTEGER NOT NULL,
                search TEXT NOT NULL,
                order_kk TEXT NOT NULL,
                order_ru TEXT NOT NULL,
                order_en TEXT NOT NULL,
                data_key {blob} NOT NULL);
            CREATE INDEX ai_schools_region ON ai_schools (region);

            CREATE TABLE ai_people (
                id TEXT NOT NULL PRIMARY KEY,
                school TEXT NOT NULL,
                kind TEXT NOT NULL,
                class TEXT NOT NULL,
                classes TEXT NOT NULL,
                grade INTEGER NOT NULL,
                language TEXT NOT NULL,
                sex TEXT NOT NULL,
                disability INTEGER,
                account TEXT,
                source_id TEXT,
                words {blob},
                joined_at TEXT NOT NULL,
                left_at TEXT,
                facts INTEGER NOT NULL DEFAULT 1);
            CREATE INDEX ai_people_school ON ai_people (school, kind, class);
            CREATE INDEX ai_people_account ON ai_people (account);
            CREATE UNIQUE INDEX ai_people_source ON ai_people (school, source_id);

            CREATE TABLE ai_guardians (
                person TEXT NOT NULL,
                account TEXT NOT NULL,
                PRIMARY KEY (person, account));
            CREATE INDEX ai_guardians_account ON ai_guardians (account);
            """),
    ];
}
