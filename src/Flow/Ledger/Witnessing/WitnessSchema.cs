using Mortanba.Storage;

namespace Mortanba.Ledger.Witnessing;

/// <summary>What a witness remembers. Its key goes by a name that stands only here: without its state it has no key.</summary>
public static class WitnessSchema
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("witness", 1, """
            CREATE TABLE witness_self (id INTEGER NOT NULL PRIMARY KEY, key_name TEXT NOT NULL, vkey TEXT, frozen TEXT);
            CREATE TABLE witness_logs (
                origin TEXT NOT NULL PRIMARY KEY, size {bigint} NOT NULL, root {blob} NOT NULL, note TEXT NOT NULL, cosigned_at {bigint} NOT NULL);
            CREATE TABLE witness_findings (
                origin TEXT NOT NULL, code TEXT NOT NULL, found_at {bigint} NOT NULL, evidence {blob},
                PRIMARY KEY (origin, code));
            """),
    ];
}
