using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>One programme of a decision's order: how many were ordered, how many assets took a place.</summary>
public sealed record OrderLine(string Decision, string Programme, int Ordered, int Issued)
{
    public int Left => Ordered - Issued;
}

/// <summary>
/// The places of an order: kept when its decision is published, taken in the transaction that stores the assets. A place is not
/// given back when an asset is annulled; a replacement takes none.
/// </summary>
public static class OrderPlaces
{
    private const string Orders = "graduation_orders";
    private const string Lines = "order_lines";

    /// <summary>Two batches that reach for the same places wait here for each other.</summary>
    internal const string LockName = "permits/places";

    internal static async Task KeepAsync(DbTransaction transaction, string decision, OpenedOrder opened, CancellationToken cancel)
    {
        await transaction.TouchAsync(Orders, cancel, decision);
        await transaction.ExecuteAsync(
            "INSERT INTO graduation_orders (decision, body, salt) VALUES (@decision, @body, @salt)",
            cancel,
            ("decision", decision),
            ("body", opened.Order.Write()),
            ("salt", opened.Salt.ToArray()));
        foreach (var (programme, ordered) in opened.Order.Programmes)
        {
            await transaction.TouchAsync(Lines, cancel, decision, programme);
            await transaction.ExecuteAsync(
                "INSERT INTO order_lines (decision, programme, ordered, issued) VALUES (@decision, @programme, @ordered, 0)",
                cancel,
                ("decision", decision),
                ("programme", programme),
                ("ordered", ordered));
        }
    }

    public static async Task<OpenedOrder?> FindAsync(ReadFrom from, string decision, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT body, salt FROM graduation_orders WHERE decision = @decision",
            r => new OpenedOrder(GraduationOrder.Read(r.GetBytes(0)), r.GetBytes(1)),
            cancel,
            ("decision", decision))).FirstOrDefault();

    /// <summary>By programme; empty when the decision names no order.</summary>
    public static Task<List<OrderLine>> LinesAsync(ReadFrom from, string decision, CancellationToken cancel = default) =>
        from.QueryAsync(
            "SELECT decision, programme, ordered, issued FROM order_lines WHERE decision = @decision ORDER BY programme",
            Read,
            cancel,
            ("decision", decision));

    /// <summary>Every line of every decision of an initiator.</summary>
    public static Task<List<OrderLine>> OfInitiatorAsync(ReadFrom from, Bin initiator, CancellationToken cancel = default) =>
        from.QueryAsync(
            """
            SELECT l.decision, l.programme, l.ordered, l.issued
            FROM order_lines l JOIN issue_decisions d ON d.id = l.decision
            WHERE d.initiator = @bin ORDER BY l.decision, l.programme
            """,
            Read,
            cancel,
            ("bin", initiator.Value));

    /// <summary>Takes places; when one of them is not there, a refusal, and the caller's transaction must not commit.</summary>
    internal static async Task<Problem?> TakeAsync(
        DbTransaction transaction, string decision, IReadOnlyDictionary<string, int> taken, CancellationToken cancel)
    {
        await Database.LockAsync(transaction, LockName, cancel);
        foreach (var (programme, count) in taken)
        {
            await transaction.TouchAsync(Lines, cancel, decision, programme);
            var rows = await transaction.ExecuteAsync(
                """
                UPDATE order_lines SET issued = issued + @count
                WHERE decision = @decision AND programme = @programme AND issued + @count <= ordered
                """,
                cancel,
                ("count", count),
                ("decision", decision),
                ("programme", programme));
            if (rows == 0)
            {
                return new Problem(
                    "permits/order-used-up",
                    $"Another list took the places of {programme} under the order of {decision} meanwhile.",
                    ("decision", decision),
                    ("programme", programme));
            }
        }

        return null;
    }

    private static OrderLine Read(DbDataReader r) => new(r.GetString(0), r.GetString(1), r.GetInt32(2), r.GetInt32(3));
}
