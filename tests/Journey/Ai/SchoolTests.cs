using System.Net;
using System.Text.Json;
using AngleSharp.Dom;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.Work;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>A school and AI by its pages: regulation, tools, consent and its withdrawal, the switch of a teacher, reports of harm.</summary>
[Collection(AiSites.Name)]
public sealed class SchoolTests(AiSite ai)
{
    /// <summary>What a school works with every day has to come over a weak line.</summary>
    private const int PageMaxBytes = 30_000;

    private static readonly string At = $"/en/console/{AiSite.SchoolBin}/ai";

    private SchoolDesk Desk => new(ai.Home);

    [Fact]
    [Trait("Requirement", "AI-24")]
    [Trait("Requirement", "AI-32")]
    public async Task Schools_stand_in_a_public_list_by_region_and_words_a_light_page_at_a_time()
    {
        using var anybody = new Person(ai.Small.Site);
        var bins = Enumerable.Range(0, 999).Select(n => $"9901400{n:00000}").Where(t => Bin.TryParse(t, out _)).Take(40).ToList();
        async Task ChangeAsync(string sql) => await ai.Home.Database.WriteAsync(async t =>
        {
            foreach (var bin in bins)
            {
                await t.TouchAsync("ai_schools", default, bin);
                await t.ExecuteAsync(
                    sql, default, ("bin", bin), ("name", $"№ {bin} жалпы білім беретін орта мектеп-гимназия (ойдан шығарылған)"), ("search", bin),
                    ("like", AiSite.SchoolBin.Value));
            }

            return true;
        });
        await ChangeAsync(
            """
            INSERT INTO ai_schools (bin, name_kk, name_ru, name_en, region, district, kind, setting, languages, connectivity, department, search, order_kk,
                order_ru, order_en, data_key)
            SELECT @bin, @name, @name, @name, 'KZ-47', 'Жаңасемей', kind, setting, languages, connectivity, 0, @search, @search, @search, @search, data_key
            FROM ai_schools WHERE bin = @like
            """);
        try
        {
            foreach (var language in (string[])["kk", "ru", "en"])
            {
                var bytes = await (await anybody.GetAsync($"/{language}/ai/schools?region=KZ-47")).Content.ReadAsByteArrayAsync();
                Assert.InRange(bytes.Length, 1, PageMaxBytes);
            }

            var first = await anybody.PageAsync("/en/ai/schools?region=KZ-47");
            Assert.Equal(30, first.QuerySelectorAll("tbody tr").Length);
            Assert.Equal(10, (await anybody.PageAsync("/en/ai/schools?region=KZ-47&page=2")).QuerySelectorAll("tbody tr").Length);
            using var json = JsonDocument.Parse(await (await anybody.GetAsync($"/api/v1/ai/schools?q={bins[0]}")).Content.ReadAsStringAsync());
            Assert.Equal((1, "KZ-47"), (json.RootElement.GetProperty("total").GetInt32(), json.RootElement.GetProperty("schools")[0].GetProperty("region").GetString()));
        }
        finally
        {
            await ChangeAsync("DELETE FROM ai_schools WHERE bin = @bin");
        }

        // The department of a region is no school; a name is found in any spelling.
        var found = await anybody.PageAsync("/ru/ai/schools?q=SCHOOL%20no%201&region=KZ-61");
        Assert.Equal($"/ru/ai/schools/{AiSite.SchoolBin}", found.QuerySelector("tbody a")!.GetAttribute("href"));
        Assert.Empty((await anybody.PageAsync("/en/ai/schools?q=department")).QuerySelectorAll("tbody tr"));
        Assert.Empty((await anybody.PageAsync("/en/ai/schools?region=nowhere")).QuerySelectorAll("tbody tr"));
        Assert.NotNull((await anybody.PageAsync("/en/ai/register")).QuerySelector("nav a[href='/en/ai/schools']"));
    }

    [Fact]
    [Trait("Requirement", "AI-26")]
    [Trait("Requirement", "AI-32")]
    public async Task The_coordinator_reports_devices_and_line_and_a_teacher_reads_them()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        using var teacher = await ai.SignedInAsync("teacher");
        var page = $"{At}/infrastructure";
        Task<HttpResponseMessage> ReportAsync(Person who, string token, int version, string devices) => who.PostAsync(
            page, token, ("version", $"{version}"), ("devices", devices), ("learners", "200"), ("connectivity", "good"));
        Assert.Contains("href=\"" + page, (await coordinator.PageAsync(At)).QuerySelector("main")!.InnerHtml, StringComparison.Ordinal);
        var token = await coordinator.TokenAsync(page);
        var refused = await ReportAsync(coordinator, token, 0, "many");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("value=\"many\"", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await ReportAsync(coordinator, token, 0, "40")).StatusCode);
        // Somebody reported meanwhile: nothing is saved over it.
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await ReportAsync(coordinator, token, 0, "41")).StatusCode);

        var read = await teacher.PageAsync(page);
        Assert.Contains("40", Assert.Single(read.QuerySelectorAll("section[aria-labelledby=reports] li")).TextContent, StringComparison.Ordinal);
        Assert.Null(read.QuerySelector("form input[name=devices]"));
        Assert.Equal(HttpStatusCode.Forbidden, (await ReportAsync(teacher, await teacher.TokenAsync(At + "/switch"), 1, "42")).StatusCode);

        var told = await ai.Home.Database.ReadAsync(t => t.QueryAsync(
            "SELECT fact_values FROM ai_facts WHERE type = 'infrastructure.reported' AND school = @school", r => r.GetString(0), default,
            ("school", AiSite.SchoolBin.Value)));
        Assert.Contains("\"devices\":\"40\"", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-21")]
    [Trait("Requirement", "AI-24")]
    public async Task A_looser_rule_is_named_and_not_adopted_and_the_head_adopts_what_is_not_for_everybody_to_read()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        using var head = await ai.SignedInAsync("head");
        using var other = await ai.SignedInAsync("otherhead");
        var page = $"{At}/regulation";
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(page)).StatusCode);

        await DraftAsync(coordinator, ("generative-from-age", "12"));
        Assert.Contains("looser", (await head.PageAsync(page)).QuerySelector("#draft")!.TextContent, StringComparison.Ordinal);
        var refused = await AdoptAsync(head);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("never looser: Own use of generative AI", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await coordinator.PostAsync($"{page}/adopt", await coordinator.TokenAsync(page), ("version", "1"))).StatusCode);

        await DraftAsync(coordinator, ("generative-from-age", "14"), ("consent-months", "6"));
        Assert.Equal(HttpStatusCode.SeeOther, (await AdoptAsync(head)).StatusCode);

        using var anybody = new Person(ai.Small.Site);
        foreach (var language in (string[])["kk", "ru", "en"])
        {
            var open = await anybody.PageAsync($"/{language}/ai/schools/{AiSite.SchoolBin}");
            Assert.Contains("Trial head", open.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
            Assert.Contains(
                " <small><span class=\"badge", open.QuerySelector("section[aria-labelledby=reg] td:has(.badge)")!.InnerHtml, StringComparison.Ordinal);
        }

        using var json = JsonDocument.Parse(await (await anybody.GetAsync($"/api/v1/ai/schools/{AiSite.SchoolBin}")).Content.ReadAsStringAsync());
        var regulation = json.RootElement.GetProperty("regulation");
        Assert.Equal(("14", "6", "Trial head"), (
            regulation.GetProperty("values").GetProperty("generative-from-age").GetString(),
            regulation.GetProperty("values").GetProperty("consent-months").GetString(), regulation.GetProperty("adoptedBy").GetString()));
        await using var connection = await ai.Home.Database.ConnectAsync();
        var facts = await connection.QueryAsync(
            "SELECT subject FROM ai_facts WHERE type = 'regulation.adopted' AND subject = @bin", r => r.GetString(0), default, ("bin", AiSite.SchoolBin.Value));
        Assert.NotEmpty(facts);
    }

    [Fact]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-11")]
    [Trait("Requirement", "AI-12")]
    [Trait("Requirement", "X-7")]
    public async Task A_parent_consents_and_withdraws_in_the_middle_and_the_learner_goes_on_without()
    {
        var system = await AllowedAsync("Tutor of consent (invented)");
        using var guardian = await ai.SignedInAsync("guardian");
        using var learner = await ai.SignedInAsync("learner");
        using var stranger = await ai.SignedInAsync("otherteacher");
        var page = $"/en/me/ai/{ai.Learner.Id}/tools/{system}";
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(page)).StatusCode);
        Assert.Equal(["ai-school/no-consent", "ai-school/notice-not-read"], await AgainstAsync(system));

        // The eight elements stand on the page, and the offer that was shown is what is agreed to.
        var offer = await guardian.PageAsync(page);
        var give = offer.QuerySelector("#give")!;
        foreach (var element in (string[])["School No 1", AiSite.SchoolBin.Value, "Trial Learner", "Owner (invented)", "Answers of learners", "Tutor of consent (invented)"])
        {
            Assert.Contains(element, give.TextContent, StringComparison.Ordinal);
        }

        Assert.Equal(8, give.QuerySelectorAll("dl dt").Length + 1);
        var fields = Fields(give).Append(("purpose", "tutoring")).ToArray();
        var by = await learner.PostAsync($"{page}/consent", await learner.TokenAsync(page), fields);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, by.StatusCode);
        var stale = fields.Select(f => f.Item1 == "shown" ? ("shown", "1-1-1") : f).ToArray();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await guardian.PostAsync($"{page}/consent", await guardian.TokenAsync(page), stale)).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await guardian.PostAsync($"{page}/consent", await guardian.TokenAsync(page), fields)).StatusCode);
        // Sent twice it is one.
        Assert.Equal(HttpStatusCode.SeeOther, (await guardian.PostAsync($"{page}/consent", await guardian.TokenAsync(page), fields)).StatusCode);
        var consent = Assert.Single(await ConsentsAsync(system));
        Assert.Equal(["ai-school/notice-not-read"], await AgainstAsync(system));

        var notice = (await learner.PageAsync(page)).QuerySelector("#notice")!;
        Assert.Contains("The printed reader", notice.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await learner.PostAsync(
            $"{page}/read", await learner.TokenAsync(page), ("edition", notice.QuerySelector("input[name=edition]")!.GetAttribute("value")!))).StatusCode);
        Assert.Empty(await AgainstAsync(system));
        Assert.Equal(["ai-school/supervised-only"], await AgainstAsync(system, isSupervised: false));

        Assert.Equal(HttpStatusCode.SeeOther, (await guardian.PostAsync($"{page}/withdraw", await guardian.TokenAsync(page), ("consent", consent.Id))).StatusCode);
        Assert.Equal(["ai-school/consent-withdrawn"], await AgainstAsync(system));
        Assert.Contains("withdrawn", (await learner.PageAsync(page)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        // Refusing is the learner's own: a parent does not do it in their place.
        Assert.Equal(HttpStatusCode.Forbidden, (await guardian.PostAsync($"{page}/refuse", await guardian.TokenAsync(page))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await learner.PostAsync($"{page}/refuse", await learner.TokenAsync(page))).StatusCode);
        Assert.Equal(["ai-school/consent-withdrawn", "ai-school/refused"], await AgainstAsync(system));
    }

    [Fact]
    [Trait("Requirement", "AI-30")]
    public async Task One_button_of_a_teacher_switches_off_and_only_the_teacher_puts_it_back()
    {
        var system = await AllowedAsync("Tutor of the switch (invented)");
        using var teacher = await ai.SignedInAsync("teacher");
        using var coordinator = await ai.SignedInAsync("coordinator");
        using var other = await ai.SignedInAsync("otherteacher");
        var page = $"{At}/switch";
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(page)).StatusCode);
        var token = await teacher.TokenAsync(page);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await teacher.PostAsync($"{page}/off", token, ("class", "1A"))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await teacher.PostAsync($"{page}/off", token, ("class", "9A"))).StatusCode);
        Assert.Contains("ai-school/switched-off", await AgainstAsync(system));

        var over = await coordinator.PostAsync($"{page}/on", await coordinator.TokenAsync(page), ("class", "9A"), ("system", ""));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, over.StatusCode);
        Assert.DoesNotContain("Trial teacher", (await coordinator.PageAsync(page)).QuerySelector("main")!.TextContent, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.SeeOther, (await teacher.PostAsync($"{page}/on", token, ("class", "9A"), ("system", ""))).StatusCode);
        Assert.DoesNotContain("ai-school/switched-off", await AgainstAsync(system));
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public async Task Anybody_reports_and_self_harm_reaches_people_at_once_and_is_closed_only_after_a_specialist()
    {
        using var anybody = new Person(ai.Small.Site);
        var form = $"/en/ai/report?school={AiSite.SchoolBin}";
        Assert.Contains("112", (await anybody.PageAsync(form)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await anybody.PostAsync("/en/ai/report", null, ("kind", "bias"), ("words", "x"))).StatusCode);
        var sent = await anybody.PostAsync(
            "/en/ai/report", await anybody.TokenAsync(form), ("kind", "self-harm"), ("words", "A chat told a child to hurt itself."), ("school", AiSite.SchoolBin.Value));
        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        var id = sent.Headers.Location!.ToString().Split("done=")[1].Split('&')[0];
        Assert.Contains(id, (await anybody.PageAsync(sent.Headers.Location.ToString())).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await using (var connection = await ai.Home.Database.ConnectAsync())
        {
            var told = await connection.QueryAsync("SELECT subject FROM mail_queue WHERE subject_kind = 'ai-incident'", r => r.GetString(0), default);
            Assert.Contains(id, told);
        }

        using var teacher = await ai.SignedInAsync("teacher");
        using var coordinator = await ai.SignedInAsync("coordinator");
        using var ministry = await ai.SignedInAsync("ministry");
        var page = $"{At}/incidents/{id}";
        Assert.Equal(HttpStatusCode.NotFound, (await teacher.GetAsync(page)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ministry.GetAsync($"/en/console/ai/incidents/{id}")).StatusCode);
        Assert.Contains("hurt itself", (await coordinator.PageAsync(page)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync($"{page}/take", await coordinator.TokenAsync(page))).StatusCode);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await CloseAsync("2")).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync(
            $"{page}/route", await coordinator.TokenAsync(page), ("version", "2"), ("to", "psychologist"), ("words", "Spoke with her."))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await CloseAsync("3")).StatusCode);
        await using var after = await ai.Home.Database.ConnectAsync();
        var facts = await after.QueryAsync(
            "SELECT type, fact_values FROM ai_facts WHERE stream = @id ORDER BY seq", r => (r.GetString(0), r.GetString(1)), default, ("id", id));
        Assert.Equal(["incident.reported", "incident.closed"], facts.Select(f => f.Item1));
        Assert.Contains("\"inTime\":\"yes\"", facts[1].Item2, StringComparison.Ordinal);

        async Task<HttpResponseMessage> CloseAsync(string version) => await coordinator.PostAsync(
            $"{page}/close", await coordinator.TokenAsync(page), ("version", version), ("outcome", "passed-on"), ("words", "With the psychologist."));
    }

    [Fact]
    [Trait("Requirement", "AI-8")]
    [Trait("Requirement", "AI-35")]
    public async Task What_was_passed_on_to_the_register_is_stopped_in_all_schools_by_one_act()
    {
        var system = await AllowedAsync("Tutor of the incident (invented)");
        using var learner = await ai.SignedInAsync("learner");
        using var coordinator = await ai.SignedInAsync("coordinator");
        using var ministry = await ai.SignedInAsync("ministry");
        var form = $"/en/ai/report?school={AiSite.SchoolBin}&system={system}";
        var sent = await learner.PostAsync(
            "/en/ai/report", await learner.TokenAsync(form), ("kind", "advertising"), ("words", "It shows me advertising."), ("school", AiSite.SchoolBin.Value),
            ("system", system));
        var id = sent.Headers.Location!.ToString().Split("done=")[1].Split('&')[0];
        var page = $"{At}/incidents/{id}";
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync($"{page}/take", await coordinator.TokenAsync(page))).StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, (await coordinator.PostAsync(
            $"{page}/route", await coordinator.TokenAsync(page), ("version", "2"), ("to", "register"), ("words", "For all schools."))).StatusCode);

        Assert.Contains(id, (await ministry.PageAsync("/en/console/ai/incidents")).QuerySelector("main")!.InnerHtml, StringComparison.Ordinal);
        var suspend = (await ministry.PageAsync($"/en/console/ai/incidents/{id}")).QuerySelector("form#suspend")!;
        var answer = await ministry.PostAsync(
            suspend.GetAttribute("action")!, suspend.QuerySelector("input[name=form]")!.GetAttribute("value"),
            ("version", suspend.QuerySelector("input[name=version]")!.GetAttribute("value")!), ("cause", "incident"), ("reason", "It shows advertising to children."));
        Assert.True((int)answer.StatusCode is 302 or 303, $"{answer.StatusCode}");
        Assert.Equal("ai-school/system-suspended", (await AgainstAsync(system))[0]);
        Assert.Contains("suspended everywhere", (await coordinator.PageAsync(At)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-8")]
    public async Task What_the_school_proposed_and_nobody_may_use_stands_on_its_desk_as_stopped()
    {
        var (desk, by) = (new SystemDesk(ai.Home, new DiplomaFlow(ai.Home)), ai.Who("coordinator"));
        var own = (await desk.OpenAsync(
            by, null, AiSite.SchoolBin, at => ProposeSystem.Of(by.Id, RegisterTrial.Described("Mood camera (invented)"), at), null, default)).Value;
        var answers = RegisterTrial.Class(desk.Rules.Value).Functions.ToDictionary(a => a.Key, a => a.Key == "emotion" ? Answer.Yes : a.Value);
        var stopped = (await desk.ActAsync(
            by, null, own.Id, AiSite.SchoolBin, null,
            (now, at) => ClassifySystem.Of(now, by.Id, RegisterTrial.Class(desk.Rules.Value) with { Functions = answers }, desk.Rules, desk.Ai.Today(), at), default)).Value;
        Assert.Equal(AiSystemState.Prohibited, stopped.State);

        using var coordinator = await ai.SignedInAsync("coordinator");
        using var elsewhere = await ai.SignedInAsync("otherhead");
        var row = (await coordinator.PageAsync(At)).QuerySelector($"section[aria-labelledby=stopped] li:has(a[href$='{own.Id}'])")!.TextContent;
        Assert.Contains("Prohibited", row, StringComparison.Ordinal);
        Assert.Null((await elsewhere.PageAsync($"/en/console/{AiSite.OtherSchoolBin}/ai")).QuerySelector("section[aria-labelledby=stopped]"));
    }

    [Fact]
    [Trait("Requirement", "AI-32")]
    public async Task Every_page_of_a_school_comes_over_a_weak_line_in_three_languages()
    {
        var system = await AllowedAsync("Tutor of the weak line (invented)");
        using var coordinator = await ai.SignedInAsync("coordinator");
        using var guardian = await ai.SignedInAsync("guardian");
        var bin = AiSite.SchoolBin;
        foreach (var language in (string[])["kk", "ru", "en"])
        {
            foreach (var path in (string[])[
                "", "/regulation", "/tools", $"/tools?system={system}", "/consents", "/consents?group=9A", $"/consents/{ai.Learner.Id}?system={system}",
                "/switch", "/incidents", "/incidents/duty", "/infrastructure"])
            {
                await WeighAsync(coordinator, $"/{language}/console/{bin}/ai{path}");
            }

            foreach (var path in (string[])[$"/me/ai/{ai.Learner.Id}/tools", $"/me/ai/{ai.Learner.Id}/tools/{system}", $"/ai/schools/{bin}", $"/ai/report?school={bin}"])
            {
                await WeighAsync(guardian, $"/{language}{path}");
            }
        }
    }

    private static async Task WeighAsync(Person who, string path)
    {
        var answer = await who.GetAsync(path);
        var size = (await answer.Content.ReadAsByteArrayAsync()).Length;
        Assert.True(answer.StatusCode == HttpStatusCode.OK && size < PageMaxBytes, $"{path}: {answer.StatusCode}, {size} bytes");
    }

    private static IEnumerable<(string, string)> Fields(IElement form) => form.QuerySelectorAll("input[type=hidden], input[type=date]")
        .Where(i => i.GetAttribute("name") is not ("form" or "who")).Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? ""));

    private static async Task DraftAsync(Person coordinator, params (string Item, string Value)[] own)
    {
        var page = await coordinator.PageAsync($"{At}/regulation");
        var form = page.QuerySelector("form#draft")!;
        var fields = form.QuerySelectorAll("input[type=hidden]:not([name=form]), input:not([type]), input[type=checkbox][checked]")
            .Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? ""))
            .Where(f => own.All(o => o.Item != f.Item1)).Concat(own.Select(o => (o.Item, o.Value))).ToArray();
        Assert.Equal(
            HttpStatusCode.SeeOther,
            (await coordinator.PostAsync($"{At}/regulation", form.QuerySelector("input[name=form]")!.GetAttribute("value"), fields)).StatusCode);
    }

    private static async Task<HttpResponseMessage> AdoptAsync(Person head)
    {
        var form = (await head.PageAsync($"{At}/regulation")).QuerySelector("form#adopt")!;
        return await head.PostAsync(
            $"{At}/regulation/adopt", form.QuerySelector("input[name=form]")!.GetAttribute("value"),
            ("version", form.QuerySelector("input[name=version]")!.GetAttribute("value")!), ("order", "No 5 of 1 July 2026"), ("reason", "Read with the teachers."),
            ("from", "2026-07-01"));
    }

    /// <summary>A generative system in use for learners of 13 to 17, which the school allows.</summary>
    private async Task<string> AllowedAsync(string name)
    {
        var at = ai.Small.Time.GetUtcNow();
        var today = DateOnly.FromDateTime(at.UtcDateTime);
        var kind = SystemStream.Kind;
        AiSystemEvent[] events =
        [
            new SystemProposed(at, "proposer", new SystemDescription(
                name, LocalizedText.Same("Reading tutor"), "Owner (invented)", "https://owner.example/contact", LocalizedText.Same("Answers of learners"), true,
                "https://owner.example/agreement")),
            new VendorAnswered(at, "vendor", new VendorAnswers(Answer.No, "", ["KZ"], Answer.Yes, Answer.No, Answer.No)),
            new SystemApproved(at, "board", new Allowed([AiPurpose.Tutoring], 13, 17, today.AddMonths(6), IsPilot: false), "Better than paper.", today.AddMonths(12), null!),
        ];
        var id = EventStore.NewId(kind);
        await ai.Home.Database.WriteAsync(async t =>
        {
            var now = await Desk.Ai.Events.CreateAsync(t, kind, null, events[0], id);
            foreach (var happened in events[1..])
            {
                now = await Desk.Ai.Events.AppendAsync(t, kind, now, happened);
            }
        });
        var (coordinator, head) = (ai.Who("coordinator"), ai.Who("head"));
        await using var connection = await ai.Home.Database.ConnectAsync();
        var school = (await Desk.ReadAsync(connection, AiSite.SchoolBin, default))!;
        if (school.InForce.Own is null)
        {
            var draft = await Desk.DraftAsync(
                coordinator, null, AiSite.SchoolBin, school.Regulation?.Version ?? 0, new Dictionary<string, string>(), "", default);
            Assert.True((await Desk.AdoptAsync(
                head, null, AiSite.SchoolBin, draft.Value.Version, "head of school", "No 4", "Read.", today, default)).IsDone);
        }

        var allowed = await Desk.AllowAsync(
            coordinator, null, AiSite.SchoolBin, school.Tools?.Version ?? 0,
            new AllowedTool(id, [ToolRole.Learner, ToolRole.Teacher], [AiPurpose.Tutoring], 13, 17, today.AddMonths(6), "The printed reader with the same tasks."),
            default);
        Assert.Null(allowed.Problem?.Code);
        return id;
    }

    private async Task<IReadOnlyList<ParentalConsent>> ConsentsAsync(string system)
    {
        await using var connection = await ai.Home.Database.ConnectAsync();
        return [.. (await Desk.ConsentsAsync(connection, ai.Learner.Id, default)).Where(c => c.Given.System == system)];
    }

    /// <summary>Codes of what keeps the learner from using a system now.</summary>
    private async Task<IReadOnlyList<string>> AgainstAsync(string system, bool isSupervised = true)
    {
        await using var connection = await ai.Home.Database.ConnectAsync();
        var school = (await Desk.ReadAsync(connection, AiSite.SchoolBin, default))!;
        var found = (await Desk.SystemAsync(connection, system, default))!;
        var answer = await Desk.MayUseAsync(connection, school, ai.Learner, found, AiPurpose.Tutoring, isSupervised, default);
        return [.. answer.Against.Select(p => p.Code)];
    }
}
