using System.Data.Common;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Host.Beats;
using Mortanba.Storage;

namespace Mortanba.Host.Webhooks;

/// <summary>Hands waiting announcements to their addresses.</summary>
/// <remarks>
/// Addresses are served side by side and each in order, so that a slow one keeps only itself waiting. A refusal is tried
/// again after the pauses of Standard Webhooks, then counts as failed until a person sends it again; what else waits for that
/// address waits with it, five minutes at most. A row is taken before it is sent: two nodes do not both send it.
/// </remarks>
public sealed class WebhookDispatch(Database database, IKeyVault vault, HttpMessageInvoker http, TimeProvider time)
{
    private const int OfEndpointMax = 20;
    private const int AtOnceMax = 8;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);

    // Longer than any attempt: who took a row and was killed gives it back by then, under the same id.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan OthersWaitMax = TimeSpan.FromMinutes(5);

    /// <summary>From one attempt to the next (Standard Webhooks); after the last it counts as failed.</summary>
    internal static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    /// <summary>Sends what is due; gives how many were taken.</summary>
    public async Task<int> SendDueAsync(CancellationToken cancel = default)
    {
        var taken = 0;
        await Parallel.ForEachAsync(
            (await DueAsync(cancel)).GroupBy(d => d.Endpoint),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnceMax, CancellationToken = cancel },
            async (ofEndpoint, token) =>
            {
                var began = time.GetTimestamp();
                foreach (var due in ofEndpoint.TakeWhile(_ => time.GetElapsedTime(began) < AnswerMax))
                {
                    if (!await TakeAsync(due, token))
                    {
                        continue;
                    }

                    var (status, fault) = due.IsEnded ? (null, "ended") : await SendAsync(due, token);
                    CrashPoint.Reach("after-webhook-sent");
                    await NoteAsync(due, status, fault, token);
                    if (status is >= 200 and < 300)
                    {
                        Interlocked.Increment(ref taken);
                    }
                    else if (!due.IsEnded)
                    {
                        // It would refuse the others as well.
                        break;
                    }
                }
            });
        return taken;
    }

    private async Task<(int? Status, string? Fault)> SendAsync(Due due, CancellationToken cancel)
    {
        var body = Encoding.UTF8.GetBytes(due.Body);
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds();
        using var request = new HttpRequestMessage(HttpMethod.Post, due.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(WebhookSignature.IdHeader, due.Event);
        request.Headers.Add(WebhookSignature.TimestampHeader, timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(
            WebhookSignature.SignatureHeader, WebhookSignature.Of(WebhookSignature.SecretOf(vault, due.Endpoint), due.Event, timestamp, body));
        request.Headers.Add("User-Agent", "Mortanba");
        using var answerTime = new CancellationTokenSource(AnswerMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, answerTime.Token);
        try
        {
            // The body of the answer is not read: nothing in it counts.
            using var answer = await http.SendAsync(request, either.Token);
            return ((int)answer.StatusCode, null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, "timeout");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException or WebhookConnections.RefusedAddressException)
        {
            return (null, fault is WebhookConnections.RefusedAddressException || fault.InnerException is WebhookConnections.RefusedAddressException
                ? "refused-address" : "unreachable");
        }
    }

    /// <summary>False when another node was there first.</summary>
    private Task<bool> TakeAsync(Due due, CancellationToken cancel) => database.WriteAsync(
        async t =>
        {
            await t.TouchAsync("webhook_deliveries", cancel, due.Id);
            return await t.ExecuteAsync(
                "UPDATE webhook_deliveries SET due_at = @until WHERE id = @id AND state = 'waiting' AND due_at = @seen",
                cancel, ("id", due.Id), ("until", LedgerEntry.Time(time.GetUtcNow() + Lease)), ("seen", due.DueAt)) == 1;
        },
        cancel);

    private Task NoteAsync(Due due, int? status, string? fault, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var state = status is >= 200 and < 300 ? "delivered"
            : due.IsEnded || due.Attempts >= Pauses.Length ? "failed"
            : "waiting";
        var next = state == "waiting" ? now + Pauses[due.Attempts] : now;
        return database.WriteAsync(
            async t =>
            {
                // Rows of others are postponed as well: two nodes that do so must not wait for each other.
                await Database.LockAsync(t, "webhook-deliveries", cancel);
                await t.TouchAsync("webhook_deliveries", cancel, due.Id);
                // Sent again by a person meanwhile: that one counts, and this attempt is in it.
                await t.ExecuteAsync(
                    """
                    UPDATE webhook_deliveries SET state = @state, attempts = attempts + 1, due_at = @due, last_at = @now,
                        status = @status, fault = @fault
                    WHERE id = @id AND state = 'waiting'
                    """,
                    cancel, ("id", due.Id), ("state", state), ("due", LedgerEntry.Time(next)), ("now", LedgerEntry.Time(now)),
                    ("status", status), ("fault", fault));
                if (state != "delivered" && !due.IsEnded)
                {
                    var pause = Pauses[Math.Min(due.Attempts, Pauses.Length - 1)];
                    await PostponeAsync(t, due.Endpoint, now + (pause < OthersWaitMax ? pause : OthersWaitMax), cancel);
                }
            },
            cancel);
    }

    private static async Task PostponeAsync(DbTransaction transaction, string endpoint, DateTimeOffset until, CancellationToken cancel)
    {
        var earlier = await transaction.QueryAsync(
            "SELECT id FROM webhook_deliveries WHERE endpoint = @endpoint AND state = 'waiting' AND due_at < @until ORDER BY id",
            r => r.GetString(0), cancel, ("endpoint", endpoint), ("until", LedgerEntry.Time(until)));
        foreach (var id in earlier)
        {
            await transaction.TouchAsync("webhook_deliveries", cancel, id);
            await transaction.ExecuteAsync(
                "UPDATE webhook_deliveries SET due_at = @until WHERE id = @id AND state = 'waiting'",
                cancel, ("id", id), ("until", LedgerEntry.Time(until)));
        }
    }

    /// <summary>The first few of each address: what was never tried before what was refused.</summary>
    private async Task<List<Due>> DueAsync(CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await connection.QueryAsync(
            """
            SELECT d.id, d.endpoint, p.url, d.event, e.body, d.attempts, p.ended_at, d.due_at
            FROM (SELECT id, endpoint, event, attempts, due_at,
                    ROW_NUMBER() OVER (PARTITION BY endpoint ORDER BY attempts, due_at, id) AS place
                FROM webhook_deliveries WHERE state = 'waiting' AND due_at <= @now) d
            JOIN webhook_events e ON e.id = d.event JOIN webhook_endpoints p ON p.id = d.endpoint
            WHERE d.place <= @count ORDER BY d.place, d.due_at, d.id
            """,
            Read, cancel, ("now", LedgerEntry.Time(time.GetUtcNow())), ("count", OfEndpointMax));
    }

    private static Due Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt32(5), !r.IsDBNull(6), r.GetString(7));

    private sealed record Due(string Id, string Endpoint, string Url, string Event, string Body, int Attempts, bool IsEnded, string DueAt);
}

/// <summary>Sends while the site runs.</summary>
internal sealed class WebhookSender(WebhookDispatch dispatch, TimeProvider time, ILogger<WebhookSender> log)
    : BeatingService(TimeSpan.FromSeconds(2), time, log)
{
    protected override Task BeatAsync(CancellationToken cancel) => dispatch.SendDueAsync(cancel);
}

internal static class WebhookServices
{
    /// <summary>Sending for an installation: private addresses are open in the demonstration, and where the settings say so.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, Installation home) => services
        .AddSingleton(_ => new WebhookDispatch(home.Database, home.Vault, Http(home.Settings), home.Time))
        .AddHostedService<WebhookSender>();

    internal static HttpMessageInvoker Http(Settings settings) => new(WebhookConnections.Handler(
        settings.Profile == "demo", [.. (settings.WebhookNetworks ?? []).Select(n => System.Net.IPNetwork.Parse(n))]));
}
