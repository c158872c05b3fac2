using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Anchoring;
using Mortanba.Host.Demo;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Ledger.Anchoring;
using Mortanba.Permits;
using Mortanba.Rules;
using Mortanba.Storage.Tests.Anchoring;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A graduate has the token of a diploma claimed for an address, against a real chain and the real contracts.</summary>
public sealed class TokenTests
{
    [Fact, Trait("Requirement", "DA-12")]
    public async Task A_graduate_reads_the_risks_claims_the_token_once_and_anyone_sees_that_it_is_claimed()
    {
        await using var anvil = await Anvil.StartAsync();
        var (platform, claimSigner, wallet) = (anvil.Accounts[1], anvil.Accounts[2], anvil.Accounts[3].ToString());
        var deployment = new ChainDeployment(Anvil.Http, anvil.Address, anvil.Accounts[0], () => anvil.MineAsync());
        var (anchor, token) = (await deployment.DeployAsync()).Value;
        var chain = anvil.Address.GetLeftPart(UriPartial.Authority);
        await using var site = new SmallSite
        {
            Also = settings => settings with
            {
                Anchor = new AnchorSettings(Anvil.ChainId, anchor.ToString(), [chain], 1, chain, platform.ToString())
                {
                    Token = new DiplomaTokenSettings(token.ToString(), chain, claimSigner.ToString()),
                },
            },
        };
        await site.InitializeAsync();
        var home = site.Home;
        var bin = DemoLists.Organisations(site.Site).Single(o => o.Role == OrganisationRole.IssuerOperator).Bin;
        _ = (await deployment.AdmitPlatformAsync(anchor, bin, platform, claimSigner)).Value;
        _ = (await deployment.AdmitLogAsync(anchor, home.Settings.Origin, bin, home.Log.Key.PublicKey.Span)).Value;
        var (asset, holder) = await GiveAsync(site);
        var (mine, shown) = ($"/en{MePages.PathOf(asset)}/token", $"/en/ledger/token/{asset.Value:D}");
        using var graduate = new Person(site.Site);
        await graduate.SignInAsync(holder, SmallSite.Password);

        var before = await graduate.PageAsync(mine);
        Assert.Contains("The token is not claimed", before.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("not anchored yet", before.Body.TextContent, StringComparison.Ordinal);
        Assert.Null(before.QuerySelector("input[name=address]"));
        await AnchorAsync(anvil, site, asset);

        // What was typed stays, and each refusal has its words.
        Assert.Contains("forty characters", await RefusedAsync(graduate, mine, "0x12", "0x12", "yes"), StringComparison.Ordinal);
        Assert.Contains("not the same", await RefusedAsync(graduate, mine, wallet, anchor.ToString(), "yes"), StringComparison.Ordinal);
        Assert.Contains("read of the risks", await RefusedAsync(graduate, mine, wallet, wallet, "no"), StringComparison.Ordinal);

        var sent = await graduate.PostAsync(mine, await graduate.TokenAsync(mine), ("address", wallet), ("again", wallet), ("read", "yes"));
        Assert.Equal($"{mine}?sent=1", sent.Headers.Location?.ToString());
        Assert.Contains("was sent to the chain", (await graduate.PageAsync(mine + "?sent=1")).Body!.TextContent, StringComparison.Ordinal);
        await anvil.MineAsync();

        Assert.Contains(wallet, (await graduate.PageAsync(mine)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("claimed already", await RefusedAsync(graduate, mine, wallet, wallet, "yes"), StringComparison.Ordinal);
        using var stranger = new Person(site.Site);
        var seen = (await stranger.PageAsync(shown)).Body!.TextContent;
        Assert.Contains("The token is claimed", seen, StringComparison.Ordinal);
        Assert.Contains(wallet, seen, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/en/ledger/token/{Guid.NewGuid():D}")).StatusCode);
        using var other = await site.SignedInAsync("other@one.example");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(mine)).StatusCode);

        // A chain that is away is said to be away, and nothing follows from it.
        await anvil.StopAsync();
        Assert.Contains("did not answer: not known", (await stranger.PageAsync(shown)).Body!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<string> RefusedAsync(Person graduate, string path, string address, string again, string read)
    {
        // The form of a claimed token is gone; its token is any page's.
        var answer = await graduate.PostAsync(path, await graduate.TokenAsync("/en/me/data"), ("address", address), ("again", again), ("read", read));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        Assert.Equal(address, page.QuerySelector("input[name=address]")?.GetAttribute("value") ?? address);
        return page.QuerySelector(".errors")!.TextContent;
    }

    private static async Task<(AssetId Asset, string Email)> GiveAsync(SmallSite site)
    {
        const string Email = "graduate@one.example";
        var (home, flow) = (site.Home, new DiplomaFlow(site.Home));
        var today = new WorkingCalendar(home.Rules).DateOf(site.Time.GetUtcNow()).Value;
        var list = new DemoLists(IntakeRules.For(home.Rules, today).Value, today).WriteLarge(Path.Combine(site.Directory, "few.csv"), 1);
        var issued = await flow.IssueAsync(new IssueRequest(
            new GraduationList(list.GraduatesFile), list.Initiator, DemoSetup.DecisionOf(list.Initiator), "registrar-1", "rector-1", "rector", "order 1"));
        Assert.True(issued.IsDone, issued.Problem?.Detail);
        await flow.PublishAsync();
        CredentialSummary diploma;
        await using (var connection = await home.Database.ConnectAsync())
        {
            diploma = (await home.Credentials.ListAsync(connection, 0, 1)).Single();
        }

        var account = await site.MakeAsync(Email);
        await home.Database.WriteAsync(t => Holdings.AddAsync(t, diploma.Asset, account, site.Time.GetUtcNow()));
        return (diploma.Asset, Email);
    }

    /// <summary>The worker of the site brings the checkpoint to the chain, a step at each beat it is called to.</summary>
    private static async Task AnchorAsync(Anvil anvil, SmallSite site, AssetId asset)
    {
        var worker = site.Services.GetServices<IHostedService>().OfType<AnchoringWorker>().Single();
        for (var beat = 0; beat < 1000 && (await site.Home.Tokens!.LookAsync(asset))!.Anchor is null; beat++)
        {
            worker.Ring();
            await anvil.MineAsync();
        }
    }
}
