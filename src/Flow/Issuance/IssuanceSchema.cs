using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>Tables of the stage. Personal data stands only in <c>credential_payloads</c>, encrypted.</summary>
/// <remarks>
/// <c>credentials.id</c> counts upward so that payloads and entries are appended, not scattered over their tables:
/// with random keys the write-ahead log of a bulk issue doubles. A name stands before its payload, so that SQLite reads it without
/// the pages that a payload flows over. Texts that are times are RFC 3339, UTC.
/// <c>credentials.holder</c> is an HMAC under a vault key and goes when the diploma is annulled, superseded or erased.
/// </remarks>
public static class IssuanceSchema
{
    private const string Stage = "issuance";

    /// <summary>
    /// Rows per list and per act. A credential as it was issued is bound to its encrypted record; one that changed
    /// since, and may have lost that record, is sealed.
    /// </summary>
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("issue_batches", ["id"]),
        new("lifecycle_decisions", ["credential", "step"]),
        .. SigningSchema.Sealed,
        new("status_blocks", ["list_id"]),
        new("status_publications", ["list_id", "form"]),
        new(
            "credentials",
            ["id"],
            "state <> 'active' OR state_at <> issued_at OR transferred_at IS NOT NULL OR reason IS NOT NULL"
                + " OR supersedes IS NOT NULL OR superseded_by IS NOT NULL"),
        .. ChangeOrderSchema.Sealed,
        .. SigningAlarms.Sealed,
        .. RegisterOrders.Sealed,
        .. KeyOrderSchema.Sealed,
        .. CertificateStore.Sealed,
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(Stage, 1, """
            CREATE TABLE issue_batches (
                id TEXT NOT NULL PRIMARY KEY,
                initiator TEXT NOT NULL,
                decision TEXT NOT NULL,
                list_hash {blob} NOT NULL,
                diploma_count INTEGER NOT NULL,
                issued_count INTEGER NOT NULL,
                state TEXT NOT NULL,
                prepared_by TEXT NOT NULL,
                prepared_at TEXT NOT NULL,
                approved_by TEXT,
                approved_as TEXT,
                approved_at TEXT,
                approved_reason TEXT,
                done_at TEXT);
            CREATE UNIQUE INDEX issue_batches_list ON issue_batches (initiator, decision, list_hash);

            CREATE TABLE credentials (
                id {bigint} NOT NULL PRIMARY KEY,
                asset TEXT NOT NULL,
                batch TEXT NOT NULL,
                initiator TEXT NOT NULL,
                kind TEXT NOT NULL,
                series TEXT NOT NULL,
                number TEXT NOT NULL,
                programme TEXT NOT NULL,
                award_date TEXT NOT NULL,
                issued_at TEXT NOT NULL,
                transferred_at TEXT,
                state TEXT NOT NULL,
                state_at TEXT NOT NULL,
                reason TEXT,
                supersedes TEXT,
                superseded_by TEXT,
                capability {blob} NOT NULL,
                holder {blob},
                list_id TEXT NOT NULL,
                list_index INTEGER NOT NULL);
            CREATE UNIQUE INDEX credentials_asset ON credentials (asset);
            CREATE UNIQUE INDEX credentials_number ON credentials (initiator, series, number);
            CREATE UNIQUE INDEX credentials_capability ON credentials (capability);
            CREATE UNIQUE INDEX credentials_holder ON credentials (holder);

            CREATE TABLE credential_payloads (
                credential {bigint} NOT NULL PRIMARY KEY,
                data_key {blob} NOT NULL,
                name {blob} NOT NULL,
                payload {blob} NOT NULL);

            CREATE TABLE asset_entries (
                credential {bigint} NOT NULL,
                ledger_index {bigint} NOT NULL,
                type TEXT NOT NULL,
                PRIMARY KEY (credential, ledger_index));

            CREATE TABLE lifecycle_decisions (
                credential {bigint} NOT NULL,
                step INTEGER NOT NULL,
                type TEXT NOT NULL,
                at TEXT NOT NULL,
                reason TEXT NOT NULL,
                basis TEXT NOT NULL,
                prepared_by TEXT NOT NULL,
                approved_by TEXT NOT NULL,
                approved_as TEXT NOT NULL,
                PRIMARY KEY (credential, step));
            """),
        new(Stage, 2, """
            CREATE TABLE status_blocks (
                list_id TEXT NOT NULL PRIMARY KEY,
                initiator TEXT NOT NULL,
                number INTEGER NOT NULL,
                claimed INTEGER NOT NULL);
            CREATE UNIQUE INDEX status_blocks_number ON status_blocks (initiator, number);

            CREATE TABLE status_orders (
                list_id TEXT NOT NULL,
                part INTEGER NOT NULL,
                indices {blob} NOT NULL,
                PRIMARY KEY (list_id, part));

            CREATE TABLE status_values (
                list_id TEXT NOT NULL,
                list_index INTEGER NOT NULL,
                value INTEGER NOT NULL,
                PRIMARY KEY (list_id, list_index));

            CREATE TABLE status_publications (
                list_id TEXT NOT NULL,
                form TEXT NOT NULL,
                published_at TEXT NOT NULL,
                due_at TEXT NOT NULL,
                document {blob} NOT NULL,
                PRIMARY KEY (list_id, form));
            """),
        new(Stage, 3, "CREATE UNIQUE INDEX asset_entries_index ON asset_entries (ledger_index)"),
        .. ChangeOrderSchema.Migrations,
        .. KeyOrderSchema.Migrations,
        .. SigningSchema.Migrations,
        .. SigningAlarms.Migrations,
        .. RegisterOrders.Migrations,
        .. CertificateStore.Migrations,
    ];
}
