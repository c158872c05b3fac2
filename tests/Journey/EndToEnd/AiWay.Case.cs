using Microsoft.Playwright;
using Mortanba.AiEducation;
using Mortanba.Journey.Tests.Ai;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <content>A case of integrity to the end of its appeal.</content>
internal sealed partial class AiWay
{
    public async Task<string> ReportAsync(string task)
    {
        var page = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/tasks/{task}/{learner.Id}");
        await page.ClickAsync("main a[href*='/ai/cases/new']");
        await page.CheckAsync("input[name=ground][value=detector]");
        await FillAsync(page, ("score", "91"), ("words", "A detector says so."));
        await page.ClickAsync("main form button.primary");
        await page.WaitForFunctionAsync("/\\/cases\\/(?!new)/.test(location.pathname)");
        var id = page.Url[(page.Url.LastIndexOf('/') + 1)..];
        await page.Context.CloseAsync();
        return id;
    }

    // The learner is told, has days to prepare, and is heard with a representative.
    public async Task HearAsync(string one)
    {
        var first = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
        await first.ClickAsync("form[action$='/notice'] button");
        await StandsAsync(first, "form[action$='/hearing']");
        await first.Context.CloseAsync();
        await HearAfterAsync(one, 6, "I wrote it at home.");
    }

    // Days later a new session: none lasts as long.
    private async Task HearAfterAsync(string one, int days, string words)
    {
        site.Small.Time.Pass(TimeSpan.FromDays(days));
        sessions.Clear();
        var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
        await page.CheckAsync("input[name=invited]");
        await page.CheckAsync("input[name=present]");
        await page.FillAsync("#heard", words);
        await page.ClickAsync("form[action$='/hearing'] button.primary");
        await StandsAsync(page, "main:not(:has(form[action$='/hearing']))");
        await page.Context.CloseAsync();
    }

    public async Task RefuseOnDetectorAloneAsync(string one)
    {
        await NameAsync(one, "m1", "m2", "m3");
        var page = await EnterAsync("m1", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
        await VoteAsync(page, "serious");
        // Refused, in words, and the vote is still to be given.
        await StandsAsync(page, "form[action$='/vote']");
        Assert.True(await page.Locator("[role=alert], .errors, .note.bad").CountAsync() > 0);
        await page.Context.CloseAsync();
        Assert.Equal(CaseState.Open, (await CaseAsync(one)).State);
    }

    // The learner cannot explain the work: a ground of its own, told and heard anew.
    public async Task DecideByPeopleAsync(string one)
    {
        var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
        await page.ClickAsync("details:has(form[action$='/oral']) summary");
        await page.CheckAsync("input[name=result][value=cannot]");
        await page.CheckAsync("input[name=oral-invited]");
        await page.FillAsync("#oral", "Could not explain the second part.");
        await page.ClickAsync("form[action$='/oral'] button");
        await StandsAsync(page, "main:not(:has(form[action$='/oral']))");
        await page.ClickAsync("form[action$='/notice'] button");
        await StandsAsync(page, "form[action$='/hearing']");
        await page.Context.CloseAsync();
        await HearAfterAsync(one, 4, "I was nervous.");
        await DecideAsync(one, "minor", "redo", "m1", "m2", "m3");
        Assert.Equal(CaseState.Decided, (await CaseAsync(one)).State);
    }

    public async Task AppealAsync(string one)
    {
        var page = await EnterAsync("learner-" + language, $"/me/ai/{learner.Id}/cases/{one}", 320);
        await page.FillAsync("form#appealing textarea", "I explained it to the class.");
        await page.ClickAsync("form#appealing button");
        await StandsAsync(page, "main:not(:has(form#appealing))");
        await page.Context.CloseAsync();
        await NameAsync(one, "o1", "o2", "o3");
        await DecideAsync(one, "no-breach", null, "o1", "o2", "o3");
        Assert.Equal(AppealOutcome.Overturned, (await CaseAsync(one)).AppealDecision!.Outcome);
    }

    private async Task NameAsync(string one, params string[] members)
    {
        var page = await EnterAsync("head", $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
        foreach (var member in members)
        {
            await page.CheckAsync($"form[action$='/committee'] input[value='{Who(member, shared: true).Id}']");
        }

        await page.ClickAsync("form[action$='/committee'] button");
        await StandsAsync(page, "form[action$='/committee'] input:checked");
        await page.Context.CloseAsync();
    }

    private async Task DecideAsync(string one, string finding, string? remedy, params string[] members)
    {
        foreach (var member in members)
        {
            var page = await EnterAsync(member, $"/console/{AiSite.SchoolBin}/ai/cases/{one}");
            await VoteAsync(page, finding);
            await StandsAsync(page, "main:not(:has(form[action$='/vote']))");
            if (member == members[^1])
            {
                if (remedy is not null)
                {
                    await page.CheckAsync($"input[name=remedy][value={remedy}]");
                }

                await page.FillAsync("#reason", "Read and heard.");
                await page.ClickAsync("form[action$='/decide'] button.primary");
                await StandsAsync(page, "main:not(:has(form[action$='/decide']))");
            }

            await page.Context.CloseAsync();
        }
    }

    private static async Task VoteAsync(IPage page, string finding)
    {
        await page.CheckAsync($"input[name=finding][value={finding}]");
        await page.FillAsync("#why", "Read with the others.");
        await page.ClickAsync("form[action$='/vote'] button.primary");
    }

    private async Task<IntegrityCase> CaseAsync(string id)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await site.Desk.Events.FindAsync(connection, IntegrityStreams.Kind, id))!.Now;
    }
}
