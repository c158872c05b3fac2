using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>Tables of the signing of approved lists. No personal data: figures are protected by the host.</summary>
internal static class SigningSchema
{
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("signing_jobs", ["batch"]),
        new("signing_steps", ["batch", "number"]),
        new("batch_receipts", ["batch"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("signing", 1, """
            CREATE TABLE signing_jobs (
                batch TEXT NOT NULL PRIMARY KEY,
                initiator TEXT NOT NULL,
                draft TEXT NOT NULL,
                list_hash TEXT NOT NULL,
                state TEXT NOT NULL,
                queued_at TEXT NOT NULL,
                figures TEXT,
                why TEXT,
                retry_at TEXT,
                lease_owner TEXT,
                lease_until TEXT);
            CREATE INDEX signing_jobs_initiator ON signing_jobs (initiator, queued_at);
            CREATE INDEX signing_jobs_open ON signing_jobs (queued_at) WHERE state <> 'done';
            CREATE INDEX issue_batches_approved ON issue_batches (initiator, approved_at);
            CREATE INDEX credentials_batch ON credentials (batch);

            CREATE TABLE signing_steps (
                batch TEXT NOT NULL,
                number INTEGER NOT NULL,
                what TEXT NOT NULL,
                at TEXT NOT NULL,
                issued INTEGER NOT NULL,
                why TEXT,
                PRIMARY KEY (batch, number));

            CREATE TABLE batch_receipts (
                batch TEXT NOT NULL PRIMARY KEY,
                initiator TEXT NOT NULL,
                made_at TEXT NOT NULL,
                document {blob} NOT NULL);
            """),
    ];
}
