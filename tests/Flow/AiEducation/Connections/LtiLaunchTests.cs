using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation.Connections;

/// <summary>Launches from a learning platform: what is taken, and that one thing wrong is enough to be refused.</summary>
public sealed class LtiLaunchTests
{
    private const string Claim = "https://purl.imsglobal.org/spec/lti/claim/";

    /// <summary>Each changes one thing of a launch that would be taken, and names its refusal.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "issuer", "connections/lti-issuer" },
        { "audience", "connections/lti-audience" },
        { "several audiences and no party", "connections/lti-audience" },
        { "another party", "connections/lti-audience" },
        { "nonce", "connections/lti-nonce" },
        { "no nonce", "connections/lti-nonce" },
        { "over", "connections/lti-time" },
        { "no end", "connections/lti-time" },
        { "made tomorrow", "connections/lti-time" },
        { "made long ago, ends late", "connections/lti-time" },
        { "deployment", "connections/lti-deployment" },
        { "message type", "connections/lti-message-type" },
        { "version", "connections/lti-version" },
        { "target elsewhere", "connections/lti-target" },
        { "target of ours, but another", "connections/lti-target" },
        { "no link", "connections/lti-resource-link" },
        { "nobody", "connections/lti-no-subject" },
        { "no roles", "connections/lti-roles" },
    };

    [Fact]
    public void The_browser_is_sent_to_the_platform_with_what_the_standard_asks_for()
    {
        var (ask, address) = BeginLtiLogin.Of(MoodleMessages.Login, [MoodleMessages.Platform], MoodleMessages.Site, MoodleMessages.Now).Value;
        Assert.StartsWith(MoodleMessages.Issuer + "/mod/lti/auth.php?", address.AbsoluteUri, StringComparison.Ordinal);
        var fields = QueryHelpers.ParseQuery(address.Query);
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["scope"] = "openid",
                ["response_type"] = "id_token",
                ["response_mode"] = "form_post",
                ["prompt"] = "none",
                ["client_id"] = MoodleMessages.ClientId,
                ["redirect_uri"] = MoodleMessages.Site + "/lti/launch",
                ["login_hint"] = "4",
                ["lti_message_hint"] = "17",
                ["state"] = ask.State,
                ["nonce"] = ask.Nonce,
            },
            new SortedDictionary<string, string>(fields.ToDictionary(f => f.Key, f => f.Value.ToString()), StringComparer.Ordinal));
        Assert.NotEqual(ask.State, ask.Nonce);
        Assert.NotEqual(ask.Nonce, MoodleMessages.Asked().Nonce);
    }

    [Fact]
    public void A_beginning_of_nobody_known_or_to_another_site_leads_nowhere()
    {
        string? Refusal(LtiLoginRequest request, params LtiPlatform[] known) =>
            BeginLtiLogin.Of(request, known, MoodleMessages.Site, MoodleMessages.Now).Problem?.Code;
        var (login, platform) = (MoodleMessages.Login, MoodleMessages.Platform);
        Assert.Equal("connections/lti-login-incomplete", Refusal(login with { LoginHint = null }, platform));
        Assert.Equal("connections/lti-unknown-platform", Refusal(login with { Issuer = "https://other.example" }, platform));
        Assert.Equal("connections/lti-unknown-platform", Refusal(login with { ClientId = "other" }, platform));
        Assert.Equal("connections/lti-unknown-platform", Refusal(login with { Deployment = "3" }, platform));
        Assert.Equal("connections/lti-which-client", Refusal(login with { ClientId = null }, platform, platform with { Id = "lti-2", ClientId = "other" }));
        Assert.Equal("connections/lti-target", Refusal(login with { Target = "https://site.example.evil.example/" }, platform));
        Assert.Null(Refusal(login with { ClientId = null, Deployment = null }, platform));
    }

    [Fact]
    public async Task A_launch_gives_who_where_and_in_which_role_and_reads_no_name()
    {
        var launch = (await LaunchAsync(_ => { })).Value;
        Assert.Equal(("lti-1", "4", "1", "3", LtiRole.Teacher, "kk"), (launch.Platform, launch.Subject, launch.Deployment, launch.ResourceLink, launch.Role, launch.Language));
        Assert.Equal(new LtiContext("2", "INF-8", "Информатика 8"), launch.Context);
        Assert.Equal(MoodleMessages.Issuer + "/mod/lti/services.php/2/lineitems/9/lineitem?type_id=1", launch.Grades!.LineItem!.AbsoluteUri);
        Assert.EndsWith("/memberships", launch.Members!.AbsoluteUri, StringComparison.Ordinal);
        Assert.DoesNotContain("Invented", launch.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("teacher@", launch.ToString(), StringComparison.Ordinal);
        Assert.Equal("/en/me/ai/tasks/t-1", LtiTarget.PathOf(launch.Target, MoodleMessages.Site));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_launch_that_is_wrong_in_one_thing_lets_nobody_in_and_says_what(string what, string code)
    {
        var refused = await LaunchAsync(claims =>
        {
            switch (what)
            {
                case "issuer":
                    claims["iss"] = "https://other.example";
                    break;
                case "audience":
                    claims["aud"] = "other";
                    break;
                case "several audiences and no party":
                    claims["aud"] = new JsonArray(MoodleMessages.ClientId, "other");
                    break;
                case "another party":
                    claims["azp"] = "other";
                    break;
                case "nonce":
                    claims["nonce"] += "x";
                    break;
                case "no nonce":
                    claims.Remove("nonce");
                    break;
                case "over":
                    claims["exp"] = MoodleMessages.Now.AddMinutes(-3).ToUnixTimeSeconds();
                    break;
                case "no end":
                    claims.Remove("exp");
                    break;
                case "made tomorrow":
                    claims["iat"] = MoodleMessages.Now.AddDays(1).ToUnixTimeSeconds();
                    claims["exp"] = MoodleMessages.Now.AddDays(2).ToUnixTimeSeconds();
                    break;
                case "made long ago, ends late":
                    claims["iat"] = MoodleMessages.Now.AddHours(-1).ToUnixTimeSeconds();
                    break;
                case "deployment":
                    claims[Claim + "deployment_id"] = "3";
                    break;
                case "message type":
                    claims[Claim + "message_type"] = "LtiSubmissionReviewRequest";
                    break;
                case "version":
                    claims[Claim + "version"] = "1.1.0";
                    break;
                case "target elsewhere":
                    claims[Claim + "target_link_uri"] = "https://other.example/en/me/ai/tasks/t-1";
                    break;
                case "target of ours, but another":
                    claims[Claim + "target_link_uri"] = MoodleMessages.Site + "/en/me/ai/tasks/t-2";
                    break;
                case "no link":
                    claims.Remove(Claim + "resource_link");
                    break;
                case "nobody":
                    claims.Remove("sub");
                    break;
                case "no roles":
                    claims.Remove(Claim + "roles");
                    break;
            }
        });
        Assert.Equal(code, refused.Problem?.Code);
    }

    [Fact]
    public async Task Only_a_key_of_the_platform_and_only_RS256_sign_a_launch()
    {
        var ask = MoodleMessages.Asked();
        async Task<string?> RefusalAsync(string token) =>
            (await ReadLaunch.OfAsync(MoodleMessages.Platform, ask, ask.State, token, MoodleMessages.Site, MoodleMessages.Now)).Problem?.Code;
        var claims = MoodleMessages.Claims(ask);
        Assert.Equal("connections/lti-algorithm", await RefusalAsync(MoodleMessages.Token(claims, "none")));
        Assert.Equal("connections/lti-algorithm", await RefusalAsync(MoodleMessages.Token(claims, "HS256")));
        Assert.Equal("connections/lti-algorithm", await RefusalAsync(MoodleMessages.Token(claims, "RS512")));
        Assert.Equal("connections/lti-key", await RefusalAsync(MoodleMessages.Token(claims, keyId: "moodle-2")));
        Assert.Equal("connections/lti-key", await RefusalAsync(MoodleMessages.Token(claims, keyId: null)));
        Assert.Equal("connections/lti-signature", await RefusalAsync(MoodleMessages.Token(claims, byOther: true)));
        Assert.Equal("connections/lti-token", await RefusalAsync("nothing"));
        var good = MoodleMessages.Token(claims);
        var turned = good.Split('.');
        Assert.Equal("connections/lti-signature", await RefusalAsync($"{turned[0]}.{MoodleMessages.Token(MoodleMessages.Claims(MoodleMessages.Asked())).Split('.')[1]}.{turned[2]}"));
        Assert.Null(await RefusalAsync(good));
    }

    [Fact]
    public async Task A_launch_belongs_to_the_browser_and_the_platform_it_began_with()
    {
        var ask = MoodleMessages.Asked();
        var token = MoodleMessages.Token(MoodleMessages.Claims(ask));
        async Task<string?> RefusalAsync(LtiPlatform platform, LtiAsk? kept, string? state, DateTimeOffset at) =>
            (await ReadLaunch.OfAsync(platform, kept, state, token, MoodleMessages.Site, at)).Problem?.Code;
        Assert.Equal("connections/lti-state", await RefusalAsync(MoodleMessages.Platform, null, ask.State, MoodleMessages.Now));
        Assert.Equal("connections/lti-state", await RefusalAsync(MoodleMessages.Platform, ask, ask.State + "x", MoodleMessages.Now));
        Assert.Equal("connections/lti-state", await RefusalAsync(MoodleMessages.Platform, ask, ask.State, MoodleMessages.Now.AddMinutes(10)));
        Assert.Equal("connections/lti-state", await RefusalAsync(MoodleMessages.Platform with { Id = "lti-2" }, ask, ask.State, MoodleMessages.Now));
        // The same token in another browser, with a state of that one: its nonce is another.
        var other = MoodleMessages.Asked();
        Assert.Equal("connections/lti-nonce", await RefusalAsync(MoodleMessages.Platform, other, other.State, MoodleMessages.Now));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("no settings", "connections/lti-deep-link")]
    [InlineData("no address", "connections/lti-deep-link")]
    [InlineData("an unsafe address", "connections/lti-deep-link")]
    [InlineData("too much", "connections/lti-deep-link")]
    [InlineData("files only", "connections/lti-no-links")]
    [InlineData("nothing", "connections/lti-no-links")]
    public async Task A_platform_that_asks_for_a_choice_says_where_it_goes_and_takes_links(string wrong, string? code)
    {
        var outcome = await LaunchAsync(claims =>
        {
            claims[Claim + "message_type"] = "LtiDeepLinkingRequest";
            claims.Remove(Claim + "resource_link");
            var settings = new JsonObject
            {
                ["deep_link_return_url"] = wrong == "an unsafe address" ? "http://other.example/" : MoodleMessages.Issuer + "/mod/lti/contentitem_return.php?course=2",
                ["accept_types"] = wrong switch { "files only" => new JsonArray("file"), "nothing" => [], _ => new JsonArray("file", "ltiResourceLink") },
                ["accept_presentation_document_targets"] = new JsonArray("iframe", "window"),
                ["data"] = wrong == "too much" ? new string('x', 2_000) : "opaque",
            };
            if (wrong == "no address")
            {
                settings.Remove("deep_link_return_url");
            }

            if (wrong != "no settings")
            {
                claims["https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"] = settings;
            }
        });
        Assert.Equal(code, outcome.Problem?.Code);
        if (outcome.IsDone)
        {
            Assert.Equal(("", "opaque"), (outcome.Value.ResourceLink, outcome.Value.DeepLink!.Data));
            Assert.StartsWith(MoodleMessages.Issuer, outcome.Value.DeepLink.ReturnAddress.AbsoluteUri, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/kk/me/ai/tasks/task-1", "task-1")]
    [InlineData("/en/me/ai/tasks/task-1?x=1", "task-1")]
    [InlineData("/en/me/ai/p-1/tasks/task-1", null)]
    [InlineData("/en/me/ai/tasks/", null)]
    [InlineData("/", null)]
    [InlineData(null, null)]
    public void A_link_names_the_task_it_opens(string? path, string? task) => Assert.Equal(task, LtiTarget.TaskOf(path));

    [Theory]
    [InlineData("http://purl.imsglobal.org/vocab/lis/v2/membership#Learner", LtiRole.Learner)]
    [InlineData("http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor", LtiRole.Teacher)]
    [InlineData("http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor", LtiRole.Mentor)]
    [InlineData("Instructor", LtiRole.Teacher)]
    [InlineData("http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant", LtiRole.Other)]
    [InlineData("http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor", LtiRole.Other)]
    [InlineData("http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator", LtiRole.Other)]
    public async Task Only_what_somebody_is_in_the_course_counts(string uri, LtiRole role) =>
        Assert.Equal(role, (await LaunchAsync(claims => claims[Claim + "roles"] = new JsonArray(uri))).Value.Role);

    [Fact]
    public void A_platform_is_connected_with_safe_addresses_and_public_RSA_keys()
    {
        string? Refusal(LtiPlatformForm form) => ConnectPlatform.Of("lti-1", MoodleMessages.School, form).Problem?.Code;
        var form = MoodleMessages.Form;
        using var small = System.Security.Cryptography.RSA.Create(1024);
        Assert.Null(Refusal(form));
        Assert.Equal(["1", "2"], ConnectPlatform.Of("lti-1", MoodleMessages.School, form).Value.Deployments);
        Assert.Equal("connections/platform-names", Refusal(form with { ClientId = " " }));
        Assert.Equal("connections/platform-issuer", Refusal(form with { Issuer = "http://moodle.school.example" }));
        Assert.Equal("connections/platform-address", Refusal(form with { TokenAddress = "javascript:alert(1)" }));
        Assert.Equal("connections/platform-deployments", Refusal(form with { Deployments = " , " }));
        Assert.Equal("connections/platform-keys", Refusal(form with { Jwks = "https://moodle.school.example/mod/lti/certs.php" }));
        Assert.Equal("connections/platform-keys-weak", Refusal(form with { Jwks = MoodleMessages.Jwks("small", small) }));
        Assert.Equal("connections/platform-keys-weak", Refusal(form with { Jwks = """{"keys":[]}""" }));
        Assert.Equal("connections/platform-private-key", Refusal(form with { Jwks = form.Jwks.Replace("\"use\"", "\"d\":\"AQAB\",\"p\":\"AQ\",\"q\":\"AQ\",\"dp\":\"AQ\",\"dq\":\"AQ\",\"qi\":\"AQ\",\"use\"", StringComparison.Ordinal) }));
    }

    private async Task<Outcome<LtiLaunch>> LaunchAsync(Action<Dictionary<string, object?>> change)
    {
        var ask = MoodleMessages.Asked();
        var claims = MoodleMessages.Claims(ask);
        change(claims);
        return await ReadLaunch.OfAsync(MoodleMessages.Platform, ask, ask.State, MoodleMessages.Token(claims), MoodleMessages.Site, MoodleMessages.Now);
    }
}
