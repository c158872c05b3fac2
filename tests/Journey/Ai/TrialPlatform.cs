using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>
/// A learning platform on loopback in the shape of Moodle: it gives tokens against an assertion signed by the tool's key, keeps columns and
/// scores (one that is not newer than what it has is refused with 409, as Moodle does), and lists the members of a course in two pages.
/// </summary>
internal sealed class TrialPlatform : IAsyncDisposable
{
    public const string ClientId = "trial-client";
    public const string KeyId = "moodle-1";

    // One pair for all tests: making a key takes longer than most of them.
    private static readonly RSA Pair = RSA.Create(2048);

    private readonly WebApplication app;
    private readonly Func<Task<string>> toolKeys;
    private readonly Dictionary<string, (DateTimeOffset At, JsonElement Score)> grades = [];
    private readonly List<string> columns = [];

    /// <param name="toolKeys">Gives the tool's key set.</param>
    public TrialPlatform(Func<Task<string>> toolKeys)
    {
        this.toolKeys = toolKeys;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/token.php", TokenAsync);
        app.MapGet("/2/lineitems", (HttpContext context) => ServeAsync(context, ColumnsAsync));
        app.MapPost("/2/lineitems", (HttpContext context) => ServeAsync(context, MakeColumnAsync));
        app.MapPost("/2/lineitems/{item}/lineitem/scores", (HttpContext context) => ServeAsync(context, ScoreAsync));
        app.MapGet("/2/memberships", (HttpContext context) => ServeAsync(context, MembersAsync));
    }

    public RSA Key => Pair;

    public string Address => app.Urls.First();

    /// <summary>What came at the address of scores, refused or not: grade, subject.</summary>
    public List<(decimal Grade, string Subject, string Timestamp)> Received { get; } = [];

    /// <summary>Ids of the tasks for which a column was made.</summary>
    public List<string> ColumnsMade { get; } = [];

    public int TokensGiven { get; set; }

    /// <summary>Refuses every assertion.</summary>
    public bool RefusesTokens { get; set; }

    /// <summary>Answers every service with this instead.</summary>
    public int? Fails { get; set; }

    /// <summary>Called after a score was kept and before it is answered.</summary>
    public Action Kept { get; set; } = () => { };

    /// <summary>The grade of somebody in column 9; null when there is none.</summary>
    public decimal? GradeOf(string subject) => grades.TryGetValue("9/" + subject, out var kept) ? kept.Score.GetProperty("scoreGiven").GetDecimal() : null;

    public string Jwks()
    {
        var jwk = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(Key.ExportParameters(false)));
        return $$"""{"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"{{KeyId}}","e":"{{jwk.E}}","n":"{{jwk.N}}"}]}""";
    }

    public Task StartAsync() => app.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(form["client_assertion"], new TokenValidationParameters
        {
            ValidIssuer = ClientId,
            ValidAudience = Address + "/token.php",
            IssuerSigningKeys = new JsonWebKeySet(await toolKeys()).GetSigningKeys(),
            ValidAlgorithms = ["RS256"],
            LifetimeValidator = (_, until, _, _) => until is not null,
        });
        if (RefusesTokens || !result.IsValid || form["grant_type"] != "client_credentials")
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await context.Response.WriteAsync("""{"error":"invalid_client"}""");
            return;
        }

        TokensGiven++;
        await context.Response.WriteAsync(new JsonObject
        {
            ["access_token"] = "the-token",
            ["token_type"] = "Bearer",
            ["expires_in"] = 3600,
            ["scope"] = form["scope"].ToString(),
        }.ToJsonString());
    }

    private async Task ServeAsync(HttpContext context, Func<HttpContext, Task<JsonNode?>> answer)
    {
        var status = context.Request.Headers.Authorization != "Bearer the-token" ? StatusCodes.Status401Unauthorized : Fails ?? StatusCodes.Status200OK;
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status200OK && await answer(context) is { } body)
        {
            await context.Response.WriteAsync(body.ToJsonString());
        }
    }

    private Task<JsonNode?> ColumnsAsync(HttpContext context) =>
        Task.FromResult<JsonNode?>(new JsonArray([.. columns.Select(c => (JsonNode)new JsonObject { ["id"] = c })]));

    private async Task<JsonNode?> MakeColumnAsync(HttpContext context)
    {
        ColumnsMade.Add((await JsonDocument.ParseAsync(context.Request.Body)).RootElement.GetProperty("resourceId").GetString()!);
        columns.Add($"{Address}/2/lineitems/11/lineitem?type_id=1");
        return new JsonObject { ["id"] = columns[^1] };
    }

    private async Task<JsonNode?> ScoreAsync(HttpContext context)
    {
        if (context.Request.ContentType != "application/vnd.ims.lis.v1.score+json")
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return null;
        }

        var score = (await JsonDocument.ParseAsync(context.Request.Body)).RootElement;
        var (subject, timestamp) = (score.GetProperty("userId").GetString()!, score.GetProperty("timestamp").GetString()!);
        Received.Add((score.GetProperty("scoreGiven").GetDecimal(), subject, timestamp));
        var at = score.GetProperty("timestamp").GetDateTimeOffset();
        var place = $"{context.Request.RouteValues["item"]}/{subject}";
        if (grades.TryGetValue(place, out var kept) && kept.At >= at)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            return null;
        }

        grades[place] = (at, score);
        Kept();
        return null;
    }

    private Task<JsonNode?> MembersAsync(HttpContext context)
    {
        var isSecond = context.Request.Query["page"] == "2";
        if (!isSecond)
        {
            context.Response.Headers.Link = $"<{Address}/2/memberships?page=2>; rel=\"next\"";
        }

        return Task.FromResult<JsonNode?>(new JsonObject
        {
            ["id"] = Address + "/2/memberships",
            ["context"] = new JsonObject { ["id"] = "2", ["label"] = "INF 8", ["title"] = "Informatics 8" },
            ["members"] = isSecond
                ? new JsonArray(Member("21", "Learner", "Pupil", "From Course"), Member("22", "Learner", null, null))
                : new JsonArray(Member("20", "Instructor", "Teacher", "Of Course")),
        });
    }

    private static JsonObject Member(string id, string role, string? family, string? given)
    {
        var member = new JsonObject
        {
            ["status"] = "Active",
            ["roles"] = new JsonArray("http://purl.imsglobal.org/vocab/lis/v2/membership#" + role),
            ["user_id"] = id,
        };
        if (family is not null)
        {
            member["family_name"] = family;
            member["given_name"] = given;
            member["email"] = "nobody@reads.example";
        }

        return member;
    }
}
