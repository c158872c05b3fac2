using Mortanba.Ledger.Anchoring;
using Mortanba.Storage;

namespace Mortanba.Ledger;

/// <summary>The stage's tables. Rows of entries and tiles are written once and never changed.</summary>
public static class LedgerSchema
{
    /// <summary>When a checkpoint was signed, and since when it is shown, stands in no signature.</summary>
    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("ledger_checkpoints", ["size"]), .. AnchorStore.Sealed];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        // A tile's root stands before its 8 KiB of hashes, so that reading a row of roots does not read the hashes.
        new("ledger", 1, """
            CREATE TABLE ledger_entries (
                idx {bigint} NOT NULL PRIMARY KEY, leaf_hash {blob} NOT NULL, entry {blob} NOT NULL);
            CREATE TABLE ledger_tiles (
                level INTEGER NOT NULL, idx {bigint} NOT NULL, root {blob} NOT NULL, hashes {blob} NOT NULL,
                PRIMARY KEY (level, idx));
            CREATE TABLE ledger_tree (
                id INTEGER NOT NULL PRIMARY KEY, size {bigint} NOT NULL, frontier {blob} NOT NULL);
            CREATE TABLE ledger_checkpoints (
                size {bigint} NOT NULL PRIMARY KEY, root {blob} NOT NULL, note TEXT NOT NULL, signed_at {bigint} NOT NULL,
                published_at {bigint});
            """),
        .. AnchorStore.Migrations,
    ];
}
