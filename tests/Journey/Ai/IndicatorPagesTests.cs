using System.Net;
using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Work;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>Indicators and roadmap as people see them: the ministry's move with an event, everybody's are what was published.</summary>
[Collection(AiSites.Name)]
public sealed class IndicatorPagesTests(AiSite site)
{
    private const string Region = "KZ-10";
    private static readonly Bin Large = Bin.Parse("990140020428");
    private static readonly Bin Neighbour = Bin.Parse("990140020448");
    private static readonly Bin Small = Bin.Parse("990140020438");

    [Fact]
    [Trait("Requirement", "AI-26")]
    [Trait("Requirement", "AI-33")]
    public async Task The_ministry_sees_a_value_move_and_drills_down_until_it_is_hidden()
    {
        await FillAsync();
        using var ministry = await site.SignedInAsync("ministry");
        Assert.Equal("30 of 60", await MadeOfAsync(ministry, $"/en/console/ai?region={Region}"));

        await TellAsync(Large, Enumerable.Range(24, 10).Select(i => ("consent.given", $"p-large-{i}", Array.Empty<(string, string)>())));
        Assert.Equal("40 of 60", await MadeOfAsync(ministry, $"/en/console/ai?region={Region}"));

        var region = await ministry.PageAsync($"/en/console/ai/indicators/consent-coverage?region={Region}");
        Assert.Contains("66.7", region.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("having(minors; consent.given", region.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var chart = region.QuerySelector("figure.chart svg")!;
        Assert.Equal("img", chart.GetAttribute("role"));
        Assert.NotEmpty(chart.QuerySelector("desc")!.TextContent);
        Assert.Contains(region.QuerySelectorAll("caption"), c => c.TextContent == "Sex");
        Assert.Contains(region.QuerySelectorAll("caption"), c => c.TextContent == "City and village");

        var district = await ministry.PageAsync(Assert.Single(region.QuerySelectorAll("figure + table a")).GetAttribute("href")!);
        var schools = district.QuerySelectorAll("figure + table tbody tr");
        Assert.Equal(2, schools.Length);
        Assert.All(schools, s => Assert.Contains("not shown", s.TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("p-large", district.DocumentElement.OuterHtml, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public async Task Everybody_reads_what_was_published_in_three_languages_as_a_page_and_as_data()
    {
        await CountAsync();
        using var nobody = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        foreach (var (language, title, name) in new[]
        {
            ("kk", "Білім берудегі ЖИ", "педагогтер"), ("ru", "ИИ в образовании", "Педагоги на уровне"), ("en", "AI in education", "Teachers at Deepen"),
        })
        {
            var page = Parse(await nobody.GetStringAsync($"/{language}/ai/indicators"));
            Assert.Contains(title, page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(20, page.QuerySelectorAll("section[aria-labelledby=all] tbody tr").Length);
            Assert.Contains(name, Parse(await nobody.GetStringAsync($"/{language}/ai/indicators/teachers-deepen")).QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        }

        // No counts of facts beside figures of which some are hidden; those of the public register stand by name.
        bool HasInputs(string page) => Parse(page).QuerySelectorAll("caption").Any(c => c.TextContent == "Facts counted here, by type");
        Assert.False(HasInputs(await nobody.GetStringAsync("/en/ai/indicators/data-incidents")));
        Assert.True(HasInputs(await nobody.GetStringAsync("/en/ai/indicators/systems-in-use")));

        using var data = JsonDocument.Parse(await nobody.GetStringAsync("/api/v1/ai/indicators"));
        Assert.Equal("2025/26", data.RootElement.GetProperty("schoolYear").GetString());
        Assert.Equal(10, data.RootElement.GetProperty("smallestShown").GetInt32());
        Assert.Equal(64, data.RootElement.GetProperty("inputs").GetProperty("sha256").GetString()!.Length);
        Assert.All(
            data.RootElement.GetProperty("figures").EnumerateArray().Where(f => f.GetProperty("state").GetString() != "shown"),
            f => Assert.Equal(JsonValueKind.Null, f.GetProperty("value").ValueKind));
        Assert.StartsWith("schoolYear,indicator,region,", await nobody.GetStringAsync("/api/v1/ai/indicators/consent-coverage?format=csv"), StringComparison.Ordinal);
        foreach (var wrong in new[] { "/en/ai/indicators/none", "/en/ai/indicators?region=KZ-99", "/en/ai/indicators?year=1999", "/en/ai/indicators?school=1", "/api/v1/ai/indicators/none" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await nobody.GetAsync(wrong)).StatusCode);
        }
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public async Task A_department_sees_its_region_alone_and_others_see_nothing_of_either_desk()
    {
        await FillAsync();
        using var officer = await site.SignedInAsync("region");
        Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync($"/en/console/{AiSite.DepartmentBin}/region")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await officer.GetAsync($"/en/console/{AiSite.DepartmentBin}/region?region={Region}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await officer.GetAsync("/en/console/ai")).StatusCode);
        using var head = await site.SignedInAsync("head");
        Assert.Equal(HttpStatusCode.Forbidden, (await head.GetAsync($"/en/console/{AiSite.SchoolBin}/region")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await head.GetAsync("/en/console/ai/roadmap")).StatusCode);
    }

    [Fact]
    [Trait("Requirement", "AI-25")]
    public async Task The_ministry_reports_on_a_measure_and_everybody_reads_it_with_its_evidence()
    {
        using var ministry = await site.SignedInAsync("ministry");
        var desk = await ministry.PageAsync("/en/console/ai/roadmap");
        Assert.Contains("No report yet", desk.QuerySelector("#pilot-10")!.TextContent, StringComparison.Ordinal);
        const string Address = "/en/console/ai/roadmap/pilot-10";
        var token = await ministry.TokenAsync(Address);

        (string, string)[] Form(string status, string evidence, int version) =>
            [("version", $"{version}"), ("status", status), ("words", "Ten schools have begun."), ("evidence", evidence)];
        var refused = await ministry.PostAsync(Address, token, Form("done", "", 0));
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("name the address of the evidence", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var done = await ministry.PostAsync(Address, token, Form("done", "https://evidence.example/ten", 0));
        Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);

        using var nobody = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        var row = Parse(await nobody.GetStringAsync("/en/ai/roadmap")).QuerySelector("#pilot-10")!;
        Assert.Contains("Done", row.TextContent, StringComparison.Ordinal);
        Assert.Equal("https://evidence.example/ten", row.QuerySelector("a[rel]")!.GetAttribute("href"));
        Assert.Contains("pilot-10,", await nobody.GetStringAsync("/api/v1/ai/roadmap?format=csv"), StringComparison.Ordinal);
        using var data = JsonDocument.Parse(await nobody.GetStringAsync("/api/v1/ai/roadmap"));
        Assert.Equal("low", data.RootElement.GetProperty("rules").GetProperty("confidence").GetString());

        // Somebody read it before: nothing is saved over it.
        var stale = await ministry.PostAsync(Address, token, Form("under-way", "", 0));
        Assert.Equal(HttpStatusCode.BadRequest, stale.StatusCode);
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public async Task Counted_anew_everything_comes_out_the_same()
    {
        await FillAsync();
        await using var connection = await site.Home.Database.ConnectAsync();
        var before = await IndicatorStore.StandingAsync(connection);
        using var work = new IndicatorWork(site.Home.Database, site.Home.Rules, site.Small.Time);
        var again = await work.RecomputeAsync();
        Assert.Equal((before!.Seq, before.InputsHash, false), (again.Seq, again.InputsHash, again.Differs));
        Assert.NotEqual(before.Run, again.Run);
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    public async Task A_fact_that_is_kept_apart_is_named_in_words()
    {
        await FillAsync();
        var ahead = site.Small.Time.GetUtcNow().AddDays(9);
        await site.Home.Database.WriteAsync(t => FactLog.AppendAsync(
            t, site.Home.Vault, [new KeptFact(0, ahead, Large.Value, new EventFact("regulation.adopted", Large.Value), "ahead-of-the-clock", 1)]));
        await CountAsync();
        using var ministry = await site.SignedInAsync("ministry");
        foreach (var (language, words) in new[]
        {
            ("kk", "Мектептің ЖИ туралы ережесі бекітілді"), ("ru", "Принято положение школы об ИИ"), ("en", "A school regulation on AI was adopted"),
        })
        {
            var alarms = (await ministry.PageAsync($"/{language}/console/ai")).QuerySelector("section[aria-labelledby=alarms]")!.TextContent;
            Assert.Contains(words, alarms, StringComparison.Ordinal);
            Assert.DoesNotContain("regulation.adopted", alarms, StringComparison.Ordinal);
        }

        // Whatever the rules count has words.
        var (rules, texts) = (site.Home.Rules.Resolve(RuleKeys.AiIndicators, new DateOnly(2026, 7, 1)).Value.Value, Texts.Read());
        var counted = rules.Populations.SelectMany(p => p.Enter.Concat(p.Leave))
            .Concat(rules.Indicators.SelectMany(i => i.Measures).SelectMany(m => m.Facts.Concat(m.Less).Concat(m.Until)));
        Assert.DoesNotContain(counted.Distinct(), type => !texts.Has("indicators/fact." + type));
    }

    // Two schools of a region that no other test has: fifty-four learners and six; and a region beside it, which is hidden with whatever else
    // is small in the country.
    private async Task FillAsync()
    {
        var at = site.Small.Time.GetUtcNow();
        var isThere = await site.Home.Database.ReadAsync(async t => await SchoolDirectory.FindAsync(t, Large) is not null);
        if (!isThere)
        {
            await site.Home.Database.WriteAsync(async t =>
            {
                foreach (var (bin, name, region, setting) in new[]
                {
                    (Large, "Large school", Region, Setting.Urban), (Small, "Small school", Region, Setting.Rural), (Neighbour, "School beside", "KZ-11", Setting.Urban),
                })
                {
                    await site.Desk.Directory.PutAsync(
                        t, new School(bin, LocalizedText.Same(name), region, "One district", SchoolKind.School, setting, ["kk"], Connectivity.Good), at);
                }
            });
            foreach (var (bin, name, learners, consents) in new[] { (Large, "large", 54, 24), (Small, "small", 6, 6), (Neighbour, "beside", 30, 15) })
            {
                await TellAsync(bin, Enumerable.Range(0, learners).Select(i => (
                    "learner.enrolled", $"p-{name}-{i}",
                    new[] { ("grade", "9"), ("language", "kk"), ("sex", i % 2 == 0 ? "female" : "male"), ("disability", "no") })));
                await TellAsync(bin, Enumerable.Range(0, consents).Select(i => ("consent.given", $"p-{name}-{i}", Array.Empty<(string, string)>())));
            }
        }

        await CountAsync();
    }

    private async Task TellAsync(Bin school, IEnumerable<(string Type, string Subject, (string, string)[] Values)> facts)
    {
        var at = site.Small.Time.GetUtcNow();
        await site.Home.Database.WriteAsync(t => FactLog.AppendAsync(
            t, site.Home.Vault,
            [.. facts.Select(f => new KeptFact(0, at, school.Value, new EventFact(f.Type, f.Subject, f.Values), $"{f.Type}-{f.Subject}", 1))]));
        await CountAsync();
    }

    private async Task CountAsync()
    {
        using var work = new IndicatorWork(site.Home.Database, site.Home.Rules, site.Small.Time);
        await work.CatchUpAsync();
    }

    private static async Task<string> MadeOfAsync(Person person, string address) => (await person.PageAsync(address))
        .QuerySelectorAll("section[aria-labelledby=all] tbody tr").Single(r => r.QuerySelector("a")!.GetAttribute("href")!.Contains("consent-coverage", StringComparison.Ordinal))
        .QuerySelectorAll("td")[1].TextContent;

    private static IDocument Parse(string html) => new HtmlParser().ParseDocument(html);
}
