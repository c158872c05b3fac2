using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// Tables of change orders. <c>words</c> and <c>proposal</c> are encrypted, each under a data key of its own; what a row
/// proposes is destroyed when the row is done, refused or withdrawn, and when its diploma is erased.
/// </summary>
public static class ChangeOrderSchema
{
    private const string Stage = "changes";

    public static IReadOnlyList<SealedTable> Sealed { get; } =
        [new("change_orders", ["id"]), new("change_rows", ["change_order", "row_number"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(Stage, 1, """
            CREATE TABLE change_orders (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                act TEXT NOT NULL,
                reason TEXT NOT NULL,
                words {blob} NOT NULL,
                state TEXT NOT NULL,
                version INTEGER NOT NULL,
                row_count INTEGER NOT NULL,
                done_count INTEGER NOT NULL,
                refused_count INTEGER NOT NULL,
                origin TEXT,
                proposed_by TEXT NOT NULL,
                proposed_at TEXT NOT NULL,
                decided_by TEXT,
                decided_as TEXT,
                decided_at TEXT,
                done_at TEXT);
            CREATE INDEX change_orders_of ON change_orders (institution, proposed_at);
            CREATE INDEX change_orders_state ON change_orders (state);

            CREATE TABLE change_rows (
                change_order TEXT NOT NULL,
                row_number INTEGER NOT NULL,
                asset TEXT NOT NULL,
                state TEXT NOT NULL,
                proposal {blob},
                refusal TEXT,
                replacement TEXT,
                ledger_index {bigint},
                told TEXT,
                PRIMARY KEY (change_order, row_number));
            CREATE INDEX change_rows_asset ON change_rows (asset);
            CREATE INDEX change_rows_replacement ON change_rows (replacement);
            CREATE INDEX change_rows_state ON change_rows (change_order, state, row_number);
            """),
    ];
}
