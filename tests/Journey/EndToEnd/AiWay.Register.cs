using Microsoft.Playwright;
using Mortanba.Journey.Tests.Ai;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <content>A system from its vendor's answers to its approval.</content>
internal sealed partial class AiWay
{
    // The vendor answers once, for every school.
    public async Task<string> AnswerAsVendorAsync()
    {
        var page = await EnterAsync("vendor", "/console/ai/vendor/new");
        await DescribeAsync(page);
        await FillAsync(page, ("company", "Invented Tutors"), ("models", "Tutor 1"), ("stored", "KZ"), ("retention", "30 days"), ("agefrom", "13"));
        foreach (var (field, answer) in new[] { ("trains", "no"), ("deletes", "yes"), ("advertising", "no"), ("profiles", "no"), ("marks", "yes") })
        {
            await page.CheckAsync($"input[name={field}][value={answer}]");
        }

        await page.ClickAsync("main form button.primary");
        await StandsAsync(page, "main .badge");
        var id = page.Url[(page.Url.LastIndexOf('/') + 1)..];
        await page.Context.CloseAsync();
        return id;
    }

    public async Task ProposeAsync(string system)
    {
        var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/systems/{system}");
        await page.ClickAsync("form#propose button.primary");
        await StandsAsync(page, "form#class");
        await page.SelectOptionAsync("#risk", "medium");
        await page.SelectOptionAsync("#autonomy", "low");
        await page.SelectOptionAsync("#mode", "closed");
        foreach (var group in await page.Locator("form#class input[type=radio][value=no]").AllAsync())
        {
            await group.CheckAsync();
        }

        // Grading is a use with a high impact: it wants an assessment and the board.
        await page.CheckAsync("form#class input[name='function.outcomes'][value=yes]");
        await page.ClickAsync("form#class button.primary");
        await SendAsync(page, "impact", ("rights", "Fair grades."), ("risks", "Wrong advice."), ("oversight", "The teacher reads every answer."));
        await SendAsync(
            page, "value", ("without", "A printed book of exercises."), ("gain", "Answers at once."), ("evidence", "https://evidence.example/trial"),
            ("proportionality", "Texts of exercises only."), ("subsidiarity", "The book has no answers."), ("necessity", "Classes of thirty."));
        await page.Context.CloseAsync();
    }

    public async Task ReviewEthicsAsync(string system, string outcome)
    {
        var page = await EnterAsync("ethics", $"/console/ai/systems/{system}");
        await page.CheckAsync($"form#ethics input[value={outcome}]");
        await page.FillAsync("#ethics-reason", "Read with the board.");
        await page.ClickAsync("form#ethics button.primary");
        await page.WaitForFunctionAsync("location.hash === '#ethics'");
        await page.Context.CloseAsync();
    }

    public async Task DescribeAgainAsync(string system)
    {
        var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/systems/{system}");
        await SendAsync(page, "describe", ("contract", "Contract 12 of June 2026"));
        await page.Context.CloseAsync();
    }

    public async Task ApproveAsync(string system)
    {
        var page = await EnterAsync("approver", $"/console/ai/systems/{system}");
        foreach (var purpose in (string[])["tutoring", "assessment-aid"])
        {
            await page.CheckAsync($"form#approve input[value={purpose}]");
        }

        await FillAsync(page, ("from", "13"), ("to", "19"), ("until", Day(300)));
        await page.FillAsync("#approve-reason", "Shown in two schools.");
        if (await page.QuerySelectorAsync("#approve-password") is { } password)
        {
            await password.FillAsync(SmallSite.Password);
        }

        await page.ClickAsync("form#approve button.primary");
        await page.WaitForFunctionAsync("location.hash === '#approve'");
        await page.Context.CloseAsync();

        // Everybody reads until when, and where the approval stands in the ledger.
        var open = await chromium.PageAsync(320);
        await open.GotoAsync($"{site.Small.Site}/{language}/ai/register?q={Uri.EscapeDataString(name)}");
        await open.ClickAsync($"main a[href$='/ai/register/{system}']");
        await StandsAsync(open, "main a[href*='/ledger/']");
        await open.Context.CloseAsync();
    }

    private async Task DescribeAsync(IPage page)
    {
        await page.FillAsync("#name", name);
        foreach (var tag in (string[])["kk", "ru", "en"])
        {
            await page.FillAsync($"[id='purpose.{tag}']", "Explains exercises.");
            await page.FillAsync($"[id='data.{tag}']", "Texts of exercises.");
        }

        await FillAsync(
            page, ("owner", "Invented Tutors"), ("contact", "help@tutors.example"), ("objection", "help@tutors.example"),
            ("agreement", "https://tutors.example/agreement"), ("contract", "Contract 11"));
        await page.SelectOptionAsync("#generative", "yes");
    }

    // A form of the desk is folded until it is needed.
    private static async Task SendAsync(IPage page, string form, params (string Field, string Text)[] fields)
    {
        if (!await page.IsVisibleAsync($"form#{form} button"))
        {
            await page.ClickAsync($"details:has(form#{form}) > summary");
        }

        foreach (var (field, text) in fields)
        {
            await page.FillAsync($"form#{form} [name={field}]", text);
        }

        await page.ClickAsync($"form#{form} button");
        await page.WaitForFunctionAsync($"location.hash === '#{form}'");
    }
}
