using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>
/// Tables of the registers. A row is one reading of one entry: it is never changed but for the moment it was replaced or withdrawn
/// (<c>known_until</c>), so that what was known on an earlier day can be asked. Moments are Unix seconds; days are ISO dates.
/// </summary>
public static class RegisterSchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("foreign_institutions", ["id", "version"]),
        new("institution_periods", ["id", "version"]),
        new("ranking_positions", ["id", "version"]),
        new("register_imports", ["id"]),
        new("register_uploads", ["id"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("registers", 1, """
            CREATE TABLE foreign_institutions (
                id TEXT NOT NULL,
                version {bigint} NOT NULL,
                country TEXT NOT NULL,
                name TEXT NOT NULL,
                name_latin TEXT,
                name_kk TEXT,
                name_ru TEXT,
                name_en TEXT,
                aliases TEXT,
                founded TEXT,
                closed TEXT,
                predecessors TEXT,
                successors TEXT,
                source TEXT NOT NULL,
                read_on TEXT NOT NULL,
                search TEXT NOT NULL,
                known_from {bigint} NOT NULL,
                known_until {bigint},
                import TEXT NOT NULL,
                ended_by TEXT,
                PRIMARY KEY (id, version));
            CREATE INDEX foreign_institutions_country ON foreign_institutions (country);
            CREATE TABLE institution_periods (
                id TEXT NOT NULL,
                version {bigint} NOT NULL,
                institution TEXT NOT NULL,
                kind TEXT NOT NULL,
                programme TEXT NOT NULL,
                level TEXT NOT NULL,
                valid_from TEXT NOT NULL,
                valid_until TEXT,
                granted_by TEXT NOT NULL,
                source TEXT NOT NULL,
                read_on TEXT NOT NULL,
                known_from {bigint} NOT NULL,
                known_until {bigint},
                import TEXT NOT NULL,
                ended_by TEXT,
                PRIMARY KEY (id, version));
            CREATE INDEX institution_periods_institution ON institution_periods (institution);
            CREATE TABLE ranking_positions (
                id TEXT NOT NULL,
                version {bigint} NOT NULL,
                system TEXT NOT NULL,
                edition TEXT NOT NULL,
                published TEXT NOT NULL,
                institution TEXT NOT NULL,
                position {bigint} NOT NULL,
                source TEXT NOT NULL,
                read_on TEXT NOT NULL,
                known_from {bigint} NOT NULL,
                known_until {bigint},
                import TEXT NOT NULL,
                ended_by TEXT,
                PRIMARY KEY (id, version));
            CREATE INDEX ranking_positions_institution ON ranking_positions (institution);
            CREATE INDEX ranking_positions_edition ON ranking_positions (system, published);
            CREATE TABLE register_imports (
                id TEXT PRIMARY KEY,
                register TEXT NOT NULL,
                file_name TEXT NOT NULL,
                file_hash TEXT NOT NULL,
                row_count {bigint} NOT NULL,
                added {bigint} NOT NULL,
                changed {bigint} NOT NULL,
                withdrawn {bigint} NOT NULL,
                imported_by TEXT NOT NULL,
                at {bigint} NOT NULL);
            CREATE TABLE register_uploads (
                id TEXT PRIMARY KEY,
                register TEXT NOT NULL,
                file_name TEXT NOT NULL,
                content {blob} NOT NULL,
                uploaded_by TEXT NOT NULL,
                at {bigint} NOT NULL);
            """),
    ];
}
