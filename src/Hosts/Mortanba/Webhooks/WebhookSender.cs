using System.Data.Common;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Webhooks;

/// <summary>Hands waiting announcements to their addresses.</summary>
/// <remarks>
/// Addresses are served side by side and each in order, so that a slow one keeps only itself waiting. A refusal is tried
/// again after the pauses of Standard Webhooks, then counts as failed until a person sends it again.
/// </remarks>
public sealed class WebhookDispatch(Database database, IKeyVault vault, HttpMessageInvoker http, TimeProvider time)
{
    private const int BatchSize = 200;
    private const int AtOnceMax = 8;
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan[] Pauses =
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
                foreach (var due in ofEndpoint)
                {
                    var (status, fault) = due.IsEnded ? (null, "ended") : await SendAsync(due, token);
                    CrashPoint.Reach("after-webhook-sent");
                    await NoteAsync(due, status, fault, token);
                    if (status is >= 200 and < 300)
                    {
                        Interlocked.Increment(ref taken);
                    }
                    else
                    {
                        // The others of this address wait for the next round: it would refuse them as well.
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
            },
            cancel);
    }

    private async Task<List<Due>> DueAsync(CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return await connection.QueryAsync(
            """
            SELECT d.id, d.endpoint, p.url, d.event, e.body, d.attempts, p.ended_at
            FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event JOIN webhook_endpoints p ON p.id = d.endpoint
            WHERE d.state = 'waiting' AND d.due_at <= @now ORDER BY d.due_at, d.id LIMIT @count
            """,
            Read, cancel, ("now", LedgerEntry.Time(time.GetUtcNow())), ("count", BatchSize));
    }

    private static Due Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetInt32(5), !r.IsDBNull(6));

    private sealed record Due(string Id, string Endpoint, string Url, string Event, string Body, int Attempts, bool IsEnded);
}

/// <summary>Sends while the site runs.</summary>
internal sealed partial class WebhookSender(WebhookDispatch dispatch, TimeProvider time, ILogger<WebhookSender> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await dispatch.SendDueAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The database may be away for a while: what is queued stays queued.
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFault(fault.GetType().Name);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The queue of announcements could not be served ({Kind})")]
    private partial void LogFault(string kind);
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
