using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Beats;
using Mortanba.Journey.Tests.Live;
using Mortanba.Journey.Tests.Work;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>The register of AI systems on a site: by its pages, its data and its ledger entries.</summary>
[Collection(AiSites.Name)]
public sealed class RegisterTests(AiSite site)
{
    private const string Desk = "/en/console/ai/systems";
    private const string Vendor = "/en/console/ai/vendor";
    private static readonly string SchoolDesk = $"/en/console/{AiSite.SchoolBin}/ai/systems";

    [Fact]
    [Trait("Requirement", "AI-1")]
    [Trait("Requirement", "AI-4")]
    [Trait("Requirement", "AI-8")]
    [Trait("Requirement", "AI-11")]
    [Trait("Requirement", "AI-31")]
    public async Task From_the_vendors_answers_to_a_stop_everywhere_by_pages()
    {
        using var vendor = await site.SignedInAsync("vendor");
        using var coordinator = await site.SignedInAsync("coordinator");
        using var ethics = await site.SignedInAsync("ethics");
        using var approver = await site.SignedInAsync("approver");
        using var ministry = await site.SignedInAsync("ministry");
        using var reader = new HttpClient { BaseAddress = new Uri(site.Small.Site) };

        // The vendor answers once, before anybody asked; nothing is public yet.
        var id = After(await PostAsync(vendor, Vendor + "/new", Vendor + "/new", [
            ("name", "Journey tutor"), ("purpose.en", "Reads aloud with a learner"), ("stored", "KZ"), ("trains", "no"), ("deletes", "yes"), ("advertising", "no"),
            ("profiles", "no"), ("marks", "yes"), ("company", "Vendor (invented)")]), Vendor + "/");
        Assert.Equal(HttpStatusCode.NotFound, (await reader.GetAsync($"/en/ai/register/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await vendor.GetAsync(Desk + "/" + id)).StatusCode);

        // A coordinator takes it up, says the rest, and approves nothing.
        var one = $"{SchoolDesk}/{id}";
        await DoneAsync(coordinator, one, "propose", [
            ("name", "Journey tutor"), ("purpose.kk", "Оқушымен дауыстап оқиды"), ("purpose.en", "Reads aloud with a learner"), ("owner", "Owner (invented)"),
            ("contact", "https://owner.example/contact"), ("data.en", "Voice of learners"), ("generative", "yes"), ("agreement", "https://owner.example/agreement"),
            ("contract", "17"), ("withheld.contract", "A trade secret")]);
        await DoneAsync(coordinator, one, "class", [
            ("risk", "medium"), ("autonomy", "low"), ("mode", "closed"), .. Functions(Answer.No, Answer.Yes)]);
        await DoneAsync(coordinator, one, "impact", [("rights", "Voice of learners"), ("risks", "A wrong correction"), ("oversight", "The teacher, before it counts")]);
        await DoneAsync(coordinator, one, "value", [
            ("without", "A printed reader"), ("gain", "Quicker reading"), ("evidence", "https://study.example"), ("proportionality", "Voice alone"),
            ("subsidiarity", "Cards were tried"), ("necessity", "Reading aloud needs a listener")]);
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.PostAsync(one + "/approve", await coordinator.TokenAsync(one))).StatusCode);

        // Not approved is no blank that somebody left.
        foreach (var (language, words) in ((string, string)[])[("kk", "мақұлданбаған"), ("ru", "не одобрена"), ("en", "not approved")])
        {
            var listed = (await coordinator.PageAsync($"/{language}/ai/register?q=Journey+tutor")).QuerySelector($"tr:has(a[href$='{id}'])")!;
            Assert.Equal(words, listed.QuerySelector("td:last-child")!.TextContent.Trim());
            var facts = (await coordinator.PageAsync($"/{language}/ai/register/{id}")).QuerySelectorAll("section[aria-labelledby=of-facts] .facts:last-child dd");
            Assert.Equal((4, words), (facts.Length, facts[^1].TextContent.Trim()));
        }
        var missing = await coordinator.PageAsync(one);
        Assert.Contains("how to object", missing.QuerySelector("#missing")!.ParentElement!.TextContent, StringComparison.Ordinal);

        // The board sends it back; what was missing is said, and the board is for it.
        await DoneAsync(ethics, $"{Desk}/{id}", "ethics", [("outcome", "sent-back"), ("reason", "Say how to object.")]);
        await DoneAsync(coordinator, one, "describe", [
            ("name", "Journey tutor"), ("purpose.kk", "Оқушымен дауыстап оқиды"), ("purpose.en", "Reads aloud with a learner"), ("owner", "Owner (invented)"),
            ("contact", "https://owner.example/contact"), ("objection", "https://owner.example/objections"), ("data.en", "Voice of learners"), ("generative", "yes"),
            ("agreement", "https://owner.example/agreement"), ("contract", "17"), ("withheld.contract", "A trade secret")]);
        await DoneAsync(ethics, $"{Desk}/{id}", "ethics", [("outcome", "favourable"), ("reason", "People stay in charge.")]);

        // An approval without terms is refused on the page; with them it names ages, purposes and an end.
        var refused = await PostAsync(
            approver, $"{Desk}/{id}", $"{Desk}/{id}/approve", [("version", await VersionAsync(approver, $"{Desk}/{id}", "approve")), ("reason", "Good.")]);
        Assert.Contains("names the ages and its last day", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        await DoneAsync(approver, $"{Desk}/{id}", "approve", [("purpose", "tutoring"), ("from", "13"), ("to", "17"), ("until", "2027-05-01"), ("reason", "Better than paper.")]);

        foreach (var language in (string[])["kk", "ru", "en"])
        {
            var page = await reader.GetStringAsync($"/{language}/ai/register/{id}");
            Assert.True(Encoding.UTF8.GetByteCount(page) < 40_000, $"{language}: {page.Length}");
            Assert.Contains("Trial approver", page, StringComparison.Ordinal);
            Assert.Contains("A trade secret", page, StringComparison.Ordinal);
            Assert.DoesNotContain("airegister/", page, StringComparison.Ordinal);
            Assert.Contains("Journey tutor", await reader.GetStringAsync($"/{language}/ai/register?q=journey%20TUTOR&state=in-use"), StringComparison.Ordinal);
        }

        await ProvedAsync(reader, id, "approved");

        // One act of the ministry stops it everywhere, and the coordinators are written to.
        var before = (await MailsAsync(id)).Count;
        await DoneAsync(ministry, $"{Desk}/{id}", "suspend", [("cause", "incident"), ("reason", "A leak of voices.")]);
        Assert.Contains("A leak of voices.", await reader.GetStringAsync($"/en/ai/register/{id}"), StringComparison.Ordinal);
        await ToldAsync(id, before);
        await ProvedAsync(reader, id, "suspended");
        Assert.DoesNotContain((await Audit.RunAsync(site.Home)).Findings, f => f.Code.StartsWith("audit/ai", StringComparison.Ordinal) && f.Args.Values.Contains(id));
    }

    [Fact]
    [Trait("Requirement", "AI-2")]
    [Trait("Requirement", "AI-5")]
    public async Task A_forbidden_function_stops_at_once_what_calls_itself_minimal()
    {
        using var ministry = await site.SignedInAsync("ministry");
        var used = await RegisterTrial.ApprovedAsync(site, "Minimal by its own word");
        await DoneAsync(ministry, $"{Desk}/{used.Id}", "class", [("risk", "minimal"), ("autonomy", "low"), ("mode", "closed"), .. Functions(Answer.No, Answer.No, yes: "emotion")]);
        var now = await FindAsync(used.Id);
        Assert.Equal(AiSystemState.Prohibited, now.State);
        await ToldAsync(used.Id);
    }

    [Fact]
    [Trait("Requirement", "AI-31")]
    public async Task An_answer_by_which_it_would_no_longer_be_admitted_stops_it_in_the_same_act()
    {
        using var vendor = await site.SignedInAsync("vendor");
        var used = await RegisterTrial.ApprovedAsync(site, "Moves abroad");
        Assert.Equal(HttpStatusCode.SeeOther, (await PostAsync(vendor, $"{Vendor}/{used.Id}", $"{Vendor}/{used.Id}", [
            ("version", Text(used.Version)), ("stored", "KZ, US"), ("trains", "no"), ("deletes", "yes"), ("advertising", "no"), ("profiles", "no")])).StatusCode);
        var now = await FindAsync(used.Id);
        Assert.Equal((AiSystemState.Suspended, SuspensionCause.NoLongerMet, "ai/stored-abroad"), (now.State, now.Suspension!.Cause, now.Suspension.Reason));
    }

    [Fact]
    [Trait("Requirement", "AI-7")]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-11")]
    public async Task What_is_in_use_is_approved_anew_by_the_page_as_a_pilot_that_names_its_schools_and_is_not_talked_down()
    {
        using var approver = await site.SignedInAsync("approver");
        using var ministry = await site.SignedInAsync("ministry");
        using var reader = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        var one = $"{Desk}/{(await RegisterTrial.ApprovedAsync(site, "Renewed")).Id}";
        var id = one[(Desk.Length + 1)..];
        async Task<HttpResponseMessage> ApproveAsync(string schools) => await PostAsync(approver, one, one + "/approve", [
            ("version", await VersionAsync(approver, one, "approve")), ("purpose", "tutoring"), ("from", "13"), ("to", "17"), ("until", "2027-05-01"), ("pilot", "yes"),
            ("schools", schools), ("reason", "Better than paper, tried by some.")]);
        foreach (var (schools, words) in ((string, string)[])[("", "names its schools"), ("123", "is no BIN")])
        {
            var refused = await ApproveAsync(schools);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Contains(words, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.SeeOther, (await ApproveAsync($"{AiSite.CollegeBin}\r\n")).StatusCode);
        Assert.Equal(AiSystemState.Pilot, (await FindAsync(id)).State);
        Assert.Contains(AiSite.CollegeBin.ToString(), await reader.GetStringAsync($"/ru/ai/register/{id}"), StringComparison.Ordinal);
        await ProvedAsync(reader, id, "approved");

        var described = await PostAsync(ministry, one, one + "/describe", [
            ("version", await VersionAsync(ministry, one, "describe")), ("name", "Renewed"), ("generative", "no")]);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, described.StatusCode);
        Assert.True((await FindAsync(id)).Description.IsGenerative);
    }

    [Fact]
    [Trait("Requirement", "AI-7")]
    public async Task What_is_over_is_suspended_by_the_program_alone_and_once()
    {
        var day = new SystemDesk(site.Home, new DiplomaFlow(site.Home)).Ai.Today();
        var brief = await RegisterTrial.ApprovedAsync(site, "For a day", until: day);
        var longer = await RegisterTrial.ApprovedAsync(site, "For ten months");
        var later = new ManualTime();
        later.Pass(site.Small.Time.GetUtcNow().AddDays(2) - later.GetUtcNow());
        await using var home = (await Installation.OpenAsync(site.Small.Directory, later)).Value;
        var mail = site.Small.Services.GetRequiredService<SystemMail>();
        Assert.Equal(1, await SystemWatch.SuspendAsync(home, new DiplomaFlow(home), mail, default));
        Assert.Equal(0, await SystemWatch.SuspendAsync(home, new DiplomaFlow(home), mail, default));
        Assert.Equal(SuspensionCause.ApprovalEnded, (await FindAsync(brief.Id)).Suspension?.Cause);
        Assert.Equal(AiSystemState.InUse, (await FindAsync(longer.Id)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public async Task An_approval_whose_day_is_rewritten_in_the_store_is_found_by_the_audit()
    {
        var used = await RegisterTrial.ApprovedAsync(site, "Rewritten");
        await using var connection = await site.Home.Database.ConnectAsync();
        var payload = (await connection.QueryAsync(
            "SELECT payload FROM ai_events WHERE stream = @id AND number = @number", r => r.GetBytes(0), default, ("id", used.Id), ("number", used.Version)))[0];
        var earlier = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(payload).Replace("2026-07-01T", "2026-06-01T", StringComparison.Ordinal));
        Assert.NotEqual(payload, earlier);
        try
        {
            await WriteAsync(earlier);
            var findings = (await Audit.RunAsync(site.Home)).Findings;
            Assert.Contains(findings, f => f.Code == "audit/ai-event-changed" && f.Args["system"] == used.Id);
        }
        finally
        {
            await WriteAsync(payload);
        }

        Task WriteAsync(byte[] bytes) => site.Home.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE ai_events SET payload = @payload WHERE stream = @id AND number = @number", default, ("payload", bytes), ("id", used.Id), ("number", used.Version)));
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public async Task Whoever_coordinates_at_the_school_that_took_up_an_offer_goes_on_with_it_and_nobody_of_another_school()
    {
        using var vendor = await site.SignedInAsync("vendor");
        var id = After(await PostAsync(vendor, Vendor + "/new", Vendor + "/new", [
            ("name", "Taken up"), ("stored", "KZ"), ("trains", "no"), ("deletes", "yes"), ("advertising", "no"), ("profiles", "no"), ("marks", "yes")]), Vendor + "/");
        await site.AddAsync("college-one", Role.AiCoordinator, AiSite.CollegeBin);
        await site.AddAsync("college-two", Role.AiCoordinator, AiSite.CollegeBin);
        using var one = await site.SignedInAsync("college-one");
        using var two = await site.SignedInAsync("college-two");
        using var other = await site.SignedInAsync("coordinator");
        var there = $"/en/console/{AiSite.CollegeBin}/ai/systems/{id}";
        await DoneAsync(one, there, "propose", [("name", "Taken up"), ("owner", "Owner (invented)")]);
        await DoneAsync(two, there, "impact", [("rights", "Texts of learners"), ("risks", "A wrong correction"), ("oversight", "The teacher")]);
        Assert.Equal("Texts of learners", (await FindAsync(id)).Impact!.Assessment.Rights);
        Assert.Equal(HttpStatusCode.NotFound, (await other.PostAsync(
            $"{SchoolDesk}/{id}/impact", await other.TokenAsync("/en/me/security"), ("version", "3"), ("rights", "x"), ("risks", "x"), ("oversight", "x"))).StatusCode);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    [Trait("Requirement", "AI-31")]
    public async Task Whoever_coordinates_at_the_proposing_school_is_told_that_it_came_back_or_was_rejected_and_the_vendor_that_answers_are_asked_for()
    {
        using var coordinator = await site.SignedInAsync("coordinator");
        using var ethics = await site.SignedInAsync("ethics");
        using var approver = await site.SignedInAsync("approver");
        var id = After(await PostAsync(coordinator, SchoolDesk + "/new", SchoolDesk + "/new", [("name", "Told of")]), SchoolDesk + "/");
        await DoneAsync(coordinator, $"{SchoolDesk}/{id}", "class", [("risk", "minimal"), ("autonomy", "low"), ("mode", "closed"), .. Functions(Answer.No, Answer.No)]);
        Assert.Empty(await MailsAsync(id));
        await DoneAsync(coordinator, $"{SchoolDesk}/{id}", "vendor", [("email", AiSite.Email("vendor"))]);
        Assert.Single(await MailsAsync(id));

        // To the coordinator and to the vendor.
        await DoneAsync(ethics, $"{Desk}/{id}", "ethics", [("outcome", "sent-back"), ("reason", "Say where the data lie.")]);
        Assert.Equal(3, (await MailsAsync(id)).Count);
        await DoneAsync(approver, $"{Desk}/{id}", "reject", [("reason", "Nothing came.")]);
        Assert.Equal(4, (await MailsAsync(id)).Count);
        Assert.Equal(AiSystemState.Rejected, (await FindAsync(id)).State);
    }

    [Fact]
    [Trait("Requirement", "AI-8")]
    public async Task Schools_are_told_that_a_system_they_use_has_ended()
    {
        var used = await RegisterTrial.ApprovedAsync(site, "Ending");
        using var ministry = await site.SignedInAsync("ministry");
        await DoneAsync(ministry, $"{Desk}/{used.Id}", "end", [("reason", "The contract is over."), ("certificate", "https://owner.example/deleted")]);
        await ToldAsync(used.Id);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public async Task Nobody_but_those_who_may_writes_to_an_entry()
    {
        var used = await RegisterTrial.ApprovedAsync(site, "Guarded");
        using var coordinator = await site.SignedInAsync("coordinator");
        using var ethics = await site.SignedInAsync("ethics");
        using var teacher = await site.SignedInAsync("teacher");
        var token = await ethics.TokenAsync("/en/me/security");
        Assert.Equal(HttpStatusCode.Forbidden, (await ethics.PostAsync($"{Desk}/{used.Id}/approve", token, ("version", Text(used.Version)))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await ethics.PostAsync($"{Desk}/{used.Id}/suspend", token, ("version", Text(used.Version)), ("cause", "incident"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync(SchoolDesk)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await coordinator.GetAsync(Desk)).StatusCode);

        // An entry of the ministry is read at a school, and not written to.
        var own = await new SystemDesk(site.Home, new DiplomaFlow(site.Home)).OpenAsync(
            site.Who("ministry"), Role.MinistryOfficer, null, at => ProposeSystem.Of(site.Who("ministry").Id, RegisterTrial.Described("Of the ministry"), at), null, default);
        Assert.Equal(HttpStatusCode.OK, (await coordinator.GetAsync($"{SchoolDesk}/{own.Value.Id}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await coordinator.PostAsync(
            $"{SchoolDesk}/{own.Value.Id}/describe", await coordinator.TokenAsync("/en/me/security"), ("name", "Taken over"), ("version", "1"))).StatusCode);
    }

    [Fact]
    [Trait("Requirement", "AI-1")]
    public async Task The_whole_register_is_given_in_three_forms_and_each_entry_fits_the_schema()
    {
        await RegisterTrial.ApprovedAsync(site, "Exported");
        using var reader = new HttpClient { BaseAddress = new Uri(site.Small.Site) };
        var schema = JsonNode.Parse(await reader.GetStringAsync("/types/ai-system"))!;
        var whole = JsonNode.Parse(await reader.GetStringAsync("/api/v1/ai/register.json"))!;
        Assert.All(whole["systems"]!.AsArray(), s => Assert.Empty(SchemaCheck.Faults(schema, s)));
        Assert.Equal((int)whole["total"]!, whole["systems"]!.AsArray().Count);
        var csv = await reader.GetStringAsync("/api/v1/ai/register.csv");
        Assert.Equal((int)whole["total"]! + 2, csv.Split("\r\n").Length);
        Assert.Equal((int)whole["total"]!, JsonNode.Parse(await reader.GetStringAsync("/api/v1/ai/register.algoritmeregister.json"))!.AsArray().Count);
        var page = JsonNode.Parse(await reader.GetStringAsync("/api/v1/ai/systems?q=exported&size=1"))!;
        Assert.Equal("Exported", (string?)page["systems"]![0]!["name"]);
    }

    // Each coordinator once.
    /// <param name="before">What was written about it earlier.</param>
    private async Task ToldAsync(string id, int before = 0)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        var coordinators = await connection.QueryAsync("SELECT DISTINCT account FROM memberships WHERE role = 'ai-coordinator'", r => r.GetString(0), default);
        Assert.NotEmpty(coordinators);
        Assert.Equal(coordinators.Count, (await MailsAsync(id)).Count - before);
    }

    private async Task<IReadOnlyList<string>> MailsAsync(string id)
    {
        await using var connection = await site.Home.Database.ConnectAsync();
        return await connection.QueryAsync(
            "SELECT id FROM mail_queue WHERE subject_kind = 'ai-system' AND subject = @id", r => r.GetString(0), default, ("id", id));
    }

    // What the API publishes of the newest event of a kind is what the ledger committed to.
    private static async Task ProvedAsync(HttpClient reader, string id, string kind)
    {
        var entry = JsonNode.Parse(await reader.GetStringAsync($"/api/v1/ai/systems/{id}"))!;
        Assert.Empty(SchemaCheck.Faults(JsonNode.Parse(await reader.GetStringAsync("/types/ai-system"))!, entry));
        var happened = entry["history"]!.AsArray().Last(h => (string?)h!["public"]!["event"] == kind)!;
        var hash = Commitment.OfSigned(Jcs.Canonicalize(happened["public"]!), Commitment.Sha256).ToString();
        Assert.Equal(hash, (string?)happened["hash"]);
        var shown = WebUtility.HtmlDecode(await reader.GetStringAsync($"/en/ledger/{(long)happened["ledgerIndex"]!}"));
        Assert.Contains($"\"public\":\"{hash}\"", shown, StringComparison.Ordinal);
        Assert.Contains($"/en/ai/register/{id}", shown, StringComparison.Ordinal);
    }

    private (string, string)[] Functions(Answer forbidden, Answer highImpact, string? yes = null)
    {
        var rules = new SystemDesk(site.Home, new DiplomaFlow(site.Home)).Rules.Value;
        return
        [
            .. rules.Forbidden.Select(f => ("function." + f.Id, f.Id == yes ? "yes" : EventWords.Of(forbidden))),
            .. rules.HighImpact.Select(f => ("function." + f.Id, EventWords.Of(highImpact))),
        ];
    }

    private async Task<AiSystem> FindAsync(string id) => (await site.Desk.FindAsync(SystemStream.Kind, id, null, default))!.Now;

    // A form of a system's page, with the version that the page was made of.
    private static async Task DoneAsync(Person person, string page, string form, (string Name, string Value)[] fields)
    {
        var answer = await PostAsync(person, page, $"{page}/{form}", [("version", await VersionAsync(person, page, form)), .. fields]);
        Assert.True(answer.StatusCode == HttpStatusCode.SeeOther, $"{form}: {answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    private static async Task<string> VersionAsync(Person person, string page, string form) =>
        (await person.PageAsync(page)).QuerySelector($"form[action$='/{form}'] input[name=version]")!.GetAttribute("value")!;

    private static async Task<HttpResponseMessage> PostAsync(Person person, string page, string address, (string Name, string Value)[] fields) =>
        await person.PostAsync(address, await person.TokenAsync(page), fields);

    private static string After(HttpResponseMessage answer, string path)
    {
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        var to = answer.Headers.Location!.ToString();
        Assert.StartsWith(path, to, StringComparison.Ordinal);
        return to[path.Length..];
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
