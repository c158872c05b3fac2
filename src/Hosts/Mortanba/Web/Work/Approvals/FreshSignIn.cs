using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>
/// An act that cannot be taken back asks again who acts, unless they proved it a moment ago
/// (<see cref="Sessions.IsFreshAsync"/>). Wrong passwords count towards the lock of the account.
/// </summary>
internal static class FreshSignIn
{
    /// <summary>Null when it is the person; else what is wrong with the password.</summary>
    public static async Task<Problem?> RefusalAsync(HttpContext context, SignInManager<Account> signIn, string password)
    {
        if (await Sessions.IsFreshAsync(context))
        {
            return null;
        }

        if (password.Length == 0)
        {
            return Sessions.NotFresh;
        }

        var account = await signIn.UserManager.FindByIdAsync(context.Visit().Actor.Id)
            ?? throw new InvalidOperationException("The gate let somebody in who has no account.");
        var result = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        if (!result.Succeeded)
        {
            return result.IsLockedOut
                ? new Problem("accounts/locked", "Too many attempts; try again in fifteen minutes.")
                : new Problem("accounts/wrong-password", "The present password is wrong.");
        }

        await Sessions.ProveAsync(context, signIn, account);
        return null;
    }
}
