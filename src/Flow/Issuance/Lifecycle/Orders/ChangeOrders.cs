using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>
/// The orders of an installation: one person proposes, another decides, one act changes all their diplomas. Writes happen in
/// the caller's transaction; two people at once are told apart by the version.
/// </summary>
public sealed class ChangeOrders(IKeyVault vault, CredentialStore store)
{
    internal const string Table = "change_orders";

    private const string Columns =
        """
        id, institution, act, reason, words, state, version, row_count, done_count, refused_count, origin, proposed_by,
        proposed_at, decided_by, decided_as, decided_at, done_at
        """;

    /// <summary>Rows of the orders.</summary>
    public ChangeRows Rows { get; } = new(vault);

    /// <summary>
    /// Keeps a proposal when every one of its diplomas may be changed so, and nothing of it otherwise
    /// (<see cref="ChangesRefused"/>). The same proposal again gives the order that is there.
    /// </summary>
    public async Task<Outcome<ChangeOrder>> ProposeAsync(
        DbTransaction transaction, ChangeProposal proposal, ReasonCodes reasons, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (await FindAsync(transaction, proposal.Id, cancel) is { } known)
        {
            return known.Institution == proposal.Institution && known.ProposedBy == proposal.ProposedBy ? known : Unknown;
        }

        if (await new ProposalCheck(store).RunAsync(transaction, proposal, reasons, cancel) is { } refused)
        {
            return refused;
        }

        await transaction.TouchAsync(Table, cancel, proposal.Id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO change_orders (id, institution, act, reason, words, state, version, row_count, done_count, refused_count,
                origin, proposed_by, proposed_at)
            VALUES (@id, @bin, @act, @reason, @words, 'proposed', 1, @count, 0, 0, @origin, @by, @at)
            """,
            cancel,
            ("id", proposal.Id),
            ("bin", proposal.Institution.Value),
            ("act", Word(proposal.Act)),
            ("reason", proposal.ReasonCode),
            ("words", Sealed(proposal.Id, new ChangeOrderWords(proposal.Basis.Trim(), null))),
            ("count", proposal.Changes.Count),
            ("origin", proposal.Origin),
            ("by", proposal.ProposedBy),
            ("at", LedgerEntry.Time(proposal.At)));
        await Rows.InsertAsync(transaction, proposal, cancel);
        return (await FindAsync(transaction, proposal.Id, cancel))!;
    }

    /// <summary>Proposes a returned order anew with other content; only whoever proposed it may, so that the second person stays one.</summary>
    public async Task<Outcome<ChangeOrder>> ReviseAsync(
        DbTransaction transaction, int version, ChangeProposal proposal, ReasonCodes reasons, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (!(await SeenAsync(transaction, proposal.Institution, proposal.Id, version, cancel, ChangeOrderState.Returned))
            .TryGet(out var order, out var refused))
        {
            return refused;
        }

        if (order.ProposedBy != proposal.ProposedBy)
        {
            return new Problem("issuance/change-of-another", "Only the person who proposed the change may propose it anew.");
        }

        if (await new ProposalCheck(store).RunAsync(transaction, proposal, reasons, cancel) is { } problem)
        {
            return problem;
        }

        await ChangeRows.DeleteAsync(transaction, order, cancel);
        await transaction.TouchAsync(Table, cancel, order.Id);
        await transaction.ExecuteAsync(
            """
            UPDATE change_orders SET act = @act, reason = @reason, words = @words, state = 'proposed', version = version + 1,
                row_count = @count, origin = @origin, proposed_at = @at WHERE id = @id
            """,
            cancel,
            ("id", order.Id),
            ("act", Word(proposal.Act)),
            ("reason", proposal.ReasonCode),
            ("words", Sealed(order.Id, new ChangeOrderWords(proposal.Basis.Trim(), null))),
            ("count", proposal.Changes.Count),
            ("origin", proposal.Origin),
            ("at", LedgerEntry.Time(proposal.At)));
        await Rows.InsertAsync(transaction, proposal, cancel);
        return (await FindAsync(transaction, order.Id, cancel))!;
    }

    /// <summary>
    /// The second person's yes; refused for whoever proposed it, for a version that is not the one seen, and for more
    /// replacements than the institution may still sign.
    /// </summary>
    public async Task<Outcome<ChangeOrder>> ApproveAsync(
        DbTransaction transaction, Bin institution, string id, int version, string by, string office, DateTimeOffset at,
        SigningQuota quota, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (!(await SeenAsync(transaction, institution, id, version, cancel, ChangeOrderState.Proposed))
            .TryGet(out var order, out var refused)
            || !TwoPersons.Of(order.ProposedBy, by, office, at, order.Basis.Length == 0 ? id : order.Basis).TryGet(out _, out refused))
        {
            return refused;
        }

        if (order.Act == StateAct.Supersede
            && await quota.RefusalAsync(transaction, institution, order.RowCount, cancel) is { } beyond)
        {
            return beyond;
        }

        return await MoveAsync(
            transaction, order, ChangeOrderState.Approved, cancel, ("decided_by", by), ("decided_as", office),
            ("decided_at", LedgerEntry.Time(at)));
    }

    /// <summary>The second person's no for now: back to the first, with a note that says why.</summary>
    public async Task<Outcome<ChangeOrder>> ReturnAsync(
        DbTransaction transaction, Bin institution, string id, int version, string by, string office, string note, DateTimeOffset at,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (!(await SeenAsync(transaction, institution, id, version, cancel, ChangeOrderState.Proposed))
            .TryGet(out var order, out var refused)
            || !TwoPersons.Of(order.ProposedBy, by, office, at, id).TryGet(out _, out refused))
        {
            return refused;
        }

        if (FreeWords.Check(note, "issuance/note-missing") is { } wrong)
        {
            return wrong;
        }

        return await MoveAsync(
            transaction, order, ChangeOrderState.Returned, cancel,
            ("words", Sealed(id, new ChangeOrderWords(order.Basis, note.Trim()))));
    }

    /// <summary>Takes an order back that was not approved; what it proposed is destroyed.</summary>
    public async Task<Outcome<ChangeOrder>> WithdrawAsync(
        DbTransaction transaction, Bin institution, string id, int version, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (!(await SeenAsync(transaction, institution, id, version, cancel, ChangeOrderState.Proposed, ChangeOrderState.Returned))
            .TryGet(out var order, out var refused))
        {
            return refused;
        }

        await ChangeRows.DestroyProposalsAsync(transaction, order, cancel);
        return await MoveAsync(transaction, order, ChangeOrderState.Withdrawn, cancel);
    }

    /// <summary>Counts changed and refused diplomas in, in the transaction that changes them; the last one makes the order executed.</summary>
    public async Task AdvanceAsync(
        DbTransaction transaction, string id, int done, int refused, CancellationToken cancel = default)
    {
        var order = (await FindAsync(transaction, id, cancel))!;
        var (allDone, allRefused) = (order.DoneCount + done, order.RefusedCount + refused);
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync(
            "UPDATE change_orders SET done_count = @done, refused_count = @refused, state = @state WHERE id = @id",
            cancel,
            ("id", id),
            ("done", allDone),
            ("refused", allRefused),
            ("state", Word(allDone + allRefused == order.RowCount ? ChangeOrderState.Executed : ChangeOrderState.Approved)));
    }

    /// <summary>Published, and every holder written to. False when another process had finished it before.</summary>
    public async Task<bool> FinishAsync(DbTransaction transaction, string id, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (await FindAsync(transaction, id, cancel) is not { State: ChangeOrderState.Executed } order)
        {
            return false;
        }

        await MoveAsync(transaction, order, ChangeOrderState.Done, cancel, ("done_at", LedgerEntry.Time(at)));
        return true;
    }

    public async Task<ChangeOrder?> FindAsync(ReadFrom from, Bin institution, string id, CancellationToken cancel = default) =>
        await FindAsync(from, id, cancel) is { } order && order.Institution == institution ? order : null;

    /// <summary>Orders of an institution, newest first.</summary>
    public async Task<IReadOnlyList<ChangeOrder>> OfInstitutionAsync(
        ReadFrom from, Bin institution, bool open, int skip, int count, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"""
            SELECT {Columns} FROM change_orders
            WHERE institution = @bin AND {(open ? "" : "NOT ")}(state IN ('proposed', 'returned', 'approved', 'executed'))
            ORDER BY proposed_at DESC, id DESC LIMIT @count OFFSET @skip
            """,
            Read, cancel, ("bin", institution.Value), ("count", count), ("skip", skip));

    /// <summary>Orders that say they come from there, oldest first.</summary>
    public async Task<IReadOnlyList<ChangeOrder>> OfOriginAsync(
        ReadFrom from, Bin institution, string origin, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM change_orders WHERE institution = @bin AND origin = @origin ORDER BY proposed_at, id", Read, cancel,
            ("bin", institution.Value), ("origin", origin));

    /// <summary>Approved orders that are not done, oldest decision first: what a start goes on with.</summary>
    public async Task<IReadOnlyList<ChangeOrder>> UnfinishedAsync(ReadFrom from, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"SELECT {Columns} FROM change_orders WHERE state IN ('approved', 'executed') ORDER BY decided_at, id", Read, cancel);

    /// <summary>Orders that name this diploma, or that made it, newest first.</summary>
    public async Task<IReadOnlyList<ChangeOrder>> OfAssetAsync(ReadFrom from, AssetId asset, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"""
            SELECT {Columns} FROM change_orders
            WHERE id IN (SELECT change_order FROM change_rows WHERE asset = @asset OR replacement = @asset)
            ORDER BY proposed_at DESC, id DESC
            """,
            Read, cancel, ("asset", asset.ToString()));

    /// <summary>
    /// Destroys what orders hold of a diploma: the proposal, and the words behind an order once the last of its diplomas is
    /// erased.
    /// </summary>
    public static async Task ForgetAsync(DbTransaction transaction, AssetId asset, CancellationToken cancel = default)
    {
        foreach (var order in await ChangeRows.ForgetAsync(transaction, asset, cancel))
        {
            var left = await transaction.QueryAsync(
                """
                SELECT 1 FROM change_rows r JOIN credentials c ON c.asset = r.asset
                WHERE r.change_order = @id AND c.state <> 'erased' AND r.asset <> @asset LIMIT 1
                """,
                r => r.GetInt32(0), cancel, ("id", order), ("asset", asset.ToString()));
            if (left.Count == 0)
            {
                await transaction.TouchAsync(Table, cancel, order);
                await transaction.ExecuteAsync(
                    "UPDATE change_orders SET words = @none WHERE id = @id", cancel, ("id", order), ("none", Array.Empty<byte>()));
            }
        }
    }

    internal static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName($"{value}");

    internal static Problem Unknown { get; } = new("issuance/unknown-change", "There is no such change order.");

    private async Task<ChangeOrder?> FindAsync(ReadFrom from, string id, CancellationToken cancel) =>
        (await from.QueryAsync($"SELECT {Columns} FROM change_orders WHERE id = @id", Read, cancel, ("id", id))).SingleOrDefault();

    /// <summary>The order as the person saw it; refused when it is another's, went on, or changed since.</summary>
    private async Task<Outcome<ChangeOrder>> SeenAsync(
        DbTransaction transaction, Bin institution, string id, int version, CancellationToken cancel, params ChangeOrderState[] states)
    {
        if (await FindAsync(transaction, institution, id, cancel) is not { } order)
        {
            return Unknown;
        }

        return order.Version != version || !states.Contains(order.State)
            ? new Problem(
                "issuance/change-went-on",
                $"The order is {Word(order.State)} in version {order.Version}; the page showed an older one.",
                ("state", Word(order.State)), ("version", order.Version.ToString(CultureInfo.InvariantCulture)))
            : order;
    }

    private async Task<ChangeOrder> MoveAsync(
        DbTransaction transaction, ChangeOrder order, ChangeOrderState to, CancellationToken cancel,
        params (string Column, object? Value)[] more)
    {
        await transaction.TouchAsync(Table, cancel, order.Id);
        await transaction.ExecuteAsync(
            $"UPDATE change_orders SET state = @state, version = version + 1{string.Concat(more.Select(m => $", {m.Column} = @{m.Column}"))} WHERE id = @id",
            cancel,
            [("id", order.Id), ("state", Word(to)), .. more]);
        return (await FindAsync(transaction, order.Id, cancel))!;
    }

    private byte[] Sealed(string id, ChangeOrderWords words) => SealedWords.Seal(
        vault, Place(id), JsonSerializer.SerializeToUtf8Bytes(words, RecordJson.Default.ChangeOrderWords));

    private static string Place(string id) => "issuance/change-order/" + id;

    private ChangeOrder Read(DbDataReader r)
    {
        var id = r.GetString(0);
        var words = SealedWords.Open(vault, Place(id), r.GetBytes(4)) is { } plain
            ? JsonSerializer.Deserialize(plain, RecordJson.Default.ChangeOrderWords)!
            : new ChangeOrderWords("", null);
        return new ChangeOrder(
            id,
            Bin.Parse(r.GetString(1)),
            Parse<StateAct>(r.GetString(2)),
            r.GetString(3),
            words.Basis,
            Parse<ChangeOrderState>(r.GetString(5)),
            r.GetInt32(6),
            r.GetInt32(7),
            r.GetInt32(8),
            r.GetInt32(9),
            r.GetStringOrNull(10),
            r.GetString(11),
            LedgerEntry.TimeOf(r.GetString(12)),
            r.GetStringOrNull(13),
            r.GetStringOrNull(14),
            r.GetStringOrNull(15) is { } decided ? LedgerEntry.TimeOf(decided) : null,
            words.Note,
            r.GetStringOrNull(16) is { } done ? LedgerEntry.TimeOf(done) : null);
    }

    internal static T Parse<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word.Replace("-", "", StringComparison.Ordinal), ignoreCase: true);
}
