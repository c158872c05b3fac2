using System.Text.Json;
using AngleSharp.Html.Parser;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Site;

/// <summary>What an information centre owes everybody: the system, institutions, programmes and their quality, dated and as open data.</summary>
[Collection(DemoTests.Name)]
public sealed class OpenRegisterTests(DemoSite demo)
{
    private const string Data = "/api/v1/recognition/institutions";

    [Theory]
    [Trait("Requirement", "RQ-23")]
    [InlineData("kk")]
    [InlineData("ru")]
    [InlineData("en")]
    public async Task The_system_is_described_and_an_institution_shown_with_its_periods_and_where_they_were_read(string language)
    {
        var system = await TextAsync($"/{language}/recognition/system");
        var entry = await TextAsync($"/{language}/recognition/institutions/tr-sample-4");
        Assert.True(system.Length > 1000, system);
        Assert.Contains("Dağ Teknik Üniversitesi (örnek)", entry, StringComparison.Ordinal);
        Assert.Contains("1959", entry, StringComparison.Ordinal);
        Assert.Contains("invented for the demonstration", entry, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RQ-23")]
    public async Task Institutions_here_and_abroad_are_open_data_with_programmes_quality_and_dates()
    {
        using var all = await JsonAsync($"{Data}?size=100");
        var found = all.RootElement.GetProperty("institutions").EnumerateArray().ToList();
        Assert.Equal(found.Count, all.RootElement.GetProperty("total").GetInt32());
        Assert.Equal(44, found.Count);
        Assert.All(found, one =>
        {
            Assert.NotEqual("", one.GetProperty("source").GetString());
            Assert.True(DateOnly.TryParseExact(one.GetProperty("read").GetString(), "yyyy-MM-dd", out _));
        });
        // At home the programmes come with the licence; abroad with the ministry's word.
        var periods = found.SelectMany(one => one.GetProperty("periods").EnumerateArray().Select(p => (Country: one.GetProperty("country").GetString(), Period: p))).ToList();
        foreach (var isHome in (bool[])[true, false])
        {
            var those = periods.Where(p => p.Country == "KZ" == isHome).Select(p => p.Period.GetProperty("kind").GetString()).ToHashSet();
            Assert.Contains("recognition", those);
            Assert.Contains("accreditation", those);
        }

        Assert.Contains(periods, p => p.Country == "KZ" && p.Period.GetProperty("programme").ValueKind == JsonValueKind.String);

        var csv = await demo.Client.GetStringAsync($"{Data}?size=100&format=csv");
        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var rows = found.Sum(one => Math.Max(1, one.GetProperty("periods").GetArrayLength()));
        Assert.Equal(rows + 1, lines.Length);
        Assert.StartsWith("id,country,name", csv, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "RQ-23")]
    public async Task What_was_known_on_an_earlier_day_is_told_for_that_day()
    {
        var today = new WorkingCalendar(demo.Home.Rules).DateOf(demo.Home.Time.GetUtcNow()).Value;
        // The demonstration may have been made before midnight.
        using var now = await JsonAsync($"{Data}?country=TR&known={today:yyyy-MM-dd}");
        using var before = await JsonAsync($"{Data}?country=TR&known={today.AddDays(-2):yyyy-MM-dd}");
        Assert.Equal(5, now.RootElement.GetProperty("total").GetInt32());
        Assert.Equal(0, before.RootElement.GetProperty("total").GetInt32());
        using var wrong = await demo.Client.GetAsync($"{Data}?known=31.02.2026");
        Assert.Equal(400, (int)wrong.StatusCode);
    }

    private async Task<string> TextAsync(string path)
    {
        using var page = await new HtmlParser().ParseDocumentAsync(await demo.Client.GetStringAsync(path));
        return page.QuerySelector("main")!.TextContent;
    }

    private async Task<JsonDocument> JsonAsync(string path) => JsonDocument.Parse(await demo.Client.GetStringAsync(path));
}
