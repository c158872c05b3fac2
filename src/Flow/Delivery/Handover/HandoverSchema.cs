using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>Tables of the way of a diploma to its holder. Times are RFC 3339, UTC.</summary>
/// <remarks>
/// <c>deliveries.contact</c> is encrypted under a data key of its own and bound to the row as it was prepared; a row that
/// changed since is sealed. Tokens stand as SHA-256, codes as HMAC under a vault key.
/// </remarks>
public static class HandoverSchema
{
    private const string Stage = "handover";

    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new(
            Deliveries.Table,
            ["credential"],
            "state <> 'prepared' OR contact IS NULL OR sent_count <> 0 OR sent_at IS NOT NULL OR mail IS NOT NULL"
                + " OR letter_at IS NOT NULL OR bounced_at IS NOT NULL OR bounce IS NOT NULL OR opened_at IS NOT NULL"
                + " OR claimed_at IS NOT NULL OR code_hash IS NOT NULL OR code_at IS NOT NULL OR code_attempts <> 0"
                + " OR identified_by IS NOT NULL OR risk_version IS NOT NULL OR risk_at IS NOT NULL"),
        new("claim_tokens", ["token"]),
        new("delivery_runs", ["id"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(Stage, 1, """
            CREATE TABLE deliveries (
                credential TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                state TEXT NOT NULL,
                prepared_at TEXT NOT NULL,
                contact_key {blob},
                contact {blob},
                sent_count INTEGER NOT NULL,
                sent_at TEXT,
                mail TEXT,
                letter_at TEXT,
                bounced_at TEXT,
                bounce TEXT,
                opened_at TEXT,
                claimed_at TEXT,
                code_hash {blob},
                code_at TEXT,
                code_attempts INTEGER NOT NULL,
                identified_by TEXT,
                risk_version TEXT,
                risk_at TEXT);
            CREATE INDEX deliveries_institution ON deliveries (institution, state);
            CREATE INDEX deliveries_mail ON deliveries (mail);

            CREATE TABLE claim_tokens (
                token TEXT NOT NULL PRIMARY KEY,
                credential TEXT NOT NULL,
                channel TEXT NOT NULL,
                issued_at TEXT NOT NULL,
                expires_at TEXT NOT NULL);
            CREATE INDEX claim_tokens_credential ON claim_tokens (credential);

            CREATE TABLE delivery_runs (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                state TEXT NOT NULL,
                filter TEXT NOT NULL,
                total INTEGER NOT NULL,
                done INTEGER NOT NULL,
                after_id {bigint} NOT NULL,
                started_by TEXT NOT NULL,
                started_at TEXT NOT NULL,
                ended_at TEXT);
            CREATE INDEX delivery_runs_institution ON delivery_runs (institution, started_at);
            """),
    ];
}
