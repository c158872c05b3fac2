using System.Net;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Permits;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The platform's pages: who may open which, and what they say. All of them are read; nothing there changes anything.</summary>
public sealed class PlatformTests(SmallSite site) : IClassFixture<SmallSite>
{
    private static readonly string[] Pages = ["", "/institutions", "/institutions.csv", "/compliance", "/keys", "/trail"];

    [Theory, Trait("Requirement", "X-13"), Trait("Requirement", "DA-23")]
    [InlineData(Role.Operator, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData(Role.ComplianceOfficer, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData(Role.DataProtectionOfficer, HttpStatusCode.OK, HttpStatusCode.OK)]
    [InlineData(Role.Regulator, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData(Role.Administrator, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(Role.Registrar, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(Role.Approver, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(Role.Preparer, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(Role.Auditor, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)]
    public async Task A_role_opens_the_platforms_pages_or_is_refused(Role? role, HttpStatusCode pages, HttpStatusCode requests)
    {
        using var person = await site.SignedInAsync($"platform-{role?.Word() ?? "nobody"}@one.example", role);

        foreach (var path in Pages)
        {
            Assert.Equal((path, pages), (path, (await person.GetAsync("/en/console/platform" + path)).StatusCode));
        }

        Assert.Equal(requests, (await person.GetAsync("/en/console/platform/requests")).StatusCode);
    }

    [Theory]
    [InlineData("kk"), InlineData("ru"), InlineData("en")]
    public async Task Nobody_who_is_not_signed_in_sees_them(string language)
    {
        using var nobody = new Person(site.Site);
        foreach (var path in Pages)
        {
            Assert.Equal(HttpStatusCode.Redirect, (await nobody.GetAsync($"/{language}/console/platform{path}")).StatusCode);
        }
    }

    [Fact, Trait("Requirement", "DA-23")]
    public async Task A_regulator_reads_and_can_change_nothing()
    {
        using var regulator = await site.SignedInAsync("reads-only@one.example", Role.Regulator);
        foreach (var path in Pages.Where(p => p != "/institutions.csv"))
        {
            var page = await (await regulator.GetAsync("/en/console/platform" + path)).Content.ReadAsStringAsync();
            var main = page[page.IndexOf("<main", StringComparison.Ordinal)..];
            Assert.DoesNotContain("method=\"post\"", main, StringComparison.Ordinal);
        }

        var token = await regulator.TokenAsync("/en/me/security");
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await regulator.PostAsync("/en/console/platform/requests/1", token, ("act", "refuse"), ("answer", "no"))).StatusCode);
    }

    [Fact, Trait("Requirement", "DA-2")]
    public async Task A_permit_that_ends_soon_is_named_with_its_day()
    {
        await using var own = new SmallSite();
        await own.InitializeAsync();
        using (var officer = await own.SignedInAsync("looks@one.example", Role.ComplianceOfficer))
        {
            Assert.DoesNotContain("Ends within", await TextAsync(officer, "/en/console/platform/compliance"), StringComparison.Ordinal);
        }

        DateOnly until;
        await using (var connection = await own.Home.Database.ConnectAsync())
        {
            until = (await PermitRegister.PermitsOfAsync(connection, Bin.Parse(own.Home.Settings.OperatorBin)))[^1].Until;
        }

        own.Time.Pass(TimeSpan.FromDays(until.DayNumber - DateOnly.FromDateTime(own.Time.GetUtcNow().UtcDateTime).DayNumber - 60));
        using var later = await own.SignedInAsync("looks-later@one.example", Role.ComplianceOfficer);
        Assert.Contains("Ends within 90 days", await TextAsync(later, "/en/console/platform/compliance"), StringComparison.Ordinal);
        Assert.Contains("A permit ends soon", await TextAsync(later, "/en/console/platform"), StringComparison.Ordinal);
    }

    [Fact, Trait("Requirement", "X-6")]
    public async Task The_record_is_searched_by_act_institution_thing_and_day()
    {
        using var officer = await site.SignedInAsync("searches@one.example", Role.Regulator);
        var id = await site.MakeAsync("is-searched@one.example", Role.Registrar);

        Assert.Contains("Role given: registrar", await TextAsync(officer, $"/en/console/platform/trail?thing={id}"), StringComparison.Ordinal);
        Assert.Contains("Role given: registrar", await TextAsync(officer, $"/en/console/platform/trail?act=change&bin={SmallSite.Uni}"), StringComparison.Ordinal);
        foreach (var nothing in (string[])["act=destroy", "until=2020-01-01", "from=2990-01-01", "thing=no-such-thing"])
        {
            Assert.Contains("Nothing in the record fits.", await TextAsync(officer, "/en/console/platform/trail?" + nothing), StringComparison.Ordinal);
        }

        var byIin = await officer.PageAsync("/en/console/platform/trail?thing=040628503019");
        Assert.Equal("", byIin.QuerySelector("#thing")!.GetAttribute("value") ?? "");
        Assert.DoesNotContain("040628503019", byIin.QuerySelector("main")!.OuterHtml, StringComparison.Ordinal);
        foreach (var hostile in (string[])["thing=%00", "thing=' OR 1=1 --", "act=9", "bin=../..", "from=yesterday", "before=-1", "thing=" + new string('x', 5_000)])
        {
            Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync("/en/console/platform/trail?" + hostile)).StatusCode);
        }
    }

    [Fact, Trait("Requirement", "DA-23")]
    public async Task The_table_for_an_inspection_names_every_organisation_and_no_cell_computes()
    {
        using var regulator = await site.SignedInAsync("inspects@one.example", Role.Regulator);
        var answer = await regulator.GetAsync("/ru/console/platform/institutions.csv");
        var lines = (await answer.Content.ReadAsStringAsync()).TrimEnd().Split("\r\n");

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains(lines, l => l.StartsWith($"\"{SmallSite.Uni}\";", StringComparison.Ordinal));
        Assert.All(lines.Skip(1), line => Assert.Equal(13, line.Split("\";\"").Length));
        Assert.DoesNotContain(lines, l => l.Contains("\"=", StringComparison.Ordinal));
    }

    private static async Task<string> TextAsync(Person person, string path)
    {
        var answer = await person.GetAsync(path);
        Assert.Equal((path, HttpStatusCode.OK), (path, answer.StatusCode));
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
