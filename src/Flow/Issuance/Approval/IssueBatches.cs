using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>How far a batch is: <c>prepared → approved → issuing → done</c>.</summary>
public enum BatchState
{
    Prepared,
    Approved,

    /// <summary>Some diplomas are committed. After a kill the same list goes on with the rest.</summary>
    Issuing,
    Done,
}

/// <summary>One list of graduates on its way: the approver's act stands in a row of its own.</summary>
/// <param name="Approval">Null until a second person approved.</param>
public sealed record IssueBatch(
    string Id,
    Bin Initiator,
    string Decision,
    int DiplomaCount,
    int IssuedCount,
    BatchState State,
    string PreparedBy,
    DateTimeOffset PreparedAt,
    TwoPersons? Approval);

/// <summary>The batches of an installation, each written in the caller's transaction.</summary>
public static class IssueBatches
{
    private const string Table = "issue_batches";
    private const string Columns =
        """
        id, initiator, decision, diploma_count, issued_count, state, prepared_by, prepared_at,
        approved_by, approved_as, approved_at, approved_reason
        """;

    /// <summary>
    /// The preparer's act. <paramref name="listHash"/> is the SHA-256 of the list: the same list under the same
    /// decision gives the batch that is there, done or to be gone on with.
    /// </summary>
    public static async Task<IssueBatch> PrepareAsync(
        DbTransaction transaction,
        Bin initiator,
        string decision,
        ReadOnlyMemory<byte> listHash,
        int diplomaCount,
        string preparedBy,
        DateTimeOffset at,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        var known = await transaction.QueryAsync(
            $"SELECT {Columns} FROM issue_batches WHERE initiator = @bin AND decision = @decision AND list_hash = @hash",
            Read,
            cancel,
            ("bin", initiator.Value),
            ("decision", decision),
            ("hash", listHash.ToArray()));
        if (known.Count > 0)
        {
            return known[0];
        }

        var id = "batch-" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync(
            """
            INSERT INTO issue_batches
                (id, initiator, decision, list_hash, diploma_count, issued_count, state, prepared_by, prepared_at)
            VALUES (@id, @bin, @decision, @hash, @count, 0, 'prepared', @by, @at)
            """,
            cancel,
            ("id", id),
            ("bin", initiator.Value),
            ("decision", decision),
            ("hash", listHash.ToArray()),
            ("count", diplomaCount),
            ("by", preparedBy.Trim()),
            ("at", LedgerEntry.Time(at)));
        return (await FindAsync(transaction, id, cancel))!;
    }

    /// <summary>
    /// The approver's act; refused for the preparer (requirement X-13), for a batch approved before, and beyond the quota.
    /// </summary>
    public static async Task<Outcome<IssueBatch>> ApproveAsync(
        DbTransaction transaction,
        string id,
        string approvedBy,
        string approvedAs,
        string reason,
        DateTimeOffset at,
        SigningQuota? quota,
        CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "issuance", cancel);
        if (await FindAsync(transaction, id, cancel) is not { } batch)
        {
            return new Problem("issuance/unknown-batch", "There is no batch with this id.");
        }

        if (batch.State != BatchState.Prepared)
        {
            return new Problem(
                "issuance/batch-approved-before",
                $"The batch is {Word(batch.State)}; only a prepared one can be approved.",
                ("state", Word(batch.State)));
        }

        if (!TwoPersons.Of(batch.PreparedBy, approvedBy, approvedAs, at, reason).TryGet(out var approval, out var refused))
        {
            return refused;
        }

        if (quota is not null && await quota.RefusalAsync(transaction, batch.Initiator, batch.DiplomaCount, cancel) is { } beyond)
        {
            return beyond;
        }

        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync(
            """
            UPDATE issue_batches SET state = 'approved', approved_by = @by, approved_as = @office, approved_at = @at,
                approved_reason = @reason
            WHERE id = @id
            """,
            cancel,
            ("by", approval.ApprovedBy),
            ("office", approval.ApprovedAs),
            ("at", LedgerEntry.Time(at)),
            ("reason", approval.Reason),
            ("id", id));
        return batch with { State = BatchState.Approved, Approval = approval };
    }

    /// <summary>The same without a quota: for what is not a person's approval of a whole list.</summary>
    public static Task<Outcome<IssueBatch>> ApproveAsync(
        DbTransaction transaction, string id, string approvedBy, string approvedAs, string reason, DateTimeOffset at,
        CancellationToken cancel = default) =>
        ApproveAsync(transaction, id, approvedBy, approvedAs, reason, at, quota: null, cancel);

    /// <summary>
    /// Counts diplomas in, in the transaction that stores them; refused for a batch nobody approved. The last one
    /// makes the batch done.
    /// </summary>
    public static async Task<Outcome<BatchState>> AdvanceAsync(
        DbTransaction transaction, string id, int issued, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await FindAsync(transaction, id, cancel) is not { } batch)
        {
            return new Problem("issuance/unknown-batch", "There is no batch with this id.");
        }

        if (batch.State == BatchState.Prepared)
        {
            return new Problem("issuance/batch-not-approved", "Nobody has approved this batch.");
        }

        var total = batch.IssuedCount + issued;
        if (total > batch.DiplomaCount)
        {
            return new Problem(
                "issuance/batch-overfull",
                $"The batch was approved for {batch.DiplomaCount} diplomas; this would be number {total}.",
                ("approved", $"{batch.DiplomaCount}"),
                ("total", $"{total}"));
        }

        var state = total == batch.DiplomaCount ? BatchState.Done : BatchState.Issuing;
        await transaction.TouchAsync(Table, cancel, id);
        await transaction.ExecuteAsync(
            "UPDATE issue_batches SET issued_count = @total, state = @state, done_at = @done WHERE id = @id",
            cancel,
            ("total", total),
            ("state", Word(state)),
            ("done", state == BatchState.Done ? LedgerEntry.Time(at) : null),
            ("id", id));
        return state;
    }

    public static async Task<IssueBatch?> FindAsync(
        DbTransaction transaction, string id, CancellationToken cancel = default) =>
        (await transaction.QueryAsync($"SELECT {Columns} FROM issue_batches WHERE id = @id", Read, cancel, ("id", id)))
        .SingleOrDefault();

    /// <summary>Approved batches that are not done: what a restart goes on with.</summary>
    public static async Task<IReadOnlyList<IssueBatch>> UnfinishedAsync(
        DbConnection connection, CancellationToken cancel = default) =>
        await connection.QueryAsync(
            $"SELECT {Columns} FROM issue_batches WHERE state IN ('approved', 'issuing') ORDER BY prepared_at, id", Read, cancel);

    /// <summary>Lower-case word of the database and the problem texts.</summary>
    public static string Word(BatchState state) => state switch
    {
        BatchState.Prepared => "prepared",
        BatchState.Approved => "approved",
        BatchState.Issuing => "issuing",
        BatchState.Done => "done",
    };

    private static IssueBatch Read(DbDataReader r)
    {
        var preparedBy = r.GetString(6);
        return new IssueBatch(
            r.GetString(0),
            Bin.Parse(r.GetString(1)),
            r.GetString(2),
            r.GetInt32(3),
            r.GetInt32(4),
            Enum.Parse<BatchState>(r.GetString(5), ignoreCase: true),
            preparedBy,
            Time(r.GetString(7)),
            r.GetStringOrNull(8) is { } approvedBy
                ? TwoPersons.Of(preparedBy, approvedBy, r.GetString(9), Time(r.GetString(10)), r.GetString(11)).Value
                : null);
    }

    private static DateTimeOffset Time(string text) =>
        LedgerEntry.TimeOf(text);
}
