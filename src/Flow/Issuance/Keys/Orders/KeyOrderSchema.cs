using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>The table of orders about keys. <c>words</c> is encrypted: a basis may name people.</summary>
public static class KeyOrderSchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("key_orders", ["id"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("keys", 1, """
            CREATE TABLE key_orders (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                act TEXT NOT NULL,
                kid TEXT NOT NULL,
                since TEXT NOT NULL,
                numbers TEXT,
                words {blob} NOT NULL,
                state TEXT NOT NULL,
                version INTEGER NOT NULL,
                proposed_by TEXT NOT NULL,
                proposed_at TEXT NOT NULL,
                decided_by TEXT,
                decided_as TEXT,
                decided_at TEXT,
                new_kid TEXT,
                stood INTEGER,
                fell INTEGER,
                reissued INTEGER,
                done_at TEXT);
            CREATE INDEX key_orders_of ON key_orders (institution, proposed_at);
            CREATE INDEX key_orders_state ON key_orders (state);
            """),
        new("keys", 2, "ALTER TABLE key_orders ADD COLUMN decisions TEXT;"),
    ];
}
