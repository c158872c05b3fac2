using System.Text.Json;
using Microsoft.Playwright;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Passkeys as a person uses them: in real Chromium, with the browser's virtual authenticator for the finger.</summary>
public sealed class PasskeyTests(Chromium chromium, SecondFactorTests.Shared shared) : IClassFixture<Chromium>, IClassFixture<SecondFactorTests.Shared>, IAsyncLifetime
{
    private static readonly string People = $"/en/console/{SmallSite.Uni}/people";

    private SmallSite Site => shared.Site;

    public ValueTask InitializeAsync()
    {
        Chromium.SkipUnlessPresent();
        return default;
    }

    public ValueTask DisposeAsync() => default;

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_passkey_is_added_where_the_role_asks_for_it_and_signs_in_afterwards()
    {
        var (page, authenticator) = await AdministratorAsync("passkey@one.example");

        await AddAtTheFactorPageAsync(page);
        Assert.Equal("/en/console", PathOf(page));
        await OpensAsync(page, People);
        Assert.Equal(1, await CountAsync(page, authenticator));

        await SignOutAsync(page);
        await page.GotoAsync(Site.Site + "/en/sign-in?to=" + Uri.EscapeDataString(People));
        await page.ClickAsync("form[data-passkey] button[data-passkey-start]");
        await page.ArriveAsync(People + "$");

        // The password alone still signs in, but opens no such role: the passkey is asked for there.
        await SignOutAsync(page);
        await PasswordAsync(page, "passkey@one.example", SmallSite.Password);
        await page.ArriveAsync("/en/me/second-factor");
        await page.ClickAsync("form[data-passkey] button[data-passkey-start]");
        await page.ArriveAsync("/en/console$");
        await OpensAsync(page, People);

        // Nor does the password add a factor of a thief's own, change itself, or take the owner's away.
        await SignOutAsync(page);
        await PasswordAsync(page, "passkey@one.example", SmallSite.Password);
        await page.ArriveAsync("/en/me/second-factor");
        foreach (var act in new[] { "passkey/remove", "app/start" })
        {
            await page.GotoAsync(Site.Site + "/en/me/security");
            await page.ClickAsync($"form[action$='/security/{act}'] button");
            await page.WaitForSelectorAsync(".errors a[href='#confirm']");
            Assert.Contains("a digital signature", await page.InnerTextAsync(".errors"), StringComparison.Ordinal);
        }

        await page.ClickAsync("#confirm form[data-passkey] button[data-passkey-start]");
        await page.ArriveAsync("/en/me/security$");
        await OpensAsync(page, People);

        // The only factor stays, until there is another.
        await page.GotoAsync(Site.Site + "/en/me/security");
        await page.ClickAsync("form[action$='/passkey/remove'] button");
        await page.WaitForSelectorAsync(".errors a[href='#passkeys']");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Wrong_passwords_lock_the_password_and_never_the_passkey()
    {
        const string Email = "locked@one.example";
        var (page, _) = await AdministratorAsync(Email);
        await AddAtTheFactorPageAsync(page);
        await SignOutAsync(page);

        for (var i = 0; i < 5; i++)
        {
            await PasswordAsync(page, Email, $"wrong guess {i}");
            await page.WaitForSelectorAsync(".errors");
        }

        await PasswordAsync(page, Email, SmallSite.Password);
        Assert.Contains("E-mail or password is wrong", await page.InnerTextAsync(".errors"), StringComparison.Ordinal);
        await page.ClickAsync("form[data-passkey] button[data-passkey-start]");
        await page.ArriveAsync("/en/console$");
        await OpensAsync(page, People);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_recovery_code_stands_in_for_the_app_once()
    {
        const string Email = "recovery@one.example";
        var (page, _) = await AdministratorAsync(Email);
        await page.ClickAsync("form[action$='/app/start'] button");
        var secret = (await page.InnerTextAsync("#secret")).Replace(" ", "", StringComparison.Ordinal);
        await page.FillAsync("#code", OneUseCodes.CodeAt(secret, Site.Time.GetUtcNow()));
        await page.ClickAsync("form[action$='/security/app'] button");
        var codes = await page.Locator("section.note li").AllInnerTextsAsync();
        Assert.Equal(10, codes.Distinct().Count());
        await page.ClickAsync("section.note a.btn");
        await OpensAsync(page, People);

        foreach (var (code, isTaken) in new[] { (codes[0], true), (codes[0], false), (codes[1], true) })
        {
            await page.Context.ClearCookiesAsync();
            await PasswordAsync(page, Email, SmallSite.Password);
            await page.ArriveAsync("/en/sign-in/code");
            await page.FillAsync("#code", code);
            await page.ClickAsync("main form button.primary");
            if (isTaken)
            {
                await page.ArriveAsync("/en/console$");
                await OpensAsync(page, People);
            }
            else
            {
                Assert.Contains("wrong or was used", await page.InnerTextAsync(".errors"), StringComparison.Ordinal);
            }
        }

        await page.GotoAsync(Site.Site + "/en/me/security");
        Assert.Contains("Recovery codes left: 8.", await page.InnerTextAsync("#app"), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Without_its_person_or_its_key_nobody_gets_in_and_the_page_says_so()
    {
        var (page, authenticator) = await AdministratorAsync("nobody@one.example");
        await AddAtTheFactorPageAsync(page);
        await SignOutAsync(page);

        // A key in a strange hand: it is touched, but knows no finger.
        await authenticator.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = authenticator.Id, ["isUserVerified"] = false });
        await page.GotoAsync(Site.Site + "/en/sign-in");
        await page.ClickAsync("form[data-passkey] button[data-passkey-start]");
        await page.WaitForSelectorAsync("[data-passkey-said]:not([hidden])");

        await authenticator.SendAsync("WebAuthn.setUserVerified", new() { ["authenticatorId"] = authenticator.Id, ["isUserVerified"] = true });
        await authenticator.SendAsync("WebAuthn.clearCredentials", new() { ["authenticatorId"] = authenticator.Id });
        await page.GotoAsync(Site.Site + "/en/sign-in");
        await page.ClickAsync("form[data-passkey] button[data-passkey-start]");
        await page.WaitForSelectorAsync("[data-passkey-said]:not([hidden])");
        await page.GotoAsync(Site.Site + People);
        Assert.Equal("/en/sign-in", PathOf(page));
        await page.Context.CloseAsync();
    }

    [Fact, Trait("Requirement", "X-14")]
    public async Task The_page_that_asks_for_it_reads_well_in_each_language_and_width()
    {
        var axe = Axe.Source();
        Assert.SkipWhen(axe is null, "axe-core is not installed: npm ci in tests/Journey.");
        await Site.MakeAsync("axe@one.example", Role.Approver);
        var page = await chromium.PageAsync(1280, policy: false);
        await PasswordAsync(page, "axe@one.example", SmallSite.Password);
        var faults = new List<string>();
        foreach (var language in Languages.All.Select(l => l.Tag()))
        {
            await page.SetViewportSizeAsync(1280, 900);
            await page.GotoAsync($"{Site.Site}/{language}/me/second-factor");
            await WorkBrowserTests.LookAsync(page, $"{language}-second-factor", axe!, faults);
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        await page.Context.CloseAsync();
    }

    private async Task<(IPage Page, Authenticator Authenticator)> AdministratorAsync(string email)
    {
        await Site.MakeAsync(email, Role.Administrator);
        var page = await chromium.PageAsync(1024);
        var cdp = await page.Context.NewCDPSessionAsync(page);
        await cdp.SendAsync("WebAuthn.enable");
        var made = await cdp.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
        await PasswordAsync(page, email, SmallSite.Password);
        await page.ArriveAsync("/en/me/second-factor");
        return (page, new Authenticator(cdp, made!.Value.GetProperty("authenticatorId").GetString()!));
    }

    private static async Task AddAtTheFactorPageAsync(IPage page)
    {
        await page.FillAsync("#key-name", "my phone");
        await page.ClickAsync("form[data-passkey-new] button[data-passkey-start]");
        await page.ArriveAsync("/en/console$");
    }

    private static async Task<int> CountAsync(IPage page, Authenticator authenticator)
    {
        await page.GotoAsync(new Uri(new Uri(page.Url), "/en/me/security").ToString());
        Assert.Contains("my phone", await page.InnerTextAsync("#passkeys"), StringComparison.Ordinal);
        var kept = await authenticator.SendAsync("WebAuthn.getCredentials", new() { ["authenticatorId"] = authenticator.Id });
        return kept!.Value.GetProperty("credentials").GetArrayLength();
    }

    private async Task PasswordAsync(IPage page, string email, string password)
    {
        await page.GotoAsync(Site.Site + "/en/sign-in");
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", password);
        await page.ClickAsync("main form button.primary:not([type=button])");
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.ClickAsync("form.who button");
        await page.ArriveAsync("/en$");
    }

    private async Task OpensAsync(IPage page, string path) => Assert.Equal(200, (await page.GotoAsync(Site.Site + path))!.Status);

    private static string PathOf(IPage page) => new Uri(page.Url).AbsolutePath;

    /// <summary>A key in the browser's own imagination, steered through its debugging protocol.</summary>
    private sealed record Authenticator(ICDPSession Session, string Id)
    {
        public Task<JsonElement?> SendAsync(string method, Dictionary<string, object> args) => Session.SendAsync(method, args);
    }
}
