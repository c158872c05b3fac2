using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mortanba.Delivery;
using Mortanba.Issuance;
using Mortanba.TestAuthorities;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A diploma claimed with a digital signature over the text of this claim, and every signature that must not do.</summary>
[Trait("Requirement", "DA-11")]
public sealed class EdsClaimTests(SmallDiplomas few) : IClassFixture<SmallDiplomas>
{
    private static int counted;

    [Fact]
    public async Task The_signature_of_the_person_the_diploma_names_makes_it_theirs()
    {
        var (diploma, token) = await few.GiveAsync();
        using var certificate = Of(few.Site.Authority, diploma);
        using var graduate = new Person(few.Site.Site);

        Assert.Equal(HttpStatusCode.Redirect, (await SignAsync(graduate, token, await ChallengeAsync(graduate, token), certificate)).StatusCode);
        Assert.Contains("You are recognised", await TextAsync(graduate, token), StringComparison.Ordinal);
        await PostAsync(graduate, token, "accept", ("read", "yes"));
        await PostAsync(graduate, token, "account", ("email", $"eds-claim-{Interlocked.Increment(ref counted)}@post.example"), ("password", "correct horse battery"));

        Assert.Contains("The diploma is yours", await TextAsync(graduate, token), StringComparison.Ordinal);
        Assert.NotNull(await HolderAsync(diploma));
    }

    [Fact]
    public async Task A_signature_counts_once_also_when_it_is_another_persons()
    {
        var (diploma, token) = await few.GiveAsync();
        using var other = few.Site.Authority.Person("CN=ДРУГОЙ ТЕСТ, SERIALNUMBER=IIN850101300015, C=KZ");
        using var certificate = Of(few.Site.Authority, diploma);
        using var graduate = new Person(few.Site.Site);
        var text = await ChallengeAsync(graduate, token);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignAsync(graduate, token, text, other)).StatusCode);
        Assert.Contains("used already", await (await SignAsync(graduate, token, text, certificate)).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // Asked for again it is another text, and signed that one counts once.
        var again = await (await graduate.GetAsync($"/en/claim/{token}/text")).Content.ReadAsStringAsync();
        Assert.NotEqual(text, again);
        var before = graduate.Cookie("claim");
        Assert.Equal(HttpStatusCode.Redirect, (await SignAsync(graduate, token, again, certificate)).StatusCode);
        Assert.Contains("You are recognised", await TextAsync(graduate, token), StringComparison.Ordinal);

        // Whoever has the cookie of that moment and the signature is not known by them.
        graduate.SetCookie("claim", before);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignAsync(graduate, token, again, certificate)).StatusCode);
        Assert.Equal("delivery/eds-refused", (await few.Site.LastRecordedAsync()).What);
        Assert.DoesNotContain("You are recognised", await TextAsync(graduate, token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_persons_signature_is_refused_recorded_and_gives_nothing()
    {
        var (diploma, token) = await few.GiveAsync();
        using var certificate = few.Site.Authority.Person("CN=ДРУГОЙ ТЕСТ, SERIALNUMBER=IIN850101300015, C=KZ");
        await RefusedAsync(diploma, token, certificate, "another person's");
        Assert.Equal("delivery/eds-refused", (await few.Site.LastRecordedAsync()).What);
    }

    [Fact]
    public async Task A_signature_under_another_authority_is_refused()
    {
        var (diploma, token) = await few.GiveAsync();
        using var foreign = new TestAuthority("Foreign");
        using var certificate = Of(foreign, diploma);
        await RefusedAsync(diploma, token, certificate, null, foreign);
    }

    [Fact]
    public async Task A_certificate_that_has_ended_or_not_begun_is_refused()
    {
        foreach (var (from, until) in new[] { (-20, -10), (10, 20) })
        {
            var (diploma, token) = await few.GiveAsync();
            var now = few.Site.Time.GetUtcNow();
            using var certificate = few.Site.Authority.Person(SubjectOf(diploma), from: now.AddDays(from), until: now.AddDays(until));
            await RefusedAsync(diploma, token, certificate, null);
        }
    }

    [Fact]
    public async Task A_signature_of_another_claim_or_another_browser_is_refused()
    {
        var (diploma, token) = await few.GiveAsync();
        var (_, otherToken) = await few.GiveAsync();
        using var certificate = Of(few.Site.Authority, diploma);
        using var here = new Person(few.Site.Site);
        using var elsewhere = new Person(few.Site.Site);
        var text = await ChallengeAsync(here, token);
        await ChallengeAsync(elsewhere, token);

        // The same link in another browser has another text; so has another link.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignAsync(elsewhere, token, text, certificate)).StatusCode);
        var other = await ChallengeAsync(elsewhere, otherToken);
        Assert.NotEqual(text, other);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SignAsync(here, token, other, certificate)).StatusCode);
        Assert.Null(await HolderAsync(diploma));
    }

    [Fact]
    public async Task A_text_that_is_an_hour_old_is_no_longer_taken()
    {
        var (diploma, token) = await few.GiveAsync();
        using var certificate = Of(few.Site.Authority, diploma);
        using var late = new Person(few.Site.Site);
        var text = await ChallengeAsync(late, token);
        few.Site.Time.Pass(TimeSpan.FromHours(1));

        await SignAsync(late, token, text, certificate);

        Assert.DoesNotContain("You are recognised", await TextAsync(late, token), StringComparison.Ordinal);
        Assert.Null(await HolderAsync(diploma));
    }

    [Theory]
    [InlineData("not a signature")]
    [InlineData("MIIB\u0000")]
    [InlineData("")]
    public async Task What_is_no_signature_is_refused_with_a_word(string sent)
    {
        var (_, token) = await few.GiveAsync();
        using var person = new Person(few.Site.Site);
        await ChallengeAsync(person, token);

        var answer = await person.UploadAsync(
            $"/en/claim/{token}/eds", await person.TokenAsync("/en/sign-in"), "signature", "../../x.p7s", Encoding.ASCII.GetBytes(sent));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.DoesNotContain("You are recognised", await TextAsync(person, token), StringComparison.Ordinal);
    }

    private async Task RefusedAsync(StoredDiploma diploma, string token, X509Certificate2 certificate, string? words, TestAuthority? by = null)
    {
        using var person = new Person(few.Site.Site);
        var answer = await SignAsync(person, token, await ChallengeAsync(person, token), certificate, by);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Contains(words ?? "errors", WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        Assert.DoesNotContain("You are recognised", await TextAsync(person, token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await PostAsync(person, token, "accept", ("read", "yes"))).StatusCode);
        Assert.Null(await HolderAsync(diploma));
    }

    private static X509Certificate2 Of(TestAuthority authority, StoredDiploma diploma) => authority.Person(SubjectOf(diploma));

    private static string SubjectOf(StoredDiploma diploma) => $"CN=ТЕСТОВ ТЕСТ, SERIALNUMBER=IIN{diploma.Record.Content.Iin.Value}, C=KZ";

    private static async Task<string> ChallengeAsync(Person person, string token)
    {
        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(person, token, "open")).StatusCode);
        return await (await person.GetAsync($"/en/claim/{token}/text")).Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> SignAsync(
        Person person, string token, string text, X509Certificate2 certificate, TestAuthority? by = null) =>
        await person.UploadAsync(
            $"/en/claim/{token}/eds", await person.TokenAsync("/en/sign-in"), "signature", "signature.p7s",
            (by ?? few.Site.Authority).Sign(Encoding.ASCII.GetBytes(text), detached: true, certificate));

    private static async Task<HttpResponseMessage> PostAsync(Person person, string token, string step, params (string, string)[] fields) =>
        await person.PostAsync($"/en/claim/{token}/{step}", await person.TokenAsync("/en/sign-in"), fields);

    private static async Task<string> TextAsync(Person person, string token) => (await person.PageAsync($"/en/claim/{token}")).Body!.TextContent;

    private async Task<string?> HolderAsync(StoredDiploma diploma)
    {
        await using var connection = await few.Site.Home.Database.ConnectAsync();
        return await Holdings.HolderOfAsync(connection, diploma.Summary.Asset);
    }
}
