using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Pages;

namespace Mortanba.Host.Web;

/// <summary>Where an invitation's link leads: make an account, or take the role with the account one has.</summary>
internal static class InvitationPages
{
    private const int NameLengthMax = 200;

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/invitation/{token}", (HttpContext context, string token) => ShowAsync(context, token, "", []));
        pages.MapPost("/invitation/{token}", AcceptAsync);
    }

    private static async Task AcceptAsync(HttpContext context, string token, Installation home, SignInManager<Account> signIn)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var actor = await context.ActorAsync();
        if (actor is null)
        {
            var made = await NewAccountAsync(
                context, token, home, signIn.UserManager, form["name"].ToString(), form["password"].ToString(), form["take"] == "yes");
            if (!made.TryGet(out var account, out var refused))
            {
                var field = refused.Code switch { "accounts/name" => "name", "accounts/email-unproved" => "take", _ => "password" };
                await ShowAsync(context, token, form["name"].ToString(), [(field, refused)]);
                return;
            }

            await signIn.SignInAsync(account, isPersistent: false);
            actor = new Actor(ActorKind.Person, account.Id, account.Name, []);
        }

        var isFresh = await Sessions.IsFreshAsync(context);
        var accepted = await home.Database.WriteAsync(
            t => Invitations.AcceptAsync(t, actor, token, home.Time.GetUtcNow(), isFresh, context.RequestAborted), context.RequestAborted);
        if (!accepted.TryGet(out _, out var problem))
        {
            await ShowAsync(context, token, "", [("accept", problem)]);
            return;
        }

        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console");
    }

    private static async Task<Outcome<Account>> NewAccountAsync(
        HttpContext context, string token, Installation home, UserManager<Account> accounts, string name, string password, bool takesAddress)
    {
        var at = home.Time.GetUtcNow();
        Outcome<Invitation> found;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            found = await Invitations.FindAsync(connection, token, at, context.RequestAborted);
        }

        if (!found.TryGet(out var invitation, out var refused))
        {
            return refused;
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > NameLengthMax || name.Any(char.IsControl))
        {
            return new Problem("accounts/name", "Write your name in at most 200 characters.");
        }

        if (await AddressRefusalAsync(context, home, accounts, invitation, password, takesAddress) is { } unproved)
        {
            return unproved;
        }

        var account = new Account
        {
            Id = Guid.CreateVersion7(at).ToString(),
            Email = invitation.Email,
            // The link went to this address and nowhere else.
            EmailConfirmed = true,
            Name = name.Trim(),
            Language = Readers.LanguageOf(context.Request),
            CreatedAt = at,
        };
        account.Record(new TrailEvent(
            TrailAct.Change, "accounts/created", new Actor(ActorKind.Person, account.Id, "", []), new TrailSubject("account", account.Id)));
        var made = await accounts.CreateAsync(account, password);
        return made.Succeeded ? account : Refusal(made);
    }

    /// <summary>
    /// Somebody made an account of this address and never proved it. Its owner signs in and takes the role with it; who cannot
    /// is another person, and takes the address: the link went there and nowhere else.
    /// </summary>
    private static async Task<Problem?> AddressRefusalAsync(
        HttpContext context, Installation home, UserManager<Account> accounts, Invitation invitation, string password, bool takesAddress)
    {
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            if (await UnprovedAddress.OfAsync(connection, invitation.Email, context.RequestAborted) is null)
            {
                return null;
            }
        }

        if (!takesAddress)
        {
            return new Problem("accounts/email-unproved", "An account gave this address and never proved it.");
        }

        // Before anything is taken: the new account can be made.
        foreach (var validator in accounts.PasswordValidators)
        {
            var checkedPassword = await validator.ValidateAsync(accounts, new Account { Id = "", Email = "", Name = "", CreatedAt = default }, password);
            if (!checkedPassword.Succeeded)
            {
                return Refusal(checkedPassword);
            }
        }

        await home.Database.WriteAsync(
            async t =>
            {
                if (await UnprovedAddress.OfAsync(t, invitation.Email, context.RequestAborted) is { } account)
                {
                    await UnprovedAddress.TakeAsync(
                        t, new Actor(ActorKind.Visitor, "invitation", "", []), account, home.Time.GetUtcNow(), context.RequestAborted);
                }
            },
            context.RequestAborted);
        return null;
    }

    private static Problem Refusal(IdentityResult refused) => refused.Errors.First().Code switch
    {
        "DuplicateEmail" or "DuplicateUserName" =>
            new Problem("accounts/email-taken", "There is an account with this address; sign in first, then open the link again."),
        "PasswordTooShort" => new Problem("accounts/password-short", "A password has at least 12 characters."),
        var code => throw new InvalidOperationException($"An unforeseen refusal of an account: {code}"),
    };

    private static async Task ShowAsync(HttpContext context, string token, string name, IReadOnlyList<(string, Problem)> problems)
    {
        context.Response.Headers.CacheControl = "no-store";
        var home = context.RequestServices.GetRequiredService<Installation>();
        Outcome<Invitation> found;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            found = await Invitations.FindAsync(connection, token, home.Time.GetUtcNow(), context.RequestAborted);
        }

        var invitation = found.TryGet(out var open, out var refused) ? open : null;
        var place = invitation?.Institution is { } bin ? await ConsolePages.InstitutionNameAsync(context, bin) : "";
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<InvitationPage>(
            context, Readers.LanguageOf(context.Request),
            invitation is null ? StatusCodes.Status404NotFound
                : problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(InvitationPage.Invitation), invitation), (nameof(InvitationPage.Place), place), (nameof(InvitationPage.Token), token),
            (nameof(InvitationPage.Name), name), (nameof(InvitationPage.Visitor), await context.ActorAsync()),
            (nameof(InvitationPage.Refused), refused is null ? problems : [("main", refused)]));
    }
}
