using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Journey.Tests.Live;
using Mortanba.Journey.Tests.Work;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>What time does: who is on duty for reports of harm, what goes up because nobody took it, consents that run out.</summary>
[Collection(AiSites.Name)]
public sealed class SafetyPagesTests(AiSite ai)
{
    private static readonly string At = $"/en/console/{AiSite.SchoolBin}/ai/incidents";

    private AiMail Mail => ai.Small.Services.GetRequiredService<AiMail>();

    [Fact]
    [Trait("Requirement", "AI-35")]
    public async Task A_report_goes_to_who_is_on_duty_who_sees_it_first_and_no_colleague_does()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        using var head = await ai.SignedInAsync("head");
        using var onDuty = await ai.SignedInAsync("teacher2");
        using var colleague = await ai.SignedInAsync("teacher3");
        var today = ai.Desk.Today().ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        (string, string)[] turn = [("version", "0"), ("from.0", today), ("to.0", today), ("person.0", ai.Who("teacher2").Id), ("deputy.0", ai.Who("teacher3").Id)];
        Assert.Equal(HttpStatusCode.Forbidden, (await colleague.PostAsync($"{At}/duty", await colleague.TokenAsync($"{At}/duty"), turn)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await coordinator.PostAsync(
            $"{At}/duty", await coordinator.TokenAsync($"{At}/duty"), [.. turn[..4], ("deputy.0", ai.Who("teacher2").Id)])).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync($"{At}/duty", await coordinator.TokenAsync($"{At}/duty"), turn)).StatusCode);
        Assert.Contains("Trial teacher2", (await colleague.PageAsync($"{At}/duty")).QuerySelector("#today")!.TextContent, StringComparison.Ordinal);

        var id = await ReportAsync("bias");
        Assert.Equal(1L, await MessagesAsync(id));
        Assert.Contains("routed to you", (await onDuty.PageAsync(At)).QuerySelector($"tr:has(a[href$='{id}'])")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await head.GetAsync($"{At}/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await colleague.GetAsync($"{At}/{id}")).StatusCode);
        Assert.DoesNotContain(id, (await colleague.PageAsync(At)).QuerySelector("main")!.InnerHtml, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await onDuty.PostAsync($"{At}/{id}/take", await onDuty.TokenAsync($"{At}/{id}"))).StatusCode);

        // Of their own report nobody is the one on duty.
        Assert.Equal(ai.Who("teacher3").Id, (await FindAsync(await ReportAsync("bias", "teacher2"))).Report.OnDuty);
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public async Task What_nobody_took_goes_up_by_itself_once_and_is_seen_there()
    {
        var id = await ReportAsync("self-harm");
        using var region = await ai.SignedInAsync("region");
        using var ministry = await ai.SignedInAsync("ministry");
        var (ofRegion, ofMinistry) = ($"/en/console/{AiSite.DepartmentBin}/region/incidents", "/en/console/ai/incidents");
        Assert.Equal(HttpStatusCode.NotFound, (await region.GetAsync($"{ofRegion}/{id}")).StatusCode);
        var before = await MessagesAsync(id);

        await PassUpAsync(hours: 2);
        await PassUpAsync(hours: 2);
        Assert.Equal(IncidentLevel.Region, Assert.Single((await FindAsync(id)).Steps.OfType<IncidentPassedUp>()).To);
        Assert.Equal(before + 1, await MessagesAsync(id));
        Assert.Contains("came up to you", (await region.PageAsync(ofRegion)).QuerySelector($"tr:has(a[href$='{id}'])")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await ministry.GetAsync($"{ofMinistry}/{id}")).StatusCode);

        await PassUpAsync(hours: 4);
        await PassUpAsync(hours: 4);
        Assert.Equal([IncidentLevel.Region, IncidentLevel.Ministry], (await FindAsync(id)).Steps.OfType<IncidentPassedUp>().Select(p => p.To));
        Assert.Equal(before + 2, await MessagesAsync(id));
        Assert.Contains("came up to you", (await ministry.PageAsync(ofMinistry)).QuerySelector($"tr:has(a[href$='{id}'])")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await region.PostAsync($"{ofRegion}/{id}/take", await region.TokenAsync($"{ofRegion}/{id}"))).StatusCode);
        Assert.Equal(ai.Who("region").Id, (await FindAsync(id)).With);
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public async Task A_learners_report_goes_to_their_school_and_their_name_stops_there()
    {
        using var learner = await ai.SignedInAsync("learner");
        using var guardian = await ai.SignedInAsync("guardian");
        Assert.Equal(AiSite.SchoolBin.Value, (await guardian.PageAsync(Form)).QuerySelector("#school")!.GetAttribute("value"));
        var form = await learner.PageAsync(Form);
        Assert.Contains("Trial learner", form.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var sent = await SendAsync(learner, ("school", form.QuerySelector("#school")!.GetAttribute("value")!), ("kind", "self-harm"));

        // The address says nothing of what it is about; the page knows the hours all the same.
        Assert.DoesNotContain("harm", sent, StringComparison.Ordinal);
        Assert.Contains("within 1 h", (await learner.PageAsync(sent)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var id = IdOf(sent);
        using var head = await ai.SignedInAsync("head");
        Assert.Contains("Trial learner", await MainAsync(head, $"{At}/{id}"), StringComparison.Ordinal);

        await PassUpAsync(hours: 2);
        using var region = await ai.SignedInAsync("region");
        var above = $"/en/console/{AiSite.DepartmentBin}/region/incidents/{id}";
        var read = await MainAsync(region, above);
        Assert.DoesNotContain("Trial learner", read, StringComparison.Ordinal);
        Assert.Contains("a learner or a parent", read, StringComparison.Ordinal);

        // Staff have their name, and whoever leaves it out has none anywhere.
        var ofStaff = await ReportAsync("self-harm", "teacher3");
        await PassUpAsync(hours: 2);
        Assert.Contains("Trial teacher3", await MainAsync(region, above.Replace(id, ofStaff, StringComparison.Ordinal)), StringComparison.Ordinal);
        var without = IdOf(await SendAsync(learner, ("school", AiSite.SchoolBin.Value), ("kind", "bias"), ("nameless", "yes")));
        Assert.Equal(Incident.Anybody, (await FindAsync(without)).Report.By);
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public async Task What_named_no_school_is_handed_to_one_by_the_ministry_and_its_people_are_told()
    {
        using var learner = await ai.SignedInAsync("learner");
        using var ministry = await ai.SignedInAsync("ministry");
        using var head = await ai.SignedInAsync("head");
        var id = IdOf(await SendAsync(learner, ("school", ""), ("kind", "bias")));
        var (page, told) = ($"/en/console/ai/incidents/{id}", await MessagesAsync(id));
        Assert.Equal(HttpStatusCode.NotFound, (await head.GetAsync($"{At}/{id}")).StatusCode);
        Assert.DoesNotContain("Trial learner", await MainAsync(ministry, page), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await ministry.PostAsync($"{page}/take", await ministry.TokenAsync(page))).StatusCode);
        foreach (var (school, code) in (IEnumerable<(Bin, HttpStatusCode)>)[
            (AiSite.DepartmentBin, HttpStatusCode.UnprocessableEntity), (AiSite.CollegeBin, HttpStatusCode.UnprocessableEntity),
            (AiSite.SchoolBin, HttpStatusCode.SeeOther)])
        {
            Assert.Equal(code, (await ministry.PostAsync(
                $"{page}/hand", await ministry.TokenAsync(page), ("version", "2"), ("school", school.Value), ("words", "The learner's school."))).StatusCode);
        }

        Assert.Equal(told + 1, await MessagesAsync(id));
        Assert.Contains(id, (await head.PageAsync(At)).QuerySelector("main")!.InnerHtml, StringComparison.Ordinal);
        Assert.Contains(id, (await ministry.PageAsync("/en/console/ai/incidents")).QuerySelector("main")!.InnerHtml, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await head.PostAsync($"{At}/{id}/take", await head.TokenAsync($"{At}/{id}"))).StatusCode);

        // At the school nobody hands it on; what goes to the region is told there.
        Assert.Equal(HttpStatusCode.NotFound, (await head.PostAsync(
            $"{At}/{id}/hand", await head.TokenAsync($"{At}/{id}"), ("version", "4"), ("school", AiSite.OtherSchoolBin.Value), ("words", "x"))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await head.PostAsync(
            $"{At}/{id}/route", await head.TokenAsync($"{At}/{id}"), ("version", "4"), ("to", "region"), ("words", "For all schools."))).StatusCode);
        Assert.Equal(told + 2, await MessagesAsync(id));
        foreach (var language in (string[])["kk", "ru"])
        {
            Assert.Equal(HttpStatusCode.OK, (await ministry.GetAsync($"/{language}/console/ai/incidents/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await learner.GetAsync($"/{language}/ai/report?done={id}")).StatusCode);
        }
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    public async Task A_consent_that_runs_out_is_told_to_the_parent_once_and_ends_by_one_event()
    {
        var (at, day) = (ai.Small.Time.GetUtcNow(), ai.Desk.Today());
        var elements = new ConsentElements(
            "School No 1", AiSite.SchoolBin, "Trial Learner", day.AddDays(60), "Owner (invented)", [], false, LocalizedText.Same("Answers of learners"), "Tutor (invented)",
            [AiPurpose.Tutoring]);
        var id = (await ai.Home.Database.WriteAsync(t => ai.Desk.Events.CreateAsync(
            t, SchoolStreams.Consent, AiSite.SchoolBin,
            new ConsentGiven(at, ai.Who("guardian").Id, ai.Learner.Id, "system-invented", elements, ConsentChannel.Form, "")))).Now.Id;
        foreach (var (days, messages, events) in ((int, long, int)[])[(29, 0, 1), (31, 1, 2), (60, 1, 2), (61, 1, 3)])
        {
            // Twice each: what was done is not done again.
            for (var beat = 0; beat < 2; beat++)
            {
                await AtAsync(days * 24, async home =>
                {
                    await new ConsentDesk(home, Mail).ExpireAsync(default);
                    await new ConsentDesk(home, Mail).RemindAsync(default);
                });
            }

            Assert.Equal((messages, events), (await MessagesAsync(id, "ai-consent"), (await ai.Desk.FindAsync(SchoolStreams.Consent, id, null, default))!.Now.Version));
        }

        await using var connection = await ai.Home.Database.ConnectAsync();
        Assert.Equal(["consent.given", "consent.expired"], await connection.QueryAsync(
            "SELECT type FROM ai_facts WHERE stream = @id ORDER BY seq", r => r.GetString(0), default, ("id", id)));
    }

    private const string Form = "/en/ai/report";

    private static string IdOf(string address) => address.Split("done=")[1];

    private static async Task<string> MainAsync(Person who, string path) => (await who.PageAsync(path)).QuerySelector("main")!.TextContent;

    private static async Task<string> SendAsync(Person who, params (string, string)[] fields)
    {
        var sent = await who.PostAsync(Form, await who.TokenAsync(Form), [("words", "It said something bad (invented)."), .. fields]);
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        return sent.Headers.Location!.ToString();
    }

    private async Task<string> ReportAsync(string kind, string? by = null) => (await new SafetyDesk(ai.Home, Mail).ReportAsync(
        by is null ? null : ai.Who(by), AiSite.SchoolBin, kind, "It said something bad (invented).", null, default)).Value.Id;

    private Task PassUpAsync(int hours) => AtAsync(hours, home => IncidentWatch.PassUpAsync(home, Mail, default));

    private async Task AtAsync(int hours, Func<Installation, Task> act)
    {
        var later = new ManualTime();
        later.Pass(ai.Small.Time.GetUtcNow().AddHours(hours) - later.GetUtcNow());
        await using var home = (await Installation.OpenAsync(ai.Small.Directory, later)).Value;
        await act(home);
    }

    private async Task<Incident> FindAsync(string id) => (await ai.Desk.FindAsync(SafetyStreams.Incident, id, null, default))!.Now;

    private async Task<long> MessagesAsync(string id, string kind = "ai-incident")
    {
        await using var connection = await ai.Home.Database.ConnectAsync();
        return (await connection.QueryAsync(
            "SELECT COUNT(*) FROM mail_queue WHERE subject_kind = @kind AND subject = @id", r => r.GetInt64(0), default, ("kind", kind), ("id", id))).Single();
    }
}
