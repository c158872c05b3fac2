using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>What sets a limit to issuing, and so waits for a second person.</summary>
public enum RegisterOrderKind
{
    /// <summary>A licensed intake that is entered for the first time or raised.</summary>
    Intake,

    /// <summary>A decision on issue with the counts of its graduation order.</summary>
    Decision,
}

public enum RegisterOrderState
{
    Proposed,
    Withdrawn,

    /// <summary>Confirmed, and in the same transaction entered.</summary>
    Done,
}

/// <summary>One item of a register file, proposed by one person and confirmed by another (requirement X-13).</summary>
/// <param name="Subject">Id of the decision; <c>PROGRAMME/YEAR</c> of an intake. One order about it is open at a time.</param>
/// <param name="Body">The item as JSON: what is entered is what was proposed, to the letter.</param>
public sealed record RegisterOrder(
    string Id, Bin Institution, RegisterOrderKind Kind, string Subject, string Body, RegisterOrderState State, string ProposedBy,
    DateTimeOffset ProposedAt, string? DecidedBy = null, string? DecidedAs = null, DateTimeOffset? DecidedAt = null);

/// <summary>
/// The orders that set limits to issuing: one person proposes, another confirms, and what was proposed is entered in the transaction of
/// the confirmation. Writes happen in the caller's transaction.
/// </summary>
public static class RegisterOrders
{
    private const string Table = "register_orders";
    private const string LockName = "issuance/register-orders";
    private const string Columns =
        "id, institution, kind, subject, body, state, proposed_by, proposed_at, decided_by, decided_as, decided_at";

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new(Table, ["id"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("register-orders", 1, """
            CREATE TABLE register_orders (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                kind TEXT NOT NULL,
                subject TEXT NOT NULL,
                body TEXT NOT NULL,
                state TEXT NOT NULL,
                proposed_by TEXT NOT NULL,
                proposed_at TEXT NOT NULL,
                decided_by TEXT,
                decided_as TEXT,
                decided_at TEXT);
            CREATE INDEX register_orders_state ON register_orders (state);
            """),
    ];

    /// <summary>
    /// Keeps a proposal. The same content again gives the order that waits; another content about the same thing is refused while one does.
    /// </summary>
    public static async Task<Outcome<(RegisterOrder Order, bool IsNew)>> ProposeAsync(
        DbTransaction transaction, RegisterOrder proposal, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, LockName, cancel);
        var open = (await WaitingAsync(transaction, cancel)).Find(o =>
            o.Institution == proposal.Institution && o.Kind == proposal.Kind && o.Subject == proposal.Subject);
        if (open is not null)
        {
            return open.Body == proposal.Body
                ? (open, false)
                : new Problem(
                    "issuance/register-order-open", $"Another order about {open.Subject} waits: {open.Id}.", ("subject", open.Subject), ("order", open.Id));
        }

        if (string.IsNullOrWhiteSpace(proposal.ProposedBy))
        {
            return new Problem(
                "issuance/decision-incomplete", "A decision names its preparer, its approver, the approver's office and the reason.");
        }

        await transaction.TouchAsync(Table, cancel, proposal.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO register_orders (id, institution, kind, subject, body, state, proposed_by, proposed_at)
            VALUES (@id, @bin, @kind, @subject, @body, 'proposed', @by, @at)
            """,
            cancel,
            ("id", proposal.Id), ("bin", proposal.Institution.Value), ("kind", ChangeOrders.Word(proposal.Kind)),
            ("subject", proposal.Subject), ("body", proposal.Body), ("by", proposal.ProposedBy), ("at", LedgerEntry.Time(proposal.ProposedAt)));
        return ((await FindAsync(transaction, proposal.Id, cancel))!, true);
    }

    /// <summary>
    /// The second person's yes; refused for whoever proposed it. The caller enters the content in the same transaction: a refusal there
    /// must take this back.
    /// </summary>
    public static async Task<Outcome<RegisterOrder>> ConfirmAsync(
        DbTransaction transaction, string id, string by, string office, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, LockName, cancel);
        return !(await OpenAsync(transaction, id, cancel)).TryGet(out var order, out var refused)
            || !TwoPersons.Of(order.ProposedBy, by, office, at, id).TryGet(out _, out refused)
                ? refused
                : await MoveAsync(transaction, order, RegisterOrderState.Done, by, office, at, cancel);
    }

    /// <summary>Ends an order that nobody confirmed: taken back by the first person, or refused by another.</summary>
    public static async Task<Outcome<RegisterOrder>> WithdrawAsync(
        DbTransaction transaction, string id, string by, string office, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, LockName, cancel);
        return (await OpenAsync(transaction, id, cancel)).TryGet(out var order, out var refused)
            ? await MoveAsync(transaction, order, RegisterOrderState.Withdrawn, by, office, at, cancel)
            : refused;
    }

    public static async Task<RegisterOrder?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync($"SELECT {Columns} FROM register_orders WHERE id = @id", Read, cancel, ("id", id))).SingleOrDefault();

    /// <summary>What waits for a second person, oldest first.</summary>
    public static Task<List<RegisterOrder>> WaitingAsync(ReadFrom from, CancellationToken cancel = default) =>
        from.QueryAsync($"SELECT {Columns} FROM register_orders WHERE state = 'proposed' ORDER BY proposed_at, id", Read, cancel);

    private static async Task<Outcome<RegisterOrder>> OpenAsync(DbTransaction transaction, string id, CancellationToken cancel) =>
        await FindAsync(transaction, id, cancel) is { State: RegisterOrderState.Proposed } order
            ? order
            : new Problem("issuance/unknown-register-order", "No such order waits.", ("order", id.Length <= 64 ? id : id[..64]));

    private static async Task<RegisterOrder> MoveAsync(
        DbTransaction transaction, RegisterOrder order, RegisterOrderState to, string by, string office, DateTimeOffset at,
        CancellationToken cancel)
    {
        await transaction.TouchAsync(Table, cancel, order.Id);
        await transaction.ExecuteAsync(
            "UPDATE register_orders SET state = @state, decided_by = @by, decided_as = @office, decided_at = @at WHERE id = @id",
            cancel,
            ("state", ChangeOrders.Word(to)), ("by", by), ("office", office), ("at", LedgerEntry.Time(at)), ("id", order.Id));
        return (await FindAsync(transaction, order.Id, cancel))!;
    }

    private static RegisterOrder Read(DbDataReader r) => new(
        r.GetString(0), Bin.Parse(r.GetString(1)), ChangeOrders.Parse<RegisterOrderKind>(r.GetString(2)), r.GetString(3), r.GetString(4),
        ChangeOrders.Parse<RegisterOrderState>(r.GetString(5)), r.GetString(6), LedgerEntry.TimeOf(r.GetString(7)), r.GetStringOrNull(8),
        r.GetStringOrNull(9), r.GetStringOrNull(10) is { } at ? LedgerEntry.TimeOf(at) : null);
}
