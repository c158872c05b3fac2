using Mortanba.Storage;

namespace Mortanba.Host.Webhooks;

/// <summary>Tables of the announcements to institutions' own programs. Times are RFC 3339, UTC.</summary>
/// <remarks>No personal data stands here: an event names a thing by its id. No secret either: it is derived by the vault.</remarks>
public static class WebhookSchema
{
    private const string Stage = "webhooks";

    public static IReadOnlyList<SealedTable> Sealed { get; } =
        [new("webhook_endpoints", ["id"]), new("webhook_events", ["id"]), new("webhook_deliveries", ["id"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(Stage, 1, """
            CREATE TABLE webhook_endpoints (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                url TEXT NOT NULL,
                events TEXT NOT NULL,
                created_by TEXT NOT NULL,
                created_at TEXT NOT NULL,
                ended_by TEXT,
                ended_at TEXT);
            CREATE INDEX webhook_endpoints_institution ON webhook_endpoints (institution);

            CREATE TABLE webhook_events (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                type TEXT NOT NULL,
                at TEXT NOT NULL,
                body TEXT NOT NULL);

            CREATE TABLE webhook_deliveries (
                id TEXT NOT NULL PRIMARY KEY,
                endpoint TEXT NOT NULL,
                event TEXT NOT NULL,
                institution TEXT NOT NULL,
                state TEXT NOT NULL,
                attempts INTEGER NOT NULL,
                due_at TEXT NOT NULL,
                last_at TEXT,
                status INTEGER,
                fault TEXT);
            CREATE INDEX webhook_deliveries_due ON webhook_deliveries (state, due_at);
            CREATE INDEX webhook_deliveries_institution ON webhook_deliveries (institution, id);
            """),
    ];
}
