using System.Text.Json;
using Microsoft.Playwright;
using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Site;

/// <summary>
/// Looks at the pages of the real demonstration as people do: Chromium, wide and at 320 px, with axe-core. Pictures are
/// kept when MORTANBA_SCREENSHOTS names a folder.
/// </summary>
[Collection(WalkTests.Name)]
public sealed class BrowserTests(DemoSite demo, Chromium chromium)
{
    private static readonly string[] Kinds = ["genuine", "suspended", "annulled", "superseded", "tampered"];

    public static TheoryData<string> LanguageTags => [.. Languages.All.Select(l => l.Tag())];

    [Theory]
    [MemberData(nameof(LanguageTags))]
    [Trait("Requirement", "X-5")]
    [Trait("Requirement", "X-14")]
    public async Task No_page_scrolls_sideways_or_weighs_too_much_and_axe_finds_nothing_serious(string language)
    {
        Chromium.SkipUnlessPresent();
        var axe = Axe.Source();
        Assert.SkipWhen(axe is null, "axe-core is not installed: npm ci in tests/Journey.");
        var pages = await PagesAsync();
        var faults = new List<string>();
        // axe-core is put in by the test, which the strict policy would refuse.
        var page = await chromium.PageAsync(1280, policy: false);
        var turn = Languages.All.ToList().FindIndex(l => l.Tag() == language);
        foreach (var (name, path) in pages)
        {
            var rules = Work.WorkBrowserTests.RulesAt(turn++);
            await page.SetViewportSizeAsync(1280, 900);
            await OpenAsync(page, language, path);
            if (language == Work.WorkBrowserTests.Heaviest)
            {
                await Work.WorkBrowserTests.WeighAsync(page, name, faults);
            }

            if (rules.Length > 0)
            {
                await page.EvaluateAsync(axe!);
            }

            foreach (var width in (int[])[1280, 320])
            {
                await page.SetViewportSizeAsync(width, 900);
                // The page, and each box in it that is not meant to scroll.
                var wide = await page.EvaluateAsync<string?>(
                    "[document.documentElement, ...document.querySelectorAll('section, table')]"
                    + ".find(e => e.scrollWidth > e.clientWidth + 1 && !e.matches('.verdict') && getComputedStyle(e).overflowX !== 'auto')?.outerHTML.slice(0, 90)");
                if (wide is not null)
                {
                    faults.Add($"/{language} {name} is too wide at {width}: {wide}");
                }

                await PictureAsync(page, $"{language}-{width}-{name}");
                if (!rules.Contains(width))
                {
                    continue;
                }

                var found = await page.EvaluateAsync<JsonElement>(
                    "axe.run({ resultTypes: ['violations'] }).then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                    + ".map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ')))");
                faults.AddRange(found.EnumerateArray().Select(f => $"/{language} {name} at {width}: {f.GetString()}"));
            }
        }

        await page.Context.CloseAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_file_is_checked_without_script()
    {
        Chromium.SkipUnlessPresent();
        var page = await chromium.PageAsync(320, script: false);
        await page.GotoAsync(demo.Site + "/kk");
        await page.SetInputFilesAsync("input[name=file]", demo.Samples("genuine")[1]);
        await page.ClickAsync("form#bring button.primary");
        Assert.Equal("Түпнұсқа, күшінде", await page.TextContentAsync("h1"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_signed_core_in_the_fragment_is_offered_to_be_checked_and_reaches_the_server_only_in_the_body()
    {
        Chromium.SkipUnlessPresent();
        var diploma = await demo.StoredAsync(DemoSite.NumberOf(demo.Samples("genuine")[0]));
        var core = diploma.Forms.PaperText;
        var page = await chromium.PageAsync(1280);
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url.Split('#')[0]);
        await page.GotoAsync(new PaperQr(diploma.Record.SiteAddress, diploma.Record.Capability, core).ToString());
        await page.ClickAsync("form[data-core] button");
        await page.WaitForSelectorAsync("section.verdict.ok");
        Assert.DoesNotContain(asked, address => address.Contains(core, StringComparison.Ordinal));
        await page.Context.CloseAsync();
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MORTANBA_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        }
    }

    // A null path: a pasted text that is no diploma.
    private async Task<IReadOnlyList<(string Name, string? Path)>> PagesAsync()
    {
        var genuine = await demo.StoredAsync(DemoSite.NumberOf(demo.Samples("genuine")[0]));
        return
        [
            ("verify", ""),
            .. Kinds.Select(kind => (kind, (string?)$"/verify?sample={kind}-1")),
            ("could-not-check", null),
            ("code", "/q/" + genuine.Record.Capability),
            ("number", "/n/" + genuine.Record.Content.FullNumber),
            ("number-suspended", "/n/" + DemoSite.NumberOf(demo.Samples("suspended")[0])),
            ("institutions", "/institutions"),
            ("decisions", "/decisions"),
            ("decision", "/decisions/" + genuine.Record.Permission.Decision),
            ("ledger", "/ledger"),
            ("entry", "/ledger/20"),
            ("entries", "/ledger/entries"),
            ("checkpoints", "/ledger/checkpoints"),
            ("no-such-entry", "/ledger/find?entry=nothing"),
            ("how", "/how"),
            ("sandbox", "/developers/sandbox"),
            ("sandbox-bad", "/developers/sandbox/no-algorithm"),
            ("design", "/design"),
            ("status", "/status"),
            ("developers", "/developers"),
            ("recognition", "/recognition"),
            ("recognition-answer", "/recognition?country=RU&awarded=2015-06-30&purpose=employment&holder=refugee&extent=partial"),
            ("treaties", "/recognition/treaties"),
            ("education-system", "/recognition/system"),
            ("personal-data", "/ai/personal-data"),
            ("ai-register", "/ai/register"),
            ("recognition-institutions", "/recognition/institutions?country=RU"),
            ("recognition-institution", "/recognition/institutions/tr-sample-4"),
            ("privacy", "/privacy"),
            ("accessibility", "/accessibility"),
            ("no-such-page", "/no-such-page"),
        ];
    }

    private async Task OpenAsync(IPage page, string language, string? path)
    {
        if (path is not null)
        {
            var answer = await page.GotoAsync($"{demo.Site}/{language}{path}");
            Assert.True(answer?.Status < 500, $"{path} answers {answer?.Status}");
            return;
        }

        await page.GotoAsync($"{demo.Site}/{language}");
        await page.ClickAsync("form#bring summary");
        await page.FillAsync("textarea[name=text]", "Not a diploma.");
        await page.ClickAsync("form#bring button.primary");
        await page.WaitForSelectorAsync("section.verdict.unk");
    }
}
