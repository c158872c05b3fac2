using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

[Collection(DemoTests.Name)]
public sealed partial class GateTests(DemoSite demo)
{
    private const string Own = "940540002029";
    private const string Other = "980940003039";

    /// <summary>Addresses that people without an account open too: their own tokens and limits guard them.</summary>
    private static readonly string[] Open = ["/sign-in", "/sign-in/code", "/sign-in/passkey", "/sign-in/passkey/options", "/sign-in/eds", "/sign-in/eds/start", "/sign-in/oidc", "/sign-out", "/invitation/{token}", "/s/{share}"];

    /// <summary>Keys that the whole world reads.</summary>
    private static readonly string[] Public = ["/institutions/{bin}/did.json", "/.well-known/jwt-vc-issuer/institutions/{bin}"];

    /// <summary>Steps of a claim: the link's token, the code and limits guard them.</summary>
    private static readonly string[] Claims =
        [.. ((string[])["open", "code", "eds", "own", "accept", "account", "take"]).Select(step => "/claim/{token}/" + step)];

    [Fact, Trait("Requirement", "X-13")]
    public void Every_address_that_is_posted_to_stands_behind_the_gate_or_is_named_as_open()
    {
        var unguarded = Routes()
            .Where(r => r.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true)
            .Where(r => r.Metadata.GetMetadata<WorkPage>() is null || r.Metadata.GetMetadata<NeedsRight>() is null)
            .Select(r => Rest(r))
            .Except(Open).Except(Claims);

        Assert.Equal(
            [
                "/ai/personal-data", "/ai/report", "/api/v1/ai/personal-data", "/api/v1/institutions/{bin}/ai/cases/{id}/close",
                "/api/v1/institutions/{bin}/ai/cases/{id}/decision", "/api/v1/institutions/{bin}/ai/may-use", "/api/v1/institutions/{bin}/ai/works/{work}/grade",
                "/api/v1/institutions/{bin}/ai/works/{work}/proposal", "/api/v1/institutions/{bin}/lists", "/api/v1/receipts", "/api/v1/recognition/inquiries", "/api/v1/sandbox/verify", "/api/v1/token",
                "/api/v1/verify", "/lti/launch", "/lti/login", "/receipts", "/receipts/keep", "/recognition/apply", "/recognition/apply/{token}", "/verify",
            ],
            unguarded.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact, Trait("Requirement", "X-13")]
    public void Every_address_of_the_console_and_of_a_person_asks_for_a_right_or_a_session()
    {
        var pages = Routes().Where(r => Rest(r).StartsWith("/console", StringComparison.Ordinal) || Rest(r).StartsWith("/me/", StringComparison.Ordinal)).ToList();

        Assert.True(pages.Count > 15, $"{pages.Count}");
        Assert.All(pages, page => Assert.NotNull(page.Metadata.GetMetadata<WorkPage>()));
        Assert.All(pages, page => Assert.NotNull(page.Metadata.GetMetadata<NeedsRight>()));
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_asked_to_and_comes_back()
    {
        using var nobody = new Person(demo.Site);

        var answer = await nobody.GetAsync($"/ru/console/{Own}/people");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Equal($"/ru/sign-in?to=%2Fru%2Fconsole%2F{Own}%2Fpeople", answer.Headers.Location!.ToString());
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Another_institutions_addresses_answer_as_if_they_did_not_exist()
    {
        var asset = await AssetOfAsync(Other);
        var routes = Routes().Where(r => Rest(r).Contains("{bin}", StringComparison.Ordinal) && !Public.Contains(Rest(r))).ToList();
        // A refusal counts only at an address that is one: nobody at all is asked there who they are.
        using (var nobody = new Person(demo.Site))
        {
            foreach (var route in routes)
            {
                var (path, answer) = await AskAsync(nobody, route, asset, null);
                var asked = IsPost(route) || IsApi(route) ? HttpStatusCode.Unauthorized : HttpStatusCode.Redirect;
                Assert.True(answer.StatusCode == asked, $"nobody {path}: {answer.StatusCode}");
            }
        }

        using (var own = await Person.SignedInAsync(demo, $"auditor@{Other}.example"))
        {
            Assert.Equal(HttpStatusCode.OK, (await own.GetAsync($"/en/console/{Other}/diplomas/{asset}")).StatusCode);
        }

        foreach (var email in (string[])[$"admin@{Own}.example", $"registrar@{Own}.example", $"rector@{Own}.example", $"auditor@{Own}.example"])
        {
            using var person = await Person.SignedInAsync(demo, email);
            var token = await person.TokenAsync("/en/me/security");
            foreach (var route in routes)
            {
                var (path, answer) = await AskAsync(person, route, asset, token);
                // A session of the pages is nobody at the API; its tokens are tried in ListsApiTests.
                var refused = IsApi(route) ? HttpStatusCode.Unauthorized : HttpStatusCode.NotFound;
                Assert.True(answer.StatusCode == refused, $"{email} {path}: {answer.StatusCode}");
            }
        }
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Another_institutions_ids_are_unknown_under_ones_own_address()
    {
        var asset = await AssetOfAsync(Other);
        foreach (var email in (string[])[$"registrar@{Own}.example", $"rector@{Own}.example"])
        {
            using var person = await Person.SignedInAsync(demo, email);
            var token = await person.TokenAsync("/en/me/security");
            foreach (var route in Routes().Where(r => Rest(r).StartsWith("/console/{bin}/", StringComparison.Ordinal) && Rest(r).Contains(":guid}", StringComparison.Ordinal)))
            {
                var (path, answer) = await AskAsync(person, route, asset, token, Own);
                Assert.True(answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden, $"{email} {path}: {answer.StatusCode}");
            }
        }
    }

    [Theory, Trait("Requirement", "X-13")]
    [InlineData("registrar", "people", HttpStatusCode.Forbidden)]
    [InlineData("registrar", "clients", HttpStatusCode.Forbidden)]
    [InlineData("rector", "people", HttpStatusCode.Forbidden)]
    [InlineData("auditor", "trail", HttpStatusCode.OK)]
    [InlineData("admin", "people", HttpStatusCode.OK)]
    [InlineData("admin", "clients", HttpStatusCode.OK)]
    public async Task A_role_opens_what_its_rights_open(string who, string tab, HttpStatusCode expected)
    {
        using var person = await Person.SignedInAsync(demo, $"{who}@{Own}.example");

        Assert.Equal(expected, (await person.GetAsync($"/en/console/{Own}/{tab}")).StatusCode);
    }

    [Fact]
    public async Task A_form_without_its_token_or_with_another_sessions_token_changes_nothing()
    {
        using var admin = await Person.SignedInAsync(demo, $"admin@{Own}.example");
        using var other = await Person.SignedInAsync(demo, $"admin@{Other}.example");
        var foreign = await other.TokenAsync("/en/me/security");

        foreach (var token in new[] { null, "", "CfDJ8", foreign })
        {
            var answer = await admin.PostAsync($"/en/console/{Own}/people/invite", token, ("email", "forged@x.example"), ("role", "approver"));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }

        Assert.DoesNotContain("forged@x.example", (await admin.PageAsync($"/en/console/{Own}/people")).Body!.InnerHtml, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/en\r\nSet-Cookie: a=b")]
    public async Task Signing_in_never_leads_to_another_site(string to)
    {
        using var person = new Person(demo.Site);
        var password = (await File.ReadAllLinesAsync(Path.Combine(demo.Directory, "demo-accounts.txt")))[0];

        var answer = await person.SignInAsync($"auditor@{Own}.example", password, to);

        Assert.Equal("/en/console", answer.Headers.Location!.ToString());
    }

    /// <summary>A route as an address: each parameter has a value that its constraint lets pass.</summary>
    private static async Task<(string Path, HttpResponseMessage Answer)> AskAsync(
        Person person, RouteEndpoint route, Guid asset, string? token, string bin = Other)
    {
        var path = "/" + Parameter().Replace(route.RoutePattern.RawText!.TrimStart('/'), found => found.Groups["name"].Value switch
        {
            "lang" => "en",
            "bin" => bin,
            _ => found.Groups["policy"].Value is "" or "guid" ? $"{asset}" : throw new InvalidOperationException($"Say what {found} may be."),
        });
        return (path, IsPost(route)
            ? await person.PostAsync(path, token, ("id", "x"), ("email", "x@y.example"), ("role", "approver"))
            : await person.GetAsync(path));
    }

    [GeneratedRegex(@"\{(?<name>\w+)(:(?<policy>\w+))?\}")]
    private static partial Regex Parameter();

    private static bool IsPost(RouteEndpoint route) => route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Contains("POST");

    private static bool IsApi(RouteEndpoint route) => Rest(route).StartsWith("/api/", StringComparison.Ordinal);

    private async Task<Guid> AssetOfAsync(string bin)
    {
        await using var connection = await demo.Home.Database.ConnectAsync();
        return Guid.Parse((await connection.QueryAsync(
            "SELECT asset FROM credentials WHERE initiator = @bin ORDER BY asset LIMIT 1", r => r.GetString(0)[^36..], default, ("bin", bin)))[0]);
    }

    private static string Rest(RouteEndpoint route) =>
        "/" + (route.RoutePattern.RawText ?? "").Replace("/{lang:language}", "", StringComparison.Ordinal).TrimStart('/');

    private List<RouteEndpoint> Routes() =>
        [.. demo.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()];
}
