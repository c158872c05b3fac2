using System.Net;
using System.Text;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.Live;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>Competences on the pages: from evidence to a certificate that anybody verifies; courses, topics, blocks and projects.</summary>
[Collection(AiSites.Name)]
public sealed class CompetencePagesTests(AiSite site)
{
    private static readonly string School = $"/en/console/{AiSite.SchoolBin}/ai";

    [Fact]
    [Trait("Requirement", "AI-16")]
    [Trait("Requirement", "AI-18")]
    public async Task A_teacher_reaches_deepen_by_evidence_that_others_assess_and_shows_a_certificate_that_verifies()
    {
        var desk = new CompetenceDesk(site.Home, new DiplomaFlow(site.Home));
        var id = CompetenceDesk.IdOf(CompetenceStreams.Portfolio, site.Teacher);
        using var teacher = await site.SignedInAsync("teacher");
        using var coordinator = await site.SignedInAsync("coordinator");
        var page = await teacher.PageAsync(School + "/portfolio");
        var (token, evidence) = (Token(page), page.QuerySelector("main form[aria-labelledby=hand] input[name=evidence]")!.GetAttribute("value")!);
        (string, string)[] fields = [("evidence", evidence), ("block", "T01"), ("what", "A lesson on who decides."), ("address", "")];
        Assert.Equal(HttpStatusCode.SeeOther, (await teacher.PostAsync(School + "/portfolio", token, fields)).StatusCode);

        // The same form once more is refused, and counts nothing.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await teacher.PostAsync(School + "/portfolio", token, fields)).StatusCode);
        Assert.Single((await PortfolioAsync(desk, id)).Evidence, e => e.Id == evidence);

        // Neither the teacher nor somebody of another school finds it among what they may assess.
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync($"{School}/assess/{id}")).StatusCode);
        using (var stranger = await site.SignedInAsync("otherhead"))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync($"/en/console/{AiSite.OtherSchoolBin}/ai/assess/{id}")).StatusCode);
        }

        var queue = await coordinator.PageAsync(School + "/assess");
        Assert.NotNull(queue.QuerySelector($"a[href$='/assess/{id}']"));
        var before = await coordinator.PageAsync($"{School}/assess/{id}");
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync(
            $"{School}/assess/{id}", Token(before), ("evidence", evidence), ("version", Version(before)), ("outcome", "met"), ("reason", "Seen in class."))).StatusCode);
        var assessed = await teacher.PageAsync(School + "/portfolio");
        Assert.Contains("Human-centred mindset", assessed.QuerySelector("section[aria-labelledby=levels]")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(assessed.QuerySelector($"article[id='{evidence}'] form"));

        await MeetAsync(desk, id, "acquire", "deepen");
        var ready = await coordinator.PageAsync($"{School}/assess/{id}");
        var version = (await PortfolioAsync(desk, id)).Version;
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await coordinator.PostAsync(
            $"{School}/assess/{id}/certify", Token(ready), ("version", $"{version}"), ("level", "create"))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync(
            $"{School}/assess/{id}/certify", Token(ready), ("version", $"{version}"), ("level", "deepen"))).StatusCode);

        var certified = Assert.Single((await PortfolioAsync(desk, id)).Certificates);
        var held = await teacher.PageAsync(School + "/portfolio");
        var own = held.QuerySelector("section[aria-labelledby=cert] a")!.GetAttribute("href")!;

        // What a certificate rests on is not taken back, and nobody is offered to.
        Assert.Null(held.QuerySelector($"article[id='{evidence}'] form"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await teacher.PostAsync(School + "/portfolio/withdraw", Token(held), ("evidence", evidence))).StatusCode);
        var shown = await teacher.PageAsync(own);
        Assert.Contains("level Deepen", shown.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        (string, string)[] share = [("id", shown.QuerySelector("form[aria-labelledby=share] input[name=id]")!.GetAttribute("value")!), ("recipient", "A school"), ("why", "job"), ("abroad", "1")];
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await teacher.PostAsync(own + "/share", Token(shown), [.. share, ("days", "100000")])).StatusCode);
        var made = await teacher.PostAsync(own + "/share", Token(shown), [.. share, ("days", "30")]);
        Assert.Equal(HttpStatusCode.SeeOther, made.StatusCode);
        var link = (await teacher.PageAsync(made.Headers.Location!.ToString())).QuerySelector("#link")!.GetAttribute("value")!;

        using var anybody = new HttpClient { BaseAddress = new Uri(site.Small.Site), DefaultRequestHeaders = { { "Accept-Language", "en" } } };
        var byCode = WebUtility.HtmlDecode(await anybody.GetStringAsync(new Uri(link).PathAndQuery));
        Assert.Contains("Certificate of AI competence, in force", byCode, StringComparison.Ordinal);
        Assert.Contains("Trial Teacher", byCode, StringComparison.Ordinal);
        var byNumber = WebUtility.HtmlDecode(await anybody.GetStringAsync($"/en/n/{certified.Number.Replace(" ", "", StringComparison.Ordinal)}"));
        Assert.Contains("level Deepen", byNumber, StringComparison.Ordinal);
        Assert.DoesNotContain("Trial Teacher", byNumber, StringComparison.Ordinal);
        Assert.Contains("\"assessing_body\"", await anybody.GetStringAsync("/types/competence"), StringComparison.Ordinal);

        var file = await (await teacher.GetAsync(own + ".json")).Content.ReadAsByteArrayAsync();
        var report = await new Verifier(site.Home.Time).VerifyAsync(file, await TrustBundles.CurrentAsync(site.Home), null, CancellationToken.None);
        Assert.Equal((Verdict.InForce, "competence"), (report.Verdict, report.Certificate));
        Assert.Equal("AI competence of a teacher: level Deepen", report.Content!.Facts["competence"].En);
        Assert.Equal(site.Home.Settings.OperatorBin, report.Issuer!.InitiatorBin);
        Assert.DoesNotContain((await Audit.RunAsync(site.Home)).Findings, f => f.Code.Contains("certificate", StringComparison.Ordinal));
        Assert.DoesNotContain("Trial", Encoding.UTF8.GetString(await EntryAsync(AssetId.Parse(certified.Certificate))), StringComparison.Ordinal);

        // The evidence was not what it seemed: the certificate ends with its assessment, for everybody who holds the link.
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync(
            $"{School}/assess/{id}/revoke", Token(ready), ("version", $"{(await PortfolioAsync(desk, id)).Version}"), ("evidence", evidence),
            ("reason", "Copied."))).StatusCode);
        Assert.Empty((await PortfolioAsync(desk, id)).Certificates);
        Assert.Contains(
            "Certificate of AI competence, not in force", WebUtility.HtmlDecode(await anybody.GetStringAsync(new Uri(link).PathAndQuery)), StringComparison.Ordinal);
        Assert.DoesNotContain((await Audit.RunAsync(site.Home)).Findings, f => f.Code.Contains("certificate", StringComparison.Ordinal));

        // The holder stops the share: the link opens nothing more. After its term it would not either.
        var open = new OpenShare(site.Home);
        var secret = new Uri(link).Segments[^1];
        Assert.NotNull(await open.FindAsync(secret, default));
        var later = new ManualTime();
        later.Pass(site.Small.Time.GetUtcNow().AddDays(31) - later.GetUtcNow());
        await using (var home = (await Installation.OpenAsync(site.Small.Directory, later)).Value)
        {
            Assert.Null(await new OpenShare(home).FindAsync(secret, default));
        }

        var stop = made.Headers.Location!.ToString().Split('?')[0];
        Assert.Equal(HttpStatusCode.Redirect, (await teacher.PostAsync(stop + "/stop", await teacher.TokenAsync(stop))).StatusCode);
        Assert.Null(await open.FindAsync(secret, default));
    }

    [Fact]
    [Trait("Requirement", "AI-16")]
    public async Task Create_is_assessed_by_the_department_of_the_region_who_sees_a_pseudonym()
    {
        var desk = new CompetenceDesk(site.Home, new DiplomaFlow(site.Home));
        var id = CompetenceDesk.IdOf(CompetenceStreams.Portfolio, site.Teacher);
        Assert.True((await desk.HandInAsync(
            site.Who("teacher"), null, site.Teacher, "e-create", "T06", "Rules written with parents.", null, CancellationToken.None)).IsDone);
        using var coordinator = await site.SignedInAsync("coordinator");
        var inside = await coordinator.PageAsync($"{School}/assess/{id}");
        (string, string)[] fields = [("evidence", "e-create"), ("outcome", "met"), ("reason", "Read.")];
        var refused = await coordinator.PostAsync($"{School}/assess/{id}", Token(inside), fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("another organisation", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var region = await site.SignedInAsync("region");
        var address = $"/en/console/{AiSite.DepartmentBin}/ai/assess/{id}";
        var outside = await region.PageAsync(address);
        Assert.DoesNotContain("Trial Teacher", outside.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await region.PostAsync(address, Token(outside), fields)).StatusCode);
        Assert.True((await PortfolioAsync(desk, id)).Shows("T06"));
    }

    [Fact]
    [Trait("Requirement", "AI-27")]
    [Trait("Requirement", "AI-18")]
    public async Task A_class_takes_the_Day_of_AI_and_who_attended_enough_lessons_completed_it_and_gets_a_certificate()
    {
        using var ministry = await site.SignedInAsync("ministry");
        var desk = await ministry.PageAsync("/en/console/ai/competences");
        (string, string)[] offer =
        [
            ("id", desk.QuerySelector("form[aria-labelledby=offer] input[name=id]")!.GetAttribute("value")!), ("course-kk", "ЖИ күні"), ("course-ru", "День ИИ"),
            ("course-en", "Day of AI"), ("series", "day-of-ai"), ("hours", ""), ("blocks", "s01, S07"),
        ];
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ministry.PostAsync("/en/console/ai/competences/courses", Token(desk), [.. offer, ("lessons", "7")])).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await ministry.PostAsync("/en/console/ai/competences/courses", Token(desk), [.. offer, ("lessons", "8")])).StatusCode);

        using var coordinator = await site.SignedInAsync("coordinator");
        var courses = await coordinator.PageAsync(School + "/courses");
        var opened = await coordinator.PostAsync(
            School + "/courses", Token(courses), ("id", courses.QuerySelector("input[name=id]")!.GetAttribute("value")!),
            ("course", courses.QuerySelector("select[name=course] option")!.GetAttribute("value")!), ("name", "9A"));
        var group = opened.Headers.Location!.ToString();
        var token = Token(await coordinator.PageAsync(group));
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync(group + "/enrol", token, ("class", "9A"))).StatusCode);
        var day = site.Desk.Today().ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        for (var lesson = 1; lesson <= 7; lesson++)
        {
            (string, string)[] there = [("lesson", $"{lesson}"), ("day", day), ("present", site.Learner.Id)];
            Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync(group + "/lesson", token, there)).StatusCode);

            // A lesson sent twice counts once.
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await coordinator.PostAsync(group + "/lesson", token, there)).StatusCode);
        }

        var done = await coordinator.PageAsync(group);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await coordinator.PostAsync(
            group + "/certify", token, ("person", site.Adult.Id), ("version", Version(done)))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync(
            group + "/certify", token, ("person", site.Learner.Id), ("version", Version(done)))).StatusCode);
        var number = (await coordinator.PageAsync(group)).QuerySelector("a.mono")!.TextContent;
        using var anybody = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        Assert.Contains("Course completed: Day of AI", WebUtility.HtmlDecode(await anybody.GetStringAsync($"/en/n/{number.Replace(" ", "", StringComparison.Ordinal)}")), StringComparison.Ordinal);
        using (var learner = await site.SignedInAsync("learner"))
        {
            var own = (await learner.PageAsync($"/en/me/ai/{site.Learner.Id}/competences")).QuerySelector("section[aria-labelledby=cert] a")!.GetAttribute("href")!;
            Assert.NotNull((await learner.PageAsync(own)).QuerySelector("form[aria-labelledby=share] input[name=days]"));
            var report = await new Verifier(site.Home.Time).VerifyAsync(
                await (await learner.GetAsync(own + ".json")).Content.ReadAsByteArrayAsync(), await TrustBundles.CurrentAsync(site.Home), null, CancellationToken.None);
            Assert.Equal((Verdict.InForce, "competence"), (report.Verdict, report.Certificate));
        }

        Assert.Contains("Enrolled: 2. Completed: 1.", (await coordinator.PageAsync(School + "/courses")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-28")]
    [Trait("Requirement", "AI-17")]
    public async Task The_map_of_topics_is_public_with_its_gaps_and_kept_by_the_ministry()
    {
        using var ministry = await site.SignedInAsync("ministry");
        var desk = await ministry.PageAsync("/en/console/ai/competences");
        Assert.Equal(HttpStatusCode.SeeOther, (await ministry.PostAsync(
            "/en/console/ai/competences/topics", Token(desk), ("topic", "t-learns"), ("topic-kk", "Машина қалай үйренеді"), ("topic-ru", "Как учится машина"),
            ("topic-en", "How a machine learns"), ("subject", "digital-literacy"), ("grade", "4"), ("topic-blocks", "S07"), ("resource", "Textbook (invented)"),
            ("place", "12-15"), ("address", ""))).StatusCode);
        using (var teacher = await site.SignedInAsync("teacher"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync("/en/console/ai/competences")).StatusCode);
        }

        using var anybody = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        var page = WebUtility.HtmlDecode(await anybody.GetStringAsync("/en/ai/topics"));
        Assert.Contains("How a machine learns", page, StringComparison.Ordinal);
        Assert.Contains("AILit's nineteen competences were not read", page, StringComparison.Ordinal);
        var data = await anybody.GetStringAsync("/api/v1/ai/topics");
        Assert.Contains("\"t-learns\"", data, StringComparison.Ordinal);
        Assert.Contains("{\"block\":\"S07\",\"grades\":\"5-9\"}", data, StringComparison.Ordinal);
        Assert.DoesNotContain("{\"block\":\"S07\",\"grades\":\"1-4\"}", data, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-17")]
    [Trait("Requirement", "AI-29")]
    public async Task A_learner_sees_the_blocks_a_teacher_noted_and_finishes_a_project_that_names_nobody()
    {
        using var teacher = await site.SignedInAsync("teacher2");
        var record = $"{School}/learners/{site.Learner.Id}";
        Assert.Equal(HttpStatusCode.SeeOther, (await teacher.PostAsync(
            record, Token(await teacher.PageAsync(record)), ("block", "S02"), ("basis", "Checked what the tool said."))).StatusCode);

        using var learner = await site.SignedInAsync("learner");
        using var guardian = await site.SignedInAsync("guardian");
        using var stranger = await site.SignedInAsync("otherteacher");
        var mine = $"/en/me/ai/{site.Learner.Id}";
        Assert.Contains("Checked what the tool said.", (await guardian.PageAsync(mine + "/competences")).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(mine + "/competences")).StatusCode);

        var list = await learner.PageAsync(mine + "/projects");
        (string, string)[] begin = [("id", list.QuerySelector("input[name=id]")!.GetAttribute("value")!), ("title", "Sorting waste")];
        var begun = await learner.PostAsync(mine + "/projects", Token(list), begin);
        var project = begun.Headers.Location!.ToString();
        var token = Token(await learner.PageAsync(project));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await learner.PostAsync(project + "/finish", token)).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await learner.PostAsync(
            project + "/scope", token, ("problem", "Call +7 701 555 12 34"), ("for-whom", "Our class"), ("why-ai", "Pictures"))).StatusCode);
        foreach (var (part, fields) in new (string, (string, string)[])[]
        {
            ("scope", [("problem", "Bins are mixed"), ("for-whom", "Our class"), ("why-ai", "Pictures are hard to describe by rules")]),
            ("data", [("data-name", "Bins"), ("data-about", "200 pictures"), ("maker", "School 7"), ("source", ""), ("data-licence", "CC-BY-4.0")]),
            ("model", [("does", "Names the bin"), ("tested", "On 40 pictures"), ("limits", "Dark pictures"), ("not-for", "Not for people")]),
            ("reflection", [("own", "We took the pictures"), ("by-ai", "It suggested the labels"), ("learnt", "More pictures by night")]),
        })
        {
            Assert.Equal(HttpStatusCode.SeeOther, (await learner.PostAsync($"{project}/{part}", token, fields)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await learner.PostAsync(project + "/finish", token)).StatusCode);
        Assert.Contains("\"license\":\"CC-BY-4.0\"", await (await guardian.GetAsync(project + "/data.json")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("Sorting waste", (await teacher.PageAsync(record)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Null((await guardian.PageAsync(mine + "/projects")).QuerySelector("form[aria-labelledby=begin]"));
        Assert.Equal(HttpStatusCode.Forbidden, (await guardian.PostAsync(
            mine + "/projects", await guardian.TokenAsync("/en/me/security"), ("title", "For the child"))).StatusCode);
    }

    private static string Token(AngleSharp.Dom.IDocument page) => page.QuerySelector("main input[name=form]")!.GetAttribute("value")!;

    private static string Version(AngleSharp.Dom.IDocument page) => page.QuerySelector("main input[name=version]")!.GetAttribute("value")!;

    private static async Task<TeacherPortfolio> PortfolioAsync(CompetenceDesk desk, string id) =>
        (await desk.Ai.FindAsync(CompetenceStreams.Portfolio, id, null, CancellationToken.None))!.Now;

    // What is not met yet of the levels, by the acts of the desk.
    private async Task MeetAsync(CompetenceDesk desk, string id, params string[] levels)
    {
        var (framework, rules) = (desk.Teachers, desk.Assessing.Value);
        foreach (var block in framework.Value.Blocks.Where(b => levels.Contains(b.Level)))
        {
            if (!(await PortfolioAsync(desk, id)).Shows(block.Id))
            {
                var handed = await desk.HandInAsync(site.Who("teacher"), null, site.Teacher, "e-" + block.Id, block.Id, "Done.", null, CancellationToken.None);
                var met = await desk.Ai.ActAsync(
                    site.Who("coordinator"), null, CompetenceStreams.Portfolio, id, AiSite.SchoolBin, handed.Value.Version,
                    (now, at) => AssessEvidence.Of(
                        now, site.Who("coordinator").Id, AiSite.SchoolBin.Value, "e-" + block.Id, true, "Seen.", framework, rules, at),
                    CancellationToken.None);
                Assert.True(met.IsDone, met.Problem?.Code);
            }
        }
    }

    private async Task<byte[]> EntryAsync(AssetId asset)
    {
        var file = (await new CertificateLookup(site.Home).FileAsync(asset))!;
        return file.Entries.Select(e => e.Entry.ToArray()).Single(b => Encoding.UTF8.GetString(b).Contains("competence.awarded", StringComparison.Ordinal));
    }
}
