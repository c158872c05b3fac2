using System.Data.Common;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Anchoring;

/// <summary>A checkpoint that was seen anchored, with as many confirmations as were asked for.</summary>
/// <param name="Index">Of the ledger's <c>checkpoint.anchored</c> entry.</param>
/// <param name="Place">Null when no quorum of endpoints could show the event.</param>
public sealed record AnchorRow(
    long Index, long Size, TreeHash Root, long ChainId, ChainAddress Contract, string Genesis, AnchorPlace? Place, DateTimeOffset At);

/// <param name="Since">Of the first checkpoint anchored there.</param>
public sealed record AnchoredContract(long ChainId, ChainAddress Contract, string Genesis, DateTimeOffset Since);

/// <summary>The anchors of this log, on whatever chains.</summary>
public static class AnchorStore
{
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("anchoring", 1, """
            CREATE TABLE ledger_anchors (
                idx {bigint} NOT NULL PRIMARY KEY, size {bigint} NOT NULL, root {blob} NOT NULL,
                chain_id {bigint} NOT NULL, contract TEXT NOT NULL, genesis TEXT NOT NULL,
                block {bigint}, block_hash TEXT, tx TEXT, at {bigint} NOT NULL);
            """),
    ];

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("ledger_anchors", ["idx"])];

    /// <summary>The newest anchor on any chain; null before the first.</summary>
    public static async Task<AnchorRow?> LastAsync(ReadFrom from, CancellationToken cancel = default) =>
        (await from.QueryAsync(Select + "ORDER BY idx DESC LIMIT 1", Read, cancel)).FirstOrDefault();

    /// <summary>The newest anchors on whatever chains, newest first.</summary>
    public static async Task<IReadOnlyList<AnchorRow>> NewestAsync(ReadFrom from, int count, CancellationToken cancel = default) =>
        await from.QueryAsync(Select + "ORDER BY idx DESC LIMIT @count", Read, cancel, ("count", count));

    /// <summary>
    /// The smallest checkpoint that covers an entry and is anchored where the newest is; null when none does yet. Of several words
    /// about one checkpoint, the newest: a chain may have taken a block back.
    /// </summary>
    public static async Task<AnchorRow?> CoveringAsync(ReadFrom from, long index, CancellationToken cancel = default) =>
        await LastAsync(from, cancel) is not { } last ? null
        : (await from.QueryAsync(
            Select + "WHERE size > @index AND chain_id = @chain AND contract = @contract AND genesis = @genesis ORDER BY size, idx DESC LIMIT 1",
            Read, cancel, ("index", index), ("chain", last.ChainId), ("contract", last.Contract.ToString()), ("genesis", last.Genesis)))
            .FirstOrDefault();

    /// <summary>The contracts that were anchored on, in the order in which they were taken into use.</summary>
    public static Task<List<AnchoredContract>> ContractsAsync(ReadFrom from, CancellationToken cancel = default) => from.QueryAsync(
        "SELECT chain_id, contract, genesis, MIN(at) FROM ledger_anchors GROUP BY chain_id, contract, genesis ORDER BY MIN(idx)",
        r => new AnchoredContract(
            r.GetInt64(0), ChainAddress.Parse(r.GetString(1)), r.GetString(2), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(3))),
        cancel);

    internal static async Task AddAsync(DbTransaction transaction, AnchorRow row, CancellationToken cancel)
    {
        await transaction.TouchAsync("ledger_anchors", cancel, row.Index);
        await transaction.ExecuteAsync(
            """
            INSERT INTO ledger_anchors (idx, size, root, chain_id, contract, genesis, block, block_hash, tx, at)
            VALUES (@idx, @size, @root, @chain, @contract, @genesis, @block, @hash, @tx, @at)
            """,
            cancel,
            ("idx", row.Index),
            ("size", row.Size),
            ("root", row.Root.ToArray()),
            ("chain", row.ChainId),
            ("contract", row.Contract.ToString()),
            ("genesis", row.Genesis),
            ("block", row.Place?.Block),
            ("hash", row.Place?.BlockHash),
            ("tx", row.Place?.Transaction),
            ("at", row.At.ToUnixTimeSeconds()));
    }

    private const string Select =
        "SELECT idx, size, root, chain_id, contract, genesis, block, block_hash, tx, at FROM ledger_anchors ";

    private static AnchorRow Read(DbDataReader r) => new(
        r.GetInt64(0),
        r.GetInt64(1),
        new TreeHash(r.GetBytes(2)),
        r.GetInt64(3),
        ChainAddress.Parse(r.GetString(4)),
        r.GetString(5),
        r.IsDBNull(6) ? null : new AnchorPlace(r.GetInt64(6), r.GetString(7), r.GetString(8)),
        DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(9)));
}
