using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Journey.Tests.Live;
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
