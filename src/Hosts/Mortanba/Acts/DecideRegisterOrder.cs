using System.Data.Common;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Registering;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Host.Acts;

/// <summary>
/// The second person's act on what sets a limit to issuing: a decision with the counts of its order, an intake that is raised. In: the
/// order. Out: what was proposed is entered, with its ledger entry and the record, in one transaction; or the order is ended.
/// </summary>
internal sealed class DecideRegisterOrder(Installation home, DiplomaFlow flow)
{
    /// <summary>Where a test stops the process: everything is written and nothing committed; everything is committed.</summary>
    public const string Before = "in-register-order";

    /// <inheritdoc cref="Before"/>
    public const string After = "after-register-order";

    /// <param name="office">In which office, for example <c>rector</c>.</param>
    public async Task<Outcome<RegisterOrder>> ConfirmAsync(Actor by, string id, string office, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        RegisterOrder? seen;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            seen = await RegisterOrders.FindAsync(connection, id, cancel);
        }

        var outcome = seen is { Kind: RegisterOrderKind.Decision }
            ? await EnterDecisionAsync(by, seen, office, at, cancel)
            : await home.Database.DecideAsync(t => EnterIntakeAsync(t, by, id, office, at, cancel), cancel);
        CrashPoint.Reach(After);
        return outcome;
    }

    public Task<Outcome<RegisterOrder>> WithdrawAsync(Actor by, string id, string office, CancellationToken cancel = default)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.DecideAsync<RegisterOrder>(
            async t =>
            {
                var withdrawn = await RegisterOrders.WithdrawAsync(t, id, by.Id, office, at, cancel);
                if (withdrawn.TryGet(out var order, out _))
                {
                    await AuditTrail.AppendAsync(t, at, Event("permits/order-withdrawn", by, order), cancel);
                }

                return withdrawn;
            },
            cancel);
    }

    internal static TrailEvent Event(string what, Actor by, RegisterOrder order, params (string Name, string Value)[] facts) => new(
        TrailAct.Change, what, by, new TrailSubject(order.Kind == RegisterOrderKind.Decision ? "decision" : "intake", order.Subject),
        Institution: order.Institution, Facts: [("order", order.Id), ("proposer", order.ProposedBy), .. facts]);

    private static async Task<Outcome<RegisterOrder>> EnterIntakeAsync(
        DbTransaction transaction, Actor by, string id, string office, DateTimeOffset at, CancellationToken cancel)
    {
        if (!(await RegisterOrders.ConfirmAsync(transaction, id, by.Id, office, at, cancel)).TryGet(out var order, out var refused))
        {
            return refused;
        }

        var item = JsonSerializer.Deserialize(order.Body, RegisterJson.Default.IntakeItem)!;
        var set = await Intakes.SetAsync(transaction, order.Institution, item.Programme, item.Year, item.Places, item.Basis, cancel);
        if (!set.TryGet(out var intake, out refused))
        {
            return refused;
        }

        await AuditTrail.AppendAsync(
            transaction, at, Event("permits/registered-intake", by, order, ("places", $"{intake.Places}"), ("issued", $"{intake.Issued}")), cancel);
        CrashPoint.Reach(Before);
        return order;
    }

    private async Task<Outcome<RegisterOrder>> EnterDecisionAsync(
        Actor by, RegisterOrder proposed, string office, DateTimeOffset at, CancellationToken cancel)
    {
        var item = JsonSerializer.Deserialize(proposed.Body, RegisterJson.Default.DecisionItem)!;
        OpenedOrder? opened = null;
        if (item.Order is { } paper)
        {
            opened = OpenedOrder.New(GraduationOrder.Make(paper.Number, paper.Date, paper.Programmes).Value);
        }

        var bytes = new DecisionDocument(
            item.Id, proposed.Institution, Bin.Parse(item.Operator), item.TypeCode, item.Text, item.Scope, Order: opened?.Reference).Write();
        SigningKey key;
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            key = await home.SigningKeyAsync(connection, proposed.Institution, cancel);
        }

        // Asked again in the transaction: nobody's signature is made for who may not confirm.
        if (TwoPersons.Of(proposed.ProposedBy, by.Id, office, at, proposed.Id).Problem is { } same)
        {
            return same;
        }

        var signature = DecisionSignature.Sign(key.Signer, key.KeyId, bytes);
        RegisterOrder? done = null;
        var published = await flow.ActAsync(
            async t =>
            {
                if (!(await RegisterOrders.ConfirmAsync(t, proposed.Id, by.Id, office, at, cancel)).TryGet(out done, out var refused))
                {
                    return refused;
                }

                if (await KeyOrders.SuspicionAsync(t, key.KeyId, cancel) is { } suspected)
                {
                    return suspected;
                }

                var entry = await new PublishDecision(home.Rules, DiplomaFlow.VerifySignature).RunAsync(t, bytes, signature, at, opened, cancel);
                if (entry.IsDone)
                {
                    await AuditTrail.AppendAsync(
                        t, at, Event("permits/registered-decision", by, done, ("count", $"{opened?.Order.Count ?? 0}")), cancel);
                    CrashPoint.Reach(Before);
                }

                return entry;
            },
            cancel);
        return published.Problem is { } problem ? problem : done!;
    }
}
