using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;

namespace Mortanba.Journey.Tests.Work;

/// <summary>How long a session lasts, how fresh it must be for what, and what forms answer to bodies that are none.</summary>
public sealed class SessionTests(SmallSite site) : IClassFixture<SmallSite>
{
    [Fact]
    public async Task A_session_ends_after_an_hour_at_rest_and_after_twelve_hours_at_work()
    {
        using var idle = await site.SignedInAsync("idle@one.example");
        using var busy = await site.SignedInAsync("busy@one.example");
        for (var i = 0; i < 24; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await busy.GetAsync("/en/me/security")).StatusCode);
            site.Time.Pass(TimeSpan.FromMinutes(30));
        }

        Assert.Equal(HttpStatusCode.Redirect, (await busy.GetAsync("/en/me/security")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await idle.GetAsync("/en/me/security")).StatusCode);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Five_wrong_passwords_lock_the_account_for_fifteen_minutes_and_then_the_right_one_signs_in()
    {
        const string email = "locked@one.example";
        await site.MakeAsync(email);
        using var person = new Person(site.Site);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await person.SignInAsync(email, $"wrong {i}")).StatusCode);
        }

        // The right one, and the answer of a wrong one.
        Assert.Contains("E-mail or password is wrong", await WordsAsync(await person.SignInAsync(email, SmallSite.Password)), StringComparison.Ordinal);
        site.Time.Pass(TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.SignInAsync(email, SmallSite.Password)).StatusCode);
        site.Time.Pass(TimeSpan.FromSeconds(2));

        Assert.Equal(HttpStatusCode.Redirect, (await person.SignInAsync(email, SmallSite.Password)).StatusCode);
        // Counted anew.
        Assert.Equal(HttpStatusCode.Unauthorized, (await person.SignInAsync(email, "wrong again")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await person.SignInAsync(email, SmallSite.Password)).StatusCode);
    }

    [Theory]
    [InlineData("/en/me/security/codes")]
    [InlineData("/en/me/security/app/start")]
    [InlineData("/en/me/security/app/off")]
    [InlineData("/en/me/security/app")]
    [InlineData("/en/me/security/passkey")]
    [InlineData("/en/me/security/passkey/remove")]
    [InlineData("/en/me/security/eds")]
    [InlineData("/en/me/security/eds/remove")]
    public async Task A_way_of_signing_in_changes_only_soon_after_a_proof_of_the_person(string path)
    {
        using var person = await site.SignedInAsync($"stale{path.Replace('/', '-')}@one.example");
        site.Time.Pass(FreshMax);

        var answer = await person.PostAsync(path, await person.TokenAsync("/en/me/security"), ("code", "1"), ("id", "1"), ("text", "x"));

        Assert.Contains("Confirm that it is you before", await WordsAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_again_opens_changes_for_five_minutes_and_a_wrong_one_does_not()
    {
        using var person = await site.SignedInAsync("confirm@one.example");
        site.Time.Pass(FreshMax);
        Assert.NotNull((await person.PageAsync("/en/me/security")).QuerySelector("#confirm"));

        var wrong = await person.PostAsync("/en/me/security/confirm", await person.TokenAsync("/en/me/security"), ("password", "wrong"));
        Assert.Contains("password is wrong", await WordsAsync(wrong), StringComparison.Ordinal);
        var right = await person.PostAsync("/en/me/security/confirm", await person.TokenAsync("/en/me/security"), ("password", SmallSite.Password));
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Null((await person.PageAsync("/en/me/security")).QuerySelector("#confirm"));
        site.Time.Pass(FreshMax);
        Assert.NotNull((await person.PageAsync("/en/me/security")).QuerySelector("#confirm"));
    }

    [Fact]
    public async Task Wrong_guesses_of_the_present_password_lock_its_change_and_the_sign_in()
    {
        const string email = "guesses@one.example";
        using var person = await site.SignedInAsync(email);
        async Task<string> ChangeAsync(string current) => await WordsAsync(await person.PostAsync(
            "/en/me/security/password", await person.TokenAsync("/en/me/security"), ("current", current), ("new", SmallSite.Password)));
        for (var i = 0; i < 4; i++)
        {
            Assert.Contains("password is wrong", await ChangeAsync($"guess {i}"), StringComparison.Ordinal);
        }

        Assert.Contains("fifteen minutes", await ChangeAsync("guess 4"), StringComparison.Ordinal);
        Assert.Contains("fifteen minutes", await ChangeAsync(SmallSite.Password), StringComparison.Ordinal);
        using var elsewhere = new Person(site.Site);
        Assert.Equal(HttpStatusCode.Unauthorized, (await elsewhere.SignInAsync(email, SmallSite.Password)).StatusCode);
    }

    [Fact]
    public async Task A_first_password_is_added_only_soon_after_a_proof_of_the_person()
    {
        const string email = "first-password@one.example";
        using var person = await site.SignedInAsync(email);
        await using (var scope = site.Services.CreateAsyncScope())
        {
            // As somebody is who signs in with a passkey alone.
            var accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
            var account = (await accounts.FindByEmailAsync(email))!;
            account.Password = null;
            Assert.True((await accounts.UpdateAsync(account)).Succeeded);
        }

        site.Time.Pass(FreshMax);
        var answer = await person.PostAsync(
            "/en/me/security/password", await person.TokenAsync("/en/me/security"), ("new", SmallSite.Password));

        Assert.Contains("Confirm that it is you before", await WordsAsync(answer), StringComparison.Ordinal);
        Assert.Null((await AccountAsync(email)).Password);
    }

    [Fact]
    public async Task Looking_at_the_page_of_security_makes_no_key_and_new_codes_end_other_sessions()
    {
        using var person = await site.SignedInAsync("app@one.example");
        using var elsewhere = new Person(site.Site);
        await elsewhere.SignInAsync("app@one.example", SmallSite.Password);
        await person.PageAsync("/en/me/security");
        Assert.Null((await AccountAsync("app@one.example")).TotpKey);

        await person.PostAsync("/en/me/security/app/start", await person.TokenAsync("/en/me/security"));
        var key = (await AccountAsync("app@one.example")).TotpKey;
        Assert.NotNull(key);
        var on = await person.PostAsync(
            "/en/me/security/app", await person.TokenAsync("/en/me/security"), ("code", OneUseCodes.CodeAt(key, site.Time.GetUtcNow())));
        Assert.Equal(HttpStatusCode.OK, on.StatusCode);
        site.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/en/me/security")).StatusCode);

        var stamp = (await AccountAsync("app@one.example")).SecurityStamp;
        await person.PostAsync("/en/me/security/codes", await person.TokenAsync("/en/me/security"));
        Assert.NotEqual(stamp, (await AccountAsync("app@one.example")).SecurityStamp);
        await person.PageAsync("/en/me/security");
    }

    [Theory]
    [InlineData("/en/sign-in")]
    [InlineData("/en/sign-in/code")]
    [InlineData("/en/sign-in/passkey")]
    [InlineData("/en/sign-in/eds")]
    [InlineData("/en/sign-out")]
    [InlineData("/en/invitation/AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("/en/me/security/password")]
    [InlineData("/en/console/940540002029/people/invite")]
    public async Task A_body_that_is_no_form_is_a_bad_request(string path)
    {
        using var person = await site.SignedInAsync($"body{path.Replace('/', '-')}@one.example", Role.Administrator);
        foreach (var (kind, text) in new[] { ("application/json", "{}"), ("multipart/form-data", "x"), ("multipart/form-data; boundary=x", "x"), ("text/plain", "") })
        {
            using var body = new StringContent(text, Encoding.UTF8);
            body.Headers.Remove("Content-Type");
            body.Headers.TryAddWithoutValidation("Content-Type", kind);
            Assert.Equal(HttpStatusCode.BadRequest, (await person.SendAsync(path, body)).StatusCode);
        }
    }

    private static TimeSpan FreshMax => Mortanba.Host.Web.Sessions.FreshMax;

    private async Task<Account> AccountAsync(string email)
    {
        await using var scope = site.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<Account>>().FindByEmailAsync(email))!;
    }

    private static async Task<string> WordsAsync(HttpResponseMessage answer) =>
        (await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync())).QuerySelector(".errors")?.TextContent
        ?? $"{answer.StatusCode}";
}
