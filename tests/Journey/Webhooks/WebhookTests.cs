using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Webhooks;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Live;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Webhooks;

/// <summary>Announcements against a real receiver on loopback, which checks the signature as the documentation says.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly Bin Own = Bin.Parse("940540002029");
    private static readonly Bin Other = Bin.Parse("980940003039");
    private static readonly Actor By = Actor.AtConsole("test");

    private readonly string directory = Directory.CreateTempSubdirectory("mortanba-webhooks-").FullName;
    private readonly ManualTime time = new();
    private readonly List<Received> received = [];
    private Func<HttpContext, Task> answer = context =>
    {
        context.Response.StatusCode = 200;
        return Task.CompletedTask;
    };

    private WebApplication receiver = null!;
    private Database database = null!;
    private EncryptedFileVault vault = null!;

    private string Address => receiver.Urls.First() + "/hook";

    public async ValueTask InitializeAsync()
    {
        database = Database.At("sqlite:" + Path.Combine(directory, "test.db"));
        await database.MigrateAsync([.. AccountsSchema.Migrations, .. WebhookSchema.Migrations]);
        vault = EncryptedFileVault.Open(Path.Combine(directory, "vault.bin"), "passphrase").Value;
        receiver = WebApplication.CreateSlimBuilder().Build();
        receiver.Urls.Add("http://127.0.0.1:0");
        receiver.MapPost("/hook", async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            var headers = context.Request.Headers;
            lock (received)
            {
                received.Add(new Received(headers["webhook-id"]!, headers["webhook-timestamp"]!, headers["webhook-signature"]!, body.ToArray()));
            }

            await answer(context);
        });
        receiver.MapPost("/elsewhere", () => Assert.Fail("A redirect was followed."));
        await receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        await database.DisposeAsync();
        vault.Dispose();
        handler.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task An_announcement_comes_with_a_signature_that_holds_and_without_personal_data()
    {
        var secret = await AddAsync();
        await AnnounceAsync("urn:uuid:1");
        Assert.Equal(1, await SendAsync());

        var message = Assert.Single(received);
        Assert.True(message.Verifies(secret, time.GetUtcNow()));
        Assert.False((message with { Body = [.. message.Body, (byte)' '] }).Verifies(secret, time.GetUtcNow()));
        Assert.False(message.Verifies(secret, time.GetUtcNow().AddMinutes(6)));
        Assert.False(message.Verifies(WebhookSignature.SecretPrefix + Convert.ToBase64String(new byte[32]), time.GetUtcNow()));
        var body = JsonDocument.Parse(message.Body).RootElement;
        Assert.Equal(WebhookQueue.BatchIssued, body.GetProperty("type").GetString());
        Assert.Equal(Own.Value, body.GetProperty("data").GetProperty("institution").GetString());
        Assert.Equal("delivered", (await LogAsync()).Single().State);
        Assert.Equal(0, await SendAsync());
    }

    [Fact]
    public async Task A_fault_is_tried_again_after_its_pause_with_the_same_id()
    {
        var secret = await AddAsync();
        answer = Status(500);
        await AnnounceAsync("1");
        Assert.Equal(0, await SendAsync());
        Assert.Equal(("waiting", 500, 1), ((await LogAsync())[0].State, (await LogAsync())[0].Status, (await LogAsync())[0].Attempts));
        Assert.Equal(0, await SendAsync());
        Assert.Single(received);

        answer = Status(200);
        time.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await SendAsync());
        Assert.Equal(received[0].Id, received[1].Id);
        Assert.True(received[1].Verifies(secret, time.GetUtcNow()));
    }

    [Fact]
    public async Task After_the_last_pause_it_counts_as_failed_until_a_person_sends_it_again()
    {
        await AddAsync();
        answer = Status(503);
        await AnnounceAsync("1");
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await SendAsync();
            time.Pass(TimeSpan.FromHours(25));
        }

        Assert.Equal(("failed", 10), ((await LogAsync())[0].State, (await LogAsync())[0].Attempts));
        await SendAsync();
        Assert.Equal(10, received.Count);

        answer = Status(204);
        Assert.Equal("webhooks/nothing-to-replay", (await ReplayAsync(Other, [(await LogAsync())[0].Id])).Problem?.Code);
        Assert.Equal(1, (await ReplayAsync(Own, null)).Value);
        Assert.Equal(1, await SendAsync());
        Assert.Single(received.Select(r => r.Id).Distinct());
        Assert.Equal(1, (await ReplayAsync(Own, [(await LogAsync())[0].Id])).Value);
        Assert.Equal(1, await SendAsync());
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_slow_answer_is_given_up()
    {
        await AddAsync();
        answer = context =>
        {
            context.Response.StatusCode = 307;
            context.Response.Headers.Location = "/elsewhere";
            return Task.CompletedTask;
        };
        await AnnounceAsync("1");
        await SendAsync();
        Assert.Equal(307, (await LogAsync())[0].Status);

        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        answer = async context =>
        {
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        time.Pass(TimeSpan.FromSeconds(6));
        var sending = SendAsync();
        await asked.Task;
        time.Pass(TimeSpan.FromSeconds(11));
        await sending;
        Assert.Equal((null, "timeout"), ((await LogAsync())[0].Status, (await LogAsync())[0].Fault));
    }

    [Fact]
    public async Task What_was_sent_before_a_kill_comes_again_under_the_same_id()
    {
        await AddAsync();
        await AnnounceAsync("1");
        // The answer came, its note did not: as a kill between the two leaves it.
        await database.WriteAsync(t => t.ExecuteAsync(
            "CREATE TRIGGER no_note BEFORE UPDATE OF attempts ON webhook_deliveries BEGIN SELECT RAISE(ABORT, 'killed'); END", default));
        await Assert.ThrowsAnyAsync<Exception>(SendAsync);
        await database.WriteAsync(t => t.ExecuteAsync("DROP TRIGGER no_note", default));

        Assert.Equal(0, await SendAsync());
        time.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(1, await SendAsync());
        Assert.Equal(2, received.Count);
        Assert.Equal(received[0].Id, received[1].Id);
    }

    [Fact]
    public async Task An_act_that_is_rolled_back_announces_nothing_and_an_ended_address_gets_nothing()
    {
        await AddAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => database.WriteAsync(async t =>
        {
            await WebhookQueue.AddAsync(t, time.GetUtcNow(), Own, WebhookQueue.BatchIssued, "1");
            throw new TimeoutException();
        }));
        await AnnounceAsync("2");
        await database.WriteAsync(async t =>
        {
            var endpoint = (await WebhookEndpoints.OfInstitutionAsync(t, Own)).Single();
            Assert.Equal("webhooks/no-endpoint", (await WebhookEndpoints.EndAsync(t, By, Other, endpoint.Id, time.GetUtcNow())).Problem?.Code);
            return (await WebhookEndpoints.EndAsync(t, By, Own, endpoint.Id, time.GetUtcNow())).Value;
        });
        await AnnounceAsync("3");
        await SendAsync();

        Assert.Empty(received);
        Assert.Equal("ended", Assert.Single(await LogAsync()).Fault);
    }

    [Fact]
    public async Task A_dead_address_with_many_announcements_keeps_only_itself_waiting_and_ends_with_them()
    {
        await AddAsync(url: "http://127.0.0.1:1/dead");
        for (var i = 0; i < 250; i++)
        {
            await AnnounceAsync($"{i}");
        }

        await AddAsync();
        await AnnounceAsync("last");

        Assert.Equal(1, await SendAsync());
        Assert.Single(received);
        await using var connection = await database.ConnectAsync();
        Assert.Equal([0L], await connection.QueryAsync(
            "SELECT COUNT(*) FROM webhook_deliveries WHERE state = 'waiting' AND due_at <= @now", r => r.GetInt64(0), default,
            ("now", LedgerEntry.Time(time.GetUtcNow()))));

        var dead = (await WebhookEndpoints.OfInstitutionAsync(connection, Own)).Single(e => e.Url.EndsWith("dead", StringComparison.Ordinal));
        _ = (await database.WriteAsync(t => WebhookEndpoints.EndAsync(t, By, Own, dead.Id, time.GetUtcNow()))).Value;
        Assert.Equal([(0L, 251L)], await connection.QueryAsync(
            "SELECT SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), COUNT(*) FROM webhook_deliveries WHERE endpoint = @id",
            r => (r.GetInt64(0), r.GetInt64(1)), default, ("id", dead.Id)));
    }

    [Fact]
    public async Task One_refused_announcement_does_not_keep_the_others_of_its_address_waiting_for_ever()
    {
        await AddAsync();
        await AnnounceAsync("poison");
        time.Pass(TimeSpan.FromSeconds(1));
        await AnnounceAsync("good");
        answer = context =>
        {
            context.Response.StatusCode = received[^1].Body.AsSpan().IndexOf("poison"u8) >= 0 ? 400 : 200;
            return Task.CompletedTask;
        };

        Assert.Equal(0, await SendAsync());
        time.Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await SendAsync());
    }

    [Fact]
    public async Task Two_nodes_at_once_send_each_announcement_once()
    {
        await AddAsync();
        for (var i = 0; i < 20; i++)
        {
            await AnnounceAsync($"{i}");
        }

        var taken = await Task.WhenAll(SendAsync(), SendAsync(), SendAsync());

        Assert.Equal(20, taken.Sum());
        Assert.Equal(20, received.Count);
    }

    [Theory]
    [InlineData("127.0.0.1"), InlineData("10.1.2.3"), InlineData("169.254.169.254"), InlineData("192.168.0.1"), InlineData("100.64.0.1")]
    [InlineData("::1"), InlineData("fd00::1"), InlineData("fe80::1"), InlineData("::ffff:10.0.0.1"), InlineData("64:ff9b::7f00:1"), InlineData("0.0.0.0")]
    public async Task A_name_that_leads_to_a_private_address_is_refused_at_the_connection(string address)
    {
        await AddAsync(WebhookConnections.Handler(false, [], (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(address)])), "https://sis.example/hook");
        await AnnounceAsync("1");
        await SendAsync();

        Assert.Equal("refused-address", (await LogAsync())[0].Fault);
        Assert.Empty(received);
    }

    [Fact]
    public async Task A_private_network_that_the_settings_allow_is_reached()
    {
        await AddAsync(WebhookConnections.Handler(false, [IPNetwork.Parse("127.0.0.0/8")]));
        await AnnounceAsync("1");

        Assert.Equal(1, await SendAsync());
    }

    [Theory]
    [InlineData("http://sis.example/hook"), InlineData("ftp://sis.example/"), InlineData("https://user:password@sis.example/"), InlineData("javascript:alert(1)")]
    [InlineData("https://sis.example/#x"), InlineData(""), InlineData("/hook"), InlineData("http://127.0.0.1.sis.example/")]
    public async Task An_address_that_is_not_https_is_refused(string url)
    {
        var refused = await database.WriteAsync(t => WebhookEndpoints.AddAsync(t, vault, By, Own, url, WebhookQueue.EventTypes, time.GetUtcNow()));

        Assert.Equal("webhooks/address", refused.Problem?.Code);
    }

    private HttpMessageHandler handler = WebhookConnections.Handler(true, []);

    private async Task<string> AddAsync(HttpMessageHandler? through = null, string? url = null)
    {
        handler = through ?? handler;
        return (await database.WriteAsync(t => WebhookEndpoints.AddAsync(
            t, vault, By, Own, url ?? Address, [WebhookQueue.BatchIssued], time.GetUtcNow()))).Value.Secret;
    }

    private Task AnnounceAsync(string id) =>
        database.WriteAsync(t => WebhookQueue.AddAsync(t, time.GetUtcNow(), Own, WebhookQueue.BatchIssued, id, [("count", 3)]));

    private async Task<int> SendAsync()
    {
        using var http = new HttpMessageInvoker(handler, disposeHandler: false);
        return await new WebhookDispatch(database, vault, http, time).SendDueAsync();
    }

    private Task<Outcome<int>> ReplayAsync(Bin bin, IReadOnlyList<string>? ids) =>
        database.WriteAsync(t => WebhookQueue.ReplayAsync(t, By, null, bin, ids, time.GetUtcNow()));

    private async Task<IReadOnlyList<WebhookDelivery>> LogAsync()
    {
        await using var connection = await database.ConnectAsync();
        return await WebhookQueue.LogAsync(connection, Own, null, 100);
    }

    private static Func<HttpContext, Task> Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private sealed record Received(string Id, string Timestamp, string Signature, byte[] Body)
    {
        public bool Verifies(string secret, DateTimeOffset now) => WebhookSignature.Verifies(secret, Id, Timestamp, Signature, Body, now);

        public override string ToString() => Encoding.UTF8.GetString(Body);
    }
}
