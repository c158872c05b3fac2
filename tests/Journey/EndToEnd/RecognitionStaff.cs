using Microsoft.Playwright;
using Mortanba.Host.Demo;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>The people of the recognition body, each signed in once, in a browser of their own, for all languages.</summary>
public sealed class RecognitionStaff(DemoSite demo, Chromium chromium) : IAsyncDisposable
{
    private readonly Dictionary<string, IPage> pages = [];

    /// <summary>Working days that the body has set.</summary>
    internal int LimitDays => RecognitionGuide.For(
        demo.Home.Rules,
        new AwardQuestion(["DE"], new DateOnly(2024, 6, 30), RecognitionPurpose.FurtherStudy, HolderKind.Graduate),
        new WorkingCalendar(demo.Home.Rules).DateOf(demo.Home.Time.GetUtcNow()).Value).Value.TimeLimit.Value.WorkingDays!.Value;

    private string Password => File.ReadLines(Path.Combine(demo.Directory, DemoPeople.FileName)).First();

    internal async Task<IPage> PageAsync(string email)
    {
        if (pages.TryGetValue(email, out var there))
        {
            return there;
        }

        var page = pages[email] = await chromium.PageAsync(1280);
        await page.GotoAsync($"{demo.Site}/en/sign-in");
        await page.FillAsync("input[name=email]", email);
        await page.FillAsync("input[name=password]", Password);
        await page.PressAsync("input[name=password]", "Enter");
        await page.ArriveAsync("^(?!.*/sign-in)");
        return page;
    }

    /// <summary>Whoever signed in a while ago is asked for the password again before what cannot be taken back.</summary>
    internal async Task ProveAsync(IPage page)
    {
        if (await page.QuerySelectorAsync("#password") is { } field)
        {
            await field.FillAsync(Password);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var page in pages.Values)
        {
            await page.Context.CloseAsync();
        }
    }
}
