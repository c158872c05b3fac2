using Mortanba.Foundation;
using Mortanba.Host.Demo;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The share builder and a share itself in real Chromium: the preview follows the boxes; what the other side meets is accessible.</summary>
[Collection(DemoTests.Name)]
public sealed class HolderBrowserTests(DemoSite demo, Chromium chromium)
{
    public static TheoryData<string> LanguageTags => [.. Languages.All.Select(l => l.Tag())];

    [Theory, MemberData(nameof(LanguageTags))]
    [Trait("Requirement", "X-14"), Trait("Requirement", "DA-17")]
    public async Task A_share_is_made_with_the_preview_following_each_box_and_opened_with_its_code(string language)
    {
        Chromium.SkipUnlessPresent();
        var axe = Axe.Source();
        Assert.SkipWhen(axe is null, "axe-core is not installed: npm ci in tests/Journey.");
        var page = await chromium.PageAsync(1280, policy: false);
        await page.GotoAsync(demo.Site + "/en/sign-in");
        await BrowserSignIn.SendAsync(
            page, DemoPeople.Graduate, (await File.ReadAllLinesAsync(Path.Combine(demo.Directory, DemoPeople.FileName)))[0]);
        await page.GotoAsync($"{demo.Site}/{language}/me");
        await page.ClickAsync("article.doc a.primary");

        await Assertions.Hidden(page, "#pv-gpa");
        await page.CheckAsync("input[value=gpa]");
        await Assertions.Visible(page, "#pv-gpa");
        await page.UncheckAsync("input[value=gpa]");
        await Assertions.Hidden(page, "#pv-gpa");
        await page.FillAsync("#who", $"Browser Ltd {language}");
        await page.SelectOptionAsync("#lang", language);
        await page.ClickAsync("button.primary[value=make]");
        var (link, pin) = (await page.InputValueAsync("#link"), await page.InnerTextAsync("#pin"));
        await page.Context.CloseAsync();

        var faults = new List<string>();
        var employer = await chromium.PageAsync(1280, policy: false);
        await employer.GotoAsync(link);
        await WorkBrowserTests.LookAsync(employer, $"{language}-share-gate", axe!, faults);
        await employer.FillAsync("#pin", pin);
        await employer.ClickAsync("main form button.primary");
        Assert.Equal(4, await employer.Locator("section[aria-labelledby=what] > dl.facts > div").CountAsync());
        await WorkBrowserTests.LookAsync(employer, $"{language}-share", axe!, faults);
        await employer.Context.CloseAsync();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static class Assertions
    {
        public static async Task Visible(Microsoft.Playwright.IPage page, string selector) =>
            Assert.True(await page.Locator(selector).IsVisibleAsync(), $"{selector} is hidden");

        public static async Task Hidden(Microsoft.Playwright.IPage page, string selector) =>
            Assert.False(await page.Locator(selector).IsVisibleAsync(), $"{selector} is shown");
    }
}
