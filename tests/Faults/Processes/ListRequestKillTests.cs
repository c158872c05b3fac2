using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Work;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 at every step of a list that a program hands in; it asks again and the list comes through once.</summary>
public sealed class ListRequestKillTests
{
    private static readonly Bin Uni = Bin.Parse("940540002029");

    private static readonly string[] Steps =
    [
        "before-list-request", "after-list-request", "before-list-check", "after-list-request-check", "before-list-submit",
        "after-list-submit", "before-list-settled",
    ];

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task Killed_at_every_step_the_list_is_taken_once_and_waits_for_the_approver(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        string key, body;
        await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        {
            (key, body) = (await KeyAsync(home), Body(SisItems.Of(world.Data, home, 8, 5)));
        }

        var location = "";
        foreach (var step in Steps)
        {
            using var killed = await Node.StartToBeKilledAsync(world, step);
            if (killed is not null)
            {
                location = await HandInAsync(killed, key, body) ?? location;
                Assert.Equal(Ended.Killed, (await killed.EndedAsync()).Exit);
            }
        }

        using var node = await Node.StartAsync(world);
        location = (await HandInAsync(node, key, body))!;
        Assert.Equal("awaiting-approval", await EndedAsync(node, key, new Uri(location).AbsolutePath));

        await using var opened = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await opened.Database.ConnectAsync();
        Assert.Equal((1L, 1L), (
            Assert.Single(await connection.QueryAsync("SELECT COUNT(*) FROM list_requests", r => r.GetInt64(0), default)),
            Assert.Single(await connection.QueryAsync("SELECT COUNT(*) FROM drafts WHERE title = 'From the SIS'", r => r.GetInt64(0), default))));
    }

    /// <summary>Two nodes, two requests, the same items: the second finds each of them taken, whichever node it asked.</summary>
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task Two_requests_at_once_never_both_take_an_item(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        string key;
        JsonArray items;
        await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        {
            (key, items) = (await KeyAsync(home), SisItems.Of(world.Data, home, 8, 12));
        }

        using var first = await Node.StartAsync(world);
        using var second = await Node.StartAsync(world);
        for (var round = 0; round < 4; round++)
        {
            var body = Body([.. items.Skip(round * 3).Take(3).Select(i => i!.DeepClone())]);

            var answers = await Task.WhenAll(AskAsync(first, key, $"a-{round}", body), AskAsync(second, key, $"b-{round}", body));

            Assert.Single(answers, HttpStatusCode.Accepted);
            Assert.Single(answers, HttpStatusCode.Conflict);
        }

        await using var opened = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await opened.Database.ConnectAsync();
        Assert.Equal(4, Assert.Single(await connection.QueryAsync("SELECT COUNT(*) FROM list_requests", r => r.GetInt64(0), default)));
    }

    /// <summary>An installation from before the table of items: what its lists hold is in it after the next start, and sealed.</summary>
    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task Lists_from_before_the_table_of_items_fill_it_at_the_next_start_with_the_newest_of_each(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        await using (var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value)
        {
            var at = home.Time.GetUtcNow();
            await home.Database.WriteAsync(async t =>
            {
                await ListRequests.AddAsync(t, new ListRequest("old", Uni, "c", "r-1", [1], [new(0, "k-1", "h-1", 1), new(1, "k-2", "h-2", 1)], at, null, null), default);
                await ListRequests.AddAsync(t, new ListRequest("new", Uni, "c", "r-2", [2], [new(0, "k-2", "h-3", 1)], at.AddSeconds(1), null, null), default);
            });
            await home.Database.WriteAsync(async t =>
            {
                await t.ExecuteAsync("DROP TABLE list_items", default);
                await t.ExecuteAsync("DELETE FROM row_seals WHERE table_name = 'list_items'", default);
                await t.ExecuteAsync("DELETE FROM migrations WHERE stage = 'list-requests' AND number > 1", default);
            });
        }

        await using var opened = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await opened.Database.ConnectAsync();
        Assert.Equal(
            [("k-1", "old", "h-1"), ("k-2", "new", "h-3")],
            await connection.QueryAsync(
                "SELECT print, list, hash FROM list_items ORDER BY print", r => (r.GetString(0), r.GetString(1), r.GetString(2)), default));
        Assert.Empty(await opened.Database.Seals!.AuditAsync(connection));
    }

    private static async Task<string> KeyAsync(Installation home)
    {
        var at = home.Time.GetUtcNow();
        return (await home.Database.WriteAsync(t => ApiClients.CreateAsync(
            t, Actor.AtConsole("test"), Uni, "SIS", [ApiClients.PrepareScope], at.AddDays(1), at))).Value.Key;
    }

    private static string Body(JsonArray items) => new JsonObject
    {
        ["title"] = "From the SIS",
        ["decision"] = DemoSetup.DecisionOf(Uni),
        ["items"] = items,
    }.ToJsonString();

    private static async Task<HttpStatusCode> AskAsync(Node node, string key, string requestId, string body)
    {
        using var client = Client(node, key);
        using var request = Request(requestId, body);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private static HttpRequestMessage Request(string requestId, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/institutions/{Uni}/lists")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Request-Id", requestId);
        return request;
    }

    /// <summary>Null when the program died before it answered.</summary>
    private static async Task<string?> HandInAsync(Node node, string key, string body)
    {
        using var client = Client(node, key);
        using var request = Request("r-1", body);
        try
        {
            using var answer = await client.SendAsync(request);
            Assert.True(answer.StatusCode == HttpStatusCode.Accepted, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            return answer.Headers.Location!.ToString();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<string> EndedAsync(Node node, string key, string path)
    {
        using var client = Client(node, key);
        while (true)
        {
            var state = (string)JsonNode.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)))!["state"]!;
            if (state is not ("received" or "checking"))
            {
                return state;
            }
        }
    }

    private static HttpClient Client(Node node, string key)
    {
        var client = new HttpClient { BaseAddress = new Uri(node.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }
}
