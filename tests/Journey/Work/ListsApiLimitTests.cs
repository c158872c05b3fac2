using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Host.Demo;
using Mortanba.Host.Web;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Work;

/// <summary>What one program does with the lists of its institution costs the others nothing, and a long past costs nobody.</summary>
public sealed class ListsApiLimitTests(SmallSite site) : IClassFixture<SmallSite>, IDisposable
{
    private static readonly string Lists = $"/api/v1/institutions/{SmallSite.Uni}/lists";
    private readonly HttpClient client = new() { BaseAddress = new Uri(site.Site) };

    public void Dispose() => client.Dispose();

    [Fact]
    public async Task Bodies_that_never_end_give_their_places_back_with_the_reason_when_their_time_is_over()
    {
        var key = await KeyAsync();
        var bodies = site.Services.GetRequiredService<ListCarrier>().Bodies;
        using var first = await SlowAsync(key, "slow-1");
        using var second = await SlowAsync(key, "slow-2");
        while (bodies.CountOf(SmallSite.Uni.Value) < ListsApi.BodiesMax)
        {
            await Task.Yield();
        }

        Assert.Equal(429, (await PostAsync(key, "slow-3", Body(30, 1))).Status);
        site.Time.Pass(ListsApi.TermOf(1_000));

        foreach (var slow in new[] { first, second })
        {
            using var reader = new StreamReader(slow.GetStream());
            var answer = await reader.ReadToEndAsync();
            Assert.StartsWith("HTTP/1.1 408", answer, StringComparison.Ordinal);
            Assert.Contains("api/body-slow", answer, StringComparison.Ordinal);
        }

        Assert.Equal(202, (await PostAsync(key, "slow-3", Body(30, 1))).Status);
    }

    [Theory]
    [InlineData(0L, 30)]
    [InlineData(64L * 1024 * 1024, 542)]
    [InlineData(null, 542)]
    [InlineData(long.MaxValue, 542)]
    public void A_body_has_the_time_that_a_plain_line_needs_and_never_ten_minutes(long? length, int seconds) =>
        Assert.Equal(seconds, ListsApi.TermOf(length).TotalSeconds);

    [Fact]
    public async Task Of_earlier_lists_nothing_is_read_but_whether_they_hold_these_items()
    {
        var key = await KeyAsync();
        var earlier = await PostAsync(key, "past-1", Body(31, 2));
        await SettledAsync(earlier.Body);
        Task SetAsync(string sql) => site.Home.Database.WriteAsync(t => t.ExecuteAsync(sql, default));
        await SetAsync("UPDATE list_requests SET items = 'not read' || items WHERE request_id = 'past-1'");
        try
        {
            Assert.Equal(202, (await PostAsync(key, "past-2", Body(33, 1))).Status);
            var again = await PostAsync(key, "past-3", Body(31, 2));
            Assert.Equal(409, again.Status);
            Assert.Contains("api/nothing-new", again.Body, StringComparison.Ordinal);
        }
        finally
        {
            await SetAsync("UPDATE list_requests SET items = substr(items, 9) WHERE request_id = 'past-1'");
        }
    }

    [Fact]
    public async Task Items_of_a_list_that_was_given_up_are_taken_again_and_then_once()
    {
        var key = await KeyAsync();
        var earlier = await PostAsync(key, "given-up-1", Body(34, 2));
        var id = await SettledAsync(earlier.Body);
        await site.Home.Database.WriteAsync(async t =>
        {
            var draft = (await site.Home.Drafts.FindAsync(t, SmallSite.Uni, id))!;
            _ = (await site.Home.Drafts.WithdrawAsync(t, draft.Id, draft.Version, "registrar", site.Time.GetUtcNow())).Value;
        });

        Assert.Equal(202, (await PostAsync(key, "given-up-2", Body(34, 2))).Status);
        Assert.Equal(409, (await PostAsync(key, "given-up-3", Body(34, 2))).Status);
        await using var connection = await site.Home.Database.ConnectAsync();
        Assert.DoesNotContain(await site.Home.Database.Seals!.AuditAsync(connection), d => d.Table == "list_items");
    }

    private string Body(int skip, int count) => new System.Text.Json.Nodes.JsonObject
    {
        ["title"] = "From the SIS",
        ["decision"] = DemoSetup.DecisionOf(SmallSite.Uni),
        ["items"] = SisItems.Of(site.Directory, site.Home, skip, count),
    }.ToJsonString();

    private async Task<string> KeyAsync()
    {
        var at = site.Time.GetUtcNow();
        return (await site.Home.Database.WriteAsync(t => ApiClients.CreateAsync(
            t, Actor.AtConsole("x"), SmallSite.Uni, "SIS", [ApiClients.PrepareScope], at.AddDays(30), at))).Value.Key;
    }

    /// <summary>A request whose body stops after its first bytes.</summary>
    private async Task<TcpClient> SlowAsync(string key, string requestId)
    {
        var address = new Uri(site.Site);
        var slow = new TcpClient();
        await slow.ConnectAsync("127.0.0.1", address.Port);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
            POST {{Lists}} HTTP/1.1
            Host: {{address.Authority}}
            Authorization: Bearer {{key}}
            Request-Id: {{requestId}}
            Content-Type: application/json
            Content-Length: 1000

            {"title":
            """).ReplaceLineEndings("\r\n")));
        return slow;
    }

    private async Task<(int Status, string Body)> PostAsync(string key, string requestId, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Lists) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Request-Id", requestId);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Waits until the list of this answer was carried to its first end; gives its id.</summary>
    private async Task<string> SettledAsync(string answer)
    {
        var id = (string)System.Text.Json.Nodes.JsonNode.Parse(answer)!["id"]!;
        await using var connection = await site.Home.Database.ConnectAsync();
        while ((await ListRequests.FindAsync(connection, SmallSite.Uni, id, default))!.SettledAt is null)
        {
            await Task.Yield();
        }

        return id;
    }
}
