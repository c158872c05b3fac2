using Microsoft.Playwright;
using Mortanba.Credentials;
using Mortanba.Journey.Tests.Demo;

namespace Mortanba.Journey.Tests.Site;

/// <summary>The QR code by camera and from a picture, in a real browser whose detector and camera are stand-ins.</summary>
[Collection(DemoTests.Name)]
public sealed class ScanTests(DemoSite demo, Chromium chromium)
{
    [Fact]
    public async Task A_code_held_before_the_camera_is_checked()
    {
        Chromium.SkipUnlessPresent();
        var page = await PageAsync(await CodeAsync(), camera: "new MediaStream()");
        await page.ClickAsync("[data-scan] button");
        await page.WaitForSelectorAsync("section.verdict.ok");
        Assert.DoesNotContain("eyJ", page.Url, StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_picture_of_a_code_dropped_into_the_box_is_checked()
    {
        Chromium.SkipUnlessPresent();
        var page = await PageAsync(await CodeAsync(), camera: "new MediaStream()");
        await page.SetInputFilesAsync("input[name=file]", Picture);
        await page.WaitForSelectorAsync("section.verdict.ok");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_picture_without_a_code_and_a_camera_that_stays_shut_are_said_in_words()
    {
        Chromium.SkipUnlessPresent();
        var page = await PageAsync(null, camera: "Promise.reject(new Error('no'))");
        await page.SetInputFilesAsync("input[name=file]", Picture);
        await page.WaitForSelectorAsync(".drop .said:has-text('There is no QR code')");
        await page.ClickAsync("[data-scan] button");
        await page.WaitForSelectorAsync("[data-scan] [role=status]:has-text('The camera did not open')");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_browser_that_cannot_read_codes_says_so_and_offers_no_button()
    {
        Chromium.SkipUnlessPresent();
        var page = await chromium.PageAsync(320);
        await page.AddInitScriptAsync("delete window.BarcodeDetector;");
        await page.GotoAsync(demo.Site + "/en");
        await page.WaitForSelectorAsync("[data-scan] [role=status]:has-text('This browser cannot read QR codes')");
        Assert.False(await page.IsVisibleAsync("[data-scan] button"));
        await page.SetInputFilesAsync("input[name=file]", Picture);
        await page.WaitForSelectorAsync(".drop .said:has-text('This browser cannot read a code from a picture')");
        await page.Context.CloseAsync();
    }

    // One white pixel.
    private static FilePayload Picture => new()
    {
        Name = "paper.png",
        MimeType = "image/png",
        Buffer = Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="),
    };

    private async Task<string> CodeAsync()
    {
        var diploma = await demo.StoredAsync(DemoSite.NumberOf(demo.Samples("genuine")[0]));
        return new PaperQr(diploma.Record.SiteAddress, diploma.Record.Capability, diploma.Forms.PaperText).ToString();
    }

    private async Task<IPage> PageAsync(string? code, string camera)
    {
        var page = await chromium.PageAsync(1280);
        await page.AddInitScriptAsync($$"""
            window.BarcodeDetector = class {
              static async getSupportedFormats() { return ["qr_code"]; }
              async detect() { return {{(code is null ? "[]" : $"[{{ rawValue: \"{code}\" }}]")}}; }
            };
            Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia: async () => {{camera}} } });
            HTMLMediaElement.prototype.play = async () => {};
            """);
        await page.GotoAsync(demo.Site + "/en");
        await page.WaitForSelectorAsync("[data-scan]:not([hidden])");
        return page;
    }
}
