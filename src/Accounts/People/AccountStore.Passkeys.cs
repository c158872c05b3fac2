using System.Buffers.Text;
using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>Passkeys (WebAuthn credentials) and outside logins of an account.</summary>
public sealed partial class AccountStore
{
    public Task AddOrUpdatePasskeyAsync(Account user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        WriteRecordedAsync(
            user,
            async t =>
            {
                var id = IdOf(passkey.CredentialId);
                await t.TouchAsync("account_passkeys", cancellationToken, id);
                await t.ExecuteAsync(
                    """
                    INSERT INTO account_passkeys (id, account, name, created_at, document)
                    VALUES (@id, @account, @name, @at, @document)
                    ON CONFLICT (id) DO UPDATE SET name = excluded.name, document = excluded.document
                    WHERE account_passkeys.account = excluded.account
                    """,
                    cancellationToken,
                    ("id", id),
                    ("account", user.Id),
                    ("name", passkey.Name ?? ""),
                    ("at", LedgerEntry.Time(passkey.CreatedAt)),
                    ("document", JsonSerializer.Serialize(PasskeyDocument.Of(passkey))));
            },
            cancellationToken);

    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Account user, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var keys = await RowsAsync(connection, "account_passkeys", "account = @account", ReadPasskey, cancellationToken, ("account", user.Id));
        return [.. keys.OrderBy(k => k.CreatedAt)];
    }

    public async Task<Account?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var account = (await RowsAsync(
            connection, "account_passkeys", "id = @id", r => r.GetString(1), cancellationToken, ("id", IdOf(credentialId)))).SingleOrDefault();
        return account is null ? null : await FindByIdAsync(account, cancellationToken);
    }

    public async Task<UserPasskeyInfo?> FindPasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        return (await RowsAsync(
            connection, "account_passkeys", "account = @account AND id = @id", ReadPasskey, cancellationToken,
            ("account", user.Id), ("id", IdOf(credentialId)))).SingleOrDefault();
    }

    public Task RemovePasskeyAsync(Account user, byte[] credentialId, CancellationToken cancellationToken) =>
        WriteRecordedAsync(
            user,
            async t =>
            {
                await t.TouchAsync("account_passkeys", cancellationToken, IdOf(credentialId));
                await t.ExecuteAsync(
                    "DELETE FROM account_passkeys WHERE account = @account AND id = @id",
                    cancellationToken, ("account", user.Id), ("id", IdOf(credentialId)));
            },
            cancellationToken);

    public Task AddLoginAsync(Account user, UserLoginInfo login, CancellationToken cancellationToken) =>
        WriteRecordedAsync(
            user,
            async t =>
            {
                await t.TouchAsync("account_logins", cancellationToken, login.LoginProvider, login.ProviderKey);
                await t.ExecuteAsync(
                    "INSERT INTO account_logins (provider, subject, account) VALUES (@provider, @subject, @account)",
                    cancellationToken, ("provider", login.LoginProvider), ("subject", login.ProviderKey), ("account", user.Id));
            },
            cancellationToken);

    public Task RemoveLoginAsync(Account user, string loginProvider, string providerKey, CancellationToken cancellationToken) =>
        WriteRecordedAsync(
            user,
            async t =>
            {
                await t.TouchAsync("account_logins", cancellationToken, loginProvider, providerKey);
                await t.ExecuteAsync(
                    "DELETE FROM account_logins WHERE provider = @provider AND subject = @subject AND account = @account",
                    cancellationToken, ("provider", loginProvider), ("subject", providerKey), ("account", user.Id));
            },
            cancellationToken);

    public async Task<IList<UserLoginInfo>> GetLoginsAsync(Account user, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var logins = await RowsAsync(
            connection, "account_logins", "account = @account", r => new UserLoginInfo(r.GetString(0), r.GetString(1), r.GetString(0)),
            cancellationToken, ("account", user.Id));
        return [.. logins.OrderBy(l => l.LoginProvider, StringComparer.Ordinal)];
    }

    public async Task<Account?> FindByLoginAsync(string loginProvider, string providerKey, CancellationToken cancellationToken)
    {
        await using var connection = await database.ConnectAsync(cancellationToken);
        var account = (await RowsAsync(
            connection, "account_logins", "provider = @provider AND subject = @subject", r => r.GetString(2), cancellationToken,
            ("provider", loginProvider), ("subject", providerKey))).SingleOrDefault();
        return account is null ? null : await FindByIdAsync(account, cancellationToken);
    }

    /// <summary>A write beside the account's row, with what the account has to record in the same transaction.</summary>
    private async Task WriteRecordedAsync(Account user, Func<DbTransaction, Task> write, CancellationToken cancel)
    {
        await database.WriteAsync(
            async t =>
            {
                await write(t);
                await AuditTrail.AppendAsync(t, time.GetUtcNow(), user.Recorded, cancel);
            },
            cancel);
        user.ForgetRecorded();
    }

    private static string IdOf(byte[] credentialId) => Base64Url.EncodeToString(credentialId);

    private static UserPasskeyInfo ReadPasskey(DbDataReader r)
    {
        // In the order of the table's columns: id, account, name, created_at, document.
        var document = JsonSerializer.Deserialize<PasskeyDocument>(r.GetString(4))
            ?? throw new InvalidDataException("A stored passkey is empty.");
        return document.ToInfo(
            Base64Url.DecodeFromChars(r.GetString(0)), r.GetString(2), LedgerEntry.TimeOf(r.GetString(3)));
    }

    /// <summary>What WebAuthn needs of a credential beside its id; public data.</summary>
    private sealed record PasskeyDocument(
        byte[] PublicKey, uint SignCount, string[]? Transports, bool IsUserVerified, bool IsBackupEligible, bool IsBackedUp,
        byte[] AttestationObject, byte[] ClientDataJson)
    {
        public static PasskeyDocument Of(UserPasskeyInfo p) => new(
            p.PublicKey, p.SignCount, p.Transports, p.IsUserVerified, p.IsBackupEligible, p.IsBackedUp, p.AttestationObject,
            p.ClientDataJson);

        public UserPasskeyInfo ToInfo(byte[] id, string name, DateTimeOffset createdAt) => new(
            id, PublicKey, createdAt, SignCount, Transports, IsUserVerified, IsBackupEligible, IsBackedUp, AttestationObject,
            ClientDataJson)
        {
            Name = name,
        };
    }
}
