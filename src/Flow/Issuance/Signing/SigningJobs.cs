using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>How far the signing of an approved list is: <c>waiting → signing → done</c>, or <c>stopped</c> by a refusal.</summary>
public enum SigningState
{
    Waiting,
    Signing,

    /// <summary>Refused in the middle; what is issued stays issued, and somebody may ask to try again.</summary>
    Stopped,
    Done,
}

/// <summary>An approved list that the service signs.</summary>
/// <param name="Draft">Id of the list it came from.</param>
/// <param name="ListHash">SHA-256, hex, that the approver saw; no other list is signed.</param>
/// <param name="Figures">Counts and averages of the list, protected by the host; null when nobody reckoned them.</param>
/// <param name="Why">Why it stopped.</param>
/// <param name="RetryAt">When the service tries again by itself; null when a person has to ask.</param>
public sealed record SigningJob(
    string Batch,
    Bin Initiator,
    string Draft,
    string ListHash,
    SigningState State,
    DateTimeOffset QueuedAt,
    string? Figures,
    Problem? Why,
    DateTimeOffset? RetryAt,
    string? LeaseOwner,
    DateTimeOffset? LeaseUntil);

/// <summary>Something that happened to a signing, with the number of diplomas issued by then.</summary>
/// <param name="What"><c>queued</c>, <c>started</c>, <c>gate-passed</c>, <c>restarted</c>, <c>stopped</c>, <c>asked-again</c>,
/// <c>issued</c>, <c>published</c>, <c>done</c>.</param>
public sealed record SigningStep(int Number, string What, DateTimeOffset At, int Issued, Problem? Why);

/// <summary>The queue of approved lists. A lease keeps two nodes off one list; every row is sealed.</summary>
/// <remarks>
/// A lease names the process that holds it and ends by itself. Each chunk of diplomas is committed together with
/// <see cref="RenewAsync"/>: a node that lost its lease, however late it wakes, commits nothing any more.
/// </remarks>
public static class SigningJobs
{
    public static readonly TimeSpan LeaseTerm = TimeSpan.FromSeconds(60);

    private const string Table = "signing_jobs";
    private const string Columns =
        "batch, initiator, draft, list_hash, state, queued_at, figures, why, retry_at, lease_owner, lease_until";

    /// <summary>Queues an approved batch, in the transaction of the approval.</summary>
    public static async Task QueueAsync(
        DbTransaction transaction, string batch, Bin initiator, string draft, string listHash, string? figures,
        DateTimeOffset at, CancellationToken cancel = default)
    {
        await transaction.TouchAsync(Table, cancel, batch);
        await transaction.ExecuteAsync(
            """
            INSERT INTO signing_jobs (batch, initiator, draft, list_hash, state, queued_at, figures)
            VALUES (@batch, @bin, @draft, @hash, 'waiting', @at, @figures)
            """,
            cancel,
            ("batch", batch), ("bin", initiator.Value), ("draft", draft), ("hash", listHash), ("at", LedgerEntry.Time(at)),
            ("figures", figures));
        await StepAsync(transaction, batch, "queued", 0, at, null, cancel);
    }

    /// <summary>
    /// Takes the oldest list that waits, whose holder is gone, or that is to be tried again; null when there is none.
    /// </summary>
    /// <param name="owner">The process that will hold it.</param>
    /// <param name="isGone">True for a holder that is known to have ended: its lease need not run out.</param>
    public static async Task<SigningJob?> TakeAsync(
        DbTransaction transaction, string owner, Func<string, bool> isGone, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "signing", cancel);
        var open = await transaction.QueryAsync(
            $"SELECT {Columns} FROM signing_jobs WHERE state <> 'done' ORDER BY queued_at, batch", Read, cancel);
        var job = open.FirstOrDefault(j => j.State switch
        {
            SigningState.Waiting => true,
            SigningState.Signing => j.LeaseUntil is null || j.LeaseUntil <= at || isGone(j.LeaseOwner!),
            SigningState.Stopped => j.RetryAt is { } retry && retry <= at,
            SigningState.Done => false,
        });
        if (job is null)
        {
            return null;
        }

        var issued = await IssuedAsync(transaction, job.Batch, cancel);
        var steps = await StepsAsync(transaction, job.Batch, cancel);
        await StepAsync(
            transaction, job.Batch, steps.Any(s => s.What == "started") ? "restarted" : "started", issued, at, null, cancel);
        var until = at + LeaseTerm;
        await SetAsync(transaction, job.Batch, SigningState.Signing, null, null, owner, until, cancel);
        return job with
        {
            State = SigningState.Signing,
            Why = null,
            RetryAt = null,
            LeaseOwner = owner,
            LeaseUntil = until,
        };
    }

    /// <summary>Prolongs the lease; refused when another process has it. Part of each chunk's transaction.</summary>
    public static async Task<Problem?> RenewAsync(
        DbTransaction transaction, string batch, string owner, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "signing", cancel);
        if (await FindAsync(transaction, batch, cancel) is not { State: SigningState.Signing } job || job.LeaseOwner != owner)
        {
            return new Problem("issuance/lease-lost", "Another process signs this list now; this one stops.");
        }

        await SetAsync(transaction, batch, SigningState.Signing, null, null, owner, at + LeaseTerm, cancel);
        return null;
    }

    /// <summary>Ends the work on a list for now: refused with a reason, to be tried again at a time or when asked.</summary>
    public static async Task<Problem?> StopAsync(
        DbTransaction transaction, string batch, string owner, Problem why, DateTimeOffset? retryAt, DateTimeOffset at,
        CancellationToken cancel = default)
    {
        if (await RenewAsync(transaction, batch, owner, at, cancel) is { } lost)
        {
            return lost;
        }

        // A state register's answer may name rows of the list, never people.
        await SetAsync(transaction, batch, SigningState.Stopped, why, retryAt, null, null, cancel);
        await StepAsync(
            transaction, batch, "stopped", await IssuedAsync(transaction, batch, cancel), at, why, cancel);
        return null;
    }

    /// <summary>A person asks to try again. Asked twice it is one.</summary>
    public static async Task<Outcome<SigningJob>> AskAgainAsync(
        DbTransaction transaction, Bin initiator, string batch, DateTimeOffset at, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "signing", cancel);
        if (await FindAsync(transaction, batch, cancel) is not { } job || job.Initiator != initiator)
        {
            return new Problem("issuance/unknown-batch", "There is no batch with this id.");
        }

        if (job.State != SigningState.Stopped)
        {
            return new Problem("issuance/signing-not-stopped", "This list is not stopped; nothing has to be tried again.");
        }

        await SetAsync(transaction, batch, SigningState.Waiting, null, null, null, null, cancel);
        await StepAsync(
            transaction, batch, "asked-again", await IssuedAsync(transaction, batch, cancel), at, null, cancel);
        return job with { State = SigningState.Waiting, Why = null, RetryAt = null };
    }

    /// <summary>The end: refused when another process has the list.</summary>
    public static async Task<Problem?> FinishAsync(
        DbTransaction transaction, string batch, string owner, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await RenewAsync(transaction, batch, owner, at, cancel) is { } lost)
        {
            return lost;
        }

        await SetAsync(transaction, batch, SigningState.Done, null, null, null, null, cancel);
        await StepAsync(transaction, batch, "done", await IssuedAsync(transaction, batch, cancel), at, null, cancel);
        return null;
    }

    /// <summary>Notes a step of a list that this process holds.</summary>
    public static async Task<Problem?> NoteAsync(
        DbTransaction transaction, string batch, string owner, string what, DateTimeOffset at, CancellationToken cancel = default)
    {
        if (await RenewAsync(transaction, batch, owner, at, cancel) is { } lost)
        {
            return lost;
        }

        await StepAsync(transaction, batch, what, await IssuedAsync(transaction, batch, cancel), at, null, cancel);
        return null;
    }

    public static async Task<SigningJob?> FindAsync(ReadFrom from, string batch, CancellationToken cancel = default) =>
        (await from.QueryAsync($"SELECT {Columns} FROM signing_jobs WHERE batch = @batch", Read, cancel, ("batch", batch)))
        .SingleOrDefault();

    public static async Task<SigningJob?> OfDraftAsync(
        ReadFrom from, Bin initiator, string draft, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"SELECT {Columns} FROM signing_jobs WHERE initiator = @bin AND draft = @draft ORDER BY queued_at DESC",
            Read, cancel, ("bin", initiator.Value), ("draft", draft))).FirstOrDefault();

    /// <summary>The lists of an institution, newest first.</summary>
    public static Task<List<SigningJob>> OfInstitutionAsync(
        ReadFrom from, Bin initiator, int countMax, CancellationToken cancel = default) =>
        from.QueryAsync(
            $"SELECT {Columns} FROM signing_jobs WHERE initiator = @bin ORDER BY queued_at DESC, batch LIMIT @count",
            Read, cancel, ("bin", initiator.Value), ("count", countMax));

    /// <summary>What happened, oldest first.</summary>
    public static Task<List<SigningStep>> StepsAsync(ReadFrom from, string batch, CancellationToken cancel = default) =>
        from.QueryAsync(
            "SELECT number, what, at, issued, why FROM signing_steps WHERE batch = @batch ORDER BY number",
            r => new SigningStep(
                r.GetInt32(0), r.GetString(1), LedgerEntry.TimeOf(r.GetString(2)), r.GetInt32(3), Why(r.GetStringOrNull(4))),
            cancel, ("batch", batch));

    public static string Word(SigningState state) => state switch
    {
        SigningState.Waiting => "waiting",
        SigningState.Signing => "signing",
        SigningState.Stopped => "stopped",
        SigningState.Done => "done",
    };

    private static async Task SetAsync(
        DbTransaction transaction, string batch, SigningState state, Problem? why, DateTimeOffset? retryAt, string? owner,
        DateTimeOffset? until, CancellationToken cancel)
    {
        await transaction.TouchAsync(Table, cancel, batch);
        await transaction.ExecuteAsync(
            """
            UPDATE signing_jobs SET state = @state, why = @why, retry_at = @retry, lease_owner = @owner, lease_until = @until
            WHERE batch = @batch
            """,
            cancel,
            ("state", Word(state)),
            ("why", why is null ? null : Text(why)),
            ("retry", retryAt is { } retry ? LedgerEntry.Time(retry) : null),
            ("owner", owner),
            ("until", until is { } end ? LedgerEntry.Time(end) : null),
            ("batch", batch));
    }

    private static async Task StepAsync(
        DbTransaction transaction, string batch, string what, int issued, DateTimeOffset at, Problem? why, CancellationToken cancel)
    {
        var number = (await transaction.QueryAsync(
            "SELECT COALESCE(MAX(number), 0) + 1 FROM signing_steps WHERE batch = @batch",
            r => Convert.ToInt32(r.GetValue(0), CultureInfo.InvariantCulture), cancel, ("batch", batch))).Single();
        await transaction.TouchAsync("signing_steps", cancel, batch, number);
        await transaction.ExecuteAsync(
            """
            INSERT INTO signing_steps (batch, number, what, at, issued, why)
            VALUES (@batch, @number, @what, @at, @issued, @why)
            """,
            cancel,
            ("batch", batch), ("number", number), ("what", what), ("at", LedgerEntry.Time(at)), ("issued", issued),
            ("why", why is null ? null : Text(why)));
    }

    private static async Task<int> IssuedAsync(DbTransaction transaction, string batch, CancellationToken cancel) =>
        (await IssueBatches.FindAsync(transaction, batch, cancel))?.IssuedCount ?? 0;

    private static SigningJob Read(DbDataReader r) => new(
        r.GetString(0),
        Bin.Parse(r.GetString(1)),
        r.GetString(2),
        r.GetString(3),
        Enum.Parse<SigningState>(r.GetString(4), ignoreCase: true),
        LedgerEntry.TimeOf(r.GetString(5)),
        r.GetStringOrNull(6),
        Why(r.GetStringOrNull(7)),
        TimeOrNull(r.GetStringOrNull(8)),
        r.GetStringOrNull(9),
        TimeOrNull(r.GetStringOrNull(10)));

    private static DateTimeOffset? TimeOrNull(string? text) => text is null ? null : LedgerEntry.TimeOf(text);

    private static string Text(Problem why) =>
        JsonSerializer.Serialize(new StoredProblem(why.Code, why.Detail, new(why.Args, StringComparer.Ordinal)));

    private static Problem? Why(string? text) =>
        text is null || JsonSerializer.Deserialize<StoredProblem>(text) is not { } stored
            ? null
            : new Problem(stored.Code, stored.Detail, stored.Args);

    private sealed record StoredProblem(string Code, string Detail, Dictionary<string, string> Args);
}
