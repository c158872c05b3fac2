using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Signing in with a digital signature as a person does: text down, signature up, without script.</summary>
public sealed class EdsSignInTests(SmallSite site) : IClassFixture<SmallSite>
{
    private const string One = "CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN900101300017, C=KZ";
    private const string Another = "CN=ТЕСТОВА ТЕСТ, SERIALNUMBER=IIN850312400029, C=KZ";

    [Fact]
    public async Task Whoever_bound_a_signature_signs_in_with_it_and_no_longer_once_it_is_unbound()
    {
        using var certificate = site.Authority.Person(One);
        using var person = await site.SignedInAsync("eds-1@one.example");
        Assert.Equal("/en/me/security", (await BindAsync(person, certificate)).Headers.Location?.ToString());
        Assert.Equal("accounts/eds-bound", (await site.LastRecordedAsync()).What);

        using var elsewhere = new Person(site.Site);
        Assert.Equal("/en/console", (await SignInAsync(elsewhere, certificate)).Headers.Location?.ToString());
        Assert.Equal("accounts/signed-in-eds", (await site.LastRecordedAsync()).What);
        await elsewhere.PageAsync("/en/me/security");

        await person.PostAsync("/en/me/security/eds/remove", await person.TokenAsync("/en/me/security"));
        Assert.Equal("accounts/eds-unbound", (await site.LastRecordedAsync()).What);
        site.Time.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.Redirect, (await elsewhere.GetAsync("/en/me/security")).StatusCode);
        using var later = new Person(site.Site);
        Assert.Contains("No account is bound", await WordsAsync(await SignInAsync(later, certificate)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_signature_is_good_in_the_browser_that_asked_and_once()
    {
        using var certificate = site.Authority.Person(Another);
        using var person = await site.SignedInAsync("eds-2@one.example");
        await BindAsync(person, certificate);
        using var here = new Person(site.Site);
        using var elsewhere = new Person(site.Site);
        var signature = Sign(await ChallengeAsync(here, "/en/sign-in/eds"), certificate);
        await ChallengeAsync(elsewhere, "/en/sign-in/eds");

        var stolen = await elsewhere.PostAsync("/en/sign-in/eds", await elsewhere.TokenAsync("/en/sign-in"), ("text", signature));
        Assert.Contains("Something else was signed", await WordsAsync(stolen), StringComparison.Ordinal);
        var cookie = here.Cookie("eds");
        var used = await here.PostAsync("/en/sign-in/eds", await here.TokenAsync("/en/sign-in"), ("text", signature));
        Assert.Equal(HttpStatusCode.Redirect, used.StatusCode);
        here.SetCookie("eds", cookie);
        var again = await here.PostAsync("/en/sign-in/eds", await here.TokenAsync("/en/me/security"), ("text", signature));
        Assert.Contains("used already", await WordsAsync(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_of_ten_minutes_ago_is_no_longer_taken()
    {
        using var certificate = site.Authority.Person(One);
        using var person = new Person(site.Site);
        var signature = Sign(await ChallengeAsync(person, "/en/sign-in/eds"), certificate);
        site.Time.Pass(EdsChallenges.Term);

        var late = await person.PostAsync("/en/sign-in/eds", await person.TokenAsync("/en/sign-in"), ("text", signature));

        Assert.Contains("not given to this browser", await WordsAsync(late), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_signature_binds_one_account_and_an_account_takes_one_person()
    {
        using var certificate = site.Authority.Person("CN=Т, SERIALNUMBER=IIN750101300014, C=KZ");
        using var other = site.Authority.Person("CN=Т, SERIALNUMBER=IIN850101300015, C=KZ");
        using var person = await site.SignedInAsync("eds-3@one.example");
        using var second = await site.SignedInAsync("eds-4@one.example");
        await BindAsync(person, certificate);

        Assert.Contains("Another account is bound", await WordsAsync(await BindAsync(second, certificate)), StringComparison.Ordinal);
        Assert.Contains("belongs to another person", await WordsAsync(await BindAsync(person, other)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_signature_can_be_handed_in_as_a_file()
    {
        using var certificate = site.Authority.Person("CN=Т, SERIALNUMBER=IIN950101300016, C=KZ");
        using var person = await site.SignedInAsync("eds-5@one.example");
        var text = await ChallengeAsync(person, "/en/me/security/eds");
        var cms = site.Authority.Sign(Encoding.ASCII.GetBytes(text), detached: false, certificate);

        var bound = await person.UploadAsync(
            "/en/me/security/eds", await person.TokenAsync("/en/me/security"), "signature", "../../x.p7s", cms);

        Assert.Equal("/en/me/security", bound.Headers.Location?.ToString());
    }

    private async Task<HttpResponseMessage> BindAsync(Person person, X509Certificate2 certificate)
    {
        var text = await ChallengeAsync(person, "/en/me/security/eds");
        return await person.PostAsync(
            "/en/me/security/eds", await person.TokenAsync("/en/me/security"), ("text", Sign(text, certificate)));
    }

    private async Task<HttpResponseMessage> SignInAsync(Person person, X509Certificate2 certificate)
    {
        var text = await ChallengeAsync(person, "/en/sign-in/eds");
        return await person.PostAsync("/en/sign-in/eds", await person.TokenAsync("/en/sign-in"), ("text", Sign(text, certificate)));
    }

    private string Sign(string text, X509Certificate2 certificate) =>
        Convert.ToBase64String(site.Authority.Sign(Encoding.ASCII.GetBytes(text), detached: true, certificate));

    /// <summary>Asks for a text, and reads it as the page and as the file give it.</summary>
    private static async Task<string> ChallengeAsync(Person person, string address)
    {
        var started = await person.PostAsync(address + "/start", await person.TokenAsync(address));
        Assert.Equal(address, started.Headers.Location?.ToString());
        var shown = (await person.PageAsync(address)).QuerySelector("#challenge")!.TextContent;
        Assert.Equal(shown, await (await person.GetAsync(address + "/text")).Content.ReadAsStringAsync());
        return shown;
    }

    private static async Task<string> WordsAsync(HttpResponseMessage answer) =>
        (await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync())).QuerySelector(".errors")?.TextContent
        ?? $"{answer.StatusCode}";
}
