using System.Net;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>An order is approved by somebody who proved a moment ago who they are.</summary>
public sealed class ChangeApprovalTests(SmallSite site) : IClassFixture<SmallSite>
{
    [Fact, Trait("Requirement", "X-13")]
    public async Task Who_approves_an_order_is_asked_for_the_password_unless_they_gave_it_a_moment_ago()
    {
        const string email = "approves@one.example";
        using var rector = await site.SignedInAsync(email, Role.Approver);
        var (id, at) = (Guid.NewGuid().ToString(), LedgerEntry.Time(site.Time.GetUtcNow()));
        await site.Home.Database.WriteAsync(async t =>
        {
            await t.TouchAsync("change_orders", default, id);
            await t.ExecuteAsync(
                """
                INSERT INTO change_orders (id, institution, act, reason, words, state, version, row_count, done_count, refused_count,
                    proposed_by, proposed_at)
                VALUES (@id, @bin, 'suspend', 'under-review', @words, 'proposed', 1, 1, 0, 0, 'registrar-1', @at)
                """,
                default, ("id", id), ("bin", SmallSite.Uni.Value), ("words", Array.Empty<byte>()), ("at", at));
        });
        var order = $"/en/console/{SmallSite.Uni}/changes/{id}";
        Assert.Null((await rector.PageAsync(order)).GetElementById("password"));

        site.Time.Pass(Host.Web.Sessions.FreshMax);
        Assert.NotNull((await rector.PageAsync(order)).GetElementById("password"));
        var token = await rector.TokenAsync(order);
        foreach (var password in (string[])["", "not it"])
        {
            var refused = await rector.PostAsync(order + "/approve", token, ("version", "1"), ("password", password));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains("id=\"password\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await using (var connection = await site.Home.Database.ConnectAsync())
        {
            Assert.Null((await site.Home.ChangeOrders.FindAsync(connection, SmallSite.Uni, id))!.DecidedBy);
        }

        var approved = await rector.PostAsync(order + "/approve", token, ("version", "1"), ("password", SmallSite.Password));
        Assert.Equal(HttpStatusCode.Redirect, approved.StatusCode);
    }
}
