using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>Tables of what a holder has and does: holdings, shares, requests. Times are RFC 3339, UTC.</summary>
public static class HolderSchema
{
    private const string Stage = "holder";

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new(Holdings.Table, ["credential"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(Stage, 1, """
            CREATE TABLE holdings (
                credential TEXT NOT NULL PRIMARY KEY,
                account TEXT NOT NULL,
                claimed_at TEXT NOT NULL);
            CREATE INDEX holdings_account ON holdings (account);
            """),
    ];
}
