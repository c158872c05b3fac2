using System.Data.Common;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Pages;
using Mortanba.Storage;

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
        var accepted = await home.Database.WriteAsync(t => TakeAsync(t, home, actor, token, isFresh, context.RequestAborted), context.RequestAborted);
        if (!accepted.TryGet(out _, out var problem))
        {
            await ShowAsync(context, token, "", [("accept", problem)]);
            return;
        }

        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console");
    }

    // Whom the school's roster names with this address, the teacher or the learner they are from this moment, or the guardian of those it names.
    private static async Task<Outcome<string>> TakeAsync(
        DbTransaction transaction, Installation home, Actor actor, string token, bool isFresh, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        var invitation = await Invitations.FindAsync(transaction, token, at, cancel);
        var school = invitation.TryGet(out var open, out _) && (open.Role == Role.Guardian || RosterMembers.KindOf(open.Role) is not null)
            ? open.Institution : null;
        if (school is not null)
        {
            // Before the record's own lock, as an import of a roster takes it.
            await Database.LockAsync(transaction, $"ai/school/{school}", cancel);
        }

        var accepted = await Invitations.AcceptAsync(transaction, actor, token, at, isFresh, cancel);
        if (accepted.IsDone && school is { } place)
        {
            if (RosterMembers.KindOf(open!.Role) is { } kind)
            {
                await new RosterAccounts(new SchoolDirectory(home.Vault)).TieAsync(transaction, place, kind, [(open.Email, actor.Id)], cancel);
            }
            else
            {
                await new RosterGuardians(home.Vault).AcceptedAsync(transaction, place, open.Email, actor.Id, cancel);
            }
        }

        return accepted;
    }

    private static async Task<Outcome<Account>> NewAccountAsync(
        HttpContext context, string token, Installation home, UserManager<Account> accounts, string name, string password, bool takesAddress)
    {
        var at = home.Time.GetUtcNow();
        Invitation? invitation;
        bool isGiven;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            if (!(await Invitations.FindAsync(connection, token, at, context.RequestAborted)).TryGet(out invitation, out var refused))
            {
                return refused;
            }

            isGiven = await UnprovedAddress.OfAsync(connection, invitation.Email, context.RequestAborted) is not null;
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > NameLengthMax || name.Any(char.IsControl))
        {
            return new Problem("accounts/name", "Write your name in at most 200 characters.");
        }

        // Somebody made an account of this address and never proved it. Its owner signs in and takes the role with it; who
        // cannot is another person, and takes the address: the link went there and nowhere else.
        if (isGiven && !takesAddress)
        {
            return new Problem("accounts/email-unproved", "An account gave this address and never proved it.");
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
        var made = isGiven
            ? await TakeAddress.RunAsync(
                home, accounts, context.RequestServices.GetRequiredService<AccountStore>(), account, password, context.RequestAborted)
            : await accounts.CreateAsync(account, password);
        return made.Succeeded ? account : Refusal(made);
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
