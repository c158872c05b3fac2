using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>A task from its setting to an answered objection, through the pages and the API.</summary>
[Collection(AiSites.Name)]
public sealed class TaskPagesTests(AiSite site)
{
    private static readonly string Base = $"/en/console/{AiSite.SchoolBin}/ai/tasks";

    [Fact]
    [Trait("Requirement", "AI-19")]
    [Trait("Requirement", "AI-20")]
    [Trait("Requirement", "AI-14")]
    [Trait("Requirement", "AI-15")]
    [Trait("Requirement", "AI-13")]
    public async Task A_work_is_stated_graded_by_the_teacher_before_the_proposal_is_seen_and_objected_to()
    {
        await AllowAsync("system-grader");
        using var teacher = await site.SignedInAsync("teacher");
        using var learner = await site.SignedInAsync("learner");

        // The smallest own part of the level holds; the refused form comes back as it was.
        var form = await teacher.PageAsync(Base + "/new");
        (string, string)[] fields =
        [
            ("id", form.QuerySelector("main input[name=id]")!.GetAttribute("value")!), ("title", "Railway essay"), ("words", "Write on the railway of 1930."),
            ("class", "9A"), ("level", "2"), ("tool", "system-grader"), ("max", "10"), ("due", "2026-07-10"),
        ];
        var token = form.QuerySelector("main input[name=form]")!.GetAttribute("value")!;
        var loose = await teacher.PostAsync(Base, token, [.. fields, ("own", "79")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, loose.StatusCode);
        Assert.Contains("Write on the railway of 1930.", await loose.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var set = await teacher.PostAsync(Base, token, [.. fields, ("own", "80")]);
        Assert.Equal(HttpStatusCode.SeeOther, set.StatusCode);
        Assert.Equal(set.Headers.Location, (await teacher.PostAsync(Base, token, [.. fields, ("own", "80")])).Headers.Location);
        var task = set.Headers.Location!.ToString()[(Base.Length + 1)..];

        // Without a statement it goes back.
        var mine = $"/en/me/ai/{site.Learner.Id}/tasks/{task}";
        var hand = await learner.TokenAsync(mine);
        Assert.Equal(HttpStatusCode.SeeOther, (await learner.PostAsync(mine, hand, ("text", "My essay."))).StatusCode);
        Assert.Contains("The work came back", (await learner.PageAsync(mine)).Body!.TextContent, StringComparison.Ordinal);
        (string, string)[] stated =
            [("text", "My essay."), ("use", "some"), ("own", "90"), ("tool0", "system-grader"), ("purpose0", "Ideas"), ("parts0", "The plan")];
        Assert.Equal(HttpStatusCode.SeeOther, (await learner.PostAsync(mine, hand, stated)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await learner.PostAsync(mine, hand, stated)).StatusCode);
        var id = LearnerWork.IdOf(task, site.Learner.Id);
        Assert.Equal(2, (await WorkAsync(id)).Version);

        // A program proposes; it cannot decide; the teacher does not see the proposal.
        using var client = await ClientAsync("system-grader", "system-second", "system-third", "system-nowhere");
        var path = $"/api/v1/institutions/{AiSite.SchoolBin}/ai/works/{id}/";
        var proposal = new { score = 7, system = "system-grader", model = "2026-06", words = "Sealed remark.", data = new[] { "The text" } };
        var described = JsonNode.Parse(await client.GetStringAsync("/api/v1/openapi.json"))!["paths"]!
            ["/api/v1/institutions/{bin}/ai/works/{work}/proposal"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;
        async Task<string?> SayAsync(object said)
        {
            using var answer = await client.PostAsJsonAsync(path + "proposal", said);
            var code = answer.StatusCode == HttpStatusCode.Accepted ? null : await CodeAsync(answer);

            // What is taken is what the description says.
            Assert.Equal(code != "tasks/bad-proposal", SchemaCheck.Faults(described, JsonSerializer.SerializeToNode(said)).Count == 0);
            return code;
        }

        // Not for a work that it may not read, or did not; who could not read it says so.
        Assert.Equal("ai-school/no-consent", await SayAsync(proposal));
        await ConsentAsync("system-grader");
        Assert.Equal("ai-school/notice-not-read", await SayAsync(proposal));
        await ReadNoticeAsync("system-grader");
        Assert.Equal("tasks/not-read", await SayAsync(proposal));
        Assert.Contains("My essay.", await client.GetStringAsync(path + "text?system=system-grader"), StringComparison.Ordinal);
        Assert.Equal("tasks/bad-proposal", await SayAsync(new { score = 7, system = "system-grader", notReadable = true }));
        Assert.Equal("tasks/bad-proposal", await SayAsync(new { system = "system-grader", notReadable = false }));
        Assert.Equal("tasks/system-not-allowed", await SayAsync(proposal with { system = "system-nowhere" }));
        Assert.Equal("tasks/other-system", await SayAsync(proposal with { system = "system-of-another-key" }));
        Assert.Null(await SayAsync(new { system = "system-grader", notReadable = true }));
        Assert.Equal("tasks/not-read", await SayAsync(proposal));

        // Once more is nothing more.
        var said = (await WorkAsync(id)).Version;
        await client.GetStringAsync(path + "text?system=system-grader");
        Assert.Null(await SayAsync(new { system = "system-grader", notReadable = true }));
        Assert.Equal(said, (await WorkAsync(id)).Version);
        Assert.Contains(
            "could not read this work", (await teacher.PageAsync($"{Base}/{task}/{site.Learner.Id}")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await learner.PostAsync(mine, hand, [.. stated[1..], ("text", "My essay, readable.")])).StatusCode);
        await client.GetStringAsync(path + "text?system=system-grader");
        Assert.Null(await SayAsync(proposal));
        using var graded = await client.PostAsJsonAsync(path + "grade", new { score = 7, reason = "The score." });
        Assert.Equal((HttpStatusCode.Forbidden, "tasks/person-decides"), (graded.StatusCode, await CodeAsync(graded)));
        async Task ReadAsync(string system)
        {
            await AllowAsync(system);
            await ConsentAsync(system);
            await ReadNoticeAsync(system);
            await client.GetStringAsync(path + "text?system=" + system);
        }

        await ReadAsync("system-second");
        var work = $"{Base}/{task}/{site.Learner.Id}";
        var before = await teacher.PageAsync(work);
        Assert.Contains("There is a proposal of AI", before.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Sealed remark.", before.Body.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("2026-06", before.Body.TextContent, StringComparison.Ordinal);
        Assert.True((await teacher.GetAsync(work)).Content.Headers.ContentLength < 30 * 1024);

        // Another tool reads it while the teacher decides otherwise, and sees it then.
        await ReadAsync("system-third");
        var version = before.QuerySelector("input[name=version]")!.GetAttribute("value")!;
        var decide = before.QuerySelector("main input[name=form]")!.GetAttribute("value")!;
        Assert.Equal(
            HttpStatusCode.SeeOther,
            (await teacher.PostAsync(work + "/grade", decide, ("version", version), ("score", "9"), ("reason", "Clear, with sources."))).StatusCode);
        Assert.Contains("Sealed remark.", (await teacher.PageAsync(work)).Body!.TextContent, StringComparison.Ordinal);

        // A parent objects; the teacher who graded cannot answer, the head can.
        using var guardian = await site.SignedInAsync("guardian");
        var ask = await guardian.TokenAsync(mine);
        Assert.Equal(
            HttpStatusCode.SeeOther, (await guardian.PostAsync(mine + "/object", ask, ("asks", "objection"), ("words", "Why not ten?"))).StatusCode);
        using var coordinator = await site.SignedInAsync("coordinator");
        var desk = $"/en/console/{AiSite.SchoolBin}/ai";
        Assert.Contains("Objections that wait for an answer: 1", (await coordinator.PageAsync(desk)).Body!.TextContent, StringComparison.Ordinal);
        var now = (await WorkAsync(id)).Version;
        (string, string)[] answer =
            [("version", $"{now}"), ("to", "objection"), ("data", "The text"), ("words", "Read again."), ("outcome", "changed"), ("score", "10")];
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await teacher.PostAsync(work + "/answer", decide, answer)).StatusCode);
        using var head = await site.SignedInAsync("head");
        Assert.Equal(HttpStatusCode.SeeOther, (await head.PostAsync(work + "/answer", await head.TokenAsync(work), answer)).StatusCode);
        Assert.Contains("10 of 10", (await guardian.PageAsync(mine)).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Objections that wait", (await coordinator.PageAsync(desk)).Body!.TextContent, StringComparison.Ordinal);

        // What leaves the system keeps its mark.
        var mark = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
        foreach (var kind in (string[])["html", "json", "txt", "pdf"])
        {
            var file = await learner.GetAsync($"{mine}/export/{kind}");
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Contains(mark, System.Text.Encoding.UTF8.GetString(await file.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-10")]
    [Trait("Requirement", "AI-30")]
    public async Task A_tool_reads_a_work_with_the_parents_consent_and_past_the_guard_only_and_not_while_the_teacher_switched_it_off()
    {
        await AllowAsync("system-strict");
        await AllowAsync("system-masked", masks: true);
        var desk = new TaskDesk(site.Home);
        var task = (await desk.SetAsync(
            site.Who("teacher"), Role.Teacher, AiSite.SchoolBin,
            new TaskTerms("Letter", "Write a letter.", "9A", 3, [], 50, false, 10, site.Small.Time.GetUtcNow().AddDays(3)), null, default)).Value;
        var work = (await desk.HandInAsync(
            site.Who("learner"), site.Learner, task, new WorkDraft("Call me at +7 701 234 56 78.", new UseStatement([], 100)), default)).Value;
        using var client = await ClientAsync("system-strict", "system-masked", "system-nowhere");
        var path = $"/api/v1/institutions/{AiSite.SchoolBin}/ai/works/{work.Id}/text?system=";

        // A key for lists opens no work, and one for another system learns nothing about this one.
        using var lists = await ClientOfAsync(ApiClients.PrepareScope, ApiClients.ReadScope);
        using var closed = await lists.GetAsync(path + "system-masked");
        Assert.Equal((HttpStatusCode.Forbidden, "api/no-scope"), (closed.StatusCode, await CodeAsync(closed)));
        using var second = await ClientAsync("system-other");
        using var others = await second.GetAsync(path + "system-masked");
        Assert.Equal((HttpStatusCode.Forbidden, "tasks/other-system"), (others.StatusCode, await CodeAsync(others)));

        using var unasked = await client.GetAsync(path + "system-masked");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "ai-school/no-consent"), (unasked.StatusCode, await CodeAsync(unasked)));
        await ConsentAsync("system-strict");
        var consent = await ConsentAsync("system-masked");
        await ReadNoticeAsync("system-strict");
        await ReadNoticeAsync("system-masked");
        using var refused = await client.GetAsync(path + "system-strict&lang=en");
        var told = await refused.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("phone 1:12", told, StringComparison.Ordinal);
        Assert.DoesNotContain("701", told, StringComparison.Ordinal);
        using var unknown = await client.GetAsync(path + "system-nowhere");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "tasks/system-not-allowed"), (unknown.StatusCode, await CodeAsync(unknown)));

        using var masked = JsonDocument.Parse(await client.GetStringAsync(path + "system-masked"));
        Assert.True(masked.RootElement.GetProperty("masked").GetBoolean());
        Assert.DoesNotContain("701", masked.RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);

        // The record has one row of it, and none of what was refused.
        await using (var connection = await site.Home.Database.ConnectAsync())
        {
            Assert.Equal(
                ["ai/work-to-tool", "ai/work-handed-in"],
                (await AuditTrail.OfSubjectsAsync(connection, [new TrailSubject("ai-work", work.Id)], 9)).Select(r => r.What));
        }

        using var teacher = await site.SignedInAsync("teacher");
        var byHand = await (await teacher.GetAsync($"{Base}/{task.Id}/{site.Learner.Id}/export/tool")).Content.ReadAsStringAsync();
        Assert.DoesNotContain("701", byHand, StringComparison.Ordinal);
        Assert.Contains("Call me at", byHand, StringComparison.Ordinal);

        // Switched off in the class it does not go, and goes again when the teacher puts it back.
        var (schools, who) = (new SchoolDesk(site.Home), site.Who("teacher"));
        Assert.True((await schools.SwitchOffAsync(who, Role.Teacher, AiSite.SchoolBin, "9A", "system-masked", default)).IsDone);
        using var off = await client.GetAsync(path + "system-masked");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "ai-school/switched-off"), (off.StatusCode, await CodeAsync(off)));
        Assert.True((await schools.SwitchOnAsync(who, Role.Teacher, AiSite.SchoolBin, "9A", who.Id, "system-masked", isGone: false, default)).IsDone);
        await client.GetStringAsync(path + "system-masked");

        // Withdrawn, it does not go any more, and neither does what the learner refused, masked or not.
        Assert.True((await new SchoolDesk(site.Home).WithdrawAsync(site.Who("guardian"), null, site.Learner, consent, isForSchool: false, default)).IsDone);
        using var withdrawn = await client.GetAsync(path + "system-masked");
        Assert.Equal("ai-school/consent-withdrawn", await CodeAsync(withdrawn));
        await ConsentAsync("system-masked");
        Assert.True((await new SchoolDesk(site.Home).RefuseAsync(site.Who("learner"), null, site.Learner, "system-masked", default)).IsDone);
        using var no = await client.GetAsync(path + "system-masked");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "ai-school/refused"), (no.StatusCode, await CodeAsync(no)));
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-12")]
    public async Task A_family_reads_of_each_purpose_by_itself_whether_a_tool_may_be_used_and_whether_it_reads_works()
    {
        // The parents agreed to help with assessment, not to tutoring.
        await AllowAsync("system-twofold");
        await ConsentAsync("system-twofold");
        await ReadNoticeAsync("system-twofold");
        using var guardian = await site.SignedInAsync("guardian");
        var page = await guardian.PageAsync($"/en/me/ai/{site.Learner.Id}/tools/system-twofold");
        var said = page.QuerySelectorAll("section[aria-labelledby=may] dl > div").Select(d => (d.QuerySelector("dt")!.TextContent, d.QuerySelector("dd")!.TextContent)).ToList();
        Assert.Equal(3, said.Count);
        Assert.Contains("to read the works", said[0].Item1, StringComparison.Ordinal);
        Assert.Contains("may be used", said[0].Item2, StringComparison.Ordinal);
        Assert.Contains("No parent has agreed", said[1].Item2, StringComparison.Ordinal);
        Assert.Contains("learners do not use AI for this purpose", said[2].Item2, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("#give"));

        // The list says the same.
        var listed = (await guardian.PageAsync($"/en/me/ai/{site.Learner.Id}/tools")).QuerySelector("section:has(a[href$='/tools/system-twofold'])")!;
        Assert.Equal((1, 2), (listed.QuerySelectorAll(".badge.ok").Length, listed.QuerySelectorAll(".badge.hold").Length));
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-19")]
    public async Task A_task_allows_no_tool_that_the_whole_class_is_too_young_for_and_says_for_how_many_one_is_not()
    {
        await AllowAsync("system-grown", ageFrom: 99);
        await AllowAsync("system-older", ageFrom: 18);
        using var teacher = await site.SignedInAsync("teacher");
        (string, string)[] fields =
        [
            ("title", "Ages"), ("words", "Write."), ("class", "9A"), ("level", "3"), ("own", "90"), ("max", "10"), ("due", "2026-07-10"),
        ];
        var token = await teacher.TokenAsync(Base + "/new");
        var refused = await teacher.PostAsync(Base, token, [.. fields, ("id", EventStore.NewId(TaskStreams.Tasks)), ("tool", "system-grown")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("nobody in this class may use", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var set = await teacher.PostAsync(Base, token, [.. fields, ("id", EventStore.NewId(TaskStreams.Tasks)), ("tool", "system-older")]);
        Assert.Equal(HttpStatusCode.SeeOther, set.StatusCode);
        await using var connection = await site.Home.Database.ConnectAsync();
        var all = (await site.Desk.Directory.PeopleAsync(connection, AiSite.SchoolBin, SchoolPersonKind.Learner, "9A")).Where(p => p.Left is null).ToList();
        var young = all.Count(p => p.AgeOn(site.Desk.Today()) < 18);
        Assert.InRange(young, 1, all.Count - 1);
        var shown = (await teacher.PageAsync(set.Headers.Location!.ToString())).Body!.TextContent;
        Assert.Contains($"{young} of the {all.Count} learners of the class are not of the age for it", shown, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public async Task Other_teachers_schools_and_families_do_not_see_a_task_or_a_work()
    {
        var task = (await new TaskDesk(site.Home).SetAsync(
            site.Who("teacher"), Role.Teacher, AiSite.SchoolBin,
            new TaskTerms("Geometry", "Prove it.", "9A", 2, [], 80, false, 10, site.Small.Time.GetUtcNow().AddDays(3)), null, default)).Value;
        using var other = await site.SignedInAsync("teacher2");
        using var far = await site.SignedInAsync("otherteacher");
        using var learner = await site.SignedInAsync("learner");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"{Base}/{task.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await far.GetAsync($"{Base}/{task.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await learner.GetAsync($"/en/me/ai/{site.Adult.Id}/tasks/{task.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await learner.GetAsync($"/kk/me/ai/{site.Learner.Id}/tasks/{task.Id}")).StatusCode);

        // Nor does a teacher who does not see a work answer about it, or set a task to a class of others.
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync(
            $"{Base}/{task.Id}/{site.Learner.Id}/answer", await other.TokenAsync("/en/me/security"), ("to", "objection"), ("words", "No."))).StatusCode);
        Assert.Equal("ai-school/not-your-class", (await new TaskDesk(site.Home).SetAsync(
            site.Who("teacher"), Role.Teacher, AiSite.SchoolBin, task.Terms with { Class = "11B" }, null, default)).Problem?.Code);

        // Handed in from two windows at once, both stand in the history: none is lost.
        var desk = new TaskDesk(site.Home);
        await Task.WhenAll(((string[])["One proof.", "Another proof."]).Select(text =>
            desk.HandInAsync(site.Who("learner"), site.Learner, task, new WorkDraft(text, new UseStatement([], 100)), default)));
        Assert.Equal(2, (await WorkAsync(LearnerWork.IdOf(task.Id, site.Learner.Id))).Version);
        foreach (var language in (string[])["kk", "ru", "en"])
        {
            using var teacher = await site.SignedInAsync("teacher");
            Assert.Equal(HttpStatusCode.OK, (await teacher.GetAsync($"/{language}/console/{AiSite.SchoolBin}/ai/tasks/{task.Id}")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await teacher.GetAsync($"/{language}/console/{AiSite.SchoolBin}/ai/tasks/new")).StatusCode);
        }
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    [Trait("Requirement", "AI-22")]
    public async Task A_program_closes_no_case_and_proposes_only_what_names_its_data()
    {
        using var client = await ClientAsync("s");
        var one = (await new IntegrityDesk(site.Home, site.Small.Services.GetRequiredService<AiMail>()).ReportAsync(
            site.Who("teacher"), Role.Teacher, site.Learner, null, "Essay", new Ground(GroundKind.Detector, "A detector says so.", 99), null, default)).Value;
        foreach (var act in (string[])["decision", "close"])
        {
            using var answer = await client.PostAsJsonAsync($"/api/v1/institutions/{AiSite.SchoolBin}/ai/cases/{one.Id}/{act}", new { score = 99 });
            Assert.Equal((HttpStatusCode.Forbidden, "integrity/person-decides"), (answer.StatusCode, await CodeAsync(answer)));
        }

        using var bad = await client.PostAsJsonAsync($"/api/v1/institutions/{AiSite.SchoolBin}/ai/works/w-1/proposal", new { score = 7 });
        Assert.Equal((HttpStatusCode.BadRequest, "tasks/bad-proposal"), (bad.StatusCode, await CodeAsync(bad)));
        using var none = await client.PostAsJsonAsync(
            $"/api/v1/institutions/{AiSite.SchoolBin}/ai/works/w-1/proposal", new { score = 7, system = "s", model = "m", data = new[] { "x" } });
        Assert.Equal((HttpStatusCode.NotFound, "ai/not-there"), (none.StatusCode, await CodeAsync(none)));
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public async Task The_coordinator_hands_the_task_of_a_teacher_who_left_to_another_who_grades_it()
    {
        var task = (await new TaskDesk(site.Home).SetAsync(
            site.Who("teacher"), Role.Teacher, AiSite.SchoolBin,
            new TaskTerms("Left behind", "Prove it.", "9A", 2, [], 80, false, 10, site.Small.Time.GetUtcNow().AddDays(3)), null, default)).Value;
        var here = $"{Base}/{task.Id}";
        using var coordinator = await site.SignedInAsync("coordinator");
        using var next = await site.SignedInAsync("teacher2");
        using var teacher = await site.SignedInAsync("teacher");

        // Whoever does not see it hands nothing over, and nobody gets it who does not teach here.
        Assert.Equal(HttpStatusCode.NotFound, (await next.PostAsync(
            here + "/hand-over", await next.TokenAsync("/en/me/security"), ("version", "1"), ("to", site.Who("teacher2").Id))).StatusCode);
        var page = await coordinator.PageAsync(here);
        var choices = page.QuerySelectorAll("#to option").Select(o => o.GetAttribute("value")).ToList();
        Assert.Contains(site.Who("teacher2").Id, choices);
        Assert.DoesNotContain(site.Who("teacher").Id, choices);
        Assert.DoesNotContain(site.Who("otherteacher").Id, choices);
        var token = page.QuerySelector("main input[name=form]")!.GetAttribute("value")!;
        Assert.Equal(
            HttpStatusCode.UnprocessableEntity,
            (await coordinator.PostAsync(here + "/hand-over", token, ("version", "1"), ("to", site.Who("otherteacher").Id))).StatusCode);
        Assert.Equal(
            HttpStatusCode.SeeOther, (await coordinator.PostAsync(here + "/hand-over", token, ("version", "1"), ("to", site.Who("teacher2").Id))).StatusCode);

        await new TaskDesk(site.Home).HandInAsync(site.Who("learner"), site.Learner, task, new WorkDraft("A proof.", new UseStatement([], 100)), default);
        var work = $"{here}/{site.Learner.Id}";
        Assert.Equal(HttpStatusCode.NotFound, (await teacher.GetAsync(work)).StatusCode);
        var form = await next.PageAsync(work);
        Assert.Equal(HttpStatusCode.SeeOther, (await next.PostAsync(
            work + "/grade", form.QuerySelector("main input[name=form]")!.GetAttribute("value")!,
            ("version", form.QuerySelector("input[name=version]")!.GetAttribute("value")!), ("score", "9"), ("reason", "Clear."))).StatusCode);
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public async Task A_head_gives_a_key_for_a_system_that_the_school_lets_read_works_and_for_no_other()
    {
        await AllowAsync("system-keyed");
        using var head = await site.SignedInAsync("head");
        var here = $"/en/console/{AiSite.SchoolBin}/clients";
        var token = await head.TokenAsync(here);
        async Task<string> GiveAsync(string system) => await (await head.PostAsync(
            here, token, ("name", "Grader of trials"), ("days", "30"), ("scope", ApiClients.AssessPrefix + system))).Content.ReadAsStringAsync();
        Assert.Contains("propose grades in the name of Grader (invented)", (await head.PageAsync(here)).Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiClients.Prefix, await GiveAsync("system-unknown-here"), StringComparison.Ordinal);
        Assert.Contains(ApiClients.Prefix, await GiveAsync("system-keyed"), StringComparison.Ordinal);
        Assert.Contains(ApiClients.AssessPrefix + "system-keyed", (await head.PageAsync(here)).QuerySelector("#clients")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString();

    private async Task<LearnerWork> WorkAsync(string id)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await site.Desk.Events.FindAsync(connection, TaskStreams.Works, id))!.Now;
    }

    // A program with a key for these systems.
    private Task<HttpClient> ClientAsync(params string[] systems) => ClientOfAsync([.. systems.Select(s => ApiClients.AssessPrefix + s)]);

    private async Task<HttpClient> ClientOfAsync(params string[] scopes)
    {
        var at = site.Small.Time.GetUtcNow();
        var key = (await site.Home.Database.WriteAsync(async t => (await ApiClients.CreateAsync(
            t, Actor.AtConsole("test"), AiSite.SchoolBin, "Grader", scopes, at.AddDays(30), at)).Value)).Key;
        var client = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    private async Task<string> ConsentAsync(string system)
    {
        var desk = new SchoolDesk(site.Home);
        await using var connection = await site.Home.Database.ConnectAsync();
        var (school, found) = ((await desk.ReadAsync(connection, AiSite.SchoolBin, default))!, (await desk.SystemAsync(connection, system, default))!);
        return (await desk.ConsentAsync(
            site.Who("guardian"), null, site.Learner, system, EventStore.NewId(SchoolStreams.Consent), SchoolDesk.Edition(school, found), desk.Ai.Today(),
            [AiPurpose.AssessmentAid], null, Language.En, default)).Value.Id;
    }

    private async Task ReadNoticeAsync(string system)
    {
        var desk = new SchoolDesk(site.Home);
        await using var connection = await site.Home.Database.ConnectAsync();
        var (school, found) = ((await desk.ReadAsync(connection, AiSite.SchoolBin, default))!, (await desk.SystemAsync(connection, system, default))!);
        Assert.True((await desk.ReadNoticeAsync(site.Who("learner"), null, site.Learner, system, desk.Notice(school, found)!.Edition, default)).IsDone);
    }

    // A system of the register that the school allows to learners and, for help with grades, to teachers.
    private async Task AllowAsync(string system, bool masks = false, int ageFrom = 13)
    {
        var (at, by, bin) = (site.Small.Time.GetUtcNow(), site.Who("coordinator").Id, AiSite.SchoolBin);
        var until = DateOnly.FromDateTime(at.UtcDateTime.AddMonths(6));
        await site.Home.Database.WriteAsync(async t =>
        {
            var events = site.Desk.Events;
            var opened = await events.CreateAsync(
                t, SystemStream.Kind, null, (AiSystemEvent)new SystemProposed(at, by, new SystemDescription("Grader (invented)", null, Data: LocalizedText.Same("Texts"))), system);
            await events.AppendAsync(
                t, SystemStream.Kind, opened,
                new SystemApproved(at, by, new Allowed([AiPurpose.Tutoring, AiPurpose.AssessmentAid], ageFrom, null, until, false), "Good.", until, "rule"));
            var allowed = (SchoolToolsEvent)new ToolAllowed(at, by, bin, new AllowedTool(
                system, [ToolRole.Learner, ToolRole.Teacher], [AiPurpose.Tutoring, AiPurpose.AssessmentAid], ageFrom, null, until, "On paper", masks));
            var there = await events.FindAsync(t, SchoolStreams.Tools, SchoolStreams.ToolsOf(bin));
            _ = there is null
                ? await events.CreateAsync(t, SchoolStreams.Tools, bin, allowed, SchoolStreams.ToolsOf(bin))
                : await events.AppendAsync(t, SchoolStreams.Tools, there, allowed);
            return true;
        });
    }
}
