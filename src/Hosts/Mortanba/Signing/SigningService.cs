using System.Data.Common;
using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Beats;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Host.Signing;

/// <summary>
/// Signs approved lists, one at a time, chunk by chunk. Killed at any moment it goes on at the next start where the
/// committed chunks end; on two nodes, a lease that each chunk is committed with keeps one of them off.
/// </summary>
internal sealed partial class SigningService(
    Installation home, DiplomaFlow flow, ILogger<SigningService> log) : BeatingService(TimeSpan.FromSeconds(2), home.Time, log)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(30);
    private static readonly Actor Self = new(ActorKind.Service, "signing", "signing", []);

    private readonly string owner = NodeName.New();

    /// <summary>Signs the next list; false when there was none.</summary>
    public async Task<bool> RunOneAsync(CancellationToken cancel)
    {
        var job = await home.Database.WriteAsync(
            t => SigningJobs.TakeAsync(t, owner, name => name == owner || NodeName.IsGone(name), Now, cancel), cancel);
        if (job is null)
        {
            return false;
        }

        CrashPoint.Reach("after-signing-taken");
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var renewing = RenewAsync(job.Batch, held.CancelAsync, held.Token);
        Problem? why;
        try
        {
            why = await SignAsync(job, held.Token);
        }
        catch (Exception e) when (e is OperationCanceledException && !cancel.IsCancellationRequested)
        {
            // The lease went to another process while a list was read or signed here.
            why = Lost();
        }
#pragma warning disable CA1031 // a fault of ours stops this one list, told as such, not the site at every start
        catch (Exception e) when (e is not (DbException or TimeoutException or IOException or OperationCanceledException
            or Ledger.LedgerFrozenException or SigningKeyAwayException))
#pragma warning restore CA1031
        {
            Fault(Log, e);
            why = new Problem("approvals/fault", $"A fault of the program ({e.GetType().Name}).", ("kind", e.GetType().Name));
        }
        finally
        {
            await held.CancelAsync();
            await renewing;
        }

        if (why is not null)
        {
            await StopAsync(job, why, cancel);
        }
        else
        {
            Signed(Log);
        }

        return true;
    }

    protected override async Task BeatAsync(CancellationToken cancel)
    {
        while (await RunOneAsync(cancel))
        {
            // The next list at once.
        }
    }

    private DateTimeOffset Now => home.Time.GetUtcNow();

    private async Task<Problem?> SignAsync(SigningJob job, CancellationToken cancel)
    {
        IssueBatch batch;
        Draft? draft;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            draft = await home.Drafts.FindAsync(connection, job.Initiator, job.Draft, cancel);
        }

        batch = await home.Database.ReadAsync(async t => (await IssueBatches.FindAsync(t, job.Batch, cancel))!, cancel);
        if (draft is null || batch.Approval is not { } approval)
        {
            return new Problem("issuance/batch-not-approved", "Nobody has approved this batch.");
        }

        if (batch.State != BatchState.Done)
        {
            if (!(await home.Drafts.OpenListAsync(draft, cancel)).TryGet(out var list, out var problem))
            {
                return problem;
            }

            try
            {
                if ((await flow.IssueAsync(Request(job, batch, approval, list, cancel), cancel: cancel)).Problem is { } refused)
                {
                    return refused;
                }
            }
            catch (ListChangedException)
            {
                return new Problem("issuance/other-list", "The list is not the one that was approved; nothing of it is signed.");
            }

            if (await NoteAsync(job, "issued", cancel) is { } lost)
            {
                return lost;
            }
        }

        CrashPoint.Reach("after-signing");
        string checkpoint;
        try
        {
            checkpoint = await flow.PublishAsync(cancel: cancel);
        }
        catch (SigningKeyAwayException away)
        {
            return away.Problem;
        }

        if (await home.Log.QuorumProblemAsync(cancel) is { } missing)
        {
            return missing;
        }

        if (await NoteAsync(job, "published", cancel) is { } gone)
        {
            return gone;
        }

        IReadOnlyList<AssetId> assets;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            assets = await BatchReceipts.AssetsAsync(connection, job.Batch, cancel);
        }

        await new DeliverDiplomas(home).RunAsync(assets, cancel: cancel);
        if (await NoteAsync(job, "delivered", cancel) is { } taken)
        {
            return taken;
        }

        CrashPoint.Reach("before-receipt");
        return await FinishAsync(job, batch, approval, checkpoint, cancel);
    }

    private IssueRequest Request(
        SigningJob job, IssueBatch batch, TwoPersons approval, GraduationList list, CancellationToken cancel) =>
        new(list, job.Initiator, batch.Decision, approval.PreparedBy, approval.ApprovedBy, approval.ApprovedAs, approval.Reason)
        {
            ListHash = job.ListHash,
            GatePassed = async () =>
            {
                if (await NoteAsync(job, "gate-passed", cancel) is { })
                {
                    throw new OperationCanceledException("The lease is lost.");
                }
            },
            BeforeCommit = t => SigningJobs.RenewAsync(t, job.Batch, owner, Now, cancel),
        };

    /// <summary>Receipt, end of the job, end of the draft, record: one transaction.</summary>
    private async Task<Problem?> FinishAsync(
        SigningJob job, IssueBatch batch, TwoPersons approval, string checkpoint, CancellationToken cancel)
    {
        Organisation initiator;
        IReadOnlyList<SigningStep> steps;
        (long First, long Last, int Count) indices;
        IReadOnlyList<Membership> preparer;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            initiator = (await PermitRegister.FindOrganisationAsync(connection, job.Initiator, cancel))!;
            steps = await SigningJobs.StepsAsync(connection, job.Batch, cancel);
            indices = await BatchReceipts.IndicesAsync(connection, job.Batch, cancel);
            preparer = await Memberships.OfAccountAsync(connection, batch.PreparedBy, cancel: cancel);
        }

        var at = Now;
        var operatorBin = Bin.Parse(home.Settings.OperatorBin);
        var receipt = new BatchReceipt(
            job.Batch, job.Initiator, initiator.Name, operatorBin, batch.Decision, job.ListHash, indices.Count, indices.First,
            indices.Last, checkpoint,
            preparer.FirstOrDefault(m => m.Covers(job.Initiator) && Rights.Gives(m.Role, Right.PrepareLists))?.Role.Word() ?? "program",
            batch.PreparedAt, approval.ApprovedAs, approval.At, approval.Reason,
            steps.First(s => s.What == "started").At, at);
        byte[] file;
        try
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            var key = await home.SigningKeyAsync(connection, operatorBin, cancel);
            file = receipt.Sign(key.Signer, key.KeyId);
        }
        catch (SigningKeyAwayException away)
        {
            return away.Problem;
        }

        try
        {
            await home.Database.WriteAsync(
                async t =>
                {
                    if (await SigningJobs.FinishAsync(t, job.Batch, owner, at, cancel) is { } lost)
                    {
                        throw new LeaseLostException(lost);
                    }

                    await BatchReceipts.AddAsync(t, receipt, file, cancel);
                    _ = (await home.Drafts.IssuedAsync(t, job.Draft, at, cancel)).Value;
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, "approvals/signed", Self, new TrailSubject("batch", job.Batch), null, job.Initiator, null,
                            ("count", indices.Count.ToString(CultureInfo.InvariantCulture)), ("decision", batch.Decision)),
                        cancel);
                    CrashPoint.Reach("in-receipt");
                },
                cancel);
        }
        catch (LeaseLostException lost)
        {
            return lost.Problem;
        }

        CrashPoint.Reach("after-receipt");
        return null;
    }

    private Task<Problem?> NoteAsync(SigningJob job, string what, CancellationToken cancel) =>
        home.Database.WriteAsync(t => SigningJobs.NoteAsync(t, job.Batch, owner, what, Now, cancel), cancel);

    private async Task StopAsync(SigningJob job, Problem why, CancellationToken cancel)
    {
        if (why.Code == Lost().Code)
        {
            LeaseLost(Log);
            return;
        }

        // A token that is away comes back, and so do witnesses; a key that was rotated meanwhile has one that follows it. A PIN that was refused, a gate that is shut do not open by waiting.
        DateTimeOffset? retry = why.Code is "issuance/token-away" or "issuance/token-missing" or "ledger/quorum-missing" or "permits/key-ended"
            or "issuance/key-suspected" ? Now + RetryAfter : null;
        await home.Database.WriteAsync(
            t => SigningJobs.StopAsync(t, job.Batch, owner, why is GateRefused ? new Problem(why.Code, why.Detail, why.Args) : why, retry, Now, cancel),
            cancel);
        Stopped(Log, why.Code);
    }

    private static Problem Lost() => new("issuance/lease-lost", "Another process signs this list now; this one stops.");

    // Between chunks, and while a long list is read, the lease is prolonged from here.
    private async Task RenewAsync(string batch, Func<Task> lose, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(SigningJobs.LeaseTerm / 3, home.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                try
                {
                    if (await home.Database.WriteAsync(t => SigningJobs.RenewAsync(t, batch, owner, Now, cancel), cancel) is not null)
                    {
                        await lose();
                    }
                }
                catch (Exception e) when (e is DbException or TimeoutException or IOException)
                {
                    // A lease lasts three beats: the next one tries again. A chunk that is being written fails for the same reason, and says so.
                    Missed(Log, e.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The list is done, or somebody else's.
        }
    }

    private sealed class LeaseLostException(Problem problem) : Exception(problem.Code)
    {
        public Problem Problem { get; } = problem;
    }

    [LoggerMessage(LogLevel.Information, "A list is signed and has its receipt.")]
    private static partial void Signed(ILogger log);

    [LoggerMessage(LogLevel.Warning, "Signing stopped: {Code}.")]
    private static partial void Stopped(ILogger log, string code);

    [LoggerMessage(LogLevel.Critical, "A fault while signing.")]
    private static partial void Fault(ILogger log, Exception fault);

    [LoggerMessage(LogLevel.Warning, "Another process signs the list now.")]
    private static partial void LeaseLost(ILogger log);

    [LoggerMessage(LogLevel.Warning, "Signing pauses: {Reason}; it goes on at the next look.")]
    private static partial void Missed(ILogger log, string reason);
}
