using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web.Work.Cases;

namespace Mortanba.Host.Web;

/// <summary>
/// An account for somebody who holds no diploma of this platform and wants a foreign one recognised: an address, a link that proves it,
/// a name and a password. The answer is the same whether the address has an account or not; the link, or the word that there is one,
/// goes to the address alone.
/// </summary>
/// <remarks>Nothing is stored before the link is used: it carries the address itself, protected. Who has an account is sent to sign in.</remarks>
internal static class ApplyPages
{
    private const int NameLengthMax = 200;
    private const int QueryLengthMax = 600;
    private static readonly TimeSpan LinkTerm = TimeSpan.FromHours(24);

    private static readonly Problem NoLink = new("cases/no-link", "This link was opened before, or is older than a day. Ask for another.");

    public static void Map(RouteGroupBuilder guessable, RouteGroupBuilder pages)
    {
        pages.MapGet("/recognition/apply", AskAsync);
        guessable.MapPost("/recognition/apply", WriteAsync);
        pages.MapGet("/recognition/apply/{token}", (HttpContext context, string token) => ShowAsync(context, token, "", []));
        guessable.MapPost("/recognition/apply/{token}", MakeAsync);
    }

    /// <summary>Whoever is signed in uses the account they have.</summary>
    private static async Task AskAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await context.ActorAsync() is not null)
        {
            context.Response.Redirect(FormOf(context, context.Request.QueryString.Value ?? ""));
            return;
        }

        await ShowStepAsync(context, "ask", "", context.Request.QueryString.Value ?? "", []);
    }

    private static async Task WriteAsync(HttpContext context, Installation home, MailQueue mail, Texts texts)
    {
        context.Response.Headers.CacheControl = "no-store";
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var (email, query) = (form["email"].ToString(), form["query"].ToString());
        if (!EmailAddress.TryParse(email, out var address))
        {
            await ShowStepAsync(context, "ask", email, query, [("email", new Problem("accounts/bad-email", "This is not an e-mail address."))]);
            return;
        }

        var (language, at) = (Readers.LanguageOf(context.Request), home.Time.GetUtcNow());
        var site = $"{home.Settings.Site}/{language.Tag()}";
        // Made in both cases: neither the answer nor its time tells which it was.
        var token = Protector(context).Protect(JsonSerializer.Serialize(new Link(address, query, at)));
        var hasAccount = await context.RequestServices.GetRequiredService<UserManager<Account>>().FindByEmailAsync(address) is { EmailConfirmed: true };
        var to = FormOf(context, query);
        var message = hasAccount
            ? mail.Protect(
                address, texts.Get(language, "cases/mail.apply.title"),
                texts.Get(language, "cases/mail.apply-have", ("link", $"{site}/sign-in?to={Uri.EscapeDataString(to)}")))
            : mail.Protect(
                address, texts.Get(language, "cases/mail.apply.title"),
                texts.Get(language, "cases/mail.apply", ("link", $"{site}/recognition/apply/{token}")));
        await home.Database.WriteAsync(t => mail.AddAsync(t, "apply", Guid.CreateVersion7(at).ToString(), message, context.RequestAborted), context.RequestAborted);
        await ShowStepAsync(context, "sent", address, query, []);
    }

    private static async Task MakeAsync(HttpContext context, string token, Installation home, SignInManager<Account> signIn)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        // A second click: the account is there, and its owner is signed in.
        if (await context.ActorAsync() is null)
        {
            if (Open(context, token) is not { } link)
            {
                await ShowAsync(context, token, "", []);
                return;
            }

            var made = await NewAccountAsync(
                context, home, signIn.UserManager, link.Email, form["name"].ToString(), form["password"].ToString(), form["take"] == "yes");
            if (!made.TryGet(out var account, out var refused))
            {
                var field = refused.Code switch { "accounts/name" => "name", "accounts/email-unproved" => "take", _ => "password" };
                await ShowAsync(context, token, form["name"].ToString(), [(field, refused)]);
                return;
            }

            await signIn.SignInAsync(account, isPersistent: false);
        }

        context.Response.Redirect(FormOf(context, Open(context, token)?.Query ?? ""));
    }

    private static async Task<Outcome<Account>> NewAccountAsync(
        HttpContext context, Installation home, UserManager<Account> accounts, string email, string name, string password, bool takesAddress)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > NameLengthMax || name.Any(char.IsControl))
        {
            return new Problem("accounts/name", "Write your name in at most 200 characters.");
        }

        bool isGiven;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            isGiven = await UnprovedAddress.OfAsync(connection, email, context.RequestAborted) is not null;
        }

        if (isGiven && !takesAddress)
        {
            return new Problem("accounts/email-unproved", "An account gave this address and never proved it.");
        }

        var at = home.Time.GetUtcNow();
        var account = new Account
        {
            Id = Guid.CreateVersion7(at).ToString(),
            Email = email,
            // The link went to this address and nowhere else.
            EmailConfirmed = true,
            Name = name.Trim(),
            Language = Readers.LanguageOf(context.Request),
            CreatedAt = at,
        };
        account.Record(new TrailEvent(
            TrailAct.Change, "accounts/created", new Actor(ActorKind.Person, account.Id, "", []), new TrailSubject("account", account.Id)));
        var made = isGiven
            ? await TakeAddress.RunAsync(
                home, accounts, context.RequestServices.GetRequiredService<AccountStore>(), account, password, context.RequestAborted)
            : await accounts.CreateAsync(account, password);
        return made.Succeeded ? account : made.Errors.First().Code switch
        {
            "DuplicateEmail" or "DuplicateUserName" => NoLink,
            "PasswordTooShort" => new Problem("accounts/password-short", "A password has at least 12 characters."),
            var code => throw new InvalidOperationException($"An unforeseen refusal of an account: {code}"),
        };
    }

    private static async Task ShowAsync(HttpContext context, string token, string name, IReadOnlyList<(string, Problem)> problems)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        if (Open(context, token) is not { } link)
        {
            await ShowStepAsync(context, "ask", "", "", [("email", NoLink)]);
            return;
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ApplyPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ApplyPage.Step), "make"), (nameof(ApplyPage.Email), link.Email), (nameof(ApplyPage.Name), name),
            (nameof(ApplyPage.Token), token), (nameof(ApplyPage.Refused), problems));
    }

    private static Task ShowStepAsync(HttpContext context, string step, string email, string query, IReadOnlyList<(string, Problem)> problems) =>
        context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ApplyPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ApplyPage.Step), step), (nameof(ApplyPage.Email), email), (nameof(ApplyPage.Query), query), (nameof(ApplyPage.Refused), problems));

    /// <summary>The form, with what was asked in the guide; never another site's address.</summary>
    private static string FormOf(HttpContext context, string query)
    {
        var form = $"/{Readers.LanguageOf(context.Request).Tag()}/me/cases/new";
        return query is ['?', ..] and { Length: <= QueryLengthMax } ? SignInPages.LocalOr(form + query, form) : form;
    }

    private static IDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("recognition/apply");

    private static Link? Open(HttpContext context, string token)
    {
        try
        {
            var link = JsonSerializer.Deserialize<Link>(Protector(context).Unprotect(token));
            return link is not null && context.RequestServices.GetRequiredService<Installation>().Time.GetUtcNow() < link.At + LinkTerm ? link : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private sealed record Link(string Email, string Query, DateTimeOffset At);
}
