using System.Data.Common;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: approved orders. Out: each of their diplomas changed or refused, chunk by chunk, each chunk with its ledger entries and
/// its rows of the record in one transaction; then everything published, delivered anew, and each holder told once. Goes on
/// after a kill; several processes at once do each diploma once.
/// </summary>
public sealed class CarryOutChanges(Installation home, DiplomaFlow flow, MailQueue mail, Web.Texts texts)
{
    /// <summary>Diplomas of one transaction: a writer that waits waits for these, and a kill takes back no more.</summary>
    public const int ChunkSizeDefault = 32;

    private readonly TellHolders tell = new(home, mail, texts);

    public int ChunkSize { get; init; } = ChunkSizeDefault;

    /// <summary>
    /// Carries out whatever is approved; gives the number of orders that came to their end. One that fails does not stop those
    /// behind it: what failed is thrown at the end.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken cancel = default)
    {
        IReadOnlyList<ChangeOrder> orders;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            orders = await home.ChangeOrders.UnfinishedAsync(connection, cancel);
        }

        return await EachInTurn.RunAsync(orders, order => RunAsync(order, cancel), cancel);
    }

    /// <summary>False while too few witnesses have cosigned: then nobody is told yet, and the next beat goes on from here.</summary>
    private async Task<bool> RunAsync(ChangeOrder order, CancellationToken cancel)
    {
        while (await ChunkAsync(order, cancel))
        {
            CrashPoint.Reach("after-change-chunk");
        }

        await flow.PublishAsync(allStatusLists: true, cancel);
        CrashPoint.Reach("after-change-publication");
        if (await home.Log.QuorumProblemAsync(cancel) is not null)
        {
            return false;
        }

        await new DeliverDiplomas(home).RunAsync(await ChangedAsync(order, cancel), cancel: cancel);
        CrashPoint.Reach("after-change-delivery");
        await tell.RunAsync(order, cancel);
        CrashPoint.Reach("after-change-messages");
        await home.Database.WriteAsync(t => FinishAsync(t, order, cancel), cancel);
        CrashPoint.Reach("after-change-end");
        return true;
    }

    /// <summary>A correction that a holder had asked for is answered with its end, and a corrected list is closed.</summary>
    private async Task FinishAsync(DbTransaction transaction, ChangeOrder order, CancellationToken cancel)
    {
        if (!await home.ChangeOrders.FinishAsync(transaction, order.Id, home.Time.GetUtcNow(), cancel)
            || await home.ChangeOrders.FindAsync(transaction, order.Institution, order.Id, cancel) is not { } done)
        {
            return;
        }

        await CorrectedList.FollowAsync(home, transaction, done, order.DecidedBy!, home.Time.GetUtcNow(), cancel);
        if (done.DoneCount > 0 && order.Origin?.Split(':', 2) is ["request", var request])
        {
            var requests = new HolderRequests(home.Vault);
            if (await requests.FindAsync(transaction, request, cancel) is { State: RequestState.Open } asked && asked.Institution == order.Institution)
            {
                _ = await AnswerRequest.StoreAsync(
                    transaction, requests, asked, asked.Version, RequestState.Done, Deciding(order), null,
                    order.Basis.Length == 0 ? order.Id : order.Basis, "me/request-answered", home.Time.GetUtcNow(), cancel);
            }
        }

        CrashPoint.Reach("in-change-end");
    }

    /// <summary>False when no diploma of the order waits any more.</summary>
    private async Task<bool> ChunkAsync(ChangeOrder order, CancellationToken cancel)
    {
        if (!flow.Reasons().TryGet(out var reasons, out var problem))
        {
            throw new InvalidOperationException($"No reason codes are in force: {problem.Code}.");
        }

        var at = home.Time.GetUtcNow();
        var decision = TwoPersons.Of(
            order.ProposedBy, order.DecidedBy ?? "", order.DecidedAs ?? "", at, order.Basis.Length == 0 ? order.Id : order.Basis).Value;
        var steps = new List<Step>();
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            foreach (var row in await home.ChangeOrders.Rows.WaitingAsync(connection, order.Id, ChunkSize, cancel))
            {
                steps.Add(new Step(row, await home.Credentials.LoadAsync(connection, row.Asset, cancel)));
            }
        }

        if (steps.Count == 0)
        {
            return false;
        }

        if (order.Act == StateAct.Supersede)
        {
            await AskGateAsync(steps, at, cancel);
        }

        using var issuer = new Issuer(home.Vault);
        await home.Log.RunAsync(
            async log =>
            {
                var (done, refused, events) = (0, 0, new List<TrailEvent>());
                foreach (var step in steps)
                {
                    // Another process may have done it between the reading and the lock.
                    if (!await ChangeRows.IsWaitingAsync(log.Transaction, order.Id, step.Row.Row, cancel))
                    {
                        continue;
                    }

                    var outcome = await OneAsync(log, order, decision, reasons, issuer, step, cancel);
                    if (outcome.TryGet(out var changed, out var refusal))
                    {
                        done++;
                        await ChangeRows.DoneAsync(log.Transaction, order.Id, step.Row.Row, changed.Replacement, changed.Index, cancel);
                        events.Add(Event(order, step, changed));
                    }
                    else
                    {
                        refused++;
                        await ChangeRows.RefusedAsync(log.Transaction, order.Id, step.Row.Row, refusal, cancel);
                    }
                }

                if (done + refused > 0)
                {
                    await home.ChangeOrders.AdvanceAsync(log.Transaction, order.Id, done, refused, cancel);
                    await AuditTrail.AppendAsync(log.Transaction, at, events, cancel);
                }

                CrashPoint.Reach("in-change-chunk");
                return done;
            },
            cancel);
        return true;
    }

    /// <summary>The gate is asked for a chunk whole; when it refuses, for each diploma, so that only those it means are refused.</summary>
    private async Task AskGateAsync(List<Step> steps, DateTimeOffset at, CancellationToken cancel)
    {
        foreach (var group in steps
            .Where(s => s is { Old: not null, Row.Corrected: not null })
            .GroupBy(s => (s.Old!.Record.Initiator.Bin, s.Old.Record.Permission.Decision)))
        {
            var asked = await AskAsync([.. group]);
            if (asked.TryGet(out var permission, out _))
            {
                Allow(group, permission);
                continue;
            }

            foreach (var step in group)
            {
                var alone = await AskAsync([step]);
                step.Refusal = alone.Problem;
                step.Permission = alone.IsDone ? alone.Value : null;
            }

            Task<Outcome<IssuePermission>> AskAsync(IReadOnlyList<Step> of) => flow.AskGateAsync(
                new GateRequest(
                    group.Key.Bin, group.Key.Decision,
                    [.. of.Select(s => DiplomaFlow.Award(s.Row.Corrected!, s.Old!.Record.Content))], at),
                cancel);
        }

        static void Allow(IEnumerable<Step> steps, IssuePermission permission)
        {
            foreach (var step in steps)
            {
                step.Permission = permission;
            }
        }
    }

    private async Task<Outcome<Changed>> OneAsync(
        Ledger.LogTransaction log, ChangeOrder order, TwoPersons decision, ReasonCodes reasons, Issuer issuer, Step step,
        CancellationToken cancel)
    {
        var request = new ChangeRequest(step.Row.Asset, order.ReasonCode, decision.Reason, decision);
        if (order.Act != StateAct.Supersede)
        {
            var last = 0L;
            var outcome = await ChangeState.DoAsync(
                home.Credentials, order.Act, log.Transaction, async entries => last = await log.AppendAsync(entries, cancel), reasons, request, cancel);
            return outcome.Problem is { } no ? no : new Changed(null, last);
        }

        if (step.Refusal is { } refused)
        {
            return refused;
        }

        if (step is not { Old: { } old, Row.Corrected: { } corrected, Permission: { } permission })
        {
            return new Problem("issuance/correction-missing", "The diploma or its correction was erased meanwhile.");
        }

        var replaced = await new ReplaceDiploma(home, flow).RunAsync(log, reasons, issuer, request, old, corrected, permission, cancel);
        return replaced.TryGet(out var done, out var problem) ? new Changed(done.By, done.Index) : problem;
    }

    private async Task<IReadOnlyList<AssetId>> ChangedAsync(ChangeOrder order, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        var rows = await home.ChangeOrders.Rows.UntoldAsync(connection, order.Id, cancel);
        var assets = rows.SelectMany(r => new[] { r.Asset, r.Replacement ?? r.Asset }).Distinct().ToList();
        var there = await new DiplomaRegister(home.Credentials).OfAssetsAsync(connection, order.Institution, assets, cancel);
        return [.. there.Where(c => c.State != DiplomaState.Erased).Select(c => c.Asset)];
    }

    private TrailEvent Event(ChangeOrder order, Step step, Changed changed) => new(
        TrailAct.Change,
        ChangeState.CodeOf(order.Act),
        Deciding(order),
        new TrailSubject("diploma", step.Row.Asset.ToString()),
        null,
        order.Institution,
        step.Old is { } old ? Persons.Fingerprint(home.Vault, old.Record.Content.Iin) : null,
        [
            ("reason", order.ReasonCode), ("order", order.Id),
            .. changed.Replacement is { } by ? new[] { ("by", by.ToString()) } : [],
        ]);

    private static Actor Deciding(ChangeOrder order) => order.Origin?.StartsWith(KeyOrder.OriginMark, StringComparison.Ordinal) == true
        ? ReissueFallen.For(order.Origin)
        : new(ActorKind.Person, order.DecidedBy!, order.DecidedBy!, []);

    private sealed record Changed(AssetId? Replacement, long Index);

    private sealed class Step(ChangeRow row, StoredDiploma? old)
    {
        public ChangeRow Row { get; } = row;

        public StoredDiploma? Old { get; } = old;

        public IssuePermission? Permission { get; set; }

        public Problem? Refusal { get; set; }
    }
}
