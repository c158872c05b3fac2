using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Accounts;

/// <summary>Keeps accounts for ASP.NET Core Identity: rows, passwords, authenticator keys, recovery codes, lockout.</summary>
/// <remarks>
/// What an account has to record goes into the record in the same transaction as the change of its row. A write with an
/// outdated <see cref="Account.Version"/> is refused, which also makes a recovery code good for one use.
/// </remarks>
public sealed partial class AccountStore :
    IUserPasswordStore<Account>, IUserEmailStore<Account>, IUserSecurityStampStore<Account>, IUserTwoFactorStore<Account>,
    IUserAuthenticatorKeyStore<Account>, IUserTwoFactorRecoveryCodeStore<Account>, IUserLockoutStore<Account>,
    IUserPasskeyStore<Account>, IUserLoginStore<Account>
{
    private const string Columns =
        "id, email, email_normal, email_confirmed, name, language, password, security_stamp, version, totp_key, two_factor, "
        + "recovery_codes, failed_count, locked_until, person, created_at, blocked_at";

    private readonly Database database;
    private readonly IDataProtector protector;
    private readonly TimeProvider time;

    public AccountStore(Database database, IDataProtectionProvider protection, TimeProvider time)
    {
        this.database = database;
        protector = protection.CreateProtector("accounts/totp");
        this.time = time;
    }

    public Task<IdentityResult> CreateAsync(Account user, CancellationToken cancellationToken) =>
        CreateAsync(user, _ => Task.CompletedTask, cancellationToken);

    /// <summary>As <see cref="CreateAsync(Account, CancellationToken)"/>, and what must stand first in the same transaction.</summary>
    public async Task<IdentityResult> CreateAsync(Account user, Func<DbTransaction, Task> first, CancellationToken cancellationToken)
    {
        var cells = Cells(user);
        try
        {
            await database.WriteAsync(
                async t =>
                {
                    await first(t);
                    await t.TouchAsync("accounts", cancellationToken, user.Id);
                    await t.BulkInsertAsync("accounts", [.. Columns.Split(", ")], [cells], cancellationToken);
                    await AuditTrail.AppendAsync(t, time.GetUtcNow(), user.Recorded, cancellationToken);
                },
                cancellationToken);
        }
        catch (DbException refused) when (refused.IsUniqueViolation())
        {
            return IdentityResult.Failed(new IdentityErrorDescriber().DuplicateEmail(user.Email));
        }

        user.ForgetRecorded();
        return IdentityResult.Success;
    }

    public async Task<IdentityResult> UpdateAsync(Account user, CancellationToken cancellationToken)
    {
        var (before, after) = (user.Version, Guid.NewGuid().ToString("N"));
        user.Version = after;
        var cells = Cells(user);
        var written = await database.WriteAsync(
            async t =>
            {
                await t.TouchAsync("accounts", cancellationToken, user.Id);
                var names = Columns.Split(", ");
                var args = names.Zip(cells, (name, value) => (name, value)).Append(("before", before)).ToArray();
                var touched = await t.ExecuteAsync(
                    $"UPDATE accounts SET {string.Join(", ", names.Skip(1).Select(n => $"{n} = @{n}"))} WHERE id = @id AND version = @before",
                    cancellationToken, args);
                if (touched == 1)
                {
                    await AuditTrail.AppendAsync(t, time.GetUtcNow(), user.Recorded, cancellationToken);
                }

                return touched == 1;
            },
            cancellationToken);
        if (!written)
        {
            user.Version = before;
            return IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
        }

        user.ForgetRecorded();
        return IdentityResult.Success;
    }

    /// <summary>An account is blocked, never deleted: the record names its id.</summary>
    public Task<IdentityResult> DeleteAsync(Account user, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Block the account instead; the record of who did what names it.");

    public Task<Account?> FindByIdAsync(string userId, CancellationToken cancellationToken) =>
        FindAsync("id = @value", userId, cancellationToken);

    public Task<Account?> FindByNameAsync(string normalizedUserName, CancellationToken cancellationToken) =>
        FindAsync("email_normal = @value", normalizedUserName, cancellationToken);

    public Task<Account?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) =>
        FindAsync("email_normal = @value", normalizedEmail, cancellationToken);

    /// <summary>Takes the step of an authenticator code, and with it all before; false when it was taken already.</summary>
    public Task<bool> TakeStepAsync(Account user, long step, CancellationToken cancel = default) => database.WriteAsync(
        async t =>
        {
            await t.TouchAsync("account_codes", cancel, user.Id);
            return await t.ExecuteAsync(
                """
                INSERT INTO account_codes (account, step) VALUES (@account, @step)
                ON CONFLICT (account) DO UPDATE SET step = excluded.step WHERE account_codes.step < excluded.step
                """,
                cancel, ("account", user.Id), ("step", step)) == 1;
        },
        cancel);

    public Task<string> GetUserIdAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task SetUserNameAsync(Account user, string? userName, CancellationToken cancellationToken) =>
        Set(() => user.Email = userName ?? throw new ArgumentNullException(nameof(userName)));

    public Task<string?> GetNormalizedUserNameAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.EmailNormal);

    public Task SetNormalizedUserNameAsync(Account user, string? normalizedName, CancellationToken cancellationToken) =>
        Set(() => user.EmailNormal = normalizedName ?? "");

    public Task SetEmailAsync(Account user, string? email, CancellationToken cancellationToken) =>
        SetUserNameAsync(user, email, cancellationToken);

    public Task<string?> GetEmailAsync(Account user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    public Task<bool> GetEmailConfirmedAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.EmailConfirmed);

    public Task SetEmailConfirmedAsync(Account user, bool confirmed, CancellationToken cancellationToken) =>
        Set(() => user.EmailConfirmed = confirmed);

    public Task<string?> GetNormalizedEmailAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.EmailNormal);

    public Task SetNormalizedEmailAsync(Account user, string? normalizedEmail, CancellationToken cancellationToken) =>
        Set(() => user.EmailNormal = normalizedEmail ?? "");

    public Task SetPasswordHashAsync(Account user, string? passwordHash, CancellationToken cancellationToken) =>
        Set(() => user.Password = passwordHash);

    public Task<string?> GetPasswordHashAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Password);

    public Task<bool> HasPasswordAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.Password is not null);

    public Task SetSecurityStampAsync(Account user, string stamp, CancellationToken cancellationToken) => Set(() => user.SecurityStamp = stamp);

    public Task<string?> GetSecurityStampAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(user.SecurityStamp);

    public Task SetTwoFactorEnabledAsync(Account user, bool enabled, CancellationToken cancellationToken) =>
        Set(() => user.TwoFactor = enabled);

    public Task<bool> GetTwoFactorEnabledAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.TwoFactor);

    public Task SetAuthenticatorKeyAsync(Account user, string key, CancellationToken cancellationToken) => Set(() => user.TotpKey = key);

    public Task<string?> GetAuthenticatorKeyAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.TotpKey);

    public Task ReplaceCodesAsync(Account user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken) =>
        Set(() =>
        {
            user.RecoveryCodes.Clear();
            user.RecoveryCodes.AddRange(recoveryCodes.Select(HashOfCode));
        });

    public Task<bool> RedeemCodeAsync(Account user, string code, CancellationToken cancellationToken) =>
        Task.FromResult(user.RecoveryCodes.Remove(HashOfCode(code)));

    public Task<int> CountCodesAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.RecoveryCodes.Count);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.LockedUntil);

    public Task SetLockoutEndDateAsync(Account user, DateTimeOffset? lockoutEnd, CancellationToken cancellationToken) =>
        Set(() => user.LockedUntil = lockoutEnd);

    public Task<int> IncrementAccessFailedCountAsync(Account user, CancellationToken cancellationToken) =>
        Task.FromResult(++user.FailedCount);

    public Task ResetAccessFailedCountAsync(Account user, CancellationToken cancellationToken) => Set(() => user.FailedCount = 0);

    public Task<int> GetAccessFailedCountAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(user.FailedCount);

    public Task<bool> GetLockoutEnabledAsync(Account user, CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Lockout cannot be switched off for an account.</summary>
    public Task SetLockoutEnabledAsync(Account user, bool enabled, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The store holds no connection of its own.</summary>
    public void Dispose()
    {
    }

    private static Task Set(Action change)
    {
        change();
        return Task.CompletedTask;
    }

    // The framework draws the codes at random, ten characters of 26: a plain hash is enough.
    private static string HashOfCode(string code) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(code.Trim().ToUpperInvariant())));

    /// <summary>An account whose row was changed past the program is frozen: it is not found.</summary>
    private async Task<Account?> FindAsync(string where, object value, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        return (await RowsAsync(connection, "accounts", where, Read, cancel, ("value", value))).SingleOrDefault();
    }

    private Task<List<T>> RowsAsync<T>(
        DbConnection connection, string table, string where, Func<DbDataReader, T> read, CancellationToken cancel,
        params (string Name, object? Value)[] args) =>
        database.Seals is { } seals
            ? seals.AgreeingAsync(connection, table, where, read, cancel, args)
            : connection.QueryAsync($"SELECT * FROM {table} WHERE {where}", read, cancel, args);

    // Before the transaction: protecting may have to store a new session key, which would wait for that very transaction.
    private object?[] Cells(Account a) =>
    [
        a.Id, a.Email, a.EmailNormal, a.EmailConfirmed ? 1 : 0, a.Name, a.Language.Tag(), a.Password, a.SecurityStamp, a.Version,
        a.TotpKey is null ? null : protector.Protect(a.TotpKey), a.TwoFactor ? 1 : 0, string.Join(' ', a.RecoveryCodes),
        a.FailedCount, Text(a.LockedUntil), a.Person, Text(a.CreatedAt), Text(a.BlockedAt),
    ];

    // In the order of the table's columns.
    private Account Read(DbDataReader r) => new()
    {
        Id = r.GetString(0),
        Email = r.GetString(1),
        EmailNormal = r.GetString(2),
        EmailConfirmed = r.GetInt32(3) == 1,
        Name = r.GetString(4),
        Language = Languages.TryParse(r.GetString(5), out var language) ? language : Language.Kk,
        Password = r.GetStringOrNull(6),
        SecurityStamp = r.GetString(7),
        Version = r.GetString(8),
        TotpKey = r.GetStringOrNull(9) is { } key ? protector.Unprotect(key) : null,
        TwoFactor = r.GetInt32(10) == 1,
        RecoveryCodes = [.. r.GetString(11).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        FailedCount = r.GetInt32(12),
        LockedUntil = Time(r.GetStringOrNull(13)),
        Person = r.GetBytesOrNull(14),
        CreatedAt = Time(r.GetString(15))!.Value,
        BlockedAt = Time(r.GetStringOrNull(16)),
    };

    private static string? Text(DateTimeOffset? at) => at is { } set ? LedgerEntry.Time(set) : null;

    private static DateTimeOffset? Time(string? text) =>
        text is null ? null : LedgerEntry.TimeOf(text);
}
