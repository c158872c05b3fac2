using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.Work;

/// <summary>
/// Pages that only a person on the way sees: each step of a claim, a share behind a code, shown and blocked, a signature to be made, a
/// session that ended in the middle of a form. In real Chromium, at four sizes and schemes, with axe-core.
/// </summary>
[Trait("Requirement", "X-5")]
[Trait("Requirement", "X-14")]
public sealed partial class StepsBrowserTests(SmallDiplomas few, Chromium chromium) : IClassFixture<SmallDiplomas>, IClassFixture<Chromium>
{
    private const string Code = "K7MP2QXR";

    public static TheoryData<string> LanguageTags => [.. Languages.All.Select(l => l.Tag())];

    [Theory, MemberData(nameof(LanguageTags))]
    public async Task Each_step_of_a_claim_and_the_share_that_follows(string language)
    {
        var walk = await BeginAsync();
        var (diploma, token) = await few.GiveAsync();
        await few.Site.Home.Database.WriteAsync(async t => await few.Site.Home.Deliveries.SetCodeAsync(
            t, (await Deliveries.FindAsync(t, diploma.Summary.Asset))!, ClaimCode.New(), few.Site.Time.GetUtcNow()));
        var claim = $"{few.Site.Site}/{language}/claim/{token}";
        await walk.OpenAsync(claim, "claim-1-link");
        await walk.PressAsync("open", "claim-2-who");
        await walk.Page.FillAsync("#code", Code);
        await walk.PressAsync("code", "claim-2-wrong");
        await walk.Page.SetInputFilesAsync("#signature", new FilePayload { Name = "x.p7s", MimeType = "application/octet-stream", Buffer = [1, 2, 3] });
        await walk.PressAsync("eds", "claim-2-no-signature");
        var text = await (await walk.Page.Context.APIRequest.GetAsync(claim + "/text")).BodyAsync();
        using (var certificate = few.Site.Authority.Person($"CN=T, SERIALNUMBER=IIN{diploma.Record.Content.Iin.Value}, C=KZ"))
        {
            await walk.Page.SetInputFilesAsync("#signature", new FilePayload
            {
                Name = "x.p7s",
                MimeType = "application/octet-stream",
                Buffer = few.Site.Authority.Sign(text, detached: true, certificate),
            });
            await walk.PressAsync("eds", "claim-3-notice");
        }

        await walk.Page.CheckAsync("#read");
        await walk.PressAsync("accept", "claim-4-account");
        await walk.Page.FillAsync("#email", $"steps-{language}@post.example");
        await walk.Page.FillAsync("#password", "correct horse battery");
        await walk.PressAsync("account", "claim-5-yours");
        await walk.OpenAsync($"{few.Site.Site}/{language}/me", "me");

        var other = await BeginAsync(walk.Faults);
        await other.OpenAsync(claim, "claim-6-claimed");
        var (share, link, pin) = await ShareAsync(diploma.Summary.Asset);
        await other.OpenAsync($"{few.Site.Site}/{language}/s/{link}", "share-code");
        await other.Page.FillAsync("input[name=pin]", pin == "000000" ? "111111" : "000000");
        await other.SendAsync("share-wrong-code");
        await other.Page.FillAsync("input[name=pin]", pin!);
        await other.SendAsync("share-shown");
        Assert.True((await new BlockData(few.Site.Home).BlockAsync(Actor.AtConsole("dpo"), diploma.Summary.Asset, "dispute", default)).IsDone);
        await other.OpenAsync($"{few.Site.Site}/{language}/s/{link}", "share-blocked");
        await walk.OpenAsync($"{few.Site.Site}/{language}{MePages.PathOf(diploma.Summary.Asset)}", "mine-blocked");
        await walk.OpenAsync($"{few.Site.Site}/{language}{MePages.PathOf(diploma.Summary.Asset)}/unblock", "ask-to-unblock");
        await walk.EndAsync($"{language} {share}");
        await other.Page.Context.CloseAsync();
    }

    [Theory, MemberData(nameof(LanguageTags))]
    public async Task A_text_to_sign_and_a_form_that_a_session_ended_under(string language)
    {
        var walk = await BeginAsync();
        await walk.OpenAsync($"{few.Site.Site}/{language}/sign-in", "sign-in");
        await walk.Page.ClickAsync("form[action*='/eds/start'] button");
        await walk.LookAsync("eds");
        await walk.Page.GotoAsync($"{few.Site.Site}/sign-in/oidc/back?error=access_denied");
        await walk.LookAsync("oidc-error");

        var email = $"unsent-{language}@one.example";
        await few.Site.MakeAsync(email, Role.Administrator);
        await walk.Page.GotoAsync($"{few.Site.Site}/{language}/sign-in");
        await BrowserSignIn.SendAsync(walk.Page, email, SmallSite.Password);
        await walk.Page.GotoAsync($"{few.Site.Site}/{language}/console/{SmallSite.Uni}/people");
        await walk.Page.FillAsync("#email", "somebody@one.example");
        few.Site.Time.Pass(Sessions.Max);
        await walk.Page.ClickAsync("form[action$='/invite'] button.primary");
        await walk.LookAsync("session-ended");
        await BrowserSignIn.SendAsync(walk.Page, email, SmallSite.Password);
        await walk.LookAsync("unsent");
        await walk.EndAsync(language);
    }

    private async Task<(string Id, string Link, string? Pin)> ShareAsync(AssetId asset)
    {
        var home = few.Site.Home;
        await using var connection = await home.Database.ConnectAsync();
        var account = (await Holdings.HolderOfAsync(connection, asset))!;
        var id = (await new ShareDiploma(home).RunAsync(
            new Actor(ActorKind.Person, account, "", []), (await home.Credentials.LoadAsync(connection, asset))!,
            new ShareOrder(
                Guid.NewGuid().ToString("N"), "Employer", "job", "", new HashSet<string>(["name", "qualification"]), new HashSet<int>(), Language.En, 30,
                null, AsksPin: true, MayDownload: true, Abroad: true, EvenSo: true), default)).Value;
        var (link, pin) = await new Shares(home.Vault).SecretsAsync(connection, id);
        return (id, link, pin);
    }

    private async Task<Walk> BeginAsync(List<string>? faults = null)
    {
        Chromium.SkipUnlessPresent();
        var axe = Axe.Source();
        Assert.SkipWhen(axe is null, "axe-core is not installed: npm ci in tests/Journey.");
        // axe-core is put in by the test, which the strict policy would refuse.
        return new Walk(await chromium.PageAsync(1280, policy: false), axe!, faults ?? []);
    }

    private sealed class Walk(IPage page, string axe, List<string> faults)
    {
        public IPage Page => page;

        public List<string> Faults => faults;

        public async Task OpenAsync(string address, string name)
        {
            await page.GotoAsync(address);
            await LookAsync(name);
        }

        /// <summary>The form of a step, and the page that comes of it.</summary>
        public async Task PressAsync(string step, string name)
        {
            await page.ClickAsync($"form[action$='/{step}'] button");
            await page.WaitForLoadStateAsync();
            await LookAsync(name);
        }

        public async Task SendAsync(string name)
        {
            await page.ClickAsync("main form button.primary");
            await page.WaitForLoadStateAsync();
            await LookAsync(name);
        }

        public async Task LookAsync(string name)
        {
            var (language, at) = (LanguageOf().Match(page.Url).Groups[1].Value, page.Url);
            await WorkBrowserTests.LookAsync(page, $"{language}-{name}", axe, faults);
            await page.SetViewportSizeAsync(1280, 900);
            Assert.Equal(at, page.Url);
        }

        public async Task EndAsync(string who)
        {
            await page.Context.CloseAsync();
            Assert.True(faults.Count == 0, who + "\n" + string.Join('\n', faults));
        }
    }

    [GeneratedRegex("^https?://[^/]+/(kk|ru|en)/")]
    private static partial Regex LanguageOf();
}
