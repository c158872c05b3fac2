using System.Data.Common;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Host.Telemetry;
using Mortanba.Host.Webhooks;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Permits;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host;

/// <summary>
/// The way of a diploma: the only place that knows the order of the stages. It opens the one transaction that a
/// stage's rows and their ledger entries share, and hands it to their stores.
/// </summary>
public sealed partial class DiplomaFlow(Installation home)
{
    /// <summary>
    /// Diplomas signed and committed together: large enough to fill all cores and to write each index page for several
    /// rows, small enough for flat memory.
    /// </summary>
    public const int ChunkSizeDefault = 512;

    public int ChunkSize { get; init; } = ChunkSizeDefault;

    public static SignatureVerifier VerifySignature { get; } = (multibase, data, signature) =>
        PublicKey.FromMultibase(multibase).TryGet(out var key, out _) && key.Verify(data, signature);

    /// <summary>
    /// 1 to 5 of "Life of a diploma": the list is checked whole, the gate is asked, and chunk by chunk three forms are
    /// signed and committed with their ledger entries. A refusal issues nothing. The same list again issues nothing twice.
    /// </summary>
    public async Task<Outcome<IssueAnswer>> IssueAsync(
        IssueRequest request, Action<IssueProgress>? progress = null, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        if (!TwoPersons.Of(request.PreparedBy, request.ApprovedBy, request.ApprovedAs, at, request.Reason)
            .TryGet(out var approval, out var problem))
        {
            return problem;
        }

        var awards = new List<GateAward>();
        var intake = await CheckListAsync(request.List, request.Initiator, awards, cancel);
        if (!intake.TryGet(out var list, out problem))
        {
            return problem;
        }

        if (!list.IsValid)
        {
            return new ListHasErrors(list);
        }

        if (request.ListHash is { } approved && list.ListHash != approved)
        {
            return new Problem("issuance/other-list", "The list is not the one that was approved; nothing of it is signed.");
        }

        CrashPoint.Reach("after-intake");
        if (list.RowCount == list.AlreadyIssuedCount)
        {
            return new IssueAnswer(list, null, Issued: 0, FirstIndex: null);
        }

        if (!(await AskGateAsync(new GateRequest(request.Initiator, request.Decision, awards, at), cancel))
            .TryGet(out var permission, out problem))
        {
            return problem;
        }

        CrashPoint.Reach("after-gate");
        awards.Clear();
        if (request.GatePassed is { } passed)
        {
            await passed();
        }

        try
        {
            SigningKey key;
            await using (var connection = await home.Database.ConnectAsync(cancel))
            {
                key = await home.SigningKeyAsync(connection, request.Initiator, cancel);
            }

            var order = new IssueOrder(permission, approval, key.KeyId, key.Signer, home.Settings.Site, at);
            return await IssueAsync(list, order, request, progress, cancel);
        }
        catch (SigningKeyAwayException away)
        {
            return away.Problem;
        }
    }

    /// <summary>Signs anew the status lists that are due; gives the number of blocks.</summary>
    public Task<int> RepublishDueAsync(CancellationToken cancel = default) =>
        home.Database.WriteAsync(
            async t => await (await StatusPublisherAsync(t, cancel)).RepublishDueAsync(t, home.Time.GetUtcNow(), cancel), cancel);

    /// <summary>6 and 8: a checkpoint over everything committed, and status lists that are due.</summary>
    public async Task<string> PublishAsync(bool allStatusLists = false, CancellationToken cancel = default)
    {
        CrashPoint.Reach("before-checkpoint");
        var checkpoint = await home.Log.PublishAsync(cancel);
        CrashPoint.Reach("after-checkpoint");
        var now = home.Time.GetUtcNow();
        await home.Database.WriteAsync(
            async t =>
            {
                var publisher = await StatusPublisherAsync(t, cancel);
                await (allStatusLists ? publisher.RepublishAllAsync(t, now, cancel) : publisher.RepublishDueAsync(t, now, cancel));
                CrashPoint.Reach("in-status-lists");
            },
            cancel);
        CrashPoint.Reach("after-status-lists");
        return checkpoint;
    }

    /// <summary>Checks a list against the rules of today and the initiator's register. Issues nothing.</summary>
    public async Task<Outcome<IntakeResult>> CheckListAsync(
        GraduationList list, Bin initiator, List<GateAward>? awards, CancellationToken cancel, ListWatch? watch = null)
    {
        if (!(await IntakeOfAsync(initiator, list.IsDraft ? DraftLimits.Check : null, cancel)).TryGet(out var intake, out var problem))
        {
            return problem;
        }

        // The indexed reading starts over when courses are out of order: a row counts once.
        var result = await intake!.RunAsync(
            list, awards is null ? null : new Action<ValidatedDiploma>(d => awards.Add(Award(d))), watch, cancel);
        if (awards is not null && result.TryGet(out var read, out _) && read.AlreadyIssuedCount > 0)
        {
            for (var i = 0; i < awards.Count; i++)
            {
                awards[i] = awards[i] with { IssuedBefore = read.IssuedBefore.Contains(awards[i].Row) };
            }
        }

        return result;
    }

    /// <summary>Reads lists by the rules of today and an initiator's register.</summary>
    internal async Task<Outcome<ListIntake>> IntakeOfAsync(Bin initiator, IntakeLimits? limits, CancellationToken cancel)
    {
        if (!IntakeRules.For(home.Rules, Today()).TryGet(out var rules, out var problem))
        {
            return problem;
        }

        Dictionary<string, Programme> programmes;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            // The latest period of a code; the gate asks whether it covers the award date.
            programmes = (await PermitRegister.ProgrammesAsync(connection, initiator, cancel))
                .GroupBy(p => p.Code)
                .ToDictionary(g => g.Key, g => g.Last(), StringComparer.Ordinal);
        }

        return new ListIntake(
            rules, programmes.GetValueOrDefault, new IssuedDiplomas(home.Database, home.Vault, initiator), home.Time, limits,
            new EnrolmentCheck(home.Database, home.Enrolments, initiator));
    }

    private async Task<StatusPublisher> StatusPublisherAsync(DbTransaction transaction, CancellationToken cancel)
    {
        var bin = Bin.Parse(home.Settings.OperatorBin);
        var key = await home.SigningKeyAsync(transaction, bin, cancel);
        return new StatusPublisher(
            home.StatusLists,
            home.DidOf(bin),
            key.KeyId,
            key.Signer,
            home.Rules.Resolve(RuleKeys.StatusRhythm, Today()).Value.Value);
    }

    /// <param name="replaced">The diploma that it replaces, as it stands.</param>
    internal static GateAward Award(ValidatedDiploma diploma, ValidatedDiploma? replaced = null) => new(
        diploma.Row,
        diploma.Kind,
        diploma.Programme.Code,
        diploma.AwardDate,
        diploma.MinutesNumber,
        diploma.MinutesDate,
        diploma.Series,
        diploma.Number,
        diploma.Iin)
    {
        Replaces = replaced is null ? null : new ReplacedAward(replaced.Programme.Code, replaced.Iin == diploma.Iin),
    };

    /// <summary>
    /// Asks again under the lock of the log: permit, decision or key may have ended since the list was let through, and a
    /// diploma registered behind that entry would be read as not entitled for ever. Gives the places of the diplomas in their
    /// order and intake, held for this transaction: of two lists at once, the second finds them gone.
    /// </summary>
    /// <param name="replaced">What the one diploma replaces.</param>
    internal async Task<Outcome<Places>> AskAgainAsync(
        DbTransaction transaction, IssueOrder order, IReadOnlyList<IssuedDiploma> issued, ValidatedDiploma? replaced, CancellationToken cancel)
    {
        await Places.HoldAsync(transaction, cancel);
        var now = home.Time.GetUtcNow();
        var key = await PermitRegister.FindKeyAsync(transaction, order.KeyId, cancel);
        if (key is null || !key.IsActiveAt(now))
        {
            return new Problem("permits/key-ended", "The key is out of use already.", ("kid", order.KeyId));
        }

        if (await KeyOrders.SuspicionAsync(transaction, order.KeyId, cancel) is { } suspected)
        {
            return suspected;
        }

        var request = new GateRequest(
            order.Permission.Initiator.Bin,
            order.Permission.Decision,
            [.. issued.Select(d => Award(d.Record.Content, replaced))],
            now);
        return (await CheckGateAsync(transaction, request, cancel)).TryGet(out var verdict, out var problem)
            && (problem = GateWords.Of(verdict.Permission).Problem) is null
                ? verdict.Places
                : problem!;
    }

    private async Task<Outcome<Gate.Verdict>> CheckGateAsync(ReadFrom from, GateRequest request, CancellationToken cancel)
    {
        // Where the institution's enrolment register was taken in, the gate asks that and no port.
        IStateRegister register = await Enrolments.IsKeptAsync(from, request.Initiator, cancel) ? new NoStateRegister() : new DemoStateRegister();
        return StateRegisters.ForProfile(register, home.Settings.Profile).TryGet(out var allowed, out var problem)
            ? await new Gate(home.Rules, allowed, VerifySignature, home.Enrolments).CheckAsync(from, request, cancel)
            : problem;
    }

    internal async Task<Outcome<IssuePermission>> AskGateAsync(GateRequest request, CancellationToken cancel)
    {
        Outcome<Gate.Verdict> asked;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            asked = await CheckGateAsync(connection, request, cancel);
        }

        if (!asked.TryGet(out var verdict, out var problem))
        {
            return problem;
        }

        // Kept passed or not: a refusal is evidence too.
        await home.Database.WriteAsync(t => verdict.Report.StoreAsync(t, cancel), cancel);
        return GateWords.Of(verdict.Permission);
    }

    private async Task<Outcome<IssueAnswer>> IssueAsync(
        IntakeResult list, IssueOrder order, IssueRequest request, Action<IssueProgress>? progress, CancellationToken cancel)
    {
        var toIssue = list.RowCount - list.AlreadyIssuedCount;
        var opened = await home.Database.WriteAsync(t => OpenBatchAsync(t, list, toIssue, order, cancel), cancel);
        if (!opened.TryGet(out var batch, out var problem))
        {
            return problem;
        }

        CrashPoint.Reach("after-batch");
        using var issuer = new Issuer(home.Vault);
        var issued = 0;
        long? firstIndex = null;
        async Task<Problem?> CommitAsync(IReadOnlyList<IssuedDiploma> signed)
        {
            if (!(await InLogAsync(log => StoreAsync(log, order, request, batch, signed, cancel), cancel)).TryGet(out var first, out var refused))
            {
                return refused;
            }

            firstIndex ??= first;
            issued += signed.Count;
            FlowMetrics.AddIssued(signed.Count);
            progress?.Invoke(new IssueProgress(issued, toIssue));
            return null;
        }

        async Task<(ValidatedDiploma[] Diplomas, IReadOnlyList<StatusPointer> Status)> ClaimAsync(ValidatedDiploma[] chunk)
        {
            var status = await home.Database.WriteAsync(
                t => home.StatusLists.ClaimAsync(t, order.Permission.Initiator.Bin, chunk.Length, cancel), cancel);
            CrashPoint.Reach("after-claim");
            return (chunk, status);
        }

        // Three chunks are under way: one is read and its indices claimed, one is signed, one is committed; nobody waits
        // for another's transaction. A kill in between burns the indices of two chunks and nothing else.
        IReadOnlyList<IssuedDiploma>? waiting = null;
        await foreach (var (chunk, status) in Prefetch.ChunksAsync(list.ReadDiplomas(), ChunkSize, ClaimAsync, cancel))
        {
            var commit = waiting is null ? Task.FromResult<Problem?>(null) : CommitAsync(waiting);
            try
            {
                waiting = await Task.Run(() => issuer.Sign(order, chunk, status, cancel), cancel);
            }
            catch (Exception e) when (SigningKeyAwayException.In(e) is { } away)
            {
                // The chunk before is signed whole: it stands, and what is told counts it.
                return await commit is { } both ? both : away.Problem;
            }

            CrashPoint.Reach("after-sign");
            if (await commit is { } refused)
            {
                return refused;
            }
        }

        if (waiting is not null && await CommitAsync(waiting) is { } last)
        {
            return last;
        }

        return new IssueAnswer(list, batch, issued, firstIndex);
    }

    /// <summary>One chunk: credentials, ledger entries, batch count. All of it or nothing.</summary>
    private async Task<Outcome<long>> StoreAsync(
        LogTransaction log, IssueOrder order, IssueRequest request, string batch, IReadOnlyList<IssuedDiploma> issued,
        CancellationToken cancel)
    {
        if (request.BeforeCommit is { } asked && await asked(log.Transaction) is { } stopped)
        {
            return stopped;
        }

        if (!(await AskAgainAsync(log.Transaction, order, issued, null, cancel)).TryGet(out var places, out var ended)
            || (ended = await places.TakeAsync(log.Transaction, cancel)) is not null)
        {
            return ended;
        }

        var first = await log.AppendAsync([.. issued.Select(d => d.Entry)], cancel);
        var inserted = await CredentialStore.InsertAsync(log.Transaction, batch, issued, first, supersedes: null, cancel);
        if (inserted.Problem is { } problem)
        {
            return problem;
        }

        await home.Deliveries.PrepareAsync(log.Transaction, issued, order.At, cancel);
        var advanced = await IssueBatches.AdvanceAsync(log.Transaction, batch, issued.Count, order.At, cancel);
        if (!advanced.TryGet(out var state, out var overfull))
        {
            return overfull;
        }

        if (state == BatchState.Done)
        {
            await WebhookQueue.AddAsync(
                log.Transaction, home.Time.GetUtcNow(), order.Permission.Initiator.Bin, WebhookQueue.BatchIssued, batch, cancel: cancel);
        }

        return first;
    }

    /// <summary>Preparer's and approver's acts, each in its row. A batch that a kill left half-issued is gone on with.</summary>
    private async Task<Outcome<string>> OpenBatchAsync(
        DbTransaction transaction, IntakeResult list, int count, IssueOrder order, CancellationToken cancel)
    {
        var (permission, approval) = (order.Permission, order.Approval);
        var batch = await IssueBatches.PrepareAsync(
            transaction,
            permission.Initiator.Bin,
            permission.Decision,
            Convert.FromHexString(list.ListHash),
            count,
            approval.PreparedBy,
            order.At,
            cancel);
        return batch.State is not BatchState.Prepared
            ? batch.Id
            : (await IssueBatches.ApproveAsync(
                transaction, batch.Id, approval.ApprovedBy, approval.ApprovedAs, approval.Reason, order.At, Quota(order.At), cancel))
                .Then<string>(approved => approved.Id);
    }

    /// <summary>What an institution may still sign on the day of <paramref name="at"/>.</summary>
    public SigningQuota Quota(DateTimeOffset at)
    {
        var time = new WorkingCalendar(home.Rules).TimeAt(at).Value;
        var start = time.BeginningOf(time.DateOf(at)).ToUniversalTime();
        var settings = home.Settings.Signing ?? SigningSettings.Default;
        return new SigningQuota(settings.PerDay, settings.PerList, start);
    }

    /// <summary>The seven points as they stand now, for a person who is about to decide. Nothing is kept of it.</summary>
    public async Task<Outcome<GateReport>> AskBeforehandAsync(
        Bin initiator, string decision, IReadOnlyList<GateAward> awards, CancellationToken cancel = default)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await CheckGateAsync(connection, new GateRequest(initiator, decision, awards, home.Time.GetUtcNow()), cancel))
            .Then<GateReport>(verdict => verdict.Report);
    }

    /// <summary>A refusal takes back everything the work wrote, then comes out as the value it is.</summary>
    private async Task<Outcome<T>> InLogAsync<T>(Func<LogTransaction, Task<Outcome<T>>> work, CancellationToken cancel)
    {
        try
        {
            return await home.Log.RunAsync(
                async log =>
                {
                    var outcome = await work(log);
                    return outcome.Problem is { } problem ? throw new RefusedException(problem) : outcome;
                },
                cancel);
        }
        catch (RefusedException refused)
        {
            return refused.Problem;
        }
        catch (Exception e) when (SigningKeyAwayException.In(e) is { } away)
        {
            return away.Problem;
        }
    }

    private DateOnly Today() => new WorkingCalendar(home.Rules).DateOf(home.Time.GetUtcNow()).Value;

    private sealed class RefusedException(Problem problem) : Exception(problem.Code)
    {
        public Problem Problem { get; } = problem;
    }
}
