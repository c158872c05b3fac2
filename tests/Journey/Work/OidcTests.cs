using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;
using Mortanba.Accounts;
using Mortanba.Host.Web;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Signing in through an outside provider: a small one of the test's own, on loopback.</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Dictionary<string, string> challenges = [];
    private WebApplication provider = null!;
    private SmallSite site = null!;
    private string issuer = "";
    private Func<string, string> token = _ => "";

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        provider = builder.Build();
        provider.MapGet("/.well-known/openid-configuration", () => Results.Text(new JsonObject
        {
            ["issuer"] = issuer,
            ["authorization_endpoint"] = issuer + "/authorize",
            ["token_endpoint"] = issuer + "/token",
            ["jwks_uri"] = issuer + "/jwks",
        }.ToJsonString(), "application/json"));
        provider.MapGet("/jwks", () =>
        {
            var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(key) { KeyId = "k" });
            return Results.Text(
                $$"""{"keys":[{"kty":"EC","crv":"P-256","kid":"k","use":"sig","alg":"ES256","x":"{{jwk.X}}","y":"{{jwk.Y}}"}]}""", "application/json");
        });
        provider.MapPost("/token", async (HttpContext context) =>
        {
            var form = await context.Request.ReadFormAsync();
            var verifier = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
            return form["client_secret"] == "secret" && challenges.TryGetValue(form["code"].ToString(), out var nonce) && nonce.EndsWith(verifier, StringComparison.Ordinal)
                ? Results.Json(new { id_token = token(nonce[..^verifier.Length]), access_token = "x", token_type = "Bearer" })
                : Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        });
        await provider.StartAsync();
        issuer = provider.Urls.Single();
        site = new SmallSite
        {
            Also = settings => settings with
            {
                Oidc = new OidcSettings(issuer, "mortanba", "University sign-in", "oidc.secret"),
                SecondFactor = new SecondFactorSettings(InDemo: true),
            },
        };
        await File.WriteAllTextAsync(Path.Combine(site.Directory, "oidc.secret"), "secret\n");
        await site.InitializeAsync();
        token = nonce => Token(nonce);
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        await provider.DisposeAsync();
        key.Dispose();
        otherKey.Dispose();
    }

    [Fact]
    public async Task Whoever_bound_it_signs_in_through_the_provider_and_nobody_else_does()
    {
        using var stranger = new Person(site.Site);
        Assert.Contains("No account is bound", await RefusalAsync(await ThroughAsync(stranger)), StringComparison.Ordinal);

        using var person = await site.SignedInAsync("oidc@one.example");
        Assert.Equal("/en/me/security", (await ThroughAsync(person, bind: true)).Headers.Location?.ToString());
        Assert.Equal("accounts/oidc-bound", (await site.LastRecordedAsync()).What);
        using var later = new Person(site.Site);
        Assert.Equal("/en/console", (await ThroughAsync(later)).Headers.Location?.ToString());
        await later.PageAsync("/en/me/security");
        using var second = await site.SignedInAsync("oidc-2@one.example");
        Assert.Contains("bound to this sign-in already", await RefusalAsync(await ThroughAsync(second, bind: true)), StringComparison.Ordinal);

        await person.PostAsync("/en/me/security/oidc/remove", await person.TokenAsync("/en/me/security"));
        using var last = new Person(site.Site);
        Assert.Contains("No account is bound", await RefusalAsync(await ThroughAsync(last)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_is_wrong_in_one_thing_signs_nobody_in()
    {
        using var person = await site.SignedInAsync("oidc-3@one.example");
        await ThroughAsync(person, bind: true);
        var now = site.Time.GetUtcNow().ToUnixTimeSeconds();
        var wrong = new Dictionary<string, Func<string, string>>
        {
            ["nonce"] = nonce => Token(nonce + "x"),
            ["no nonce"] = _ => Token(null),
            ["audience"] = nonce => Token(nonce, audience: "other"),
            ["issuer"] = nonce => Token(nonce, from: "https://other.example"),
            ["expired"] = nonce => Token(nonce, expires: now - 121),
            ["no end"] = nonce => Token(nonce, expires: null),
            ["none"] = nonce => Token(nonce, algorithm: "none"),
            ["other key"] = nonce => Token(nonce, with: otherKey),
            ["no subject"] = nonce => Token(nonce, subject: null),
        };
        foreach (var (what, make) in wrong)
        {
            token = make;
            using var other = new Person(site.Site);
            var answer = await ThroughAsync(other);
            Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, what);
            Assert.Contains("did not pass the check", await RefusalAsync(answer), StringComparison.Ordinal);
        }

        token = nonce => Token(nonce);
        using var right = new Person(site.Site);
        Assert.Equal(HttpStatusCode.Redirect, (await ThroughAsync(right)).StatusCode);
    }

    [Fact]
    public async Task It_alone_does_not_open_a_role_that_wants_a_second_factor_and_the_code_of_the_app_does()
    {
        const string People = "/en/console/940540002029/people";
        using var person = await site.SignedInAsync("oidc-4@one.example", Role.Administrator);
        await person.PostAsync("/en/me/security/app/start", await person.TokenAsync("/en/me/security"));
        var secret = (await person.PageAsync("/en/me/security")).QuerySelector("#secret")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        await person.PostAsync(
            "/en/me/security/app", await person.TokenAsync("/en/me/security"), ("code", OneUseCodes.CodeAt(secret, site.Time.GetUtcNow())));
        await ThroughAsync(person, bind: true);
        site.Time.Pass(TimeSpan.FromMinutes(1));

        using var later = new Person(site.Site);
        await ThroughAsync(later);
        Assert.StartsWith("/en/me/second-factor", (await later.GetAsync(People)).Headers.Location?.ToString(), StringComparison.Ordinal);
        async Task<HttpResponseMessage> CodeAsync(string code) => await later.PostAsync(
            "/en/me/second-factor/code", await later.TokenAsync("/en/me/second-factor"), ("code", code), ("to", People));
        Assert.Contains("wrong or was used", await RefusalAsync(await CodeAsync("no code")), StringComparison.Ordinal);
        Assert.Equal(People, (await CodeAsync(OneUseCodes.CodeAt(secret, site.Time.GetUtcNow()))).Headers.Location?.ToString());
        await later.PageAsync(People);

        using var guessing = new Person(site.Site);
        await ThroughAsync(guessing);
        for (var i = 0; i < 5; i++)
        {
            await guessing.PostAsync("/en/me/second-factor/code", await guessing.TokenAsync("/en/me/second-factor"), ("code", $"00000{i}"));
        }

        site.Time.Pass(TimeSpan.FromMinutes(1));
        var locked = await guessing.PostAsync(
            "/en/me/second-factor/code", await guessing.TokenAsync("/en/me/second-factor"), ("code", OneUseCodes.CodeAt(secret, site.Time.GetUtcNow())));
        Assert.Contains("fifteen minutes", await RefusalAsync(locked), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_of_another_browser_or_a_state_of_another_request_is_refused()
    {
        using var person = new Person(site.Site);
        Assert.Contains("did not begin in this browser", await RefusalAsync(await ThroughAsync(person, state: "x")), StringComparison.Ordinal);
        using var other = new Person(site.Site);
        // Without a request of this browser there is no language either, but that of the browser.
        Assert.Contains(
            "Кіру осы браузерде басталмаған", await RefusalAsync(await other.GetAsync("/sign-in/oidc/back?code=c&state=s")), StringComparison.Ordinal);
        using var refused = new Person(site.Site);
        Assert.Contains("did not confirm", await RefusalAsync(await ThroughAsync(refused, code: "unknown")), StringComparison.Ordinal);
    }

    /// <summary>Out to the provider, which says yes at once, and back.</summary>
    private async Task<HttpResponseMessage> ThroughAsync(Person person, bool bind = false, string? state = null, string? code = null)
    {
        var page = bind ? "/en/me/security" : "/en/sign-in";
        var sent = await person.PostAsync(bind ? "/en/me/security/oidc" : "/en/sign-in/oidc", await person.TokenAsync(page));
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.StartsWith(issuer + "/authorize?", sent.Headers.Location!.ToString(), StringComparison.Ordinal);
        var asked = QueryHelpers.ParseQuery(sent.Headers.Location.Query);
        Assert.Equal(("code", "S256", "openid"), ((string)asked["response_type"]!, (string)asked["code_challenge_method"]!, (string)asked["scope"]!));
        var given = Guid.NewGuid().ToString();
        challenges[given] = asked["nonce"] + (string)asked["code_challenge"]!;
        return await person.GetAsync($"/sign-in/oidc/back?code={code ?? given}&state={state ?? (string)asked["state"]!}");
    }

    private string Token(
        string? nonce, string? audience = "mortanba", string? from = null, long? expires = 0, string algorithm = "ES256", ECDsa? with = null,
        string? subject = "person-1")
    {
        var now = site.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = from ?? issuer, ["aud"] = audience, ["iat"] = now };
        if (expires is { } end)
        {
            claims["exp"] = end == 0 ? now + 300 : end;
        }

        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        if (subject is not null)
        {
            claims["sub"] = subject;
        }

        var header = new JsonObject { ["alg"] = algorithm, ["kid"] = "k" };
        var signed = $"{Part(header)}.{Part(claims)}";
        return signed + "." + (algorithm == "none" ? "" : WebEncoders.Base64UrlEncode((with ?? key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256)));
    }

    private static string Part(JsonObject json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static async Task<string> RefusalAsync(HttpResponseMessage answer) =>
        (await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync())).QuerySelector(".errors")?.TextContent
        ?? $"{answer.StatusCode} {answer.Headers.Location}";
}
