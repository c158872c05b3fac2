using Microsoft.Playwright;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Signs in as a person does, by the form that stands on the page.</summary>
internal static class BrowserSignIn
{
    /// <summary>
    /// Comes back when the next page stands there whole. It is known by what it shows: on a busy machine the driver misses that a page
    /// was loaded, and waits for it until its patience ends.
    /// </summary>
    public static async Task SendAsync(IPage page, string email, string password)
    {
        await page.FillAsync("#email", email);
        await page.FillAsync("#password", password);
#pragma warning disable CS0612 // The option is to become the default; until it is, without it the click waits for the page itself.
        await page.ClickAsync("main form button.primary:not([type=button])", new() { NoWaitAfter = true });
#pragma warning restore CS0612
        await page.WaitForSelectorAsync("html:not(:has(#password)) footer", new() { State = WaitForSelectorState.Attached });
    }
}
