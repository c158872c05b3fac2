using System.Data.Common;
using System.Text.Json.Nodes;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Host.Webhooks;

/// <summary>One announcement to one address, for the log.</summary>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
/// <param name="Status">HTTP status of the last attempt; null when there was no answer.</param>
/// <param name="Fault">Why there was none: <c>timeout</c>, <c>unreachable</c>, <c>refused-address</c>, <c>ended</c>.</param>
public sealed record WebhookDelivery(
    string Id, string Endpoint, string Url, string Event, string Type, DateTimeOffset At, string State, int Attempts,
    DateTimeOffset DueAt, DateTimeOffset? LastAt, int? Status, string? Fault);

/// <summary>
/// What an institution's programs are to be told, written in the transaction of the act itself: an act that is rolled back
/// tells nothing, one that stands is told at least once, also after a restart. Repeats carry the same id.
/// </summary>
public static class WebhookQueue
{
    public const string BatchIssued = "batch.issued";
    public const string ListChecked = "list.checked";
    public const string DeliveryClaimed = "delivery.claimed";
    public const string DeliveryBounced = "delivery.bounced";
    public const string DiplomaReplaced = "diploma.replaced";

    /// <summary>Of AI in education: in the words of the facts that events tell.</summary>
    public const string SystemSuspended = "system.suspended";
    public const string SystemProhibited = "system.prohibited";
    public const string RegulationAdopted = "regulation.adopted";
    public const string GradeDecided = "grade.decided";
    public const string CaseDecided = "case.decided";

    private const string LogColumns =
        """
        d.id, d.endpoint, p.url, d.event, e.type, e.at, d.state, d.attempts, d.due_at, d.last_at, d.status, d.fault
        FROM webhook_deliveries d JOIN webhook_events e ON e.id = d.event JOIN webhook_endpoints p ON p.id = d.endpoint
        """;

    public static IReadOnlyList<string> EventTypes { get; } =
    [
        BatchIssued, ListChecked, DeliveryClaimed, DeliveryBounced, DiplomaReplaced, SystemSuspended, SystemProhibited, RegulationAdopted, GradeDecided,
        CaseDecided,
    ];

    /// <summary>
    /// Tells every address of the institution that asked for this type. Nothing is written when none did. Before the trail's
    /// event in the transaction.
    /// </summary>
    /// <param name="subjectId">Id of the batch, list, asset: never a number of a person, a name or an address.</param>
    /// <param name="facts">Counts, codes and ids; no personal data: a receiver asks the API for more with its own key.</param>
    public static async Task AddAsync(
        DbTransaction transaction, DateTimeOffset at, Bin institution, string eventType, string subjectId,
        IReadOnlyList<(string Name, JsonNode? Value)>? facts = null, CancellationToken cancel = default)
    {
        if (!EventTypes.Contains(eventType))
        {
            throw new ArgumentException($"There is no event '{eventType}'.", nameof(eventType));
        }

        var endpoints = (await WebhookEndpoints.OfInstitutionAsync(transaction, institution, cancel))
            .Where(e => e.EndedAt is null && e.Events.Contains(eventType)).ToList();
        if (endpoints.Count == 0)
        {
            return;
        }

        var data = new JsonObject { ["institution"] = institution.Value, ["id"] = subjectId };
        foreach (var (name, value) in facts ?? [])
        {
            data[name] = value;
        }

        var body = new JsonObject { ["type"] = eventType, ["timestamp"] = LedgerEntry.Time(at), ["data"] = data };
        var id = "evt_" + Guid.CreateVersion7(at).ToString("N");
        await transaction.TouchAsync("webhook_events", cancel, id);
        await transaction.ExecuteAsync(
            "INSERT INTO webhook_events (id, institution, type, at, body) VALUES (@id, @institution, @type, @at, @body)",
            cancel, ("id", id), ("institution", institution.Value), ("type", eventType), ("at", LedgerEntry.Time(at)),
            ("body", body.ToJsonString()));
        foreach (var endpoint in endpoints)
        {
            var delivery = Guid.CreateVersion7(at).ToString();
            await transaction.TouchAsync("webhook_deliveries", cancel, delivery);
            await transaction.ExecuteAsync(
                """
                INSERT INTO webhook_deliveries (id, endpoint, event, institution, state, attempts, due_at)
                VALUES (@id, @endpoint, @event, @institution, 'waiting', 0, @at)
                """,
                cancel, ("id", delivery), ("endpoint", endpoint.Id), ("event", id), ("institution", institution.Value),
                ("at", LedgerEntry.Time(at)));
        }
    }

    /// <summary>What concerns everybody, for example a system that is suspended in all schools: tells every institution that asked for it.</summary>
    public static async Task TellAllAsync(
        DbTransaction transaction, DateTimeOffset at, string eventType, string subjectId, IReadOnlyList<(string Name, JsonNode? Value)> facts,
        CancellationToken cancel = default)
    {
        foreach (var institution in await transaction.QueryAsync(
            "SELECT DISTINCT institution FROM webhook_endpoints WHERE ended_at IS NULL AND ' ' || events || ' ' LIKE @type ORDER BY institution",
            r => Bin.Parse(r.GetString(0)), cancel, ("type", $"% {eventType} %")))
        {
            await AddAsync(transaction, at, institution, eventType, subjectId, [.. facts.Select(f => (f.Name, f.Value?.DeepClone()))], cancel);
        }
    }

    /// <summary>A page of the log of an institution, newest first.</summary>
    /// <param name="before">Id of the last row of the page before; null for the first.</param>
    public static async Task<IReadOnlyList<WebhookDelivery>> LogAsync(
        ReadFrom from, Bin institution, string? before, int count, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"""
            SELECT {LogColumns} WHERE d.institution = @institution AND (@before = '' OR d.id < @before)
            ORDER BY d.id DESC LIMIT @count
            """,
            Read, cancel, ("institution", institution.Value), ("before", before ?? ""), ("count", count));

    /// <summary>
    /// Sends again, at once and from the first pause on: these, or all that failed when <paramref name="ids"/> is null. The
    /// event keeps its id. Gives how many; those of another institution or of an ended address are not among them.
    /// </summary>
    public static async Task<Outcome<int>> ReplayAsync(
        DbTransaction transaction, Actor by, Role? role, Bin institution, IReadOnlyList<string>? ids, DateTimeOffset at,
        CancellationToken cancel = default)
    {
        const int CountMax = 1000;
        var open = await transaction.QueryAsync(
            """
            SELECT d.id, d.state FROM webhook_deliveries d JOIN webhook_endpoints p ON p.id = d.endpoint
            WHERE d.institution = @institution AND p.ended_at IS NULL AND d.state <> 'waiting' ORDER BY d.id
            """,
            r => (Id: r.GetString(0), State: r.GetString(1)), cancel, ("institution", institution.Value));
        var again = open.Where(d => ids is null ? d.State == "failed" : ids.Contains(d.Id)).Take(CountMax).ToList();
        if (again.Count == 0)
        {
            return new Problem("webhooks/nothing-to-replay", "There is nothing here that could be sent again.");
        }

        foreach (var (id, _) in again)
        {
            await transaction.TouchAsync("webhook_deliveries", cancel, id);
            await transaction.ExecuteAsync(
                "UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, due_at = @at, fault = NULL WHERE id = @id",
                cancel, ("id", id), ("at", LedgerEntry.Time(at)));
        }

        await AuditTrail.AppendAsync(
            transaction, at,
            new TrailEvent(
                TrailAct.Change, "webhooks/replayed", by, new TrailSubject("webhook", institution.Value), role, institution,
                Facts: [("count", $"{again.Count}")]),
            cancel);
        return again.Count;
    }

    private static WebhookDelivery Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), LedgerEntry.TimeOf(r.GetString(5)),
        r.GetString(6), r.GetInt32(7), LedgerEntry.TimeOf(r.GetString(8)),
        r.GetStringOrNull(9) is { } last ? LedgerEntry.TimeOf(last) : null, r.IsDBNull(10) ? null : r.GetInt32(10), r.GetStringOrNull(11));
}
