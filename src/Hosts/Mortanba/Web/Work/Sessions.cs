using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>
/// How long a session lasts and how fresh it is: it ends an hour after the last page and twelve hours after the sign-in, and
/// what changes the ways of signing in wants a proof of the person within the last five minutes.
/// </summary>
internal static class Sessions
{
    public static readonly TimeSpan IdleMax = TimeSpan.FromHours(1);
    public static readonly TimeSpan Max = TimeSpan.FromHours(12);
    public static readonly TimeSpan FreshMax = TimeSpan.FromMinutes(5);

    // In the protected ticket, which the framework keeps when it renews the cookie.
    private const string Began = "began";
    private const string Proved = "proved";

    public static readonly Problem NotFresh = new(
        "accounts/not-fresh", "Prove that it is you again, with your password or a passkey, before this change.");

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.ExpireTimeSpan = IdleMax;
        options.SlidingExpiration = true;
        options.Events.OnSigningIn = context =>
        {
            var now = Text(TimeOf(context.HttpContext));
            context.Properties.Items.TryAdd(Began, now);
            context.Properties.Items.TryAdd(Proved, now);
            return Task.CompletedTask;
        };
        options.Events.OnValidatePrincipal = async context =>
        {
            if (At(context.Properties, Began) is not { } began || TimeOf(context.HttpContext) >= began + Max)
            {
                context.RejectPrincipal();
                await context.HttpContext.SignOutAsync(IdentityConstants.ApplicationScheme);
                return;
            }

            await SecurityStampValidator.ValidatePrincipalAsync(context);
        };
    }

    /// <summary>True when the person proved who they are within the last minutes.</summary>
    public static async Task<bool> IsFreshAsync(HttpContext context)
    {
        var ticket = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        return At(ticket.Properties, Proved) is { } proved && TimeOf(context) < proved + FreshMax;
    }

    /// <summary>Notes a new proof in the session that goes on.</summary>
    public static async Task ProveAsync(HttpContext context, SignInManager<Account> signIn, Account account)
    {
        var ticket = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        var properties = ticket.Properties ?? new AuthenticationProperties();
        properties.Items[Proved] = Text(TimeOf(context));
        await signIn.SignInAsync(account, properties);
    }

    private static DateTimeOffset TimeOf(HttpContext context) => context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    private static string Text(DateTimeOffset at) => at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static DateTimeOffset? At(AuthenticationProperties? properties, string name) =>
        properties?.Items.TryGetValue(name, out var text) == true
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
