using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

/// <summary>What sets a limit to issuing is proposed by one person and confirmed by another, once.</summary>
public sealed class RegisterOrderTests
{
    private static readonly DateTimeOffset At = IssuanceSamples.Now;

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase)), Trait("Requirement", "X-13")]
    public async Task One_person_proposes_another_confirms_and_of_many_at_once_one_counts(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var (order, isNew) = (await ProposeAsync(bed, "one", "{\"places\":5}")).Value;
        Assert.True(isNew);

        Assert.Equal("issuance/same-person", (await ConfirmAsync(bed, order.Id, " Registrar ")).Problem?.Code);
        Assert.Equal("issuance/decision-incomplete", (await ConfirmAsync(bed, order.Id, " ")).Problem?.Code);
        Assert.Equal("issuance/unknown-register-order", (await ConfirmAsync(bed, "none", "rector")).Problem?.Code);
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => ConfirmAsync(bed, order.Id, $"rector-{i}"))));
        var confirmed = Assert.Single(all, o => o.IsDone).Value;
        Assert.Equal((RegisterOrderState.Done, "rector", "{\"places\":5}"), (confirmed.State, confirmed.DecidedAs, confirmed.Body));
        Assert.All(all.Where(o => !o.IsDone), o => Assert.Equal("issuance/unknown-register-order", o.Problem?.Code));
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Empty(await RegisterOrders.WaitingAsync(connection));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase)), Trait("Requirement", "X-13")]
    public async Task About_one_thing_one_order_waits_and_what_was_taken_back_is_not_confirmed(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var first = (await ProposeAsync(bed, "one", "a")).Value.Order;

        var again = (await ProposeAsync(bed, "two", "a")).Value;
        Assert.Equal((first.Id, false), (again.Order.Id, again.IsNew));
        Assert.Equal("issuance/register-order-open", (await ProposeAsync(bed, "three", "b")).Problem?.Code);
        Assert.Equal(
            RegisterOrderState.Withdrawn, (await bed.Database.WriteAsync(t => RegisterOrders.WithdrawAsync(t, first.Id, "registrar", "registrar", At))).Value.State);
        Assert.Equal("issuance/unknown-register-order", (await ConfirmAsync(bed, first.Id, "rector")).Problem?.Code);
        Assert.True((await ProposeAsync(bed, "three", "b")).Value.IsNew);
    }

    private static Task<Outcome<(RegisterOrder Order, bool IsNew)>> ProposeAsync(IssuanceTestBed bed, string id, string body) =>
        bed.Database.WriteAsync(t => RegisterOrders.ProposeAsync(
            t, new RegisterOrder(id, IssuanceSamples.InitiatorBin, RegisterOrderKind.Intake, "6B06103/2022", body, RegisterOrderState.Proposed, "registrar", At)));

    private static Task<Outcome<RegisterOrder>> ConfirmAsync(IssuanceTestBed bed, string id, string by) =>
        bed.Database.WriteAsync(t => RegisterOrders.ConfirmAsync(t, id, by, "rector", At));
}
