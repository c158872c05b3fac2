using System.Net;
using AngleSharp.Dom;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.Work;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>A case of integrity through the pages: the system refuses to close it on a detector, the learner reads and appeals.</summary>
[Collection(AiSites.Name)]
public sealed class IntegrityPagesTests(AiSite site)
{
    private static readonly Bin FarDepartment = Bin.Parse("990140002023");
    private static readonly string Base = $"/en/console/{AiSite.SchoolBin}/ai/cases";

    [Fact]
    [Trait("Requirement", "AI-22")]
    [Trait("Requirement", "AI-23")]
    public async Task A_case_on_a_detector_alone_finds_no_breach_and_one_more_ground_is_told_heard_and_decided_by_others()
    {
        // Reported and heard in the week before: what the pages do from here on is of today.
        var one = await PastAsync(new Ground(GroundKind.Detector, "A detector says so.", 91));
        using var head = await site.SignedInAsync("head");
        var page = await head.PageAsync($"{Base}/{one.Id}");
        Assert.Contains("Not evidence", page.Body!.TextContent, StringComparison.Ordinal);
        var people = await MakeAsync("m1", "m2", "m3");
        await PostAsync(head, one.Id, "committee", HttpStatusCode.SeeOther, [.. people.Select(p => ("member", p.Id))]);
        using var first = await EnterAsync("m1");
        Assert.Contains("no evidence", (await first.PageAsync($"{Base}/{one.Id}")).Body!.TextContent, StringComparison.Ordinal);
        await PostAsync(first, one.Id, "vote", HttpStatusCode.UnprocessableEntity, ("finding", "serious"), ("why", "The score."));
        await PostAsync(first, one.Id, "decide", HttpStatusCode.UnprocessableEntity, ("remedy", "redo"), ("reason", "The score."));
        await PostAsync(head, one.Id, "close", HttpStatusCode.UnprocessableEntity, ("close", "The score."));
        Assert.Equal(CaseState.Open, (await CaseAsync(one.Id)).State);

        // The learner failed to explain it: a ground of its own, told and heard anew before anybody votes on it.
        using var coordinator = await site.SignedInAsync("coordinator");
        (string, string)[] asked = [("result", "cannot"), ("oral", "Could not explain chapter 4.")];
        await PostAsync(coordinator, one.Id, "oral", HttpStatusCode.UnprocessableEntity, asked);
        await PostAsync(coordinator, one.Id, "oral", HttpStatusCode.SeeOther, [.. asked, ("oral-invited", "yes"), ("oral-present", "yes")]);
        await PostAsync(coordinator, one.Id, "oral", HttpStatusCode.UnprocessableEntity, [.. asked, ("oral-invited", "yes")]);
        await PostAsync(first, one.Id, "vote", HttpStatusCode.UnprocessableEntity, ("finding", "minor"), ("why", "The oral check."));
        await PostAsync(coordinator, one.Id, "notice", HttpStatusCode.SeeOther);
        await PostAsync(coordinator, one.Id, "hearing", HttpStatusCode.UnprocessableEntity, ("heard", "I was nervous."), ("invited", "yes"));
        await HeardAsync(one.Id, 2, "I was nervous.");
        foreach (var name in (string[])["m1", "m2", "m3"])
        {
            using var member = await EnterAsync(name);
            await PostAsync(member, one.Id, "vote", HttpStatusCode.SeeOther, ("finding", "minor"), ("why", "Chapter 4 is not the learner's."));
        }

        await PostAsync(first, one.Id, "decide", HttpStatusCode.UnprocessableEntity, ("remedy", "exam-excluded"), ("reason", "Too hard."));
        await PostAsync(first, one.Id, "decide", HttpStatusCode.SeeOther, ("remedy", "redo"), ("reason", "Write chapter 4 again."));

        // The learner reads it, without names, and appeals; others decide.
        using var learner = await site.SignedInAsync("learner");
        var mine = $"/en/me/ai/{site.Learner.Id}/cases/{one.Id}";
        var read = await learner.PageAsync(mine);
        Assert.Contains("Write chapter 4 again.", read.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("case-m1", read.Body.TextContent, StringComparison.Ordinal);
        var appeal = await learner.PostAsync(
            mine + "/appeal", Token(read), ("version", Version(read)), ("appeal", "I explained it to the class."));
        Assert.Equal(HttpStatusCode.SeeOther, appeal.StatusCode);
        await PostAsync(head, one.Id, "committee", HttpStatusCode.UnprocessableEntity, [.. people.Select(p => ("member", p.Id))]);
        var others = await MakeAsync("o1", "o2", "o3");
        await PostAsync(head, one.Id, "committee", HttpStatusCode.SeeOther, [.. others.Select(p => ("member", p.Id))]);
        // Its term is not over: nobody ends the appeal without its committee yet.
        await PostAsync(head, one.Id, "lapse", HttpStatusCode.UnprocessableEntity, ("lapse", "Late."));
        await PostAsync(first, one.Id, "lapse", HttpStatusCode.Forbidden, ("lapse", "Late."));
        foreach (var name in (string[])["o1", "o2", "o3"])
        {
            using var member = await EnterAsync(name);
            await PostAsync(member, one.Id, "vote", HttpStatusCode.SeeOther, ("finding", "no-breach"), ("why", "The class heard it explained."));
            if (name == "o3")
            {
                await PostAsync(member, one.Id, "decide", HttpStatusCode.SeeOther, ("reason", "You explained it before."));
            }
        }

        Assert.Contains("overturned", (await learner.PageAsync(mine)).Body!.TextContent, StringComparison.Ordinal);
        await PostAsync(head, one.Id, "close", HttpStatusCode.SeeOther);
        Assert.Equal((CaseState.Closed, AppealOutcome.Overturned), ((await CaseAsync(one.Id)).State, (await CaseAsync(one.Id)).AppealDecision!.Outcome));
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public async Task A_member_from_elsewhere_sees_the_case_alone_and_is_replaced_before_they_vote()
    {
        var one = await PastAsync(new Ground(GroundKind.VersionHistory, "All of it came in one step. Ask at +7 701 234 56 78."));
        var people = await MakeAsync("x1", "x2");
        using var head = await site.SignedInAsync("head");
        (string, string)[] two = [.. people.Select(p => ("member", p.Id))];
        await PostAsync(head, one.Id, "committee", HttpStatusCode.UnprocessableEntity, [.. two, ("elsewhere", "nobody@elsewhere.example")]);
        await PostAsync(head, one.Id, "committee", HttpStatusCode.UnprocessableEntity, [.. two, ("elsewhere", AiSite.Email("guardian"))]);

        // The department of another region sends nobody; the ministry may.
        await site.AddAsync("farregion", Role.RegionOfficer, FarDepartment);
        await DepartmentAsync("KZ-79");
        await PostAsync(head, one.Id, "committee", HttpStatusCode.UnprocessableEntity, [.. two, ("elsewhere", AiSite.Email("farregion"))]);
        Assert.Equal(0L, await MessagesAsync(one.Id));
        await PostAsync(head, one.Id, "committee", HttpStatusCode.SeeOther, [.. two, ("elsewhere", AiSite.Email("ministry"))]);
        using (var ministry = await site.SignedInAsync("ministry"))
        {
            Assert.Equal(HttpStatusCode.OK, (await ministry.GetAsync($"/en/me/panel/{one.Id}")).StatusCode);
        }

        await PostAsync(
            head, one.Id, "replace", HttpStatusCode.UnprocessableEntity, ("member", site.Who("ministry").Id), ("elsewhere", AiSite.Email("farregion")), ("instead", "Ill."));
        var told = await MessagesAsync(one.Id);
        await PostAsync(head, one.Id, "committee", HttpStatusCode.SeeOther, [.. two, ("elsewhere", AiSite.Email("otherteacher"))]);
        Assert.Equal((3L, 6L), (told, await MessagesAsync(one.Id)));

        var page = $"/en/me/panel/{one.Id}";
        using var other = await site.SignedInAsync("otherteacher");
        using var region = await site.SignedInAsync("region");
        var read = (await other.PageAsync(page)).QuerySelector("main")!.TextContent;
        Assert.Contains("All of it came in one step.", read, StringComparison.Ordinal);
        Assert.Contains(site.Learner.Id, read, StringComparison.Ordinal);
        Assert.DoesNotContain("Trial Learner", read, StringComparison.Ordinal);
        Assert.Contains("[phone 1]", read, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"{Base}/{one.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await region.GetAsync(page)).StatusCode);

        await PostAsync(
            head, one.Id, "replace", HttpStatusCode.SeeOther, ("member", site.Who("otherteacher").Id), ("elsewhere", AiSite.Email("region")), ("instead", "Ill."));
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(page)).StatusCode);
        var vote = await region.PostAsync(
            $"{page}/vote", await region.TokenAsync(page), ("version", $"{(await CaseAsync(one.Id)).Version}"), ("finding", "no-breach"), ("why", "Drafts are on paper."));
        Assert.Equal(HttpStatusCode.SeeOther, vote.StatusCode);
        Assert.Equal(site.Who("region").Id, Assert.Single((await CaseAsync(one.Id)).Panel!.Votes).By);
        await PostAsync(head, one.Id, "replace", HttpStatusCode.UnprocessableEntity, ("member", site.Who("region").Id), ("elsewhere", AiSite.Email("otherhead")), ("instead", "Ill."));
        foreach (var language in (string[])["kk", "ru"])
        {
            Assert.Equal(HttpStatusCode.OK, (await region.GetAsync($"/{language}/me/panel/{one.Id}")).StatusCode);
        }
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public async Task Whoever_sits_already_is_looked_up_anew_when_the_committee_is_named_again()
    {
        var one = await PastAsync(new Ground(GroundKind.VersionHistory, "All of it came in one step."));
        await DepartmentAsync("KZ-61");
        await site.AddAsync("movedregion", Role.RegionOfficer, FarDepartment);
        var people = await MakeAsync("y1", "y2", "y3");
        using var head = await site.SignedInAsync("head");
        (string, string)[] two = [.. people.Take(2).Select(p => ("member", p.Id))];
        await PostAsync(head, one.Id, "committee", HttpStatusCode.SeeOther, [.. two, ("elsewhere", AiSite.Email("movedregion"))]);
        (string, string) sits = ("member", site.Who("movedregion").Id);
        await PostAsync(head, one.Id, "committee", HttpStatusCode.SeeOther, [two[0], ("member", people[2].Id), sits]);

        // The department is of another region now.
        await DepartmentAsync("KZ-79");
        await PostAsync(head, one.Id, "committee", HttpStatusCode.UnprocessableEntity, [.. two, sits]);
        Assert.Equal(people[2].Id, (await CaseAsync(one.Id)).Panel!.Members[1]);
    }

    [Fact]
    [Trait("Requirement", "AI-23")]
    public async Task A_report_is_told_to_learner_and_parent_and_seen_by_nobody_else()
    {
        using var teacher = await site.SignedInAsync("teacher");
        var form = await teacher.PageAsync($"{Base}/new?person={site.Learner.Id}");
        var reported = await teacher.PostAsync(
            Base, Token(form), ("id", form.QuerySelector("main input[name=id]")!.GetAttribute("value")!), ("person", site.Learner.Id), ("title", "Essay on steppes"),
            ("ground", "source-comparison"), ("words", "Two books do not exist."));
        Assert.Equal(HttpStatusCode.SeeOther, reported.StatusCode);
        var id = reported.Headers.Location!.ToString()[(Base.Length + 1)..];

        using var guardian = await site.SignedInAsync("guardian");
        var mine = $"/en/me/ai/{site.Learner.Id}/cases/{id}";
        Assert.Equal(HttpStatusCode.NotFound, (await guardian.GetAsync(mine)).StatusCode);
        using var coordinator = await site.SignedInAsync("coordinator");
        Assert.Equal(1L, await MessagesAsync(id));
        await PostAsync(coordinator, id, "notice", HttpStatusCode.SeeOther);

        // Learner and guardian once each; a form that is refused writes to nobody.
        Assert.Equal(3L, await MessagesAsync(id));
        await PostAsync(coordinator, id, "notice", HttpStatusCode.UnprocessableEntity);
        Assert.Equal(3L, await MessagesAsync(id));
        Assert.Equal([site.Who("guardian").Id], (await CaseAsync(id)).Notice!.Guardians);
        await PostAsync(coordinator, id, "hearing", HttpStatusCode.UnprocessableEntity, ("heard", "x"), ("invited", "yes"));
        var read = await guardian.PageAsync(mine);
        Assert.Contains("Two books do not exist.", read.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.SeeOther,
            (await guardian.PostAsync(mine + "/say", Token(read), ("version", Version(read)), ("words", "The books are at home."))).StatusCode);
        Assert.Contains("The books are at home.", (await coordinator.PageAsync($"{Base}/{id}")).Body!.TextContent, StringComparison.Ordinal);

        // A parent who also teaches there does not decide about their child.
        using var head = await site.SignedInAsync("head");
        await PostAsync(
            head, id, "committee", HttpStatusCode.UnprocessableEntity,
            [.. ((string[])["guardian", "teacher2", "teacher3"]).Select(m => ("member", site.Who(m).Id))]);

        using var other = await site.SignedInAsync("teacher2");
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"{Base}/{id}")).StatusCode);
        Assert.DoesNotContain("Essay on steppes", (await other.PageAsync(Base)).Body!.TextContent, StringComparison.Ordinal);
        using var far = await site.SignedInAsync("otherhead");
        Assert.Equal(HttpStatusCode.NotFound, (await far.GetAsync($"{Base}/{id}")).StatusCode);
        foreach (var language in (string[])["kk", "ru"])
        {
            Assert.Equal(HttpStatusCode.OK, (await guardian.GetAsync($"/{language}/me/ai/{site.Learner.Id}/cases/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await coordinator.GetAsync($"/{language}/console/{AiSite.SchoolBin}/ai/cases/{id}")).StatusCode);
        }
    }

    private static string Token(IDocument page) => page.QuerySelector("main input[name=form]")!.GetAttribute("value")!;

    private static string Version(IDocument page) => page.QuerySelector("main input[name=version]")!.GetAttribute("value")!;

    private async Task PostAsync(Person who, string id, string act, HttpStatusCode expected, params (string, string)[] fields)
    {
        var token = await who.TokenAsync("/en/me/security");
        var answer = await who.PostAsync($"{Base}/{id}/{act}", token, [("version", $"{(await CaseAsync(id)).Version}"), .. fields]);
        Assert.True(answer.StatusCode == expected, $"{act}: {answer.StatusCode}");
    }

    private Task DepartmentAsync(string region) => site.Home.Database.WriteAsync(t => site.Desk.Directory.PutAsync(
        t, new School(FarDepartment, LocalizedText.Same("Far department"), region, "City", SchoolKind.School, Setting.Urban, ["kk"], Connectivity.Good)
        {
            IsDepartment = true,
        },
        site.Small.Time.GetUtcNow()));

    private async Task<long> MessagesAsync(string id)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await connection.QueryAsync(
            "SELECT COUNT(*) FROM mail_queue WHERE subject_kind = 'ai-case' AND subject = @id", r => r.GetInt64(0), default, ("id", id))).Single();
    }

    private async Task<IntegrityCase> CaseAsync(string id)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return (await site.Desk.Events.FindAsync(connection, IntegrityStreams.Kind, id))!.Now;
    }

    private async Task<IReadOnlyList<Actor>> MakeAsync(params string[] names)
    {
        foreach (var name in names)
        {
            await site.AddAsync("case-" + name, Role.Teacher, AiSite.SchoolBin);
        }

        return [.. names.Select(n => site.Who("case-" + n))];
    }

    // A hearing of the days to come, by the same rules: the clock of the site stands.
    private async Task HeardAsync(string id, int days, string words)
    {
        var clock = new IntegrityClock(
            site.Home.Rules.Resolve(RuleKeys.AiIntegrity, new DateOnly(2026, 6, 24)).Value, new WorkingCalendar(site.Home.Rules));
        await site.Home.Database.WriteAsync(async t =>
        {
            var one = (await site.Desk.Events.FindAsync(t, IntegrityStreams.Kind, id))!;
            return await site.Desk.Events.AppendAsync(
                t, IntegrityStreams.Kind, one,
                HearLearner.Of(
                    one.Now, TaskDesk.DoerOf(site.Who("coordinator")), words, true, true, site.Learner, clock, site.Small.Time.GetUtcNow().AddDays(days)).Value);
        });
    }

    private Task<Person> EnterAsync(string name) => site.SignedInAsync("case-" + name);

    // The acts of the days before, by the same rules: the clock of the site stands.
    private async Task<IntegrityCase> PastAsync(Ground ground)
    {
        var clock = new IntegrityClock(
            site.Home.Rules.Resolve(RuleKeys.AiIntegrity, new DateOnly(2026, 6, 24)).Value, new WorkingCalendar(site.Home.Rules));
        var (reporter, coordinator) = (TaskDesk.DoerOf(site.Who("teacher")), TaskDesk.DoerOf(site.Who("coordinator")));
        var (reported, heard) = (site.Small.Time.GetUtcNow().AddDays(-7), site.Small.Time.GetUtcNow().AddDays(-2));
        return await site.Home.Database.WriteAsync(async t =>
        {
            var events = site.Desk.Events;
            var one = await events.CreateAsync(
                t, IntegrityStreams.Kind, AiSite.SchoolBin,
                ReportCase.Of(reporter, AiSite.SchoolBin.Value, site.Learner.Id, null, "History essay", ground, clock, reported).Value);
            one = await events.AppendAsync(
                t, IntegrityStreams.Kind, one, NotifyLearner.Of(one.Now, coordinator, site.Learner, clock, reported).Value);
            one = await events.AppendAsync(
                t, IntegrityStreams.Kind, one, HearLearner.Of(one.Now, coordinator, "I wrote it.", true, true, site.Learner, clock, heard).Value);
            return one.Now;
        });
    }
}
