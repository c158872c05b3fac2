using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>Tables of this stage. Times are Unix seconds, as exact as the ledger; days are ISO dates.</summary>
public static class PermitsSchema
{
    /// <summary>Rows beyond what the ledger says of them.</summary>
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("programmes", ["bin", "code", "accredited_from"]),
        new("gate_reports", ["id"]),
        new("permit_changes", ["permit", "number"]),
        new("authority_entries", ["entry_id"]),
        new("graduation_orders", ["decision"]),
        new("order_lines", ["decision", "programme"]),
        new("intakes", ["bin", "programme", "year"]),
        new("enrolments", ["bin", "learner"]),
        new("enrolment_imports", ["id"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("permits", 1, """
            CREATE TABLE organisations (
                bin TEXT PRIMARY KEY,
                did TEXT NOT NULL UNIQUE,
                role TEXT NOT NULL,
                record {blob} NOT NULL,
                salt {blob} NOT NULL,
                registered_at {bigint} NOT NULL);
            CREATE TABLE institution_keys (
                kid TEXT PRIMARY KEY,
                bin TEXT NOT NULL REFERENCES organisations (bin),
                multibase TEXT NOT NULL UNIQUE,
                since {bigint} NOT NULL,
                ended_at {bigint},
                compromised {bigint} NOT NULL);
            CREATE TABLE permits (
                number TEXT PRIMARY KEY,
                bin TEXT NOT NULL REFERENCES organisations (bin),
                valid_from TEXT NOT NULL,
                valid_until TEXT NOT NULL,
                rule TEXT NOT NULL);
            CREATE TABLE permit_changes (
                permit TEXT NOT NULL REFERENCES permits (number),
                number {bigint} NOT NULL,
                status TEXT NOT NULL,
                at {bigint} NOT NULL,
                decision TEXT NOT NULL,
                PRIMARY KEY (permit, number));
            CREATE TABLE programmes (
                bin TEXT NOT NULL REFERENCES organisations (bin),
                code TEXT NOT NULL,
                accredited_from TEXT NOT NULL,
                body TEXT NOT NULL,
                PRIMARY KEY (bin, code, accredited_from));
            CREATE TABLE issue_decisions (
                id TEXT PRIMARY KEY,
                initiator TEXT NOT NULL REFERENCES organisations (bin),
                operator TEXT NOT NULL REFERENCES organisations (bin),
                document {blob} NOT NULL,
                salt {blob} NOT NULL,
                document_commitment TEXT NOT NULL,
                signature TEXT NOT NULL,
                published_at {bigint} NOT NULL,
                closed_at {bigint});
            CREATE TABLE gate_reports (
                id TEXT PRIMARY KEY,
                initiator TEXT NOT NULL,
                decision TEXT NOT NULL,
                at {bigint} NOT NULL,
                passed {bigint} NOT NULL,
                body TEXT NOT NULL);
            CREATE TABLE authority_entries (
                entry_id TEXT PRIMARY KEY,
                type TEXT NOT NULL,
                bin TEXT,
                permit TEXT,
                decision TEXT,
                body {blob} NOT NULL,
                ledger_index {bigint} UNIQUE);
            CREATE INDEX authority_entries_bin ON authority_entries (bin);
            CREATE INDEX authority_entries_permit ON authority_entries (permit);
            CREATE INDEX authority_entries_decision ON authority_entries (decision);
            """),
        new("permits", 2, """
            CREATE TABLE graduation_orders (
                decision TEXT PRIMARY KEY REFERENCES issue_decisions (id),
                body {blob} NOT NULL,
                salt {blob} NOT NULL);
            CREATE TABLE order_lines (
                decision TEXT NOT NULL REFERENCES issue_decisions (id),
                programme TEXT NOT NULL,
                ordered INTEGER NOT NULL,
                issued INTEGER NOT NULL,
                PRIMARY KEY (decision, programme));
            CREATE TABLE intakes (
                bin TEXT NOT NULL REFERENCES organisations (bin),
                programme TEXT NOT NULL,
                year INTEGER NOT NULL,
                places INTEGER NOT NULL,
                basis TEXT NOT NULL,
                issued INTEGER NOT NULL,
                PRIMARY KEY (bin, programme, year));
            CREATE TABLE enrolments (
                bin TEXT NOT NULL REFERENCES organisations (bin),
                learner TEXT NOT NULL,
                programme TEXT NOT NULL,
                year INTEGER NOT NULL,
                status TEXT NOT NULL,
                PRIMARY KEY (bin, learner));
            CREATE TABLE enrolment_imports (
                id TEXT PRIMARY KEY,
                bin TEXT NOT NULL REFERENCES organisations (bin),
                file_hash TEXT NOT NULL,
                row_count INTEGER NOT NULL,
                added INTEGER NOT NULL,
                changed INTEGER NOT NULL,
                imported_by TEXT NOT NULL,
                at {bigint} NOT NULL);
            CREATE INDEX enrolment_imports_bin ON enrolment_imports (bin);
            """),
        // A year is counted before its figure is known. SQLite takes no constraint back: the table is made anew, its rows and seals as they were.
        new("permits", 3, """
            CREATE TABLE intakes_counted (
                bin TEXT NOT NULL REFERENCES organisations (bin),
                programme TEXT NOT NULL,
                year INTEGER NOT NULL,
                places INTEGER,
                basis TEXT NOT NULL,
                issued INTEGER NOT NULL,
                PRIMARY KEY (bin, programme, year));
            INSERT INTO intakes_counted SELECT bin, programme, year, places, basis, issued FROM intakes;
            DROP TABLE intakes;
            ALTER TABLE intakes_counted RENAME TO intakes;
            """),
        new("permits", 4, """
            ALTER TABLE issue_decisions ADD COLUMN confirmed_signature TEXT;
            ALTER TABLE issue_decisions ADD COLUMN confirmed_at {bigint};
            """),
    ];
}
