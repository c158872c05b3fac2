using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>A program asks whether a tool may be used: of nobody in particular, and with the school's key of a pseudonym.</summary>
[Collection(AiSites.Name)]
public sealed class UseApiTests(AiSite ai)
{
    private static readonly string Anybody = $"/api/v1/ai/schools/{AiSite.SchoolBin}/may-use";
    private static readonly string OfPerson = $"/api/v1/institutions/{AiSite.SchoolBin}/ai/may-use";

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-11")]
    public async Task Anybody_asks_for_a_role_and_an_age_and_is_told_the_verdict_its_reasons_and_its_conditions()
    {
        var system = await AllowAsync();
        using var client = new HttpClient { BaseAddress = new Uri(ai.Small.Site) };
        Task<(string Verdict, string[] Reasons, string[] Conditions)> AskAsync(string rest) => AnswerAsync(client.GetAsync($"{Anybody}?system={system}&{rest}"));

        var (verdict, reasons, conditions) = await AskAsync("role=learner&age=14&purpose=tutoring");
        Assert.Equal(("conditional", 0), (verdict, reasons.Length));
        Assert.Equal(["consent", "supervision", "notice"], conditions);
        Assert.Equal(["ai-school/supervised-only"], (await AskAsync("role=learner&age=14&purpose=tutoring&supervised=no")).Reasons);
        var young = await AskAsync("role=learner&age=12&purpose=tutoring");
        Assert.Equal("refused", young.Verdict);
        Assert.Contains("ai-school/too-young", young.Reasons);
        Assert.Equal("allowed", (await AskAsync("role=teacher&purpose=tutoring")).Verdict);
        Assert.Equal(["ai-school/role"], (await AskAsync("role=administration&purpose=tutoring")).Reasons);
        var kazakh = await client.GetStringAsync($"{Anybody}?system={system}&role=learner&age=14&purpose=tutoring&lang=kk");
        Assert.Contains("Алдымен ата-ананың осы мақсатқа келісімі керек.", kazakh, StringComparison.Ordinal);

        foreach (var (address, status) in new[]
        {
            ($"{Anybody}?system={system}&role=learner&purpose=tutoring", HttpStatusCode.BadRequest),
            ($"{Anybody}?system={system}&role=learner&age=-1&purpose=tutoring", HttpStatusCode.BadRequest),
            ($"{Anybody}?system={system}&role=parent&age=14&purpose=tutoring", HttpStatusCode.BadRequest),
            ($"{Anybody}?system=system-none&role=learner&age=14&purpose=tutoring", HttpStatusCode.NotFound),
            ($"/api/v1/ai/schools/990140001999/may-use?system={system}&role=learner&age=14&purpose=tutoring", HttpStatusCode.NotFound),
        })
        {
            using var answer = await client.GetAsync(address);
            Assert.Equal(status, answer.StatusCode);
        }
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-10")]
    public async Task The_schools_own_program_asks_for_a_pseudonym_with_consent_notice_and_the_text_considered()
    {
        var system = await AllowAsync();
        using var client = await ClientAsync(AiSite.SchoolBin);
        async Task<(string Verdict, string[] Reasons, string[] Conditions)> AskAsync(string? text = null) => await AnswerAsync(client.PostAsJsonAsync(
            OfPerson, new { system, person = ai.Learner.Id, purpose = "tutoring", supervised = true, text }));

        Assert.Equal(["ai-school/no-consent", "ai-school/notice-not-read"], (await AskAsync()).Reasons);
        await AgreeAsync(system);
        var (verdict, reasons, conditions) = await AskAsync();
        Assert.Equal(("conditional", 0), (verdict, reasons.Length));
        Assert.Equal(["supervision"], conditions);
        Assert.Equal("conditional", (await AskAsync("What is a root?")).Verdict);
        var withPhone = await AskAsync("Call me: +7 701 234 56 78");
        Assert.Equal(("refused", "ai/personal-data"), (withPhone.Verdict, withPhone.Reasons.Single()));

        // Another school's key reaches nobody here, and nobody of another school is reached by this one.
        using var far = await ClientAsync(AiSite.OtherSchoolBin);
        using var refused = await far.PostAsJsonAsync(OfPerson, new { system, person = ai.Learner.Id, purpose = "tutoring" });
        using var elsewhere = await far.PostAsJsonAsync(
            $"/api/v1/institutions/{AiSite.OtherSchoolBin}/ai/may-use", new { system, person = ai.Learner.Id, purpose = "tutoring" });
        using var nobody = new HttpClient { BaseAddress = new Uri(ai.Small.Site) };
        using var keyless = await nobody.PostAsJsonAsync(OfPerson, new { system, person = ai.Learner.Id, purpose = "tutoring" });
        using var blank = await client.PostAsJsonAsync(OfPerson, new { system });
        Assert.Equal(
            [HttpStatusCode.NotFound, HttpStatusCode.NotFound, HttpStatusCode.Unauthorized, HttpStatusCode.BadRequest],
            new[] { refused, elsewhere, keyless, blank }.Select(a => a.StatusCode));
    }

    private static async Task<(string Verdict, string[] Reasons, string[] Conditions)> AnswerAsync(Task<HttpResponseMessage> asked)
    {
        using var answer = await asked;
        Assert.Equal((HttpStatusCode.OK, true), (answer.StatusCode, answer.Headers.CacheControl?.NoStore));
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        string[] Codes(string name) => [.. body.RootElement.GetProperty(name).EnumerateArray().Select(c =>
        {
            Assert.NotEmpty(c.GetProperty("words").GetString()!);
            return c.GetProperty("code").GetString()!;
        })];
        return (body.RootElement.GetProperty("verdict").GetString()!, Codes("reasons"), Codes("conditions"));
    }

    private async Task<HttpClient> ClientAsync(Bin school)
    {
        var at = ai.Small.Time.GetUtcNow();
        var key = (await ai.Home.Database.WriteAsync(async t => (await ApiClients.CreateAsync(
            t, Actor.AtConsole("test"), school, "Platform " + Guid.NewGuid(), [ApiClients.ReadScope], at.AddDays(30), at)).Value)).Key;
        var client = new HttpClient { BaseAddress = new Uri(ai.Small.Site) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    // A generative system in use for 13 to 17, which the school allows to learners and teachers.
    private async Task<string> AllowAsync()
    {
        var (at, by, bin, events) = (ai.Small.Time.GetUtcNow(), ai.Who("coordinator").Id, AiSite.SchoolBin, ai.Desk.Events);
        var until = DateOnly.FromDateTime(at.UtcDateTime.AddMonths(6));
        return await ai.Home.Database.WriteAsync(async t =>
        {
            var opened = await events.CreateAsync(
                t, SystemStream.Kind, null, (AiSystemEvent)new SystemProposed(at, by, new SystemDescription(
                    "Tutor of programs (invented)", LocalizedText.Same("Reading tutor"), "Owner (invented)", "https://owner.example/contact",
                    LocalizedText.Same("Answers of learners"), true, "https://owner.example/agreement")));
            await events.AppendAsync(
                t, SystemStream.Kind, opened,
                new SystemApproved(at, by, new Allowed([AiPurpose.Tutoring], 13, 17, until, false), "Good.", until, "rule"));
            var allowed = (SchoolToolsEvent)new ToolAllowed(at, by, bin, new AllowedTool(
                opened.Now.Id, [ToolRole.Learner, ToolRole.Teacher], [AiPurpose.Tutoring], 13, 17, until, "On paper"));
            var there = await events.FindAsync(t, SchoolStreams.Tools, SchoolStreams.ToolsOf(bin));
            _ = there is null
                ? await events.CreateAsync(t, SchoolStreams.Tools, bin, allowed, SchoolStreams.ToolsOf(bin))
                : await events.AppendAsync(t, SchoolStreams.Tools, there, allowed);
            return opened.Now.Id;
        });
    }

    private async Task AgreeAsync(string system)
    {
        var desk = new SchoolDesk(ai.Home);
        string edition, offered;
        await using (var connection = await ai.Home.Database.ConnectAsync())
        {
            var (school, found) = ((await desk.ReadAsync(connection, AiSite.SchoolBin, default))!, (await desk.SystemAsync(connection, system, default))!);
            (edition, offered) = (desk.Notice(school, found)!.Edition, SchoolDesk.Edition(school, found));
        }

        var agreed = await desk.ConsentAsync(
            ai.Who("guardian"), Role.Guardian, ai.Learner, system, EventStore.NewId(SchoolStreams.Consent), offered, new DateOnly(2026, 10, 1),
            [AiPurpose.Tutoring], null, Language.En, default);
        Assert.Null(agreed.Problem?.Code);
        Assert.True((await desk.ReadNoticeAsync(ai.Who("learner"), null, ai.Learner, system, edition, default)).IsDone);
    }
}
