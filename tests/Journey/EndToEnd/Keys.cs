using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// Somebody who has a keyboard and nothing else: goes from one element to the next with Tab until the wanted one has the
/// focus, sees that it has it, and types. Never clicks, never puts a value into a field by its name.
/// </summary>
internal sealed class Keys(IPage page, DemoSite demo, Language language)
{
    private const int TabsMax = 250;
    private static readonly TimeSpan ArrivesWithin = Chromium.Patience;

    // Something visible at or around the focused element is framed: itself, what it stands in, or the button it speaks for.
    private const string HasRing = """
        e => {
          const framed = x => { const s = getComputedStyle(x); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; };
          const seen = x => { const r = x.getBoundingClientRect(); return r.width > 1 && r.bottom > 0 && r.top < innerHeight; };
          return [e, e.parentElement, ...e.parentElement.querySelectorAll('*')].some(x => framed(x) && seen(x));
        }
        """;

    public IPage Page => page;

    /// <summary>A text of the site, up to its first value.</summary>
    public string Text(string key) => demo.Services.GetRequiredService<Texts>().Get(language, key).Split('{')[0].Trim();

    /// <summary>Presses Tab until an element of this role and name has the focus, and asserts that one sees so.</summary>
    public Task ReachAsync(AriaRole role, string name) => ReachAsync(page.GetByRole(role, new() { Name = name }));

    public async Task ReachAsync(ILocator wanted)
    {
        await wanted.First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        for (var tabs = 0; !await wanted.EvaluateAllAsync<bool>("all => all.includes(document.activeElement)"); tabs++)
        {
            Assert.True(tabs < TabsMax, $"{TabsMax} times Tab does not reach {wanted} on {page.Url}.");
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.True(
            await page.EvalOnSelectorAsync<bool>(":focus", HasRing),
            $"The focus cannot be seen on {page.Url}: {await page.EvalOnSelectorAsync<string>(":focus", "e => e.outerHTML.slice(0, 200)")}");
    }

    /// <summary>Goes to a link or a button, presses Enter, and waits for the page it leads to.</summary>
    public async Task PressAsync(AriaRole role, string name) => await PressAsync(page.GetByRole(role, new() { Name = name }));

    public async Task PressAsync(ILocator wanted)
    {
        await ReachAsync(wanted);
        await LeaveByEnterAsync();
    }

    /// <summary>Enter, where it leads to another page: also from a field of a form.</summary>
    public async Task LeaveByEnterAsync()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Arrived(object? sender, IPage loaded) => arrived.TrySetResult();
        page.DOMContentLoaded += Arrived;
        await page.Keyboard.PressAsync("Enter");
        await arrived.Task.WaitAsync(ArrivesWithin);
        page.DOMContentLoaded -= Arrived;
    }

    /// <summary>Goes to a field; what stood in it is chosen by Tab, so that typing takes its place.</summary>
    public async Task TypeAsync(string name, string text)
    {
        await ReachAsync(page.GetByRole(AriaRole.Textbox, new() { Name = name }).Or(page.GetByLabel(name)).And(page.Locator("input")));
        await page.Keyboard.TypeAsync(text);
    }

    /// <summary>Goes to a box and turns it over.</summary>
    public async Task TickAsync(ILocator box)
    {
        await ReachAsync(box);
        await page.Keyboard.PressAsync("Space");
    }

    /// <summary>Goes to a choice and walks it with the arrows until it has the value.</summary>
    public async Task ChooseAsync(string name, Func<string, bool> isWanted)
    {
        await ReachAsync(page.GetByRole(AriaRole.Combobox, new() { Name = name }));
        await page.Keyboard.PressAsync("Home");
        for (var steps = 0; !isWanted(await page.EvalOnSelectorAsync<string>(":focus", "e => e.value")); steps++)
        {
            Assert.True(steps < TabsMax, $"The choice “{name}” has no such value.");
            await page.Keyboard.PressAsync("ArrowDown");
        }
    }

    /// <summary>Opens the file dialog with the keyboard; the dialog itself is the system's.</summary>
    public async Task PutFileAsync(ILocator input, string file)
    {
        // Asked for before the way there, so that the browser hands its dialog over by the time Enter opens it.
        var opened = new TaskCompletionSource<IFileChooser>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Opened(object? sender, IFileChooser dialog) => opened.TrySetResult(dialog);
        page.FileChooser += Opened;
        await ReachAsync(input);
        await page.Keyboard.PressAsync("Enter");
        var chooser = await opened.Task.WaitAsync(ArrivesWithin);
        page.FileChooser -= Opened;
        await chooser.SetFilesAsync(file);
    }
}
