using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.Work;

/// <summary>The rows of a list repaired by keyboard alone, in real Chromium.</summary>
[Collection(DemoTests.Name)]
public sealed class ListKeyboardTests(DemoSite demo, Chromium chromium)
{
    private const string Uni = "940540002029";
    private const string Saves = "dl.stats .stat:nth-child(3) dd";

    [Fact, Trait("Requirement", "X-14")]
    public async Task Enter_goes_to_the_next_cell_to_repair_control_enter_saves_and_undo_takes_it_back()
    {
        Chromium.SkipUnlessPresent();
        var page = await OpenRowsAsync();
        await page.Keyboard.PressAsync("F8");
        var first = await page.GetAttributeAsync(":focus", "name");
        Assert.Equal("true", await page.GetAttributeAsync(":focus", "aria-invalid"));
        var was = await page.InputValueAsync(":focus");
        await page.Keyboard.TypeAsync("by keyboard");
        await page.Keyboard.PressAsync("Enter");
        Assert.NotEqual(first, await page.GetAttributeAsync(":focus", "name"));
        await page.WaitForSelectorAsync($"{Saves}:has-text('1')");
        await page.Keyboard.TypeAsync("and this");
        await page.Keyboard.PressAsync("Control+Enter");
        await page.WaitForSelectorAsync($"{Saves}:has-text('2')");
        await page.FocusAsync("form[action$='/undo'] button");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync($"{Saves}:has-text('1')");

        await page.FocusAsync("form[action$='/undo'] button");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync($"{Saves}:has-text('0')");
        Assert.Equal(was, await page.InputValueAsync($"input[name='{first}']"));
        await page.Context.CloseAsync();
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_cell_is_saved_when_it_is_left_and_one_that_could_not_be_says_so_and_keeps_what_was_typed()
    {
        Chromium.SkipUnlessPresent();
        var page = await OpenRowsAsync();
        await page.Keyboard.PressAsync("F8");
        var name = await page.GetAttributeAsync(":focus", "name");
        await page.Context.SetOfflineAsync(true);
        await page.Keyboard.TypeAsync("without a connection");
        await page.Keyboard.PressAsync("Tab");
        await page.WaitForSelectorAsync("td.unsaved [data-told]:has-text('Not saved')");
        Assert.Equal("without a connection", await page.InputValueAsync($"input[name='{name}']"));
        Assert.Contains("1", await page.InnerTextAsync("[data-unsaved]"), StringComparison.Ordinal);

        await page.Context.SetOfflineAsync(false);
        // The site answers, but not to this role: that is not a broken connection.
        await page.RouteAsync("**/rows", route => route.FulfillAsync(new() { Status = 403, ContentType = "text/html", Body = "<p>No" }));
        await page.FocusAsync($"input[name='{name}']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("td.unsaved [data-told]:has-text('403')");
        await page.UnrouteAsync("**/rows");
        await page.RouteAsync("**/rows", route => route.FulfillAsync(new() { Status = 403, ContentType = "application/json", Body = """{"words":"A second factor"}""" }));
        await page.FocusAsync($"input[name='{name}']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("td.unsaved [data-told]:has-text('A second factor')");
        await page.UnrouteAsync("**/rows");
        await page.FocusAsync($"input[name='{name}']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync($"{Saves}:has-text('1')");
        Assert.Null(await page.QuerySelectorAsync("td.unsaved"));

        // Somebody else saves meanwhile: the cell says so, and the same key saves over it.
        await page.EvaluateAsync("document.querySelectorAll('input[name=version]').forEach(i => { i.value = '1'; })");
        await page.FocusAsync($"input[name='{name}']");
        await page.Keyboard.TypeAsync(" again");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync("td.unsaved [data-told]:has-text('without a connection')");
        await page.FocusAsync($"input[name='{name}']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync($"{Saves}:has-text('2')");

        for (var undone = 1; undone >= 0; undone--)
        {
            await page.ClickAsync("form[action$='/undo'] button");
            await page.WaitForSelectorAsync($"{Saves}:has-text('{undone}')");
        }

        await page.Context.CloseAsync();
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task What_the_checks_say_of_a_saved_cell_stands_in_it_and_the_counts_follow_without_a_reload()
    {
        Chromium.SkipUnlessPresent();
        var page = await OpenRowsAsync();
        await page.EvaluateAsync("window.notReloaded = true");
        var cell = await page.GetAttributeAsync("td.bad input.input[aria-describedby]", "id");
        var said = await page.InnerTextAsync($"[id='{cell}w']");

        await page.FillAsync($"[id='{cell}']", "=1+1");
        await page.Keyboard.PressAsync("Tab");
        await page.WaitForFunctionAsync(
            "([id, was]) => { const now = document.getElementById(id)?.innerText; return now && now !== was; }", new[] { cell + "w", said });
        await page.WaitForSelectorAsync($"{Saves}:has-text('1')");
        Assert.Equal("true", await page.GetAttributeAsync($"[id='{cell}']", "aria-invalid"));
        Assert.True(await page.EvaluateAsync<bool>("window.notReloaded"));

        await page.ClickAsync("form[action$='/undo'] button");
        await page.WaitForSelectorAsync($"{Saves}:has-text('0')");
        Assert.Equal(said, await page.InnerTextAsync($"[id='{cell}w']"));
        await page.Context.CloseAsync();
    }

    /// <summary>The rows of the demonstration's list with errors, signed in as its registrar.</summary>
    private async Task<Microsoft.Playwright.IPage> OpenRowsAsync()
    {
        var page = await chromium.PageAsync(1280);
        var password = (await File.ReadAllLinesAsync(Path.Combine(demo.Directory, "demo-accounts.txt")))[0];
        await page.GotoAsync($"{demo.Site}/en/sign-in?to={Uri.EscapeDataString($"/en/console/{Uni}/lists")}");
        await page.FillAsync("input[name=email]", $"registrar@{Uni}.example");
        await page.FillAsync("input[name=password]", password);
        await page.PressAsync("input[name=password]", "Enter");
        await page.ArriveAsync("/lists$");
        await page.FocusAsync("tbody a:has-text('to be repaired')");
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync("/rows$");
        return page;
    }
}
