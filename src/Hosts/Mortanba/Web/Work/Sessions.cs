using System.Globalization;
using System.Security.Claims;
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
    private const string Factor = "factor";

    /// <summary>How the framework marks a session that a code or recovery code opened (RFC 8176).</summary>
    private const string MultiFactor = "mfa";

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
            if (context.Principal!.HasClaim("amr", MultiFactor)
                || context.Principal.FindFirstValue(ClaimTypes.AuthenticationMethod) is PasskeyPages.Method or EdsPages.Provider)
            {
                // Kept beside the claims: those are made anew at each request.
                context.Properties.Items[Factor] = now;
            }

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

    /// <summary>True when more than a password opened this session, or was proved in it.</summary>
    public static async Task<bool> HasFactorAsync(HttpContext context) =>
        At((await context.AuthenticateAsync(IdentityConstants.ApplicationScheme)).Properties, Factor) is not null;

    /// <summary>For a session that somebody else's word opened: it proves nothing that changes a way of signing in.</summary>
    public static AuthenticationProperties Unproved() => new() { Items = { [Proved] = "0" } };

    /// <summary>Notes a new proof in the session that goes on.</summary>
    /// <param name="withFactor">The proof was a second factor, or one as good.</param>
    public static async Task ProveAsync(HttpContext context, SignInManager<Account> signIn, Account account, bool withFactor = false)
    {
        var ticket = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        var properties = ticket.Properties ?? new AuthenticationProperties();
        properties.Items[Proved] = Text(TimeOf(context));
        if (withFactor)
        {
            properties.Items[Factor] = properties.Items[Proved];
        }

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
