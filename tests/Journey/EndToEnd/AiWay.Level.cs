using System.Globalization;
using System.Text.RegularExpressions;
using Mortanba.AiEducation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.Ai;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <content>A level with its certificate, and the figure that moves.</content>
internal sealed partial class AiWay
{
    // Nine blocks were met before; the last one goes by the pages, assessed by somebody else.
    public async Task ReachDeepenAsync()
    {
        var desk = new CompetenceDesk(site.Home, new DiplomaFlow(site.Home));
        var id = CompetenceDesk.IdOf(CompetenceStreams.Portfolio, teacher);
        var blocks = desk.Teachers.Value.Blocks.Where(b => b.Level is "acquire" or "deepen").Select(b => b.Id).ToList();
        foreach (var block in blocks.SkipLast(1))
        {
            var handed = (await desk.HandInAsync(Who("teacher"), null, teacher, "e-" + block, block, "Done.", null, default)).Value;
            Assert.True((await desk.Ai.ActAsync(
                site.Who("coordinator"), null, CompetenceStreams.Portfolio, id, AiSite.SchoolBin, handed.Version,
                (now, at) => AssessEvidence.Of(
                    now, site.Who("coordinator").Id, AiSite.SchoolBin.Value, "e-" + block, true, "Seen.", desk.Teachers, desk.Assessing.Value, at),
                default)).IsDone);
        }

        var own = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/portfolio");
        await own.SelectOptionAsync("#block", blocks[^1]);
        await own.FillAsync("#what", "A lesson with two tools, and what the class said of it.");
        await own.ClickAsync("form[aria-labelledby=hand] button.primary");
        await StandsAsync(own, "form[action$='/withdraw']");
        await own.Context.CloseAsync();

        var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/assess/{id}");
        await page.FillAsync("main form textarea[name=reason]", "Seen in class.");
        await page.ClickAsync("main button[value=met]");
        await StandsAsync(page, "form[action$='/certify']:has(input[value=deepen]) button");
        await page.ClickAsync("form[action$='/certify']:has(input[value=deepen]) button");
        await StandsAsync(page, "main a.mono[href*='/n/']");
        await page.Context.CloseAsync();
    }

    // The teacher passes the link on; whoever opens it needs no account.
    public async Task ShowCertificateAsync()
    {
        var own = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/portfolio");
        await own.ClickAsync("section[aria-labelledby=cert] a");
        await own.FillAsync("#who", "A school in Shymkent");
        await own.CheckAsync("input[name=abroad]");
        await own.ClickAsync("form[aria-labelledby=share] button.primary");
        await StandsAsync(own, "#link");
        var link = await own.InputValueAsync("#link");
        await own.Context.CloseAsync();
        var open = await chromium.PageAsync(320);
        await open.GotoAsync($"{site.Small.Site}{new Uri(link).PathAndQuery}");
        await StandsAsync(open, "section.verdict.ok");
        Assert.Contains("Trial teacher " + language, await open.ContentAsync(), StringComparison.OrdinalIgnoreCase);
        await open.Context.CloseAsync();
    }

    /// <summary>How many of how many teachers of the region reached the level, as the ministry reads it.</summary>
    public async Task<string> FigureAsync()
    {
        await CountAsync();
        var page = await EnterAsync("ministry", $"/console/ai?region={Crowded}");
        var made = await page.Locator("section[aria-labelledby=all] tbody tr:has(a[href*='teachers-deepen']) td >> nth=1").TextContentAsync();
        await page.Context.CloseAsync();
        return made!;
    }

    public async Task SeeTheFigureMoveAsync(string before)
    {
        await CountAsync();
        var page = await EnterAsync("ministry", $"/console/ai?region={Crowded}");
        var row = page.Locator("section[aria-labelledby=all] tbody tr:has(a[href*='teachers-deepen'])");
        var now = await row.Locator("td >> nth=1").TextContentAsync();
        Assert.Equal(Sum(before) + 1, Sum(now!));
        await row.Locator("a").First.ClickAsync();
        await StandsAsync(page, "figure.chart svg[role=img]");
        var down = await page.Locator("figure + table tbody a").First.GetAttributeAsync("href");
        await page.GotoAsync(site.Small.Site + down);
        var schools = await page.Locator("figure + table tbody tr").AllTextContentsAsync();
        // Of this school too few reached it: the row says so and gives no number.
        var hidden = Assert.Single(schools, s => s.Contains("No 1", StringComparison.Ordinal));
        Assert.DoesNotMatch(@"\d+(\D+)\d+\s*$", hidden.Replace("No 1", "", StringComparison.Ordinal));
        await page.Context.CloseAsync();
    }

    // "12 of 32", in the order of whichever language.
    private static int Sum(string text) => Regex.Matches(text, "[0-9]+").Sum(m => int.Parse(m.Value, NumberStyles.None, CultureInfo.InvariantCulture));

    private async Task CountAsync()
    {
        using var work = new IndicatorWork(site.Home.Database, site.Home.Rules, site.Small.Time);
        await work.CatchUpAsync();
    }
}
