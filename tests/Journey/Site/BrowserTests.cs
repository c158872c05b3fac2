using System.Text.Json;
using Microsoft.Playwright;
using Mortanba.Foundation;

namespace Mortanba.Journey.Tests.Site;

/// <summary>
/// Looks at the pages as people do: Chromium, wide and at 320 px, with axe-core. Pictures are kept when
/// MORTANBA_SCREENSHOTS names a folder.
/// </summary>
public sealed class BrowserTests(TestSite site, BrowserTests.Chromium chromium)
    : IClassFixture<TestSite>, IClassFixture<BrowserTests.Chromium>
{
    private static readonly string[] Pages =
    [
        "", "/verify?sample=genuine", "/verify?sample=suspended", "/verify?sample=annulled", "/verify?sample=superseded",
        "/verify?sample=tampered", "/q/" + InMemoryRegistry.Capability, "/n/BD00412867", "/institutions", "/decisions",
        "/decisions/2026-QPU-1", "/ledger", "/ledger/5", "/status", "/developers", "/privacy", "/accessibility", "/no-such-page",
    ];

    public static TheoryData<string> LanguageTags => [.. Languages.All.Select(l => l.Tag())];

    [Theory]
    [MemberData(nameof(LanguageTags))]
    public async Task No_page_scrolls_sideways_at_320_px_and_axe_finds_nothing_serious(string language)
    {
        Assert.SkipUnless(Chromium.Present, $"No Chromium at {Chromium.Path}.");
        var axe = AxeSource();
        Assert.SkipWhen(axe is null, "axe-core is not installed: npm ci in tests/Journey.");
        var faults = new List<string>();
        foreach (var width in (int[])[1280, 320])
        {
            // axe-core is put in by the test, which the strict policy would refuse.
            var page = await chromium.PageAsync(width, policy: false);
            foreach (var path in Pages.Append("could-not-check"))
            {
                await OpenAsync(page, language, path);
                var wide = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
                if (wide)
                {
                    faults.Add($"/{language}{path} scrolls sideways at {width}");
                }

                await PictureAsync(page, $"{language}-{width}-{path}");
                await page.EvaluateAsync(axe!);
                var found = await page.EvaluateAsync<JsonElement>(
                    "axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact))"
                    + ".map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | ')))");
                faults.AddRange(found.EnumerateArray().Select(f => $"/{language}{path} at {width}: {f.GetString()}"));
            }

            await page.Context.CloseAsync();
        }

        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_file_is_checked_without_script()
    {
        Assert.SkipUnless(Chromium.Present, $"No Chromium at {Chromium.Path}.");
        var page = await chromium.PageAsync(320, script: false);
        await page.GotoAsync(site.Address + "/kk");
        await page.SetInputFilesAsync("input[name=file]", new FilePayload
        {
            Name = "diploma.json",
            MimeType = "application/json",
            Buffer = "genuine"u8.ToArray(),
        });
        await page.ClickAsync("form#bring button.primary");
        Assert.Equal("Түпнұсқа, күшінде", await page.TextContentAsync("h1"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task The_signed_core_in_the_fragment_is_offered_to_be_checked_and_reaches_the_server_only_in_the_body()
    {
        Assert.SkipUnless(Chromium.Present, $"No Chromium at {Chromium.Path}.");
        var page = await chromium.PageAsync(1280);
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url.Split('#')[0]);
        await page.GotoAsync($"{site.Address}/q/{InMemoryRegistry.Capability}#aaa.bbb.ccc");
        await page.ClickAsync("form[data-core] button");
        await page.WaitForSelectorAsync("section.verdict.bad");
        Assert.DoesNotContain(asked, address => address.Contains("aaa.bbb", StringComparison.Ordinal));
        await page.Context.CloseAsync();
    }

    private static string? AxeSource()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "node_modules", "axe-core", "axe.min.js");
            if (File.Exists(file))
            {
                return File.ReadAllText(file);
            }
        }

        return null;
    }

    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("MORTANBA_SCREENSHOTS") is { Length: > 0 } folder)
        {
            var file = string.Concat(name.Select(c => char.IsLetterOrDigit(c) || c == '-' ? c : '_')) + ".png";
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, file), FullPage = true });
        }
    }

    private async Task OpenAsync(IPage page, string language, string path)
    {
        if (path != "could-not-check")
        {
            await page.GotoAsync($"{site.Address}/{language}{path}");
            return;
        }

        await page.GotoAsync($"{site.Address}/{language}");
        await page.ClickAsync("form#bring summary");
        await page.FillAsync("textarea[name=text]", "unchecked");
        await page.ClickAsync("form#bring button.primary");
        await page.WaitForSelectorAsync("section.verdict.unk");
    }

    /// <summary>One browser for the tests of a class.</summary>
    public sealed class Chromium : IAsyncLifetime
    {
        internal const string Path = "/usr/bin/chromium";

        private IPlaywright? playwright;
        private IBrowser? browser;

        internal static bool Present => File.Exists(Path);

        public async ValueTask InitializeAsync()
        {
            if (!Present)
            {
                return;
            }

            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new()
            {
                ExecutablePath = Path,
                Headless = true,
                Args =
                [
                    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                    "--disable-component-update", "--disable-sync",
                ],
            });
        }

        public async ValueTask DisposeAsync()
        {
            if (browser is not null)
            {
                await browser.DisposeAsync();
            }

            playwright?.Dispose();
        }

        internal async Task<IPage> PageAsync(int width, bool script = true, bool policy = true)
        {
            var context = await browser!.NewContextAsync(new()
            {
                ViewportSize = new() { Width = width, Height = 900 },
                JavaScriptEnabled = script,
                BypassCSP = !policy,
            });
            return await context.NewPageAsync();
        }
    }
}
