using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>Tables of what a holder has and does: holdings, shares, consents, requests. Times are RFC 3339, UTC.</summary>
/// <remarks>What a holder wrote stands only in <c>payload</c>, each row under a data key of its own.</remarks>
public static class HolderSchema
{
    private const string Stage = "holder";

    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new(Holdings.Table, ["credential"]), new(Shares.Table, ["id"]), new(Shares.OpeningsTable, ["share", "number"]),
        new(Consents.Table, ["id"]), new(HolderRequests.Table, ["id"]), new(DataBlocks.Table, ["credential"]),
        new(HolderNotices.Table, ["account"]),
    ];

    /// <summary>Tables from which erasing a diploma takes rows.</summary>
    public static IReadOnlyList<string> ErasedTables { get; } =
        [Holdings.Table, Shares.Table, Shares.OpeningsTable, Consents.Table, HolderRequests.Table];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(Stage, 1, """
            CREATE TABLE holdings (
                credential TEXT NOT NULL PRIMARY KEY,
                account TEXT NOT NULL,
                claimed_at TEXT NOT NULL);
            CREATE INDEX holdings_account ON holdings (account);
            """),
        new(Stage, 2, """
            CREATE TABLE shares (
                id TEXT NOT NULL PRIMARY KEY,
                link_hash {blob} NOT NULL,
                link_seed {blob} NOT NULL,
                account TEXT NOT NULL,
                credential TEXT NOT NULL,
                recipient {blob} NOT NULL,
                created_at TEXT NOT NULL,
                expires_at TEXT NOT NULL,
                revoked_at TEXT,
                may_download INTEGER NOT NULL,
                pin_seed {blob},
                pin_failures INTEGER NOT NULL,
                data_key {blob} NOT NULL,
                payload {blob} NOT NULL);
            CREATE UNIQUE INDEX shares_link ON shares (link_hash);
            CREATE INDEX shares_account ON shares (account);
            CREATE INDEX shares_credential ON shares (credential);

            CREATE TABLE share_openings (
                share TEXT NOT NULL,
                number INTEGER NOT NULL,
                at TEXT NOT NULL,
                what TEXT NOT NULL,
                PRIMARY KEY (share, number));

            CREATE TABLE consents (
                id TEXT NOT NULL PRIMARY KEY,
                account TEXT NOT NULL,
                credential TEXT NOT NULL,
                about TEXT NOT NULL,
                given_at TEXT NOT NULL,
                until_at TEXT NOT NULL,
                withdrawn_at TEXT,
                data_key {blob} NOT NULL,
                payload {blob} NOT NULL);
            CREATE INDEX consents_account ON consents (account);
            CREATE INDEX consents_about ON consents (about);
            CREATE INDEX consents_credential ON consents (credential);

            CREATE TABLE correction_requests (
                id TEXT NOT NULL PRIMARY KEY,
                kind TEXT NOT NULL,
                institution TEXT NOT NULL,
                credential TEXT NOT NULL,
                account TEXT NOT NULL,
                state TEXT NOT NULL,
                version INTEGER NOT NULL,
                at TEXT NOT NULL,
                due_on TEXT NOT NULL,
                decided_at TEXT,
                decided_by TEXT,
                data_key {blob} NOT NULL,
                payload {blob} NOT NULL);
            CREATE INDEX correction_requests_institution ON correction_requests (institution, state);
            CREATE INDEX correction_requests_account ON correction_requests (account);
            CREATE INDEX correction_requests_credential ON correction_requests (credential);
            """),
        new(Stage, 3, """
            CREATE TABLE data_blocks (
                credential TEXT NOT NULL PRIMARY KEY,
                ground TEXT NOT NULL,
                blocked_by TEXT NOT NULL,
                blocked_at TEXT NOT NULL);
            """),
        new(Stage, 4, """
            CREATE TABLE holder_notices (
                account TEXT NOT NULL PRIMARY KEY,
                openings INTEGER NOT NULL);
            """),
    ];

    /// <summary>
    /// Destroys what holders did with a diploma: its shares with their logs, the consents, the requests, the holding. In the
    /// transaction that erases the diploma itself (requirement DA-19). Gives the ids of the shares and
    /// of the requests, so that messages about them can go, too.
    /// </summary>
    public static async Task<(IReadOnlyList<string> Shares, IReadOnlyList<string> Requests)> EraseOfAsync(
        System.Data.Common.DbTransaction transaction, Foundation.AssetId credential, CancellationToken cancel = default)
    {
        var shares = await Shares.EraseOfAsync(transaction, credential, cancel);
        await Consents.EraseOfAsync(transaction, credential, cancel);
        var requests = await HolderRequests.EraseOfAsync(transaction, credential, cancel);
        await DataBlocks.LiftAsync(transaction, credential, cancel);
        await Holdings.RemoveAsync(transaction, credential, cancel);
        return (shares, requests);
    }
}
