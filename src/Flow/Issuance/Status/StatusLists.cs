using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>Gives out status indices and keeps the value of each. Publishing is <see cref="StatusPublisher"/>'s.</summary>
/// <param name="siteAddress">Public address without a slash at its end; stands in every credential for ever.</param>
public sealed class StatusLists(string siteAddress)
{
    /// <summary>
    /// Takes the next <paramref name="count"/> random indices of the initiator's blocks, never given out before or
    /// again: the claim is part of the caller's transaction, and a rollback gives the indices back.
    /// </summary>
    public async Task<IReadOnlyList<StatusPointer>> ClaimAsync(
        DbTransaction transaction, Bin initiator, int count, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        await Database.LockAsync(transaction, "status/" + initiator.Value, cancel);
        var pointers = new List<StatusPointer>(count);
        var block = await LastBlockAsync(transaction, initiator, cancel);
        while (pointers.Count < count)
        {
            if (block is null || block.Claimed == ShuffledBlock.Size)
            {
                block = await AddBlockAsync(transaction, initiator, (block?.Number ?? 0) + 1, cancel);
            }

            block = await TakeAsync(transaction, block, count, pointers, cancel);
        }

        return pointers;
    }

    /// <summary>Sets the value of one index. It shows when the list is published next.</summary>
    public static Task SetAsync(
        DbTransaction transaction, StatusPointer pointer, StatusValue value, CancellationToken cancel = default) =>
        SetAsync(transaction, pointer.ListId, pointer.Index, value, cancel);

    /// <inheritdoc cref="SetAsync(DbTransaction, StatusPointer, StatusValue, CancellationToken)"/>
    public static Task SetAsync(
        DbTransaction transaction, string listId, int index, StatusValue value, CancellationToken cancel = default) =>
        transaction.ExecuteAsync(
            """
            INSERT INTO status_values (list_id, list_index, value) VALUES (@list, @index, @value)
            ON CONFLICT (list_id, list_index) DO UPDATE SET value = excluded.value
            """,
            cancel,
            ("list", listId),
            ("index", index),
            ("value", (int)value));

    /// <summary>Every index of a list whose value is not <see cref="StatusValue.Valid"/>.</summary>
    public static async Task<IReadOnlyList<(int Index, StatusValue Value)>> ValuesAsync(
        DbTransaction transaction, string listId, CancellationToken cancel = default) =>
        await transaction.QueryAsync(
            "SELECT list_index, value FROM status_values WHERE list_id = @list AND value <> 0",
            r => (r.GetInt32(0), (StatusValue)r.GetInt32(1)),
            cancel,
            ("list", listId));

    /// <summary>The addresses at which the three lists of a block are published.</summary>
    public StatusPointer PointerTo(string listId, int index)
    {
        var list = $"{siteAddress}/status-lists/{listId}";
        return new StatusPointer(listId, index, list + "/revocation", list + "/suspension", list + "/token");
    }

    private static async Task<Block?> LastBlockAsync(DbTransaction transaction, Bin initiator, CancellationToken cancel) =>
        (await transaction.QueryAsync(
            "SELECT list_id, number, claimed FROM status_blocks WHERE initiator = @bin ORDER BY number DESC LIMIT 1",
            r => new Block(r.GetString(0), r.GetInt32(1), r.GetInt32(2)),
            cancel,
            ("bin", initiator.Value))).SingleOrDefault();

    private static async Task<Block> AddBlockAsync(
        DbTransaction transaction, Bin initiator, int number, CancellationToken cancel)
    {
        var block = new Block(
            string.Create(CultureInfo.InvariantCulture, $"{initiator.Value}-{number}"), number, Claimed: 0);
        await transaction.TouchAsync("status_blocks", cancel, block.ListId);
        await transaction.ExecuteAsync(
            "INSERT INTO status_blocks (list_id, initiator, number, claimed) VALUES (@list, @bin, @number, 0)",
            cancel,
            ("list", block.ListId),
            ("bin", initiator.Value),
            ("number", number));
        await transaction.BulkInsertAsync(
            "status_orders",
            ["list_id", "part", "indices"],
            ShuffledBlock.NewParts().Select((indices, part) => new object?[] { block.ListId, part, indices }),
            cancel);
        return block;
    }

    private async Task<Block> TakeAsync(
        DbTransaction transaction, Block block, int count, List<StatusPointer> pointers, CancellationToken cancel)
    {
        var template = PointerTo(block.ListId, 0);
        var until = Math.Min(ShuffledBlock.Size, block.Claimed + count - pointers.Count);
        var parts = await transaction.QueryAsync(
            "SELECT part, indices FROM status_orders WHERE list_id = @list AND part BETWEEN @first AND @last ORDER BY part",
            r => (Part: r.GetInt32(0), Indices: r.GetBytes(1)),
            cancel,
            ("list", block.ListId),
            ("first", block.Claimed / ShuffledBlock.PartSize),
            ("last", (until - 1) / ShuffledBlock.PartSize));
        foreach (var (part, indices) in parts)
        {
            var start = part * ShuffledBlock.PartSize;
            var last = Math.Min(until, start + ShuffledBlock.PartSize);
            for (var place = Math.Max(block.Claimed, start); place < last; place++)
            {
                pointers.Add(template with { Index = ShuffledBlock.IndexAt(indices, place - start) });
            }
        }

        await transaction.TouchAsync("status_blocks", cancel, block.ListId);
        await transaction.ExecuteAsync(
            "UPDATE status_blocks SET claimed = @claimed WHERE list_id = @list",
            cancel,
            ("claimed", until),
            ("list", block.ListId));
        return block with { Claimed = until };
    }

    private sealed record Block(string ListId, int Number, int Claimed);
}
