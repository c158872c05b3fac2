using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Mortanba.Accounts;

namespace Mortanba.Host.Web;

/// <summary>
/// The framework's accounts, except that an account is locked and let go by the clock of the program: the framework's own
/// lockout reads the machine's.
/// </summary>
public sealed class AccountManager(
    IUserStore<Account> store, IOptions<IdentityOptions> options, IPasswordHasher<Account> hasher,
    IEnumerable<IUserValidator<Account>> accounts, IEnumerable<IPasswordValidator<Account>> passwords, ILookupNormalizer keys,
    IdentityErrorDescriber errors, IServiceProvider services, ILogger<UserManager<Account>> log, TimeProvider time)
    : UserManager<Account>(store, options, hasher, accounts, passwords, keys, errors, services, log)
{
    public override Task<bool> IsLockedOutAsync(Account user) => Task.FromResult(user.LockedUntil >= time.GetUtcNow());

    public override async Task<IdentityResult> AccessFailedAsync(Account user)
    {
        user.FailedCount++;
        if (user.FailedCount >= Options.Lockout.MaxFailedAccessAttempts)
        {
            user.LockedUntil = time.GetUtcNow() + Options.Lockout.DefaultLockoutTimeSpan;
            user.FailedCount = 0;
        }

        return await UpdateUserAsync(user);
    }
}
