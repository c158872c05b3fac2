using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>Tables of people, what they may do and what they did. Times are RFC 3339, UTC.</summary>
/// <remarks>
/// <c>accounts.totp_key</c> is protected by the data-protection keys, which are themselves sealed by the vault;
/// <c>accounts.person</c> and <c>trail.person</c> are HMACs of an IIN under a vault key; tokens and keys stand as SHA-256.
/// </remarks>
public static class AccountsSchema
{
    private const string Stage = "accounts";

    /// <summary>The record is a chain of its own; its end is sealed, so that rows cut off there are missed.</summary>
    public static IReadOnlyList<SealedTable> Sealed { get; } =
    [
        new("accounts", ["id"]), new("account_passkeys", ["id"]), new("account_logins", ["provider", "subject"]),
        new("memberships", ["id"]), new("invitations", ["id"]), new("api_clients", ["id"]), new("data_protection_keys", ["id"]),
        new("trail_head", ["id"]), new("account_codes", ["account"]), new("eds_challenges", ["id"]),
    ];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new(Stage, 1, """
            CREATE TABLE accounts (
                id TEXT NOT NULL PRIMARY KEY,
                email TEXT NOT NULL,
                email_normal TEXT NOT NULL,
                email_confirmed INTEGER NOT NULL,
                name TEXT NOT NULL,
                language TEXT NOT NULL,
                password TEXT,
                security_stamp TEXT NOT NULL,
                version TEXT NOT NULL,
                totp_key TEXT,
                two_factor INTEGER NOT NULL,
                recovery_codes TEXT NOT NULL,
                failed_count INTEGER NOT NULL,
                locked_until TEXT,
                person {blob},
                created_at TEXT NOT NULL,
                blocked_at TEXT);
            CREATE UNIQUE INDEX accounts_email ON accounts (email_normal);
            CREATE UNIQUE INDEX accounts_person ON accounts (person);

            CREATE TABLE account_passkeys (
                id TEXT NOT NULL PRIMARY KEY,
                account TEXT NOT NULL,
                name TEXT NOT NULL,
                created_at TEXT NOT NULL,
                document TEXT NOT NULL);
            CREATE INDEX account_passkeys_account ON account_passkeys (account);

            CREATE TABLE account_logins (
                provider TEXT NOT NULL,
                subject TEXT NOT NULL,
                account TEXT NOT NULL,
                PRIMARY KEY (provider, subject));

            CREATE TABLE memberships (
                id TEXT NOT NULL PRIMARY KEY,
                account TEXT NOT NULL,
                institution TEXT NOT NULL,
                role TEXT NOT NULL,
                granted_by TEXT NOT NULL,
                granted_at TEXT NOT NULL,
                ended_by TEXT,
                ended_at TEXT);
            CREATE INDEX memberships_account ON memberships (account);
            CREATE INDEX memberships_institution ON memberships (institution);

            CREATE TABLE invitations (
                id TEXT NOT NULL PRIMARY KEY,
                token_hash {blob} NOT NULL,
                email TEXT NOT NULL,
                institution TEXT NOT NULL,
                role TEXT NOT NULL,
                invited_by TEXT NOT NULL,
                invited_at TEXT NOT NULL,
                expires_at TEXT NOT NULL,
                accepted_by TEXT,
                accepted_at TEXT,
                withdrawn_at TEXT);
            CREATE UNIQUE INDEX invitations_token ON invitations (token_hash);
            CREATE INDEX invitations_institution ON invitations (institution);

            CREATE TABLE api_clients (
                id TEXT NOT NULL PRIMARY KEY,
                institution TEXT NOT NULL,
                name TEXT NOT NULL,
                key_hash {blob} NOT NULL,
                scopes TEXT NOT NULL,
                created_by TEXT NOT NULL,
                created_at TEXT NOT NULL,
                expires_at TEXT NOT NULL,
                revoked_by TEXT,
                revoked_at TEXT);
            CREATE UNIQUE INDEX api_clients_key ON api_clients (key_hash);
            CREATE INDEX api_clients_institution ON api_clients (institution);

            CREATE TABLE data_protection_keys (
                id TEXT NOT NULL PRIMARY KEY,
                document TEXT NOT NULL);
            """),
        new(Stage, 2, """
            CREATE TABLE trail (
                number {bigint} NOT NULL PRIMARY KEY,
                at TEXT NOT NULL,
                act TEXT NOT NULL,
                what TEXT NOT NULL,
                actor TEXT NOT NULL,
                actor_kind TEXT NOT NULL,
                role TEXT,
                institution TEXT,
                subject_kind TEXT NOT NULL,
                subject TEXT NOT NULL,
                person {blob},
                facts TEXT NOT NULL,
                hash {blob} NOT NULL);
            CREATE INDEX trail_institution ON trail (institution, number);
            CREATE INDEX trail_subject ON trail (subject_kind, subject);
            CREATE INDEX trail_person ON trail (person);
            CREATE INDEX trail_actor ON trail (actor);

            CREATE TABLE trail_head (
                id INTEGER NOT NULL PRIMARY KEY,
                number {bigint} NOT NULL,
                hash {blob} NOT NULL);
            """),
        // The step of time of the last authenticator code an account used.
        new(Stage, 3, """
            CREATE TABLE account_codes (
                account TEXT NOT NULL PRIMARY KEY,
                step {bigint} NOT NULL);
            """),
        // SHA-256 of the text to be signed, hex.
        new(Stage, 4, """
            CREATE TABLE eds_challenges (
                id TEXT NOT NULL PRIMARY KEY,
                made_at TEXT NOT NULL,
                expires_at TEXT NOT NULL,
                used_at TEXT);
            CREATE INDEX eds_challenges_expires ON eds_challenges (expires_at);
            """),
        // How far the ledger vouches for the record (ADR 19).
        new(Stage, 5, """
            ALTER TABLE trail_head ADD COLUMN anchored {bigint};
            ALTER TABLE trail_head ADD COLUMN anchored_at TEXT;
            """),
    ];
}
