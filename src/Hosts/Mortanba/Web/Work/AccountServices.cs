using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web.Ai.Indicators;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>Accounts on ASP.NET Core Identity: passwords with an authenticator app, passkeys, lockout, sessions.</summary>
internal static class AccountServices
{
    private const int PasswordLengthMin = 12;
    private const int FailuresBeforeLock = 5;
    // OWASP Password Storage Cheat Sheet (2023) for PBKDF2-HMAC-SHA512, which Identity uses.
    private const int PasswordIterations = 210_000;

    // The one password of a demonstration's accounts is random and stands in a file beside them.
    private const int DemoPasswordIterations = 1_000;
    private static readonly TimeSpan OidcTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LockTerm = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan BetweenPasswordAndCodeMax = TimeSpan.FromMinutes(5);

    public static IServiceCollection AddMortanbaAccounts(this IServiceCollection services, Installation home, string site)
    {
        var isTls = site.StartsWith("https://", StringComparison.Ordinal);
        services.AddSingleton(home.Vault);
        services.AddSingleton(home.Database);
        // Not the address: what is protected must stay readable when the site moves to another.
        services.AddDataProtection().SetApplicationName("Mortanba");
        services.Configure<KeyManagementOptions>(keys =>
        {
            keys.XmlRepository = new KeyRing(home.Database);
            keys.XmlEncryptor = new VaultXml(home.Vault);
        });

        services.AddSingleton<MailQueue>();
        services.AddSingleton(new CaseDesk(home));
        services.AddSingleton(new StatisticsOfCases(home));
        services.AddSingleton(_ => IndicatorBoard.Of(home)).AddSingleton(new RoadmapDesk(home));
        services.AddSingleton<ISuggestionTool, LocalSuggestions>();
        services.AddSingleton(new CaseFigures(home.Vault, new WorkingCalendar(home.Rules)));
        services.AddSingleton<CaseMail>();
        services.AddSingleton<SystemMail>().AddSingleton<AiMail>().AddSingleton<PersonalDataGate>();
        services.AddSingleton<UnsentForms>();
        services.AddSingleton(new SecondFactor(home.Settings));
        if (home.Settings.Oidc is { } oidc)
        {
            var secret = oidc.ClientSecretFile is { } file ? File.ReadAllText(Path.Combine(home.Directory, file)).Trim() : null;
            services.AddSingleton(new OidcClient(
                oidc, secret, site, new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = OidcTimeout }, home.Time));
        }

        if (home.Settings.ApiIssuer is { } issuer)
        {
            var document = issuer.JwksAddress is null ? File.ReadAllText(Path.Combine(home.Directory, issuer.Jwks)) : null;
            services.AddSingleton(s => new IssuerKeys(
                document, issuer.JwksAddress,
                new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
                {
                    Timeout = OidcTimeout,
                    MaxResponseContentBufferSize = IssuerKeys.DocumentMaxBytes,
                },
                home.Time, s.GetRequiredService<ILogger<IssuerKeys>>()));
            services.AddSingleton(s => new ApiIssuer(issuer, s.GetRequiredService<IssuerKeys>(), home.Time));
        }

        services.AddSingleton(new ApiTokens(home.Vault, site, home.Time));
        services.AddSingleton(EdsTrustOf(home));
        services.AddHttpContextAccessor();
        services.AddIdentityCore<Account>(options =>
            {
                options.User.RequireUniqueEmail = true;
                // Any letter an address may have; which text is an address is said elsewhere (EmailAddress).
                options.User.AllowedUserNameCharacters = "";
                options.Password.RequiredLength = PasswordLengthMin;
                // Length is what counts (NIST SP 800-63B, 3.1.1.2): no rules on kinds of characters.
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
                options.Lockout.MaxFailedAccessAttempts = FailuresBeforeLock;
                options.Lockout.DefaultLockoutTimeSpan = LockTerm;
            })
            .AddUserStore<AccountStore>()
            .AddUserManager<AccountManager>()
            .AddSignInManager()
            // Not the default ones: those for telephones ask for a store of numbers, and refuse everybody who has an app.
            .AddTokenProvider<OneUseCodes>(TokenOptions.DefaultAuthenticatorProvider);
        services.AddScoped(s => (AccountStore)s.GetRequiredService<IUserStore<Account>>());
        // An ended role or a changed password ends the session at the next request, not half an hour later.
        services.Configure<SecurityStampValidatorOptions>(options => options.ValidationInterval = TimeSpan.Zero);
        services.Configure<PasswordHasherOptions>(options =>
            options.IterationCount = home.Settings.Profile == "demo" ? DemoPasswordIterations : PasswordIterations);
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = new Uri(site).Host;
            // A passkey alone signs in: it must know its person, and be found without a name.
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "required";
        });

        services.AddAuthentication(IdentityConstants.ApplicationScheme)
            .AddIdentityCookies(cookies =>
            {
                cookies.ApplicationCookie!.Configure(options =>
                {
                    Set(options, "session", isTls);
                    Sessions.Configure(options);
                });
                cookies.TwoFactorUserIdCookie!.Configure(options =>
                {
                    Set(options, "two-factor", isTls);
                    options.ExpireTimeSpan = BetweenPasswordAndCodeMax;
                });
                cookies.ExternalCookie!.Configure(options => Set(options, "external", isTls));
                cookies.TwoFactorRememberMeCookie!.Configure(options => Set(options, "remembered", isTls));
            });
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = Named("form", isTls);
            options.Cookie.SecurePolicy = isTls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.SameSite = SameSiteMode.Strict;
            options.FormFieldName = FormGuard.FieldName;
            options.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }

    /// <summary>A folder that is named must be there; the one by default may be.</summary>
    private static EdsTrust EdsTrustOf(Installation home)
    {
        var folder = Path.Combine(home.Directory, home.Settings.EdsFolder ?? "eds");
        return home.Settings.EdsFolder is null && !Directory.Exists(folder) ? EdsTrust.None : EdsTrust.Load(folder);
    }

    private static void Set(CookieAuthenticationOptions options, string name, bool isTls)
    {
        options.Cookie.Name = Named(name, isTls);
        options.Cookie.HttpOnly = true;
        options.Cookie.SecurePolicy = isTls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        // Lax: a link in an e-mail must find its reader signed in. What changes something is a POST with a form token.
        options.Cookie.SameSite = SameSiteMode.Lax;
    }

    // The prefix makes a browser refuse the cookie unless it came over TLS for this host and every path.
    internal static string Named(string name, bool isTls) => isTls ? "__Host-" + name : name;
}
