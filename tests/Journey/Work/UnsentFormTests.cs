using System.Net;
using AngleSharp.Html.Parser;
using Mortanba.Accounts;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A session that ended in the middle of a form: nothing typed is lost, and nothing is sent by itself.</summary>
public sealed class UnsentFormTests(SmallSite site) : IClassFixture<SmallSite>
{
    private const string Typed = "<script>alert(1)</script>\u202e@one.example";
    private static readonly string Path = $"/en/console/{SmallSite.Uni}/people/invite";

    [Fact]
    public async Task What_was_typed_is_offered_to_the_same_person_after_the_sign_in_and_sent_by_their_hand()
    {
        using var admin = await site.SignedInAsync("unsent@one.example", Role.Administrator);
        var link = await LoseAsync(admin, "new@one.example");
        await SignInAsync(admin, "unsent@one.example", link);

        var page = await admin.PageAsync(link);
        Assert.Contains("new@one.example", page.QuerySelector("main dl")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(["E-mail", "Role"], page.QuerySelectorAll("main dt").Select(t => t.TextContent));
        Assert.Equal("auditor", page.QuerySelectorAll("main dd")[1].TextContent);
        Assert.Equal(
            ["Электронная почта", "Роль"], (await admin.PageAsync(link.Replace("/en/", "/ru/", StringComparison.Ordinal))).QuerySelectorAll("main dt").Select(t => t.TextContent));
        var fields = page.QuerySelectorAll("main form input[type=hidden]")
            .Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!)).ToArray();
        Assert.DoesNotContain("new@one.example", (await admin.PageAsync($"/en/console/{SmallSite.Uni}/people")).Body!.TextContent, StringComparison.Ordinal);
        var sent = await admin.PostAsync(page.QuerySelector("main form")!.GetAttribute("action")!, null, fields);
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Contains("new@one.example", (await admin.PageAsync($"/en/console/{SmallSite.Uni}/people")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_text_comes_back_as_text_and_to_nobody_else()
    {
        using var admin = await site.SignedInAsync("unsent-2@one.example", Role.Administrator);
        using var other = await site.SignedInAsync("unsent-3@one.example", Role.Administrator);
        var link = await LoseAsync(admin, Typed);

        await SignInAsync(other, "unsent-3@one.example", link);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(link)).StatusCode);
        await SignInAsync(admin, "unsent-2@one.example", link);
        var page = await admin.PageAsync(link);
        Assert.Empty(page.QuerySelectorAll("main script"));
        Assert.Equal(Typed, page.QuerySelector("main input[name=email]")!.GetAttribute("value"));
        site.Time.Pass(TimeSpan.FromMinutes(59));
        await admin.PageAsync("/en/console");
        site.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync(link)).StatusCode);
    }

    [Fact]
    public async Task Only_what_a_person_fills_in_is_shown_of_a_kept_form_and_never_the_name_of_a_field()
    {
        using var admin = await site.SignedInAsync("unsent-5@one.example", Role.Administrator);
        var who = await WhoAsync(admin);
        site.Time.Pass(Host.Web.Sessions.Max);
        var asked = await admin.PostFromAsync(
            $"/en/console/{SmallSite.Uni}/lists/x/rows", site.Site, ("who", who), ("version", "7"), ("view", "?filter=all"),
            ("c.2.4", "typed"), ("w.2.4", "was"), ("c.3.4", "left alone"), ("w.3.4", "left alone"), ("", "no name"));
        var link = (await new HtmlParser().ParseDocumentAsync(await asked.Content.ReadAsStringAsync())).QuerySelector("main input[name=to]")!.GetAttribute("value")!;
        await SignInAsync(admin, "unsent-5@one.example", link);

        var page = await admin.PageAsync(link);

        Assert.Equal([("Row 2", "typed")], page.QuerySelectorAll("main dl div").Select(d => (d.Children[0].TextContent, d.Children[1].TextContent)));
        Assert.Equal("7", page.QuerySelector("main input[name=version]")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData("/changes/correct/6f9619ff-8b86-4d01-b42d-00cf4fc964ff", "f.family-en", "Zhaksylykov", "Family name (English)", "Zhaksylykov")]
    [InlineData("/lists/x/columns", "g3", "birth-date", "Graduates, 4", "Date of birth")]
    public async Task Every_field_that_a_person_fills_in_has_its_label(string path, string name, string value, string label, string shown)
    {
        using var admin = await site.SignedInAsync($"labels-{name}@one.example", Role.Administrator);
        var who = await WhoAsync(admin);
        site.Time.Pass(Host.Web.Sessions.Max);
        var asked = await admin.PostFromAsync($"/en/console/{SmallSite.Uni}{path}", site.Site, ("who", who), (name, value));
        var link = (await new HtmlParser().ParseDocumentAsync(await asked.Content.ReadAsStringAsync())).QuerySelector("main input[name=to]")!.GetAttribute("value")!;
        await SignInAsync(admin, $"labels-{name}@one.example", link);

        Assert.Equal([(label, shown)], (await admin.PageAsync(link)).QuerySelectorAll("main dl div").Select(d => (d.Children[0].TextContent, d.Children[1].TextContent)));
    }

    [Fact, Trait("Requirement", "X-5")]
    public async Task The_answer_of_a_form_leads_to_its_page_in_another_language()
    {
        using var admin = await site.SignedInAsync("switch@one.example", Role.Administrator);
        var token = await admin.TokenAsync($"/en/console/{SmallSite.Uni}/people");
        var refused = await admin.PostAsync(Path, token, ("email", "no address"), ("role", "auditor"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        var page = await new HtmlParser().ParseDocumentAsync(await refused.Content.ReadAsStringAsync());
        var links = page.QuerySelectorAll(".langs a").Select(a => a.GetAttribute("href")!).ToArray();
        Assert.Equal(
            [$"/kk/console/{SmallSite.Uni}/people", $"/ru/console/{SmallSite.Uni}/people", $"/en/console/{SmallSite.Uni}/people"], links);
        Assert.Equal("ru", (await admin.PageAsync(links[1])).DocumentElement.GetAttribute("lang"));
    }

    [Theory]
    [InlineData("https://evil.example", true, 10)]
    [InlineData(null, true, 10)]
    [InlineData("", false, 10)]
    [InlineData("", true, 200_000)]
    public async Task What_another_site_posts_or_is_nobodys_or_too_long_is_not_kept(string? origin, bool names, int length)
    {
        using var nobody = new Person(site.Site);
        (string, string)[] fields = [("email", new string('a', length)), ("who", names ? Guid.NewGuid().ToString() : "")];

        var answer = await nobody.PostFromAsync(Path, origin is "" ? site.Site : origin, fields);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.DoesNotContain("unsent", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Nobody_plants_a_form_on_another_account_whose_id_they_know()
    {
        using var victim = await site.SignedInAsync("planted@one.example", Role.Administrator);
        using var other = await site.SignedInAsync("planter@one.example", Role.Administrator);
        using var nobody = new Person(site.Site);
        var who = await WhoAsync(victim);
        site.Time.Pass(Host.Web.Sessions.Max);

        foreach (var person in new[] { nobody, other })
        {
            Assert.Null(await UnsentAsync(person, Path, who));
        }

        nobody.SetCookie("session", victim.Cookie("session")![..^4] + "AAAA");
        Assert.Null(await UnsentAsync(nobody, Path, who));
        Assert.NotNull(await UnsentAsync(victim, Path, who));
    }

    [Fact]
    public async Task A_session_that_a_new_password_ended_keeps_nothing()
    {
        using var person = await site.SignedInAsync("ousted@one.example", Role.Administrator);
        using var elsewhere = new Person(site.Site);
        await elsewhere.SignInAsync("ousted@one.example", SmallSite.Password);
        var who = await WhoAsync(elsewhere);
        await person.PostAsync("/en/me/security/elsewhere", await person.TokenAsync("/en/me/security"));
        site.Time.Pass(TimeSpan.FromSeconds(1));

        Assert.Null(await UnsentAsync(elsewhere, Path, who));
    }

    [Theory]
    [InlineData("approvals/{0}/sign")]
    [InlineData("changes/{0}/approve")]
    [InlineData("lists/{0}/send")]
    [InlineData("deliveries/send")]
    [InlineData("deliveries/{0}/send")]
    [InlineData("changes/requests/{0}")]
    [InlineData("platform/requests/{0}")]
    public async Task What_decides_or_sends_is_never_kept(string path)
    {
        using var person = await site.SignedInAsync($"decides-{path.Replace("{0}", "x", StringComparison.Ordinal).Replace('/', '-')}@one.example", Role.Administrator);
        var who = await WhoAsync(person);
        var cookie = person.Cookie("session");
        site.Time.Pass(Host.Web.Sessions.Max);
        var place = path.StartsWith("platform", StringComparison.Ordinal) ? "" : SmallSite.Uni + "/";

        Assert.Null(await UnsentAsync(person, $"/en/console/{place}{path.Replace("{0}", $"{Guid.NewGuid()}", StringComparison.Ordinal)}", who));
        person.SetCookie("session", cookie);
        Assert.NotNull(await UnsentAsync(person, Path, who));
    }

    [Fact]
    public async Task One_account_fills_its_own_room_and_not_that_of_others()
    {
        using var person = await site.SignedInAsync("full@one.example", Role.Administrator);
        using var other = await site.SignedInAsync("room@one.example", Role.Administrator);
        var (who, whoElse) = (await WhoAsync(person), await WhoAsync(other));
        var cookie = person.Cookie("session");
        site.Time.Pass(Host.Web.Sessions.Max);
        for (var i = 0; i <= 20; i++)
        {
            person.SetCookie("session", cookie);
            Assert.Equal(i < 20, await UnsentAsync(person, Path, who) is not null);
        }

        Assert.NotNull(await UnsentAsync(other, Path, whoElse));
    }

    private static async Task<string> WhoAsync(Person person) =>
        (await person.PageAsync($"/en/console/{SmallSite.Uni}/people")).QuerySelector("main input[name=who]")!.GetAttribute("value")!;

    /// <summary>Where a form that is posted without a session is kept; null when it is not.</summary>
    private async Task<string?> UnsentAsync(Person person, string path, string who)
    {
        var asked = await person.PostFromAsync(path, site.Site, ("form", "x"), ("who", who), ("email", "x@one.example"), ("role", "auditor"));
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        var shown = await new HtmlParser().ParseDocumentAsync(await asked.Content.ReadAsStringAsync());
        var to = shown.QuerySelector("main input[name=to]")?.GetAttribute("value");
        return to?.Contains("/me/unsent/", StringComparison.Ordinal) == true ? to : null;
    }

    /// <summary>Fills the form of a session that then ends, and posts it; gives where to go on.</summary>
    private async Task<string> LoseAsync(Person person, string email)
    {
        var page = await person.PageAsync($"/en/console/{SmallSite.Uni}/people");
        var who = page.QuerySelector("main input[name=who]")!.GetAttribute("value")!;
        site.Time.Pass(Host.Web.Sessions.Max);
        var asked = await person.PostFromAsync(Path, site.Site, ("form", "x"), ("who", who), ("email", email), ("role", "auditor"));
        Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
        var shown = await new HtmlParser().ParseDocumentAsync(await asked.Content.ReadAsStringAsync());
        return shown.QuerySelector("main input[name=to]")!.GetAttribute("value")!;
    }

    private static async Task SignInAsync(Person person, string email, string to)
    {
        Assert.StartsWith("/en/me/unsent/", to, StringComparison.Ordinal);
        Assert.Equal(to, (await person.SignInAsync(email, SmallSite.Password, to)).Headers.Location?.ToString());
    }
}
