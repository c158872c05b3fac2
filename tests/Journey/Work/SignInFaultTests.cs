using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Work;

/// <summary>What signing in must not do: shut out whoever has an app, take a code twice, tell who has an account.</summary>
[Collection(DemoTests.Name)]
public sealed class SignInFaultTests(DemoSite demo)
{
    private const string Password = "a long word of passage";

    [Fact]
    public async Task Whoever_has_an_app_signs_in_with_a_code_and_a_code_only_once()
    {
        const string Email = "o'brien+app@one.example";
        var account = await MakeAsync(Email, withApp: true);

        var code = OneUseCodes.CodeAt(account.TotpKey!, demo.Home.Time.GetUtcNow());

        Assert.Equal(HttpStatusCode.Redirect, (await SignInAsync(Email, code)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(Email, code)).StatusCode);
    }

    [Fact]
    public async Task A_locked_account_answers_as_one_that_does_not_exist()
    {
        const string Email = "locked@one.example";
        await MakeAsync(Email, withApp: false);
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 7; i++)
        {
            known.Add(await WordsAsync(Email));
        }

        Assert.Equal(await WordsAsync("nobody@one.example"), Assert.Single(known));
    }

    [Theory]
    [InlineData("/kk/console", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("/a\r\nb", false)]
    [InlineData("/қ", false)]
    [InlineData(null, false)]
    public void Only_an_address_of_this_site_that_a_header_can_hold_is_gone_on_to(string? to, bool isLocal) =>
        Assert.Equal(isLocal ? to : "elsewhere", SignInPages.LocalOr(to, "elsewhere"));

    private async Task<Account> MakeAsync(string email, bool withApp)
    {
        await using var scope = demo.Services.CreateAsyncScope();
        var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = new Account
        {
            Id = Guid.CreateVersion7().ToString(),
            Email = email,
            EmailConfirmed = true,
            Name = "Trial",
            CreatedAt = demo.Home.Time.GetUtcNow(),
        };
        Assert.True((await accounts.CreateAsync(account, Password)).Succeeded);
        if (withApp)
        {
            Assert.True((await accounts.ResetAuthenticatorKeyAsync(account)).Succeeded);
            Assert.True((await accounts.SetTwoFactorEnabledAsync(account, true)).Succeeded);
        }

        return account;
    }

    private async Task<HttpResponseMessage> SignInAsync(string email, string code)
    {
        using var browser = new Browser(demo.Site);
        var first = await browser.PostAsync("/en/sign-in", ("email", email), ("password", Password));
        Assert.StartsWith("/en/sign-in/code", first.Headers.Location?.ToString(), StringComparison.Ordinal);
        return await browser.PostAsync("/en/sign-in/code", ("code", code));
    }

    private async Task<string> WordsAsync(string email)
    {
        using var browser = new Browser(demo.Site);
        var answer = await browser.PostAsync("/en/sign-in", ("email", email), ("password", "wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        var page = await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
        return page.QuerySelector(".errors")!.TextContent;
    }

    private sealed class Browser(string site) : IDisposable
    {
        private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(site) };

        public async Task<HttpResponseMessage> PostAsync(string path, params IReadOnlyList<(string Name, string Value)> fields)
        {
            var page = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(new Uri(path, UriKind.Relative)));
            var token = page.QuerySelector("main input[name=form]")!.GetAttribute("value")!;
            return await client.PostAsync(
                new Uri(path, UriKind.Relative),
                new FormUrlEncodedContent([.. fields.Append(("form", token)).Select(f => KeyValuePair.Create(f.Item1, f.Item2))]));
        }

        public void Dispose() => client.Dispose();
    }
}
