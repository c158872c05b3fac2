using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;

namespace Mortanba.Host.Acts;

/// <summary>
/// In: a new account of an address that another account gave and never proved. Out: the address taken from that one and the
/// new account made, both or neither.
/// </summary>
internal static class TakeAddress
{
    public static async Task<IdentityResult> RunAsync(
        Installation home, UserManager<Account> accounts, AccountStore store, Account account, string password, CancellationToken cancel)
    {
        foreach (var validator in accounts.PasswordValidators)
        {
            var checkedPassword = await validator.ValidateAsync(accounts, account, password);
            if (!checkedPassword.Succeeded)
            {
                return checkedPassword;
            }
        }

        // As UserManager.CreateAsync does it, which would find the address with the other account still.
        await store.SetPasswordHashAsync(account, accounts.PasswordHasher.HashPassword(account, password), cancel);
        await store.SetSecurityStampAsync(account, Guid.NewGuid().ToString("N"), cancel);
        await accounts.UpdateNormalizedUserNameAsync(account);
        await accounts.UpdateNormalizedEmailAsync(account);
        var made = await store.CreateAsync(
            account,
            async t =>
            {
                if (await UnprovedAddress.OfAsync(t, account.Email, cancel) is { } other)
                {
                    await UnprovedAddress.TakeAsync(
                        t, new Actor(ActorKind.Visitor, "invitation", "", []), other, home.Time.GetUtcNow(), cancel);
                }

                CrashPoint.Reach("in-address-taken");
            },
            cancel);
        CrashPoint.Reach("after-address-taken");
        return made;
    }
}
