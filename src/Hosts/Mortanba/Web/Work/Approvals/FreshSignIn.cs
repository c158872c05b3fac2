using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>An act that cannot be taken back asks again who acts. Wrong passwords count towards the lock of the account.</summary>
internal static class FreshSignIn
{
    /// <summary>True when the person proved themselves a moment ago, so that nothing is asked.</summary>
    public static Task<bool> IsFreshAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(false);
    }

    /// <summary>Null when it is the person; else what is wrong with the password.</summary>
    public static async Task<Problem?> RefusalAsync(HttpContext context, SignInManager<Account> signIn, string password)
    {
        if (await IsFreshAsync(context))
        {
            return null;
        }

        var account = await signIn.UserManager.FindByIdAsync(context.Visit().Actor.Id)
            ?? throw new InvalidOperationException("The gate let somebody in who has no account.");
        var result = await signIn.CheckPasswordSignInAsync(account, password, lockoutOnFailure: true);
        return result.Succeeded
            ? null
            : result.IsLockedOut
                ? new Problem("accounts/locked", "Too many attempts; try again in fifteen minutes.")
                : new Problem("accounts/wrong-password", "The present password is wrong.");
    }
}
