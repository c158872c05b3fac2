using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mortanba.AiEducation;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>What a school connects, on the site: a platform in the shape of Moodle, its roster, a calendar.</summary>
[Collection(AiSites.Name)]
public sealed class ConnectionTests(AiSite ai)
{
    private const string Issuer = "https://moodle.school.example";
    private static readonly RSA Key = RSA.Create(2048);
    private static readonly string Base = $"/en/console/{AiSite.SchoolBin}/ai";

    [Fact]
    public async Task A_launch_is_bound_once_by_its_own_person_and_then_signs_in_but_never_twice_with_one_token()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        await ConnectAsync(coordinator, "client-1");

        // Somebody who is bound to nobody yet: asked to sign in, then who they are here.
        using var browser = new Person(ai.Small.Site);
        var to = "/en/me/ai";
        Assert.Equal("/en/me/lti", Location(await LaunchAsync(browser, "client-1", "7", to)));
        Assert.StartsWith("/en/sign-in?to=", Location(await browser.GetAsync("/en/me/lti")), StringComparison.Ordinal);
        await browser.SignInAsync(AiSite.Email("learner"), SmallSite.Password);
        Assert.Equal(to, Location(await browser.PostAsync("/en/me/lti", await browser.TokenAsync("/en/me/lti"))));

        // From another browser, with nothing but the launch.
        using var later = new Person(ai.Small.Site);
        var (state, token) = await BegunAsync(later, "client-1", "7", to);
        Assert.Equal(to, Location(await later.PostAsync("/lti/launch", null, ("state", state), ("id_token", token))));
        Assert.Contains("Trial Learner", (await later.PageAsync(to)).Body!.TextContent, StringComparison.Ordinal);
        // It proves nothing that would change a way of signing in.
        var change = await later.PostAsync("/en/me/security/app/start", await later.TokenAsync("/en/me/security"));
        Assert.Contains("Confirm that it is you", await TextAsync(change), StringComparison.Ordinal);

        // The same token again: in this browser its beginning is gone, so that even its language is not known; in another it was never there.
        Assert.Contains("осы браузерде басталмаған", await RefusalAsync(await later.PostAsync("/lti/launch", null, ("state", state), ("id_token", token))), StringComparison.Ordinal);
        using var thief = new Person(ai.Small.Site);
        thief.SetCookie("lti", await CookieOfAsync(later, "client-1", "7", to));
        Assert.Contains("launch", await RefusalAsync(await thief.PostAsync("/lti/launch", null, ("state", state), ("id_token", token))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nonce_counts_once_even_when_the_browser_keeps_its_cookie()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        await ConnectAsync(coordinator, "client-2");
        using var browser = new Person(ai.Small.Site);
        var (state, token) = await BegunAsync(browser, "client-2", "8", "/en/me/ai");
        var kept = browser.Cookie("lti");
        Assert.Equal("/en/me/lti", Location(await browser.PostAsync("/lti/launch", null, ("state", state), ("id_token", token))));
        browser.SetCookie("lti", kept);
        Assert.Contains("used already", await RefusalAsync(await browser.PostAsync("/lti/launch", null, ("state", state), ("id_token", token))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_binding_is_of_the_schools_own_people_is_ended_by_them_or_the_coordinator_and_outlives_new_keys()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        var id = await ConnectAsync(coordinator, "client-4");
        const string Page = "/en/me/lti";
        const string To = "/en/me/ai";
        using (var stranger = new Person(ai.Small.Site))
        {
            Assert.Equal(Page, Location(await LaunchAsync(stranger, "client-4", "77", To)));
            await stranger.SignInAsync(AiSite.Email("approver"), SmallSite.Password);
            var refused = await stranger.PostAsync(Page, await stranger.TokenAsync(Page));
            Assert.Contains("of nobody at the school", await TextAsync(refused), StringComparison.Ordinal);
        }

        using var learner = new Person(ai.Small.Site);
        Assert.Equal(Page, Location(await LaunchAsync(learner, "client-4", "77", To)));
        await learner.SignInAsync(AiSite.Email("learner"), SmallSite.Password);
        Assert.Equal(To, Location(await learner.PostAsync(Page, await learner.TokenAsync(Page))));
        Assert.Equal(id, await ConnectAsync(coordinator, "client-4"));
        Assert.Equal(To, Location(await LaunchAsync(learner, "client-4", "77", To)));

        await learner.PostAsync(Page + "/end", await learner.TokenAsync(Page), ("platform", id), ("subject", "77"));
        Assert.Equal(Page, Location(await LaunchAsync(learner, "client-4", "77", To)));
        Assert.Equal(To, Location(await learner.PostAsync(Page, await learner.TokenAsync(Page), ("password", SmallSite.Password))));

        var connections = Base + "/connections";
        var ended = await coordinator.PostAsync(connections + "/unbind", await coordinator.TokenAsync(connections), ("email", AiSite.Email("learner")));
        Assert.Equal(HttpStatusCode.Redirect, ended.StatusCode);
        Assert.Equal(Page, Location(await LaunchAsync(learner, "client-4", "77", To)));
        var again = await coordinator.PostAsync(connections + "/unbind", await coordinator.TokenAsync(connections), ("email", AiSite.Email("learner")));
        Assert.Contains("No platform of this school opens", await TextAsync(again), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_platform_that_was_ended_opens_nothing_and_another_school_sees_none_of_it()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        var id = await ConnectAsync(coordinator, "client-3");
        using (var teacher = await ai.SignedInAsync("teacher"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await teacher.GetAsync(Base + "/connections")).StatusCode);
        }

        var wrong = await coordinator.PostAsync(
            Base + "/connections/end", await coordinator.TokenAsync(Base + "/connections"), ("id", "lti-other"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await coordinator.PostAsync(
            Base + "/connections/end", await coordinator.TokenAsync(Base + "/connections"), ("id", id))).StatusCode);
        using var browser = new Person(ai.Small.Site);
        Assert.Contains("No school connected", await RefusalAsync(await browser.GetAsync(LoginOf("client-3", "/en/me/ai"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tools_key_set_is_public_and_stays_the_same()
    {
        using var platform = new Person(ai.Small.Site);
        var first = await (await platform.GetAsync("/lti/jwks")).Content.ReadAsStringAsync();
        Assert.Equal(first, await (await platform.GetAsync("/lti/jwks")).Content.ReadAsStringAsync());
        using var json = JsonDocument.Parse(first);
        var key = json.RootElement.GetProperty("keys")[0];
        Assert.Equal(["alg", "e", "kid", "kty", "n", "use"], key.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_roster_is_looked_at_confirmed_once_and_the_second_time_changes_nothing()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        var bad = await UploadAsync(coordinator, Roster(("t-1", "teacher", "Roster", ""), ("l-1", "student", "Pupil", "44")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, bad.StatusCode);
        var faults = (await new HtmlParser().ParseDocumentAsync(await TextAsync(bad))).QuerySelectorAll("tbody tr").Select(r => string.Join(' ', r.Children.Take(3).Select(c => c.TextContent)));
        Assert.Equal(["users.csv 3 grades"], faults);

        var first = Roster(("t-1", "teacher", "Roster", ""), ("l-1", "student", "Pupil", "05"), ("l-2", "student", "Other", "05"));
        var plan = Location(await UploadAsync(coordinator, first))!;
        using (var head = await ai.SignedInAsync("head"))
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await head.GetAsync(plan)).StatusCode);
        }

        var page = await coordinator.PageAsync(plan);
        Assert.Contains("Pupil Invented", page.Body!.TextContent, StringComparison.Ordinal);
        var seen = page.QuerySelector("input[name=seen]")!.GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.Conflict, (await coordinator.PostAsync(plan, await coordinator.TokenAsync(plan), ("seen", "other"))).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await coordinator.PostAsync(plan, await coordinator.TokenAsync(plan), ("seen", seen))).StatusCode);
        Assert.Equal(["Other Invented", "Pupil Invented"], (await FromRosterAsync()).Select(p => p.Words!.Name));

        Assert.Contains("nothing would change", (await coordinator.PageAsync(Location(await UploadAsync(coordinator, first))!)).Body!.TextContent, StringComparison.Ordinal);

        // One left; the next roster brings them back under the pseudonym they had.
        var before = (await FromRosterAsync()).Select(p => p.Id).ToList();
        await TakeAsync(coordinator, Roster(("t-1", "teacher", "Roster", ""), ("l-1", "student", "Pupil", "06")));
        Assert.Equal([("Pupil Invented", 6)], (await FromRosterAsync()).Where(p => p.Left is null).Select(p => (p.Words!.Name, p.Grade)));
        await TakeAsync(coordinator, first);
        Assert.Equal(before, (await FromRosterAsync()).Where(p => p.Left is null).Select(p => p.Id));
    }

    [Fact]
    [Trait("Requirement", "AI-7")]
    public async Task What_is_due_stands_in_a_calendar_behind_a_secret_that_can_be_ended()
    {
        using var coordinator = await ai.SignedInAsync("coordinator");
        const string Page = "/en/me/calendar";
        var at = ai.Small.Time.GetUtcNow();
        await ai.Home.Database.WriteAsync(t => ai.Desk.Events.CreateAsync(
            t, SafetyStreams.Incident, AiSite.SchoolBin,
            new IncidentReported(at, "somebody", AiSite.SchoolBin, "other", false, "A name that stands nowhere: Bekzat", null, at.AddDays(1), at.AddDays(3), "rule")));
        async Task<string> MakeAsync() => (await new HtmlParser().ParseDocumentAsync(
            await TextAsync(await coordinator.PostAsync(Page, await coordinator.TokenAsync(Page))))).QuerySelector("#new-address")!.TextContent[ai.Small.Site.Length..];

        var first = await MakeAsync();
        using var program = new Person(ai.Small.Site);
        var answer = await program.GetAsync(first);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/calendar", answer.Content.Headers.ContentType!.MediaType);
        Assert.Contains("SUMMARY:An incident with AI is to be closed\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Bekzat", text, StringComparison.Ordinal);

        var second = await MakeAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync(first)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync(second)).StatusCode);
        await coordinator.PostAsync(Page + "/end", await coordinator.TokenAsync(Page));
        Assert.Equal(HttpStatusCode.NotFound, (await program.GetAsync(second)).StatusCode);
    }

    private async Task<string> ConnectAsync(Person coordinator, string client)
    {
        var page = Base + "/connections";
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(Key.ExportParameters(false)));
        var answer = await coordinator.PostAsync(
            page, await coordinator.TokenAsync(page), ("name", "Moodle"), ("issuer", Issuer), ("client", client), ("deployments", "1"),
            ("login", Issuer + "/mod/lti/auth.php"), ("token", Issuer + "/mod/lti/token.php"),
            ("jwks", $$"""{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"k","e":"{{jwk.E}}","n":"{{jwk.N}}"}]}"""));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        await using var connection = await ai.Home.Database.ConnectAsync();
        return (await LtiStore.OfSchoolAsync(connection, AiSite.SchoolBin)).Single(p => p.ClientId == client).Id;
    }

    private string LoginOf(string client, string to) =>
        QueryHelpers.AddQueryString("/lti/login", new Dictionary<string, string?>
        {
            ["iss"] = Issuer,
            ["login_hint"] = "7",
            ["target_link_uri"] = ai.Small.Site + to,
            ["client_id"] = client,
            ["lti_message_hint"] = "17",
        });

    // The browser is sent to the platform, which answers for this person.
    private async Task<(string State, string Token)> BegunAsync(Person browser, string client, string subject, string to)
    {
        var asked = QueryHelpers.ParseQuery((await browser.GetAsync(LoginOf(client, to))).Headers.Location!.Query);
        var now = ai.Small.Time.GetUtcNow().ToUnixTimeSeconds();
        const string Claim = "https://purl.imsglobal.org/spec/lti/claim/";
        var token = new JsonWebTokenHandler().CreateToken(
            new JsonObject
            {
                ["iss"] = Issuer,
                ["aud"] = client,
                ["sub"] = subject,
                ["nonce"] = asked["nonce"].ToString(),
                ["iat"] = now,
                ["exp"] = now + 60,
                [Claim + "message_type"] = "LtiResourceLinkRequest",
                [Claim + "version"] = "1.3.0",
                [Claim + "deployment_id"] = "1",
                [Claim + "target_link_uri"] = ai.Small.Site + to,
                [Claim + "resource_link"] = new JsonObject { ["id"] = "3" },
                [Claim + "roles"] = new JsonArray("http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"),
            }.ToJsonString(),
            new SigningCredentials(new RsaSecurityKey(Key) { KeyId = "k" }, SecurityAlgorithms.RsaSha256));
        return (asked["state"].ToString(), token);
    }

    private async Task<HttpResponseMessage> LaunchAsync(Person browser, string client, string subject, string to)
    {
        var (state, token) = await BegunAsync(browser, client, subject, to);
        return await browser.PostAsync("/lti/launch", null, ("state", state), ("id_token", token));
    }

    private async Task<string> CookieOfAsync(Person browser, string client, string subject, string to)
    {
        await BegunAsync(browser, client, subject, to);
        return browser.Cookie("lti")!;
    }

    private async Task<IReadOnlyList<SchoolPerson>> FromRosterAsync()
    {
        await using var connection = await ai.Home.Database.ConnectAsync();
        var came = (await SchoolDirectory.SourceIdsAsync(connection, AiSite.SchoolBin)).Where(s => s.Key.StartsWith("l-", StringComparison.Ordinal))
            .Select(s => s.Value).ToHashSet();
        return [.. (await ai.Desk.Directory.PeopleAsync(connection, AiSite.SchoolBin, SchoolPersonKind.Learner)).Where(p => came.Contains(p.Id))
            .OrderBy(p => p.Words!.Name, StringComparer.Ordinal)];
    }

    private static async Task TakeAsync(Person coordinator, byte[] archive)
    {
        var plan = Location(await UploadAsync(coordinator, archive))!;
        var seen = (await coordinator.PageAsync(plan)).QuerySelector("input[name=seen]")!.GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.Redirect, (await coordinator.PostAsync(plan, await coordinator.TokenAsync(plan), ("seen", seen))).StatusCode);
    }

    private static async Task<HttpResponseMessage> UploadAsync(Person coordinator, byte[] archive) =>
        await coordinator.UploadAsync(Base + "/roster", await coordinator.TokenAsync(Base + "/roster"), "learners", "roster.zip", archive);

    private static byte[] Roster(params (string Id, string Role, string Family, string Grade)[] people)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            void Add(string name, string text)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }

            Add("manifest.csv", "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,bulk\nfile.classes,bulk\nfile.enrollments,bulk\nfile.academicSessions,bulk\n");
            Add("orgs.csv", $"sourcedId,name,type,identifier,parentSourcedId\no-1,School,school,{AiSite.SchoolBin},\n");
            Add("academicSessions.csv", "sourcedId,title,type,startDate,endDate\ns-1,Year,schoolYear,2026-09-01,2027-05-25\n");
            Add("classes.csv", "sourcedId,title,classType,schoolSourcedId,termSourcedIds\nc-1,5 B,homeroom,o-1,s-1\n");
            Add("users.csv", "sourcedId,givenName,familyName,orgSourcedIds,role,grades\n" + string.Concat(people.Select(p => $"{p.Id},Invented,{p.Family},o-1,{p.Role},{p.Grade}\n")));
            Add("enrollments.csv", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role\n" + string.Concat(people.Select(p => $"e-{p.Id},c-1,o-1,{p.Id},{p.Role}\n")));
        }

        return archive.ToArray();
    }

    private static string? Location(HttpResponseMessage answer) => answer.Headers.Location?.ToString();

    private static async Task<string> RefusalAsync(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        return await TextAsync(answer);
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();
}
