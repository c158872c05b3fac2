using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.Tokens;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Programs with tokens of an outside issuer: one of the test's own, on loopback.</summary>
[Trait("Requirement", "X-13")]
public sealed class ApiIssuerTests : IAsyncLifetime
{
    private const string Audience = "mortanba-api";

    private static readonly Bin Other = Bin.Parse("980940003039");
    private static readonly string Lists = $"/api/v1/institutions/{SmallSite.Uni}/lists/x";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string mine = Guid.CreateVersion7().ToString();
    private readonly string theirs = Guid.CreateVersion7().ToString();
    private readonly Dictionary<string, string> clients = [];
    private WebApplication issuer = null!;
    private SmallSite site = null!;
    private HttpClient client = null!;
    private string address = "";
    private string document = "";
    private int asked;

    public async ValueTask InitializeAsync()
    {
        document = Jwks(("k", key));
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        issuer = builder.Build();
        issuer.MapGet("/jwks", () =>
        {
            Interlocked.Increment(ref asked);
            return Results.Text(document, "application/json");
        });
        await issuer.StartAsync();
        address = issuer.Urls.Single();
        await OpenAsync(address + "/jwks");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await site.DisposeAsync();
        await issuer.DisposeAsync();
        key.Dispose();
        otherKey.Dispose();
    }

    [Fact]
    public async Task A_token_opens_what_its_scopes_and_the_key_it_stands_for_both_give()
    {
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Token(scope: "diplomas.read diplomas.unknown")));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(Token(scope: "diplomas.unknown")));
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(Token(scope: "lists:read")));
        // A list of texts, as some issuers write it.
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Token(scope: null, also: c => c["scp"] = new JsonArray("diplomas.read"))));
        // The key reads only: the issuer's word for more gives nothing.
        Assert.Equal(HttpStatusCode.Forbidden, await HandInAsync(Token(scope: "diplomas.write diplomas.read"), SmallSite.Uni));
    }

    [Fact]
    public async Task A_token_that_is_wrong_in_one_thing_opens_nothing()
    {
        var now = site.Time.GetUtcNow().ToUnixTimeSeconds();
        var wrong = new Dictionary<string, string>
        {
            ["audience"] = Token(audience: "https://other.example/api"),
            ["no audience"] = Token(audience: null),
            ["issuer"] = Token(from: "https://other.example"),
            ["expired"] = Token(expires: now - 121),
            ["no end"] = Token(expires: null),
            ["not yet"] = Token(also: c => c["nbf"] = now + 121),
            ["alg none"] = Token(algorithm: "none"),
            ["alg HS256 with the public key"] = Token(algorithm: "HS256"),
            ["unknown key"] = Token(kid: "other", with: otherKey),
            ["known id, another key"] = Token(with: otherKey),
            ["no key id"] = Token(kid: null),
            ["unknown program"] = Token(program: "stranger"),
            ["no program"] = Token(program: null),
            ["an ID token's type"] = Token(type: "id+jwt"),
            ["no token"] = "a.b.c",
            ["nothing"] = "..",
        };
        foreach (var (what, token) in wrong)
        {
            var status = await AskAsync(token);
            Assert.True(status == HttpStatusCode.Unauthorized, $"{what}: {status}");
        }

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Token()));
    }

    [Fact]
    public async Task A_program_of_another_institution_finds_nothing_here()
    {
        Assert.Equal(HttpStatusCode.NotFound, await HandInAsync(Token(program: "sis-other"), SmallSite.Uni));

        // Where a program is somebody, it is told what it may not.
        Assert.Equal(HttpStatusCode.Forbidden, await HandInAsync(Token(program: "sis-other"), Other));
        Assert.Equal(HttpStatusCode.Forbidden, await HandInAsync(Token(), SmallSite.Uni));
        Assert.Equal(HttpStatusCode.NotFound, await HandInAsync(Token(), Other));
    }

    [Fact]
    public async Task With_the_key_here_its_tokens_end()
    {
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Token()));

        await site.Home.Database.WriteAsync(t => ApiClients.RevokeAsync(t, Actor.AtConsole("x"), clients["sis"], SmallSite.Uni, site.Time.GetUtcNow()));

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token()));
    }

    [Fact]
    public async Task New_keys_of_the_issuer_are_read_at_most_once_a_minute_and_withdrawn_ones_end()
    {
        await AskAsync(Token());
        Assert.Equal(1, asked);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token(kid: $"invented-{i}", with: otherKey)));
        }

        Assert.Equal(1, asked);
        document = Jwks(("new", otherKey));
        site.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Token(kid: "new", with: otherKey)));
        Assert.Equal(2, asked);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token()));

        // A document that is none, later: what was known stays good for some hours, not for ever.
        document = "{";
        site.Time.Pass(TimeSpan.FromHours(11));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Token(kid: "new", with: otherKey)));
        site.Time.Pass(TimeSpan.FromHours(1));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token(kid: "new", with: otherKey)));
    }

    [Fact]
    public async Task Keys_may_lie_in_a_file_and_nobody_is_asked_then()
    {
        client.Dispose();
        await site.DisposeAsync();
        await OpenAsync("issuer.jwks");

        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(Token()));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(Token(with: otherKey)));
        Assert.Equal(0, asked);
    }

    private async Task OpenAsync(string jwks)
    {
        site = new SmallSite
        {
            Also = settings => settings with
            {
                ApiIssuer = new ApiIssuerSettings(
                    address, Audience, jwks,
                    new Dictionary<string, string> { ["diplomas.read"] = ApiClients.ReadScope, ["diplomas.write"] = ApiClients.PrepareScope },
                    new Dictionary<string, string> { ["sis"] = mine, ["sis-other"] = theirs }),
            },
        };
        await File.WriteAllTextAsync(Path.Combine(site.Directory, "issuer.jwks"), document);
        await site.InitializeAsync();
        await MakeAsync("sis", mine, SmallSite.Uni);
        await MakeAsync("sis-other", theirs, Other);
        client = new HttpClient { BaseAddress = new Uri(site.Site) };
    }

    /// <summary>An API key that reads, under an id that the settings name already.</summary>
    private async Task MakeAsync(string name, string id, Bin institution)
    {
        var at = site.Time.GetUtcNow();
        clients[name] = id;
        await site.Home.Database.WriteAsync(async t =>
        {
            await t.TouchAsync("api_clients", default, id);
            await t.ExecuteAsync(
                """
                INSERT INTO api_clients (id, institution, name, key_hash, scopes, created_by, created_at, expires_at)
                VALUES (@id, @institution, @name, @hash, @scopes, 'x', @at, @expires)
                """,
                default, ("id", id), ("institution", institution.Value), ("name", name), ("hash", RandomNumberGenerator.GetBytes(32)),
                ("scopes", ApiClients.ReadScope), ("at", LedgerEntry.Time(at)), ("expires", LedgerEntry.Time(at.AddDays(30))));
        });
    }

    private async Task<HttpStatusCode> AskAsync(string token)
    {
        using var answer = await SendAsync(HttpMethod.Get, Lists, token);
        return answer.StatusCode;
    }

    private async Task<HttpStatusCode> HandInAsync(string token, Bin institution)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"/api/v1/institutions/{institution}/lists", token);
        return answer.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string token)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await client.SendAsync(request);
    }

    private string Token(
        string? program = "sis", string? audience = Audience, string? from = null, long? expires = 0, string algorithm = "ES256",
        ECDsa? with = null, string? kid = "k", string? scope = "diplomas.read", string type = "at+jwt", Action<JsonObject>? also = null)
    {
        var now = site.Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = from ?? address, ["iat"] = now };
        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                claims[name] = value;
            }
        }

        Add("aud", audience);
        Add("exp", expires is 0 ? now + 300 : expires);
        Add("client_id", program);
        Add("scope", scope);
        also?.Invoke(claims);
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = type };
        if (kid is not null)
        {
            header["kid"] = kid;
        }

        var signed = $"{Part(header)}.{Part(claims)}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        return signed + "." + algorithm switch
        {
            "none" => "",
            "HS256" => WebEncoders.Base64UrlEncode(HMACSHA256.HashData(key.ExportSubjectPublicKeyInfo(), bytes)),
            _ => WebEncoders.Base64UrlEncode((with ?? key).SignData(bytes, HashAlgorithmName.SHA256)),
        };
    }

    private static string Part(JsonObject json) => WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static string Jwks(params (string Id, ECDsa Key)[] keys) => new JsonObject
    {
        ["keys"] = new JsonArray([.. keys.Select(k =>
        {
            var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(k.Key) { KeyId = k.Id });
            return (JsonNode)new JsonObject
            {
                ["kty"] = "EC", ["crv"] = "P-256", ["kid"] = k.Id, ["use"] = "sig", ["alg"] = "ES256", ["x"] = jwk.X, ["y"] = jwk.Y,
            };
        })]),
    }.ToJsonString();
}
