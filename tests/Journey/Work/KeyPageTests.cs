using System.Net;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The ceremony of a key on the pages: one person proposes, sees what it changes, another confirms.</summary>
public sealed class KeyPageTests(SmallSite site) : IClassFixture<SmallSite>
{
    private const string Keys = "/en/console/940540002029/keys";

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_rotation_is_proposed_by_one_and_confirmed_by_another_and_nobody_else()
    {
        using var registrar = await site.SignedInAsync("keys-registrar@one.example", Role.Registrar);
        using var rector = await site.SignedInAsync("keys-rector@one.example", Role.Approver);
        using var auditor = await site.SignedInAsync("keys-auditor@one.example", Role.Auditor);
        using var preparer = await site.SignedInAsync("keys-preparer@one.example", Role.Preparer);
        Assert.Equal(HttpStatusCode.Forbidden, (await preparer.GetAsync(Keys)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await rector.GetAsync(Keys + "/new?act=rotate")).StatusCode);

        var form = await registrar.PageAsync(Keys + "/new?act=compromise");
        var token = form.QuerySelector("main input[name=form]")!.GetAttribute("value");
        var kid = form.QuerySelector("#key option")!.GetAttribute("value")!;
        var id = form.QuerySelector("input[name=id]")!.GetAttribute("value")!;
        Task<HttpResponseMessage> Post(string step, string act, string since, string basis = "Act 4") => registrar.PostAsync(
            Keys + "/new", token, ("id", id), ("act", act), ("key", kid), ("since", since), ("numbers", ""), ("basis", basis), ("step", step));

        // A time that is none, no time at all and hidden letters: nothing typed is lost.
        foreach (var (since, basis) in new[] { ("soon", "Act 4"), ("", "Act 4"), ("2026-06-30T10:00", "\u202Eevil") })
        {
            var refused = await Post("propose", "compromise", since, basis);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            var page = await new HtmlParser().ParseDocumentAsync(await refused.Content.ReadAsStringAsync());
            Assert.Equal(basis, page.GetElementById("basis")!.GetAttribute("value"));
        }

        var seen = await new HtmlParser().ParseDocumentAsync(await (await Post("look", "compromise", "2026-06-30T10:00")).Content.ReadAsStringAsync());
        Assert.Contains("D-940540002029-1", seen.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(seen.QuerySelector("button[value=propose]"));

        var proposed = await Post("propose", "rotate", "");
        Assert.Equal(HttpStatusCode.Redirect, proposed.StatusCode);
        var order = proposed.Headers.Location!.ToString();
        Assert.Equal(order, (await Post("propose", "rotate", "")).Headers.Location!.ToString());
        Assert.Equal(HttpStatusCode.NotFound, (await rector.GetAsync(order.Replace("940540002029", "980940003039", StringComparison.Ordinal))).StatusCode);

        Assert.Equal(HttpStatusCode.Forbidden, (await registrar.PostAsync(order + "/confirm", await registrar.TokenAsync(order), ("version", "1"))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await auditor.PostAsync(order + "/withdraw", await TokenOfAsync(auditor), ("version", "1"))).StatusCode);
        var stale = await rector.PostAsync(order + "/confirm", await rector.TokenAsync(order), ("version", "9"), ("password", SmallSite.Password));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, stale.StatusCode);
        var confirmed = await rector.PostAsync(order + "/confirm", await rector.TokenAsync(order), ("version", "1"), ("password", SmallSite.Password));
        Assert.Equal(HttpStatusCode.Redirect, confirmed.StatusCode);
        await new Host.Acts.CarryOutKeyOrders(site.Home, new Host.DiplomaFlow(site.Home)).RunAsync();

        var done = await rector.PageAsync(order);
        Assert.NotNull(done.QuerySelector(".badge.ok"));
        var list = await auditor.PageAsync(Keys);
        Assert.Equal(2, list.QuerySelectorAll("table")[0].QuerySelectorAll("tbody tr").Length);
        Assert.Null(list.QuerySelector("a[href*='/new']"));
        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.Equal(2, InstitutionKey.Signing(await PermitRegister.KeysAsync(connection, SmallSite.Uni), site.Time.GetUtcNow())!.Number);
        Assert.Equal(KeyOrderState.Done, (await site.Home.KeyOrders.FindAsync(connection, order.Split('/')[^1]))!.State);
    }

    private static async Task<string?> TokenOfAsync(Person person) =>
        (await person.PageAsync("/en/me/security")).QuerySelector("main input[name=form]")?.GetAttribute("value");
}
