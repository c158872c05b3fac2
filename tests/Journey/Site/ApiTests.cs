using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Host.Web;

namespace Mortanba.Journey.Tests.Site;

public sealed class ApiTests(TestSite site) : IClassFixture<TestSite>
{
    [Fact]
    public async Task Verify_answers_with_the_report_of_the_design()
    {
        using var body = new ByteArrayContent("superseded"u8.ToArray());
        using var response = await site.Client.PostAsync("/api/v1/verify?lang=kk", body);
        var report = await JsonAsync(response);
        Assert.Equal("not-in-force", report.GetProperty("verdict").GetString());
        Assert.Equal("diploma-file", report.GetProperty("form").GetString());
        Assert.Equal("2026-11-21T10:04:00Z", report.GetProperty("asOf").GetString());
        Assert.Equal("superseded", report.GetProperty("state").GetProperty("kind").GetString());
        var checks = report.GetProperty("checks").EnumerateArray().ToList();
        Assert.Equal(13, checks.Count);
        Assert.Equal("ledger-inclusion", checks[6].GetProperty("name").GetString());
        Assert.Equal("4018227", checks[6].GetProperty("evidence").GetProperty("index").GetString());
        Assert.Equal(120, checks[9].GetProperty("age").GetInt32());
        Assert.Equal("failed", checks[9].GetProperty("state").GetString());
        Assert.Contains("Сәрсенова", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_takes_a_form_too()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent("genuine"u8.ToArray()), "file", "a.json" } };
        using var response = await site.Client.PostAsync("/api/v1/verify", form);
        Assert.Equal("in-force", (await JsonAsync(response)).GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task Refusals_are_problem_details_with_stable_codes()
    {
        using var empty = await site.Client.PostAsync("/api/v1/verify", new ByteArrayContent([]));
        await AssertProblem(empty, HttpStatusCode.BadRequest, "web/nothing-presented");
        using var large = await site.Client.PostAsync("/api/v1/verify", new ByteArrayContent(new byte[(20 * 1024 * 1024) + 1]));
        await AssertProblem(large, HttpStatusCode.RequestEntityTooLarge, "web/too-large");
        using var number = await site.Client.GetAsync("/api/v1/numbers/none");
        await AssertProblem(number, HttpStatusCode.NotFound, "web/no-number");
        using var path = await site.Client.GetAsync("/api/v1/nothing");
        await AssertProblem(path, HttpStatusCode.NotFound, "web/not-found");
        using var broken = new ByteArrayContent("--x\r\nnonsense"u8.ToArray());
        broken.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=x");
        using var form = await site.Client.PostAsync("/api/v1/verify", broken);
        await AssertProblem(form, HttpStatusCode.BadRequest, "web/bad-request");
    }

    [Fact]
    public async Task Evidence_has_the_shape_of_a_diploma_file_without_forms()
    {
        using var response = await site.Client.GetAsync($"/api/v1/assets/{InMemoryRegistry.Asset.Value}/evidence");
        var file = await JsonAsync(response);
        Assert.Equal("MortanbaDiploma", file.GetProperty("type").GetString());
        Assert.Equal(7, file.GetProperty("entries")[0].GetProperty("index").GetInt32());
        Assert.Equal("asset.registered", file.GetProperty("entries")[0].GetProperty("entry").GetProperty("type").GetString());
        Assert.Empty(file.GetProperty("forms").EnumerateObject());
    }

    [Theory]
    [InlineData("revocation", "application/vc")]
    [InlineData("suspension", "application/vc")]
    [InlineData("token", "application/statuslist+jwt")]
    public async Task Status_lists_are_cacheable_and_open_to_other_sites(string kind, string mediaType)
    {
        using var response = await site.Client.GetAsync($"/status-lists/1/{kind}");
        Assert.Equal(mediaType, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(TimeSpan.FromMinutes(5), response.Headers.CacheControl!.MaxAge);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/status-lists/1/{kind}");
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using var unchanged = await site.Client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task The_type_metadata_names_claims_in_three_languages()
    {
        using var response = await site.Client.GetAsync("/types/diploma");
        var type = await JsonAsync(response);
        Assert.EndsWith("/types/diploma", type.GetProperty("vct").GetString(), StringComparison.Ordinal);
        Assert.Equal(3, type.GetProperty("display").GetArrayLength());
        Assert.All(type.GetProperty("claims").EnumerateArray(), claim => Assert.Equal(3, claim.GetProperty("display").GetArrayLength()));
        Assert.NotEmpty(type.GetProperty("claims").EnumerateArray());
    }

    [Fact]
    public async Task The_description_names_exactly_the_routes_that_exist()
    {
        using var response = await site.Client.GetAsync("/api/v1/openapi.json");
        var document = await JsonAsync(response);
        Assert.Equal("3.1.1", document.GetProperty("openapi").GetString());
        var described = document.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => $"{m.Name.ToUpperInvariant()} {p.Name}"))
            // Those of programs with a key are mapped where there are accounts, and held by a test there.
            .Where(d => !d.Contains("/token", StringComparison.Ordinal) && !d.Contains("/institutions/", StringComparison.Ordinal)
                // What is read from the registers is there with an installation only.
                && (!d.Contains("/api/v1/ai/", StringComparison.Ordinal) || d.Contains("/ai/personal-data", StringComparison.Ordinal))
                && !d.Contains("/recognition/in", StringComparison.Ordinal) && !d.Contains("/recognition/statistics", StringComparison.Ordinal));
        var mapped = site.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText}"));
        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task One_who_tries_number_after_number_is_slowed_down()
    {
        using var limits = new LookupLimits(new WebOptions { LookupsPerMinute = 2 });
        var context = new DefaultHttpContext { RequestServices = site.Services };
        context.Request.Path = "/api/v1/numbers/x";
        context.Response.Body = new MemoryStream();
        Assert.True(await limits.AllowAsync(context));
        Assert.True(await limits.AllowAsync(context));
        Assert.False(await limits.AllowAsync(context));
        Assert.Equal(StatusCodes.Status429TooManyRequests, context.Response.StatusCode);
        Assert.Equal("60", context.Response.Headers.RetryAfter);
    }

    private static async Task AssertProblem(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(code, (await JsonAsync(response)).GetProperty("code").GetString());
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
}
