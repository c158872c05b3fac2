using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Host.Acts;
using Mortanba.Host.LearningPlatforms;
using Mortanba.Journey.Tests.Work;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>A platform beside the site: a task is placed in a course, opened from it, graded, and the list of the course is read.</summary>
[Collection(AiSites.Name)]
public sealed class PlatformServiceTests(AiSite ai) : IAsyncLifetime
{
    private const string Claim = "https://purl.imsglobal.org/spec/lti/claim/";
    private static readonly string Base = $"/en/console/{AiSite.SchoolBin}/ai";

    private TrialPlatform moodle = null!;
    private string id = "";

    public async ValueTask InitializeAsync()
    {
        moodle = new TrialPlatform(async () =>
        {
            using var asks = new Person(ai.Small.Site);
            return await (await asks.GetAsync("/lti/jwks")).Content.ReadAsStringAsync();
        });
        await moodle.StartAsync();
        id = "lti-" + Guid.NewGuid().ToString("N");
        await ai.Home.Database.WriteAsync(async t => (await LtiStore.AddAsync(
            t,
            new LtiPlatform(
                id, AiSite.SchoolBin, "Moodle of the trial", moodle.Address, TrialPlatform.ClientId, ["1"], new Uri(moodle.Address + "/auth.php"),
                new Uri(moodle.Address + "/token.php"), moodle.Jwks()),
            ai.Who("coordinator").Id, ai.Small.Time.GetUtcNow())).Value);
    }

    public async ValueTask DisposeAsync()
    {
        await ai.Home.Database.WriteAsync(t => LtiStore.EndAsync(t, AiSite.SchoolBin, id, ai.Small.Time.GetUtcNow()));
        await moodle.DisposeAsync();
    }

    [Fact]
    [Trait("Requirement", "AI-14")]
    public async Task A_task_that_is_opened_from_a_course_is_graded_by_its_teacher_and_the_grade_reaches_the_course_once()
    {
        var task = await SetAsync("Opened from a course");
        using var learner = await ai.SignedInAsync("learner");
        var to = $"/en/me/ai/tasks/{task.Id}";
        Assert.Equal("/en/me/lti", Location(await LaunchAsync(learner, "7", to, "Learner")));
        Assert.Equal(to, Location(await learner.PostAsync("/en/me/lti", await learner.TokenAsync("/en/me/lti"))));
        Assert.Equal($"/en/me/ai/{ai.Learner.Id}/tasks/{task.Id}", Location(await learner.GetAsync(to)));

        // The same address leads the teacher to the desk, and somebody of another school nowhere.
        using (var teacher = await ai.SignedInAsync("teacher"))
        {
            Assert.Equal($"{Base}/tasks/{task.Id}", Location(await teacher.GetAsync(to)));
            Assert.Contains(to, (await teacher.PageAsync($"{Base}/tasks/{task.Id}")).Body!.TextContent, StringComparison.Ordinal);
        }

        using (var far = await ai.SignedInAsync("otherteacher"))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await far.GetAsync(to)).StatusCode);
        }

        var desk = new TaskDesk(ai.Home);
        var work = (await desk.HandInAsync(ai.Who("learner"), ai.Learner, task, new WorkDraft("My essay.", new UseStatement([], 100)), default)).Value;
        Assert.Equal(0, await SendAsync());
        moodle.Fails = 500;
        _ = (await desk.GradeAsync(ai.Who("teacher"), Role.Teacher, AiSite.SchoolBin, work.Id, work.Edition, 9, "Clear.", default)).Value;
        Assert.Equal(0, await SendAsync());
        using var coordinator = await ai.SignedInAsync("coordinator");
        Assert.Contains("HTTP 500", (await coordinator.PageAsync(Base + "/connections")).QuerySelector("#scores")!.ParentElement!.ParentElement!.TextContent, StringComparison.Ordinal);

        // The next visit asks at once, without the pause; afterwards there is nothing to send.
        moodle.Fails = null;
        await LaunchAsync(learner, "7", to, "Learner");
        Assert.Equal(1, await SendAsync());
        Assert.Equal(9, moodle.GradeOf("7"));
        await LaunchAsync(learner, "7", to, "Learner");
        Assert.Equal(0, await SendAsync());
        Assert.Single(moodle.Received);
        Assert.DoesNotContain("HTTP 500", (await coordinator.PageAsync(Base + "/connections")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-32")]
    public async Task The_list_of_a_course_is_read_when_a_person_asks_looked_at_and_taken_in_after_it_was_confirmed()
    {
        using var stranger = new Person(ai.Small.Site);
        await LaunchAsync(stranger, "30", "/en/console", "Instructor");
        using var coordinator = await ai.SignedInAsync("coordinator");
        var page = await coordinator.PageAsync(Base + "/connections");
        Assert.Contains("Informatics 8", page.QuerySelector("#courses")!.ParentElement!.ParentElement!.TextContent, StringComparison.Ordinal);

        moodle.RefusesTokens = true;
        (string, string)[] course = [("platform", id), ("context", "2")];
        var token = await coordinator.TokenAsync(Base + "/connections");
        var refused = await coordinator.PostAsync(Base + "/connections/course", token, course);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("The platform did not give the list", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        moodle.RefusesTokens = false;
        var plan = Location(await coordinator.PostAsync(Base + "/connections/course", token, course))!;
        var preview = await coordinator.PageAsync(plan);
        Assert.Contains("Pupil From Course", preview.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody@reads.example", preview.Body.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(await PeopleAsync(), p => p.Words!.Name == "Pupil From Course");
        var seen = preview.QuerySelector("input[name=seen]")!.GetAttribute("value")!;
        Assert.Equal(HttpStatusCode.Redirect, (await coordinator.PostAsync(plan, await coordinator.TokenAsync(plan), ("seen", seen))).StatusCode);
        var taken = Assert.Single(await PeopleAsync(), p => p.Words!.Name == "Pupil From Course");
        Assert.Equal("INF\u00A08", taken.Class);
        // Nobody left the school by the list of one course.
        Assert.Contains(await PeopleAsync(), p => p.Id == ai.Learner.Id && p.Left is null);

        var again = Location(await coordinator.PostAsync(Base + "/connections/course", token, course))!;
        Assert.Contains("nothing would change", (await coordinator.PageAsync(again)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_teacher_places_a_task_of_their_own_and_the_choice_goes_back_signed_to_the_platform_that_asked()
    {
        var (task, other) = (await SetAsync("Placed in a course"), await SetAsync("Of a colleague", "teacher2"));
        using var teacher = await ai.SignedInAsync("teacher");
        var place = Base + "/place";
        Assert.Contains("waits no more", (await teacher.PageAsync(place)).Body!.TextContent, StringComparison.Ordinal);
        var to = Location(await LaunchAsync(teacher, "31", "/en/console", "Instructor", isDeepLink: true));
        Assert.Equal("/en/me/lti", to);
        Assert.Equal(place, Location(await teacher.PostAsync("/en/me/lti", await teacher.TokenAsync("/en/me/lti"))));

        var page = await teacher.PageAsync(place);
        var offered = page.QuerySelectorAll("input[name=task]").Select(i => i.GetAttribute("value")).ToList();
        Assert.Contains(task.Id, offered);
        Assert.DoesNotContain(other.Id, offered);
        var token = await teacher.TokenAsync(place);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await teacher.PostAsync(place, token, ("task", other.Id))).StatusCode);

        var answer = await teacher.PostAsync(place, token, ("task", task.Id));
        Assert.Contains($"form-action {moodle.Address};", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var form = (await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync())).QuerySelector("main form")!;
        Assert.Equal(moodle.Address + "/contentitem_return.php", form.GetAttribute("action"));
        var jwt = new JsonWebToken(form.QuerySelector("input[name=JWT]")!.GetAttribute("value"));
        Assert.Equal((TrialPlatform.ClientId, moodle.Address), (jwt.Issuer, jwt.Audiences.Single()));
        using var claims = JsonDocument.Parse(Base64UrlEncoder.Decode(jwt.EncodedPayload));
        Assert.Equal("opaque", claims.RootElement.GetProperty("https://purl.imsglobal.org/spec/lti-dl/claim/data").GetString());
        Assert.Equal(
            $"{ai.Small.Site}/en/me/ai/tasks/{task.Id}",
            claims.RootElement.GetProperty("https://purl.imsglobal.org/spec/lti-dl/claim/content_items")[0].GetProperty("url").GetString());
    }

    private Task<int> SendAsync() => ai.Small.Services.GetRequiredService<ScoreDispatch>().SendDueAsync();

    private async Task<AssessmentTask> SetAsync(string title, string teacher = "teacher") => (await new TaskDesk(ai.Home).SetAsync(
        ai.Who(teacher), Role.Teacher, AiSite.SchoolBin,
        new TaskTerms(title, "Write.", "9A", 2, [], 80, false, 10, ai.Small.Time.GetUtcNow().AddDays(3)), null, default)).Value;

    private async Task<IReadOnlyList<SchoolPerson>> PeopleAsync()
    {
        await using var connection = await ai.Home.Database.ConnectAsync();
        return await ai.Desk.Directory.PeopleAsync(connection, AiSite.SchoolBin, SchoolPersonKind.Learner);
    }

    // The browser is sent to the platform, which answers for this person.
    private async Task<HttpResponseMessage> LaunchAsync(Person browser, string subject, string to, string role, bool isDeepLink = false)
    {
        var begun = await browser.GetAsync(QueryHelpers.AddQueryString("/lti/login", new Dictionary<string, string?>
        {
            ["iss"] = moodle.Address,
            ["login_hint"] = subject,
            ["target_link_uri"] = ai.Small.Site + to,
            ["client_id"] = TrialPlatform.ClientId,
        }));
        var asked = QueryHelpers.ParseQuery(begun.Headers.Location!.Query);
        var now = ai.Small.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["iss"] = moodle.Address,
            ["aud"] = TrialPlatform.ClientId,
            ["sub"] = subject,
            ["nonce"] = asked["nonce"].ToString(),
            ["iat"] = now,
            ["exp"] = now + 60,
            [Claim + "message_type"] = isDeepLink ? "LtiDeepLinkingRequest" : "LtiResourceLinkRequest",
            [Claim + "version"] = "1.3.0",
            [Claim + "deployment_id"] = "1",
            [Claim + "target_link_uri"] = ai.Small.Site + to,
            [Claim + "context"] = new JsonObject { ["id"] = "2", ["label"] = "INF 8", ["title"] = "Informatics 8" },
            [Claim + "roles"] = new JsonArray("http://purl.imsglobal.org/vocab/lis/v2/membership#" + role),
            ["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"] = new JsonObject
            {
                ["scope"] = new JsonArray(LtiScore.LineItemScope, LtiScore.ScoreScope),
                ["lineitems"] = moodle.Address + "/2/lineitems?type_id=1",
                ["lineitem"] = moodle.Address + "/2/lineitems/9/lineitem?type_id=1",
            },
            ["https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"] = new JsonObject
            {
                ["context_memberships_url"] = moodle.Address + "/2/memberships",
            },
        };
        if (isDeepLink)
        {
            claims["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"] = new JsonObject
            {
                ["deep_link_return_url"] = moodle.Address + "/contentitem_return.php",
                ["accept_types"] = new JsonArray("ltiResourceLink"),
                ["data"] = "opaque",
            };
        }
        else
        {
            claims[Claim + "resource_link"] = new JsonObject { ["id"] = "3" };
        }

        var token = new JsonWebTokenHandler().CreateToken(
            claims.ToJsonString(), new SigningCredentials(new RsaSecurityKey(moodle.Key) { KeyId = TrialPlatform.KeyId }, SecurityAlgorithms.RsaSha256));
        return await browser.PostAsync("/lti/launch", null, ("state", asked["state"].ToString()), ("id_token", token));
    }

    private static string? Location(HttpResponseMessage answer) => answer.Headers.Location?.ToString();
}
