using System.Data.Common;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>The diplomas of change orders, one row each.</summary>
public sealed class ChangeRows
{
    private const string Table = "change_rows";
    private const string Columns = "row_number, asset, state, proposal, refusal, replacement, ledger_index, told, change_order";

    // In the place of a message's id.
    private const string Nobody = "nobody";

    private readonly IKeyVault vault;

    internal ChangeRows(IKeyVault vault) => this.vault = vault;

    /// <summary>A page of rows in the order of the proposal.</summary>
    public async Task<IReadOnlyList<ChangeRow>> PageAsync(
        ReadFrom from, string order, int skip, int count, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM change_rows WHERE change_order = @order ORDER BY row_number LIMIT @count OFFSET @skip",
            Read, cancel, ("order", order), ("count", count), ("skip", skip));

    /// <summary>The next rows whose turn has not come.</summary>
    public async Task<IReadOnlyList<ChangeRow>> WaitingAsync(
        ReadFrom from, string order, int count, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM change_rows WHERE change_order = @order AND state = 'waiting' ORDER BY row_number LIMIT @count",
            Read, cancel, ("order", order), ("count", count));

    /// <summary>Rows that were changed and whose holders were not written to.</summary>
    public async Task<IReadOnlyList<ChangeRow>> UntoldAsync(ReadFrom from, string order, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM change_rows WHERE change_order = @order AND state = 'done' AND told IS NULL ORDER BY row_number",
            Read, cancel, ("order", order));

    /// <summary>Of how many diplomas the holders were written to, and how many have no address.</summary>
    public static async Task<(int Mail, int Nobody)> ToldAsync(ReadFrom from, string order, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            """
            SELECT COALESCE(SUM(CASE WHEN told <> 'nobody' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN told = 'nobody' THEN 1 ELSE 0 END), 0)
            FROM change_rows WHERE change_order = @order
            """,
            r => (r.GetInt32(0), r.GetInt32(1)), cancel, ("order", order))).Single();

    /// <summary>True while the row's turn has not come; asked under the lock of the ledger, so that nobody does it twice.</summary>
    public static async Task<bool> IsWaitingAsync(DbTransaction transaction, string order, int row, CancellationToken cancel = default) =>
        (await transaction.QueryAsync(
            "SELECT 1 FROM change_rows WHERE change_order = @order AND row_number = @row AND state = 'waiting'",
            r => r.GetInt32(0), cancel, ("order", order), ("row", row))).Count == 1;

    /// <summary>The change stands: what was proposed is destroyed, since the ledger and the diploma say it now.</summary>
    public static Task DoneAsync(
        DbTransaction transaction, string order, int row, AssetId? replacement, long ledgerIndex, CancellationToken cancel = default) =>
        SetAsync(
            transaction, order, row, "state = 'done', proposal = NULL, replacement = @replacement, ledger_index = @index", cancel,
            ("replacement", replacement?.ToString()), ("index", ledgerIndex));

    public static Task RefusedAsync(
        DbTransaction transaction, string order, int row, Problem problem, CancellationToken cancel = default) =>
        SetAsync(
            transaction, order, row, "state = 'refused', proposal = NULL, refusal = @refusal", cancel,
            ("refusal", JsonSerializer.Serialize(new Dictionary<string, string>(problem.Args, StringComparer.Ordinal) { ["code"] = problem.Code })));

    public static async Task<bool> IsToldAsync(DbTransaction transaction, string order, int row, CancellationToken cancel = default) =>
        (await transaction.QueryAsync(
            "SELECT 1 FROM change_rows WHERE change_order = @order AND row_number = @row AND told IS NOT NULL",
            r => r.GetInt32(0), cancel, ("order", order), ("row", row))).Count == 1;

    /// <param name="message">Id of the message that says it; null when there is no address.</param>
    public static Task SetToldAsync(
        DbTransaction transaction, string order, int row, string? message, CancellationToken cancel = default) =>
        SetAsync(transaction, order, row, "told = @told", cancel, ("told", message ?? Nobody));

    /// <summary>
    /// The messages about a diploma and about no other whose data are still there: they go when it is erased.
    /// </summary>
    public static async Task<IReadOnlyList<string>> MessagesOfAsync(
        DbTransaction transaction, AssetId asset, CancellationToken cancel = default) =>
        await transaction.QueryAsync(
            """
            SELECT DISTINCT told FROM change_rows m
            WHERE (asset = @asset OR replacement = @asset) AND told IS NOT NULL AND told <> 'nobody' AND NOT EXISTS (
                SELECT 1 FROM change_rows r JOIN credentials c ON c.asset = r.asset OR c.asset = r.replacement
                WHERE r.change_order = m.change_order AND r.told = m.told AND c.state <> 'erased' AND c.asset <> @asset)
            """,
            r => r.GetString(0), cancel, ("asset", asset.ToString()));

    internal async Task InsertAsync(DbTransaction transaction, ChangeProposal proposal, CancellationToken cancel)
    {
        var row = 0;
        foreach (var change in proposal.Changes)
        {
            row++;
            await transaction.TouchAsync(Table, cancel, proposal.Id, row);
            await transaction.ExecuteAsync(
                "INSERT INTO change_rows (change_order, row_number, asset, state, proposal) VALUES (@order, @row, @asset, 'waiting', @proposal)",
                cancel,
                ("order", proposal.Id),
                ("row", row),
                ("asset", change.Asset.ToString()),
                ("proposal", change.Corrected is null
                    ? null
                    : SealedWords.Seal(
                        vault, Place(proposal.Id, change.Asset),
                        JsonSerializer.SerializeToUtf8Bytes(change.Corrected, RecordJson.Default.ValidatedDiploma))));
        }
    }

    internal static async Task DestroyProposalsAsync(DbTransaction transaction, ChangeOrder order, CancellationToken cancel)
    {
        foreach (var row in await NumbersAsync(transaction, order.Id, cancel))
        {
            await SetAsync(transaction, order.Id, row, "proposal = NULL", cancel);
        }
    }

    internal static async Task DeleteAsync(DbTransaction transaction, ChangeOrder order, CancellationToken cancel)
    {
        foreach (var row in await NumbersAsync(transaction, order.Id, cancel))
        {
            await SetAsync(transaction, order.Id, row, "proposal = NULL", cancel);
        }

        await transaction.ExecuteAsync("DELETE FROM change_rows WHERE change_order = @order", cancel, ("order", order.Id));
    }

    /// <summary>The diplomas of an order, in its order.</summary>
    public static async Task<IReadOnlyList<AssetId>> AssetsAsync(ReadFrom from, string order, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT asset FROM change_rows WHERE change_order = @order ORDER BY row_number", r => AssetId.Parse(r.GetString(0)), cancel,
            ("order", order));

    /// <summary>Destroys what orders propose for this diploma; gives the orders that name it.</summary>
    internal static async Task<IReadOnlyList<string>> ForgetAsync(DbTransaction transaction, AssetId asset, CancellationToken cancel)
    {
        var rows = await transaction.QueryAsync(
            "SELECT change_order, row_number FROM change_rows WHERE asset = @asset OR replacement = @asset",
            r => (Order: r.GetString(0), Row: r.GetInt32(1)), cancel, ("asset", asset.ToString()));
        foreach (var (order, row) in rows)
        {
            await SetAsync(transaction, order, row, "proposal = NULL", cancel);
        }

        return [.. rows.Select(r => r.Order).Distinct(StringComparer.Ordinal)];
    }

    private static Task<List<int>> NumbersAsync(DbTransaction transaction, string order, CancellationToken cancel) =>
        transaction.QueryAsync(
            "SELECT row_number FROM change_rows WHERE change_order = @order", r => r.GetInt32(0), cancel, ("order", order));

    private static async Task SetAsync(
        DbTransaction transaction, string order, int row, string what, CancellationToken cancel,
        params (string Name, object? Value)[] args)
    {
        await transaction.TouchAsync(Table, cancel, order, row);
        await transaction.ExecuteAsync(
            $"UPDATE change_rows SET {what} WHERE change_order = @order AND row_number = @row", cancel,
            [("order", order), ("row", row), .. args]);
    }

    // A proposal for one diploma cannot be passed off as one for another.
    private static string Place(string order, AssetId asset) => $"issuance/change-row/{order}/{asset}";

    private ChangeRow Read(DbDataReader r)
    {
        var asset = AssetId.Parse(r.GetString(1));
        return new ChangeRow(
            r.GetInt32(0),
            asset,
            ChangeOrders.Parse<ChangeRowState>(r.GetString(2)),
            r.GetBytesOrNull(3) is { } proposal && SealedWords.Open(vault, Place(r.GetString(8), asset), proposal) is { } plain
                ? JsonSerializer.Deserialize(plain, RecordJson.Default.ValidatedDiploma)
                : null,
            r.GetStringOrNull(4) is { } refusal ? Refusal(refusal) : null,
            r.GetStringOrNull(5) is { } replacement ? AssetId.Parse(replacement) : null,
            r.IsDBNull(6) ? null : r.GetInt64(6),
            r.GetStringOrNull(7));
    }

    private static Problem Refusal(string json)
    {
        var args = JsonSerializer.Deserialize<Dictionary<string, string>>(json)!;
        args.Remove("code", out var code);
        return new Problem(code!, code!, args);
    }
}
