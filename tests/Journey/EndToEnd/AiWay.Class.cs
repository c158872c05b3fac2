using System.Net.Http.Headers;
using System.Net.Http.Json;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Journey.Tests.Ai;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <content>The school: regulation, tool, consent, a task and its grade.</content>
internal sealed partial class AiWay
{
    public async Task AdoptRegulationAsync()
    {
        var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/regulation");
        await page.FillAsync("input[name=generative-from-age]", "13");
        await page.ClickAsync("form#draft button.primary");
        await StandsAsync(page, "main h1");
        await page.Context.CloseAsync();
        var head = await EnterAsync("head", $"/console/{AiSite.SchoolBin}/ai/regulation");
        await FillAsync(head, ("order", "Order 7-" + language), ("reason", "For the new school year."));
        await head.ClickAsync("form#adopt button.primary");
        await StandsAsync(head, $"main a[href$='/ai/schools/{AiSite.SchoolBin}']");
        await head.Context.CloseAsync();
    }

    // The school allows what the register admits, to whom and for what.
    public async Task AllowAsync(string system)
    {
        var page = await EnterAsync("coordinator", $"/console/{AiSite.SchoolBin}/ai/tools?system={system}");
        foreach (var box in (string[])["role][value=learner", "role][value=teacher", "purpose][value=tutoring", "purpose][value=assessment-aid"])
        {
            await page.CheckAsync($"form#allow input[name={box}]");
        }

        await page.FillAsync("#without", "The printed book of exercises.");
        await page.ClickAsync("form#allow button.primary");
        await StandsAsync(page, "#tools form");
        await page.Context.CloseAsync();
    }

    // A parent reads the eight elements and consents; the learner reads the notice.
    public async Task ConsentAsync(string system)
    {
        var parent = await EnterAsync("guardian-" + language, $"/me/ai/{learner.Id}/tools/{system}", 320);
        foreach (var purpose in await parent.Locator("form#give input[type=checkbox]").AllAsync())
        {
            await purpose.CheckAsync();
        }

        await parent.ClickAsync("form#give button.primary");
        await StandsAsync(parent, "#consents button");
        await parent.Context.CloseAsync();
        var own = await EnterAsync("learner-" + language, $"/me/ai/{learner.Id}/tools/{system}", 320);
        await own.ClickAsync("#notice form button.primary");
        await StandsAsync(own, "section[aria-labelledby=may] .badge.ok");
        await own.Context.CloseAsync();
    }

    public async Task<string> SetTaskAsync(string system)
    {
        var page = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/tasks/new");
        await FillAsync(page, ("title", "Railway essay"), ("words", "Write on the railway of 1930."), ("class", inClass), ("due", Day(30)), ("own", "80"));
        await page.CheckAsync("input[name=level][value='2']");
        await page.CheckAsync($"input[name=tool][value='{system}']");
        await page.ClickAsync("main form button.primary");
        await page.WaitForFunctionAsync("/\\/tasks\\/task-/.test(location.pathname)");
        var id = page.Url[(page.Url.LastIndexOf('/') + 1)..];
        await page.Context.CloseAsync();
        return id;
    }

    public async Task HandInAsync(string task, string system)
    {
        var page = await EnterAsync("learner-" + language, $"/me/ai/{learner.Id}/tasks/{task}", 320);
        await FillAsync(page, ("text", "The railway joined the north and the south."), ("own", "90"), ("purpose0", "Ideas"), ("parts0", "The plan"));
        await page.CheckAsync("input[name=use][value=some]");
        await page.SelectOptionAsync("#tool0", system);
        await page.ClickAsync("main form button.primary");
        await StandsAsync(page, "a[href$='/export/pdf']");
        await page.Context.CloseAsync();
    }

    // A program proposes a grade, and may not give one; the teacher decides before seeing it, and otherwise.
    public async Task DecideOtherwiseAsync(string task, string system)
    {
        var work = LearnerWork.IdOf(task, learner.Id);
        var at = site.Small.Time.GetUtcNow();
        var key = (await site.Home.Database.WriteAsync(async t => (await ApiClients.CreateAsync(
            t, Actor.AtConsole("test"), AiSite.SchoolBin, "Grader " + language, [ApiClients.AssessPrefix + system], at.AddDays(30), at)).Value)).Key;
        using var program = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        program.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var path = $"/api/v1/institutions/{AiSite.SchoolBin}/ai/works/{work}/";
        Assert.Contains("The railway", await program.GetStringAsync($"{path}text?system={system}"), StringComparison.Ordinal);
        using var proposed = await program.PostAsJsonAsync(
            path + "proposal", new { score = 5, system, model = "2026-06", words = "Sealed remark.", data = new[] { "The text" } });
        Assert.Equal(System.Net.HttpStatusCode.Accepted, proposed.StatusCode);
        using var graded = await program.PostAsJsonAsync(path + "grade", new { score = 5, reason = "The score." });
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, graded.StatusCode);

        var page = await EnterAsync("teacher-" + language, $"/console/{AiSite.SchoolBin}/ai/tasks/{task}/{learner.Id}");
        Assert.DoesNotContain("Sealed remark.", await page.ContentAsync(), StringComparison.Ordinal);
        await FillAsync(page, ("score", "9"), ("reason", "Clear, with sources."));
        await page.ClickAsync("form[action$='/grade'] button.primary");
        await StandsAsync(page, "text=Sealed remark.");
        await page.Context.CloseAsync();
    }
}
