using System.Data.Common;
using System.Globalization;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// The orders about keys: one person proposes, another confirms, the host carries out. Writes happen in the caller's transaction;
/// one order of an institution at a time.
/// </summary>
public sealed class KeyOrders(IKeyVault vault)
{
    private const string Table = "key_orders";

    /// <summary>Farther ahead nobody plans a rotation; a mistyped year is not taken for a plan.</summary>
    private static readonly TimeSpan PlannedMax = TimeSpan.FromDays(731);

    /// <summary>Keeps a proposal that can be carried out. The same proposal again gives the order that is there.</summary>
    public async Task<Outcome<KeyOrder>> ProposeAsync(DbTransaction transaction, KeyProposal proposal, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (await FindAsync(transaction, proposal.Id, cancel) is { } known)
        {
            return known.Institution == proposal.Institution && known.ProposedBy == proposal.ProposedBy ? known : Unknown;
        }

        if (await RefusalAsync(transaction, proposal, cancel) is { } refused)
        {
            return refused;
        }

        await transaction.TouchAsync(Table, cancel, proposal.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO key_orders (id, institution, act, kid, since, numbers, words, state, version, proposed_by, proposed_at, decisions)
            VALUES (@id, @bin, @act, @kid, @since, @numbers, @words, 'proposed', 1, @by, @at, @decisions)
            """,
            cancel,
            ("id", proposal.Id),
            ("bin", proposal.Institution.Value),
            ("act", ChangeOrders.Word(proposal.Act)),
            ("kid", proposal.Kid),
            ("since", LedgerEntry.Time(await SinceAsync(transaction, proposal, cancel))),
            ("numbers", proposal.Numbers),
            ("words", SealedWords.Seal(vault, Place(proposal.Id), Encoding.UTF8.GetBytes(proposal.Basis.Trim()))),
            ("by", proposal.ProposedBy),
            ("at", LedgerEntry.Time(proposal.At)),
            ("decisions", proposal.Decisions));
        return (await FindAsync(transaction, proposal.Id, cancel))!;
    }

    /// <summary>The second person's yes; refused for whoever proposed it, and for a version that is not the one seen.</summary>
    public async Task<Outcome<KeyOrder>> ApproveAsync(
        DbTransaction transaction, Bin institution, string id, int version, string by, string office, DateTimeOffset at,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (!(await SeenAsync(transaction, institution, id, version, cancel)).TryGet(out var order, out var refused)
            || !TwoPersons.Of(order.ProposedBy, by, office, at, id).TryGet(out _, out refused))
        {
            return refused;
        }

        return await MoveAsync(
            transaction, order, KeyOrderState.Approved, cancel, ("decided_by", by), ("decided_as", office),
            ("decided_at", LedgerEntry.Time(at)));
    }

    /// <summary>
    /// Ends an order that nobody confirmed, or a confirmed one whose day has not come. That a key is compromised is taken back by
    /// whoever said so alone: anybody else could be the thief.
    /// </summary>
    public async Task<Outcome<KeyOrder>> WithdrawAsync(
        DbTransaction transaction, Bin institution, string id, int version, string by, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (!(await SeenAsync(transaction, institution, id, version, cancel, at)).TryGet(out var order, out var refused))
        {
            return refused;
        }

        return order.Act == KeyAct.Compromise && by != order.ProposedBy
            ? new Problem("issuance/key-suspicion-of-another", "Only the person who reported the key as compromised takes that back.")
            : await MoveAsync(transaction, order, KeyOrderState.Withdrawn, cancel);
    }

    /// <summary>Notes, in the transaction of the ledger entries, that the order is carried out; null when another process did it.</summary>
    public async Task<KeyOrder?> ExecutedAsync(
        DbTransaction transaction, string id, string? newKid, KeyReach? reach, CancellationToken cancel = default) =>
        await FindAsync(transaction, id, cancel) is { State: KeyOrderState.Approved } order
            ? await MoveAsync(
                transaction, order, KeyOrderState.Executed, cancel, ("new_kid", newKid), ("stood", reach?.Stood), ("fell", reach?.Fell))
            : null;

    /// <summary>Notes, in the transaction that makes them, for how many diplomas there is an order of change; false when it was noted before.</summary>
    public async Task<bool> ReissuedAsync(DbTransaction transaction, string id, int count, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (await FindAsync(transaction, id, cancel) is not { State: KeyOrderState.Executed, Reissued: null })
        {
            return false;
        }

        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync("UPDATE key_orders SET reissued = @count WHERE id = @id", cancel, ("id", id), ("count", count));
        return true;
    }

    /// <summary>Everything is published. False when another process had finished it before.</summary>
    public async Task<bool> FinishAsync(DbTransaction transaction, string id, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (await FindAsync(transaction, id, cancel) is not { State: KeyOrderState.Executed } order)
        {
            return false;
        }

        await MoveAsync(transaction, order, KeyOrderState.Done, cancel, ("done_at", LedgerEntry.Time(at)));
        return true;
    }

    public async Task<KeyOrder?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync("SELECT * FROM key_orders WHERE id = @id", Read, cancel, ("id", id))).SingleOrDefault();

    /// <summary>Orders of an institution, newest first.</summary>
    public async Task<IReadOnlyList<KeyOrder>> OfInstitutionAsync(ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT * FROM key_orders WHERE institution = @bin ORDER BY proposed_at DESC, id DESC", Read, cancel, ("bin", institution.Value));

    /// <summary>What is confirmed and not done, whose time has come; oldest decision first.</summary>
    public async Task<IReadOnlyList<KeyOrder>> DueAsync(ReadFrom from, DateTimeOffset at, CancellationToken cancel = default) =>
        await from.QueryAsync(
            """
            SELECT * FROM key_orders
            WHERE state = 'executed' OR (state = 'approved' AND (since <= @at OR act NOT IN ('rotate', 'retire'))) ORDER BY decided_at, id
            """,
            Read, cancel, ("at", LedgerEntry.Time(at)));

    /// <summary>
    /// Refuses while an order waits that says the key is compromised: it signs no diploma and no decision on issue until a second person
    /// has looked, so that the list they look at stays the one that is carried out. Null when nobody says so.
    /// </summary>
    public static async Task<Problem?> SuspicionAsync(ReadFrom from, string kid, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT 1 FROM key_orders WHERE kid = @kid AND act = 'compromise' AND state IN ('proposed', 'approved')",
            r => r.GetInt32(0), cancel, ("kid", kid))).Count > 0
            ? new Problem(
                "issuance/key-suspected", "The key is said to be compromised; until that is decided it signs no diploma and no decision on issue.",
                ("kid", kid))
            : null;

    private static Problem Unknown { get; } = new("issuance/unknown-key-order", "There is no such order about a key.");

    private static async Task<Problem?> RefusalAsync(DbTransaction transaction, KeyProposal proposal, CancellationToken cancel)
    {
        var keys = await PermitRegister.KeysAsync(transaction, proposal.Institution, cancel);
        if (keys.FirstOrDefault(k => k.Kid == proposal.Kid) is not { } key)
        {
            return new Problem("permits/unknown-key", "No such key is registered.", ("kid", proposal.Kid));
        }

        if (FreeWords.Check(proposal.Basis, "issuance/basis-missing") is { } wrong)
        {
            return wrong;
        }

        var open = await transaction.QueryAsync(
            "SELECT id FROM key_orders WHERE institution = @bin AND state IN ('proposed', 'approved', 'executed')",
            r => r.GetString(0), cancel, ("bin", proposal.Institution.Value));
        if (open.Count > 0)
        {
            return new Problem("issuance/key-order-open", "Another order about a key of this institution is not done yet.", ("id", open[0]));
        }

        var fits = proposal.Act switch
        {
            KeyAct.Rotate or KeyAct.Retire => key.IsActiveAt(proposal.At),
            KeyAct.Compromise => !key.Compromised,
            KeyAct.Reissue or KeyAct.Decisions => key.Compromised,
        };
        if (!fits)
        {
            return new Problem("issuance/key-act-late", "The key is not in a state that allows this.", ("kid", proposal.Kid));
        }

        return proposal.Since is { } since
            && (proposal.Act == KeyAct.Compromise ? since > proposal.At : since - proposal.At > PlannedMax)
            ? new Problem("issuance/key-since", "The time cannot be: a compromise lies in the past, a plan not years ahead.")
            : null;
    }

    /// <summary>What falls is what fell with the key, whatever the proposal says; anything planned for the past is due at once.</summary>
    private static async Task<DateTimeOffset> SinceAsync(DbTransaction transaction, KeyProposal proposal, CancellationToken cancel) =>
        proposal.Act switch
        {
            KeyAct.Reissue or KeyAct.Decisions => (await PermitRegister.FindKeyAsync(transaction, proposal.Kid, cancel))!.Ended!.Value,
            KeyAct.Compromise => proposal.Since ?? proposal.At,
            KeyAct.Rotate or KeyAct.Retire => proposal.Since > proposal.At ? proposal.Since.Value : proposal.At,
        };

    /// <param name="now">For a withdrawal: then a confirmed order counts, too, while its time has not come.</param>
    private async Task<Outcome<KeyOrder>> SeenAsync(
        DbTransaction transaction, Bin institution, string id, int version, CancellationToken cancel, DateTimeOffset? now = null)
    {
        if (await FindAsync(transaction, id, cancel) is not { } order || order.Institution != institution)
        {
            return Unknown;
        }

        var isEarly = now is { } at && order is { State: KeyOrderState.Approved, Act: KeyAct.Rotate or KeyAct.Retire } && at < order.Since;
        return order.Version == version && (order.State == KeyOrderState.Proposed || isEarly)
            ? order
            : new Problem(
                "issuance/change-went-on",
                $"The order is {ChangeOrders.Word(order.State)} in version {order.Version}; the page showed an older one.",
                ("state", ChangeOrders.Word(order.State)), ("version", order.Version.ToString(CultureInfo.InvariantCulture)));
    }

    private async Task<KeyOrder> MoveAsync(
        DbTransaction transaction, KeyOrder order, KeyOrderState to, CancellationToken cancel, params (string Column, object? Value)[] more)
    {
        await transaction.TouchAsync(Table, cancel, order.Id);
        var moved = await transaction.ExecuteAsync(
            $"""
            UPDATE key_orders SET state = @state, version = version + 1{string.Concat(more.Select(m => $", {m.Column} = @{m.Column}"))}
            WHERE id = @id AND version = @seen
            """,
            cancel,
            [("id", order.Id), ("seen", order.Version), ("state", ChangeOrders.Word(to)), .. more]);
        if (moved != 1)
        {
            throw new InvalidOperationException($"The order {order.Id} is not in version {order.Version} any more.");
        }

        return (await FindAsync(transaction, order.Id, cancel))!;
    }

    private static string Place(string id) => "issuance/key-order/" + id;

    // In the order of the table's columns.
    private KeyOrder Read(DbDataReader r)
    {
        var id = r.GetString(0);
        return new KeyOrder(
            id,
            Bin.Parse(r.GetString(1)),
            ChangeOrders.Parse<KeyAct>(r.GetString(2)),
            r.GetString(3),
            LedgerEntry.TimeOf(r.GetString(4)),
            r.GetStringOrNull(5),
            SealedWords.Open(vault, Place(id), r.GetBytes(6)) is { } words ? Encoding.UTF8.GetString(words) : "",
            ChangeOrders.Parse<KeyOrderState>(r.GetString(7)),
            r.GetInt32(8),
            r.GetString(9),
            LedgerEntry.TimeOf(r.GetString(10)),
            r.GetStringOrNull(11),
            r.GetStringOrNull(12),
            r.GetStringOrNull(13) is { } decided ? LedgerEntry.TimeOf(decided) : null,
            r.GetStringOrNull(14),
            r.IsDBNull(15) ? null : r.GetInt32(15),
            r.IsDBNull(16) ? null : r.GetInt32(16),
            r.IsDBNull(17) ? null : r.GetInt32(17),
            r.GetStringOrNull(18) is { } done ? LedgerEntry.TimeOf(done) : null,
            r.GetStringOrNull(19));
    }
}
