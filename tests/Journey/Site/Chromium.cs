using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Mortanba.Journey.Tests.Site;

/// <summary>One browser for all tests that look at pages.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // The same engine without windows of its own opens a page in a third of the time.
    private static readonly string Program =
        new[] { "/usr/bin/chromium-headless-shell" }.FirstOrDefault(File.Exists, "/usr/bin/chromium");

    /// <summary>A machine that runs many of these beside each other may take long to show one page.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private IPlaywright? playwright;
    private IBrowser? browser;

    internal static void SkipUnlessPresent() => Assert.SkipUnless(File.Exists(Program), $"No Chromium at {Program}.");

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(Program))
        {
            return;
        }

        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
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

    /// <param name="cookies">Of a page of before, as its context gives them: the person stays signed in.</param>
    internal async Task<IPage> PageAsync(int width, bool script = true, bool policy = true, bool dark = false, string? cookies = null)
    {
        var context = await browser!.NewContextAsync(new()
        {
            StorageState = cookies,
            ViewportSize = new() { Width = width, Height = 900 },
            JavaScriptEnabled = script,
            BypassCSP = !policy,
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            // A colour on its way from one theme to the other has no contrast that could be measured.
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout((float)Patience.TotalMilliseconds);
        return await context.NewPageAsync();
    }
}

/// <summary>Waits of a page for which the driver has none that is safe.</summary>
internal static class Arrival
{
    /// <summary>
    /// The page whose address has <paramref name="address"/>, a pattern, is there whole. The driver's own wait looks at the address, then
    /// listens for the next one, and misses a page that comes in between.
    /// </summary>
    internal static async Task ArriveAsync(this IPage page, string address)
    {
        await Assertions.Expect(page).ToHaveURLAsync(new Regex(address), new() { Timeout = (float)Chromium.Patience.TotalMilliseconds });
        // Asked once: the driver asks again by a script of the page, which the page's policy refuses.
        await page.EvaluateAsync(
            "() => document.readyState === 'complete' || new Promise(done => addEventListener('load', () => done(true), { once: true }))");
    }
}
