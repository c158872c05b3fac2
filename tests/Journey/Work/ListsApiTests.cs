using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Host.Demo;
using Mortanba.Host.Web;
using Mortanba.Host.Webhooks;
using Mortanba.Intake.Drafts;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A student information system hands in lists, with a key or with a token.</summary>
public sealed class ListsApiTests(SmallSite site) : IClassFixture<SmallSite>, IDisposable
{
    private static readonly string Lists = $"/api/v1/institutions/{SmallSite.Uni}/lists";
    private readonly HttpClient client = new() { BaseAddress = new Uri(site.Site) };

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task A_list_is_taken_checked_and_sent_to_the_approver_and_the_same_request_gives_the_same_answer()
    {
        var (key, id) = await KeyAsync(ApiClients.PrepareScope);
        var body = Body(Items(0, 3));

        var first = await PostAsync(key, "r-1", body);
        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Assert.Equal("received", (string?)first.Json["state"]);
        Assert.Equal(site.Site + Lists + "/" + (string?)first.Json["id"], first.Location);
        var again = await PostAsync(key, "r-1", body);
        Assert.Equal((string?)first.Json["id"], (string?)again.Json["id"]);
        var other = await PostAsync(key, "r-1", Body(Items(0, 2)));
        Assert.Equal((HttpStatusCode.Conflict, "api/other-body"), (other.Status, (string?)other.Json["code"]));

        var ended = await EndedAsync(key, first.Location!);
        Assert.Equal("awaiting-approval", (string?)ended["state"]);
        Assert.Equal(3, (int?)ended["rows"]);
        await using var connection = await site.Home.Database.ConnectAsync();
        var draft = await site.Home.Drafts.FindAsync(connection, SmallSite.Uni, (string)first.Json["id"]!);
        Assert.Equal((id, id, DraftState.Submitted), (draft!.PreparedBy, draft.SubmittedBy, draft.State));
    }

    [Fact]
    public async Task Each_bad_item_is_named_by_its_index_with_the_words_of_the_language()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);
        var items = Items(3, 3);
        items[1]!["graduate"]!["iin"] = "040630609010";
        items[2]!["courses"]![0]!["percent"] = 900;

        var ended = await EndedAsync(key, (await PostAsync(key, "r-2", Body(items))).Location!);

        Assert.Equal("has-errors", (string?)ended["state"]);
        var errors = ended["errors"]!.AsArray();
        Assert.Contains(errors, e => (int?)e!["index"] == 1 && (string?)e["field"] == "iin" && ((string?)e["message"])!.Length > 10);
        Assert.Contains(errors, e => (int?)e!["index"] == 2 && (string?)e["field"] == "percent");
        Assert.DoesNotContain(errors, e => (int?)e!["index"] == 0);
    }

    [Fact]
    public async Task An_item_is_taken_once_under_its_key_and_never_with_two_contents()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);
        var first = await PostAsync(key, "r-3", Body(Items(6, 2)));

        var more = await PostAsync(key, "r-4", Body(Items(6, 3)));
        Assert.Equal(HttpStatusCode.Accepted, more.Status);
        Assert.Equal(1, (int?)more.Json["items"]);
        Assert.Equal([0, 1], more.Json["already"]!.AsArray().Select(a => (int)a!["index"]!));
        Assert.All(more.Json["already"]!.AsArray(), a => Assert.Equal((string?)first.Json["id"], (string?)a!["list"]));
        var nothing = await PostAsync(key, "r-5", Body(Items(6, 2)));
        Assert.Equal((HttpStatusCode.Conflict, "api/nothing-new"), (nothing.Status, (string?)nothing.Json["code"]));

        var changed = Items(6, 2);
        changed[1]!["graduate"]!["given-en"] = "Another";
        var refused = await PostAsync(key, "r-6", Body(changed));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "api/bad-items"), (refused.Status, (string?)refused.Json["code"]));
        var error = Assert.Single(refused.Json["errors"]!.AsArray());
        Assert.Equal((1, "api/key-reused"), ((int)error!["index"]!, (string?)error["code"]));
    }

    [Theory]
    [InlineData("{", 400, "api/bad-json")]
    [InlineData("""{"title":"t","title":"u","decision":"d","items":[{}]}""", 400, "api/bad-json")]
    [InlineData("[]", 400, "api/bad-list")]
    [InlineData("""{"title":"t","decision":"d","items":[]}""", 400, "api/bad-list")]
    [InlineData("""{"title":"t","decision":"d","items":[1]}""", 422, "api/bad-items")]
    [InlineData("""{"title":"t","decision":"d","items":[{"key":"a","graduate":{"x":1},"courses":[]}]}""", 422, "api/bad-items")]
    [InlineData("""{"title":"t","decision":"d","items":[{"key":"a","graduate":{"iin":{}},"courses":[]}]}""", 422, "api/bad-items")]
    [InlineData("""{"title":"t","decision":"d","items":[{"key":"a","graduate":{},"courses":[]},{"key":"a","graduate":{},"courses":[]}]}""", 422, "api/bad-items")]
    public async Task A_body_that_is_no_list_is_refused_and_stored_nowhere(string body, int status, string code)
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);

        var answer = await PostAsync(key, "bad", body);

        Assert.Equal((status, code), ((int)answer.Status, (string?)answer.Json["code"]));
    }

    [Fact]
    public async Task A_list_against_a_decision_that_is_not_open_is_refused_with_the_reason()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);

        var taken = await PostAsync(key, "r-7", Body(Items(9, 1), decision: "D-none"));
        var ended = await EndedAsync(key, taken.Location!);

        Assert.Equal(("refused", "intake/decision-closed"), ((string?)ended["state"], (string?)ended["refusal"]));
    }

    [Fact]
    public async Task A_list_that_cannot_be_settled_does_not_stop_the_one_behind_it()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);
        Task RunAsync(string sql) => site.Home.Database.WriteAsync(t => t.ExecuteAsync(sql, default));
        await RunAsync(
            "CREATE TRIGGER bad BEFORE UPDATE ON list_requests WHEN OLD.request_id = 'r-bad' BEGIN SELECT RAISE(ABORT, 'bad'); END");
        try
        {
            await EndedAsync(key, (await PostAsync(key, "r-bad", Body(Items(12, 1)))).Location!);

            var behind = await EndedAsync(key, (await PostAsync(key, "r-behind", Body(Items(13, 1)))).Location!);

            Assert.Equal("awaiting-approval", (string?)behind["state"]);
        }
        finally
        {
            await RunAsync("DROP TRIGGER bad");
        }
    }

    [Fact]
    public async Task Of_two_lists_at_once_with_the_same_items_one_is_taken()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);

        var both = await Task.WhenAll(PostAsync(key, "r-one", Body(Items(15, 2))), PostAsync(key, "r-two", Body(Items(15, 2))));

        Assert.Single(both, a => a.Status == HttpStatusCode.Accepted);
        Assert.Equal("api/nothing-new", (string?)Assert.Single(both, a => a.Status == HttpStatusCode.Conflict).Json["code"]);
    }

    [Fact]
    public async Task A_third_body_of_an_institution_at_the_same_time_is_refused_until_one_is_answered()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);
        var bodies = site.Services.GetRequiredService<ListCarrier>().Bodies;
        using (bodies.Enter(SmallSite.Uni.Value))
        using (bodies.Enter(SmallSite.Uni.Value))
        {
            var third = await PostAsync(key, "r-third", Body(Items(17, 1)));
            Assert.Equal((HttpStatusCode.TooManyRequests, "api/too-many-bodies"), (third.Status, (string?)third.Json["code"]));
        }

        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(key, "r-third", Body(Items(17, 1)))).Status);
    }

    [Fact]
    public async Task Beyond_two_hundred_lists_in_preparation_no_more_are_taken()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);
        var first = await PostAsync(key, "r-full", Body(Items(18, 1), decision: "D-none"));
        await EndedAsync(key, first.Location!);
        await using var connection = await site.Home.Database.ConnectAsync();
        var columns = await connection.QueryAsync("SELECT name FROM pragma_table_info('drafts') WHERE name <> 'id'", r => r.GetString(0), default);
        var names = string.Join(", ", columns);
        await site.Home.Database.WriteAsync(t => t.ExecuteAsync(
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
            INSERT INTO drafts (id, {names}) SELECT 'full-' || i, {names} FROM drafts, n WHERE id = @id
            """,
            default, ("id", (string)first.Json["id"]!)));
        try
        {
            var refused = await PostAsync(key, "r-more", Body(Items(19, 1)));
            Assert.Equal((HttpStatusCode.Conflict, "api/too-many-open"), (refused.Status, (string?)refused.Json["code"]));
        }
        finally
        {
            await site.Home.Database.WriteAsync(t => t.ExecuteAsync("DELETE FROM drafts WHERE id LIKE 'full-%'", default));
        }
    }

    [Fact]
    public async Task A_check_that_a_newer_version_overtakes_ends_for_whoever_waits_for_it()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);
        var taken = await PostAsync(key, "r-overtaken", Body(Items(14, 1)));
        await EndedAsync(key, taken.Location!);
        await using var connection = await site.Home.Database.ConnectAsync();
        var draft = (await site.Home.Drafts.FindAsync(connection, SmallSite.Uni, (string)taken.Json["id"]!))!;
        using var checks = new DraftChecks(
            site.Home, new Host.DiplomaFlow(site.Home), Microsoft.Extensions.Logging.Abstractions.NullLogger<DraftChecks>.Instance);

        var old = checks.Ask(draft);
        Assert.Same(old, checks.Ask(draft));
        var newer = checks.Ask(draft with { Version = draft.Version + 1 });

        Assert.True(old.Ended.Task.IsCompleted);
        Assert.False(newer.Ended.Task.IsCompleted);
        Assert.Same(newer, checks.Ask(draft));
        await checks.StartAsync(default);
        await newer.Ended.Task;
        Assert.Null(checks.DoneOf(draft.Id));
        await checks.StopAsync(default);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_list_that_a_person_changed_before_it_was_sent_is_left_to_people()
    {
        var (key, id) = await KeyAsync(ApiClients.PrepareScope, ApiClients.ReadScope);
        var (home, at) = (site.Home, site.Time.GetUtcNow());
        var list = DemoApprovals.List(home, 400_000, 2);
        var content = DraftContent.Read(list.Graduates, list.Courses, asGuessed: true).Value;
        var draft = await home.Database.WriteAsync(async t =>
        {
            var made = await home.Drafts.CreateAsync(
                t, new NewDraft(SmallSite.Uni, "From the SIS", DemoSetup.DecisionOf(SmallSite.Uni), Intake.ListPurpose.Issue, id, at), content);
            await Host.Web.ListRequests.AddAsync(
                t, new Host.Web.ListRequest(made.Id, SmallSite.Uni, id, "r-person", [1], [], at, null, null), default);
            return (await home.Drafts.NameAsync(
                t, made.Id, made.Version, "person-1", at, "Renamed", DemoSetup.DecisionOf(SmallSite.Uni))).Value;
        });

        site.Services.GetRequiredService<Host.Web.ListCarrier>().Ring();
        var ended = await EndedAsync(key, Lists + "/" + draft.Id);

        Assert.Equal(("refused", "api/changed-by-person"), ((string?)ended["state"], (string?)ended["refusal"]));
        await using var connection = await home.Database.ConnectAsync();
        Assert.Equal(DraftState.Open, (await home.Drafts.FindAsync(connection, SmallSite.Uni, draft.Id))!.State);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task Nobody_gets_in_without_a_key_or_beyond_its_scope_or_institution()
    {
        var (reads, _) = await KeyAsync(ApiClients.ReadScope);
        var (prepares, _) = await KeyAsync(ApiClients.PrepareScope);

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("mtb_none", "r", Body(Items(0, 1)))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(reads, "r", Body(Items(0, 1)))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(prepares, "r", Body(Items(0, 1)), "/api/v1/institutions/980940003039/lists")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(prepares, "", Body(Items(0, 1)))).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(reads, Lists + "/" + Guid.NewGuid())).Status);
    }

    [Fact]
    public async Task A_token_gives_the_same_actor_as_its_key_for_ten_minutes_and_no_longer_than_the_key_lives()
    {
        var (key, id) = await KeyAsync(ApiClients.PrepareScope, ApiClients.ReadScope);
        var token = (string)(await TokenAsync(id, key, "lists:read"))["access_token"]!;

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(token, Lists + "/x")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(token, "r", Body(Items(0, 1)))).Status);
        foreach (var forged in Forgeries(token))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(forged, Lists + "/x")).Status);
        }

        site.Time.Pass(Host.Web.ApiTokens.Term);
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(token, Lists + "/x")).Status);
        var late = (string)(await TokenAsync(id, key, ""))["access_token"]!;
        await site.Home.Database.WriteAsync(
            t => ApiClients.RevokeAsync(t, Actor.AtConsole("x"), id, SmallSite.Uni, site.Time.GetUtcNow()));
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(late, Lists + "/x")).Status);
        Assert.Equal("invalid_client", (string?)(await TokenAsync(id, key, ""))["error"]);
    }

    [Fact]
    public async Task The_webhook_hears_that_a_list_was_checked()
    {
        var (key, _) = await KeyAsync(ApiClients.PrepareScope);
        _ = await site.Home.Database.WriteAsync(async t => (await WebhookEndpoints.AddAsync(
            t, site.Home.Vault, Actor.AtConsole("x"), SmallSite.Uni, "https://sis.example/hook", [WebhookQueue.ListChecked], site.Time.GetUtcNow())).Value);

        var taken = await PostAsync(key, "r-8", Body(Items(10, 1)));
        await EndedAsync(key, taken.Location!);

        // Sent to the approver first, then told.
        await using var connection = await site.Home.Database.ConnectAsync();
        while (!(await WebhookQueue.LogAsync(connection, SmallSite.Uni, null, 100)).Any(d => d.Type == WebhookQueue.ListChecked))
        {
            await Task.Yield();
        }
    }

    [Fact]
    public async Task The_description_names_exactly_the_routes_that_programs_have()
    {
        var document = JsonNode.Parse(await client.GetStringAsync("/api/v1/openapi.json"))!;
        var described = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject().Select(m => $"{m.Key.ToUpperInvariant()} {p.Key}"));
        var mapped = site.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} {e.RoutePattern.RawText}"));
        static IEnumerable<string> OfPrograms(IEnumerable<string> all) => all.Distinct().Order(StringComparer.Ordinal)
            .Where(r => r.Contains("/token", StringComparison.Ordinal) || r.Contains("/institutions/", StringComparison.Ordinal));

        Assert.True(OfPrograms(mapped).Count() >= 3);
        Assert.Equal(OfPrograms(mapped), OfPrograms(described));
    }

    /// <summary>A changed claim, another algorithm, no signature, another type of thing.</summary>
    private static IEnumerable<string> Forgeries(string token)
    {
        var parts = token.Split('.');
        string Part(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
        yield return $"{parts[0]}.{Part("""{"sub":"x","exp":9999999999}""")}.{parts[2]}";
        yield return $"{Part("""{"alg":"none"}""")}.{parts[1]}.";
        yield return $"{Part("""{"alg":"HS256","typ":"at+jwt"}""")}.{parts[1]}.{parts[2]}";
        yield return $"{parts[0]}.{parts[1]}";
        yield return token[..^2] + (token[^2] == 'A' ? "B" : "A") + token[^1];
    }

    private static string Body(JsonArray items, string? decision = null) => new JsonObject
    {
        ["title"] = "From the SIS",
        ["decision"] = decision ?? DemoSetup.DecisionOf(SmallSite.Uni),
        ["items"] = items.DeepClone(),
    }.ToJsonString();

    /// <summary>Some of the demonstration's graduates of the university, as its system would send them.</summary>
    private JsonArray Items(int skip, int count) => SisItems.Of(site.Directory, site.Home, skip, count);

    private async Task<(string Key, string Id)> KeyAsync(params string[] scopes)
    {
        var at = site.Time.GetUtcNow();
        var (made, key) = (await site.Home.Database.WriteAsync(t => ApiClients.CreateAsync(
            t, Actor.AtConsole("x"), SmallSite.Uni, "SIS", scopes, at.AddDays(30), at))).Value;
        return (key, made.Id);
    }

    private async Task<JsonNode> TokenAsync(string id, string key, string scope)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = id,
            ["client_secret"] = key,
            ["scope"] = scope,
        });
        using var answer = await client.PostAsync("/api/v1/token", form);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private async Task<(HttpStatusCode Status, JsonNode Json, string? Location)> PostAsync(string key, string requestId, string body, string? path = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path ?? Lists) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (requestId.Length > 0)
        {
            request.Headers.Add("Request-Id", requestId);
        }

        return await SendAsync(request, key);
    }

    private async Task<(HttpStatusCode Status, JsonNode Json, string? Location)> GetAsync(string key, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(request, key);
    }

    private async Task<(HttpStatusCode Status, JsonNode Json, string? Location)> SendAsync(HttpRequestMessage request, string key)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!, answer.Headers.Location?.ToString());
    }

    /// <summary>Asks until the list is no longer on its way to the approver.</summary>
    private async Task<JsonNode> EndedAsync(string key, string location)
    {
        var state = (await GetAsync(key, location)).Json;
        while ((string?)state["state"] is "received" or "checking")
        {
            await Task.Yield();
            state = (await GetAsync(key, location)).Json;
        }

        return state;
    }
}
