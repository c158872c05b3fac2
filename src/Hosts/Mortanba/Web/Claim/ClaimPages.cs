using System.Text;
using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Pages;
using Mortanba.Issuance;
using Mortanba.Permits;

namespace Mortanba.Host.Web;

/// <summary>
/// Where a claim link leads: what it is, who you are, what you accept, where it is kept. Plain forms; each step survives a
/// reload and the back button. Before the identity step nothing personal is told.
/// </summary>
internal static class ClaimPages
{
    /// <summary>Of the texts <c>claim/risk.*</c>: goes up with each change of one of them; a test holds it to that.</summary>
    public const string RiskVersion = "2026-11-22";

    public static void Map(RouteGroupBuilder guessable, RouteGroupBuilder pages)
    {
        pages.MapGet("/claim", ResumeAsync);
        pages.MapGet("/claim/{token}", (HttpContext context, string token) => ShowAsync(context, token, []));
        pages.MapGet("/claim/{token}/text", TextAsync);
        guessable.MapPost("/claim/{token}/open", OpenAsync);
        guessable.MapPost("/claim/{token}/code", CodeAsync);
        guessable.MapPost("/claim/{token}/eds", EdsAsync);
        guessable.MapPost("/claim/{token}/own", OwnAsync);
        guessable.MapPost("/claim/{token}/accept", AcceptAsync);
        guessable.MapPost("/claim/{token}/account", AccountAsync);
        guessable.MapPost("/claim/{token}/take", TakeAsync);
    }

    /// <summary>Back from the sign-in: the link is in the cookie, not in the address of that page.</summary>
    private static Task ResumeAsync(HttpContext context, Installation home)
    {
        Quiet(context);
        if (ClaimCookie.Any(context, home.Time.GetUtcNow()) is not { } progress)
        {
            return ShowRefusalAsync(context, StatusCodes.Status404NotFound, "none");
        }

        context.Response.Redirect(Address(context, progress.Token));
        return Task.CompletedTask;
    }

    private static Task OpenAsync(HttpContext context, string token) => ActAsync(context, token, async claim =>
    {
        await new ProveHolder(claim.Home).OpenAsync(claim.Row, context.RequestAborted);
        ClaimCookie.Keep(context, claim.Progress ?? ClaimCookie.Start(token, claim.Row.Asset, claim.Home.Time.GetUtcNow()));
        return null;
    });

    private static Task CodeAsync(HttpContext context, string token) => ActAsync(context, token, async claim =>
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return Known(claim, "code", "code", await new ProveHolder(claim.Home).ByCodeAsync(claim.Row, form["code"], context.RequestAborted));
    });

    private static Task EdsAsync(HttpContext context, string token) => ActAsync(context, token, async claim =>
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (context.RequestServices.GetService<EdsTrust>() is not { IsConfigured: true } trust || claim.Progress is not { } progress)
        {
            return ("signature", new Problem("delivery/not-identified", "The text to sign is an hour old; begin anew."));
        }

        byte[]? cms = null;
        if (form.Files.GetFile("signature") is { Length: > 0 and <= 2 * EdsVerifier.CmsMaxBytes } file)
        {
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes, context.RequestAborted);
            cms = EdsVerifier.Read(bytes.ToArray());
        }

        if (cms is null)
        {
            return ("signature", new Problem("accounts/eds-malformed", "This is not a signature in CMS (PKCS #7)."));
        }

        var text = TextOf(claim.Home, progress);
        return EdsVerifier.Verify(cms, text, trust, claim.Home.Time.GetUtcNow()).TryGet(out var subject, out var refused)
            ? Known(claim, "eds", "signature", await new ProveHolder(claim.Home).ByIinAsync(
                claim.Row, subject.Iin, text, ClaimCookie.EndOf(progress), context.RequestAborted))
            : ("signature", refused);
    });

    private static Task OwnAsync(HttpContext context, string token) => ActAsync(context, token, async claim =>
        Known(claim, "account", "own", await new ProveHolder(claim.Home).ByAccountAsync(claim.Row, await PersonAsync(context), context.RequestAborted)));

    private static Task AcceptAsync(HttpContext context, string token) => ActAsync(context, token, async claim =>
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (claim.Progress is not { By: not null } progress)
        {
            return ("code", NotIdentified);
        }

        if (form["read"] != "yes")
        {
            return ("read", new Problem("delivery/risk-unread", "Tick the box to go on."));
        }

        ClaimCookie.Keep(context, progress with
        {
            Risk = $"{RiskVersion}/{Readers.LanguageOf(context.Request).Tag()}",
            RiskAt = claim.Home.Time.GetUtcNow(),
        });
        return null;
    });

    private static Task AccountAsync(HttpContext context, string token) => ActAsync(context, token, async claim =>
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (claim.Progress is not { By: not null, Risk: not null })
        {
            return ("code", NotIdentified);
        }

        // A second click, or the back button after the account was made: it is taken, not made again.
        if (await context.ActorAsync() is not null)
        {
            return await ClaimAsync(context, claim);
        }

        var signIn = context.RequestServices.GetRequiredService<SignInManager<Account>>();
        if (!(await NewAccountAsync(context, claim, signIn.UserManager, form["email"].ToString(), form["password"].ToString()))
            .TryGet(out var account, out var refused))
        {
            return (refused.Code is "accounts/password-short" ? "password" : "email", refused);
        }

        await signIn.SignInAsync(account, isPersistent: false);
        return await ClaimAsync(context, claim, new Actor(ActorKind.Person, account.Id, account.Name, []));
    });

    private static Task TakeAsync(HttpContext context, string token) => ActAsync(context, token, claim => ClaimAsync(context, claim));

    private static async Task<(string, Problem)?> ClaimAsync(HttpContext context, Claim claim, Actor? made = null)
    {
        if ((made ?? await context.ActorAsync()) is not { } holder)
        {
            return null;
        }

        if (claim.Row.State == DeliveryState.Claimed)
        {
            // Its page says by whom: this account, or another.
            return null;
        }

        if (claim.Progress is not { By: { } by, Risk: { } risk, RiskAt: { } riskAt })
        {
            return ("code", NotIdentified);
        }

        var claimed = await new ClaimDiploma(claim.Home, context.RequestServices.GetRequiredService<DiplomaFlow>())
            .RunAsync(holder, new ClaimProof(claim.Row.Asset, by, risk, riskAt), context.RequestAborted);
        return claimed.Problem is { } refused && refused.Code != "delivery/claimed-before" ? ("take", refused) : null;
    }

    private static Problem NotIdentified => new("delivery/not-identified", "The person was not known in this browser within the last hour.");

    private static async Task<Outcome<Account>> NewAccountAsync(
        HttpContext context, Claim claim, UserManager<Account> accounts, string email, string password)
    {
        if (!EmailAddress.TryParse(email.Trim(), out var address))
        {
            return new Problem("delivery/bad-email", "This is not one e-mail address.");
        }

        var diploma = await DiplomaAsync(claim, context.RequestAborted);
        bool isConfirmed;
        await using (var connection = await claim.Home.Database.ConnectAsync(context.RequestAborted))
        {
            var recipient = await claim.Home.Deliveries.RecipientAsync(connection, claim.Row.Asset, context.RequestAborted);
            // The link went to this address, and its reader came with it.
            isConfirmed = claim.Link.Channel == LinkChannel.Mail && string.Equals(recipient?.Email, address, StringComparison.OrdinalIgnoreCase);
            if (!isConfirmed && await Invitations.IsAwaitedAsync(connection, address, claim.Home.Time.GetUtcNow(), context.RequestAborted))
            {
                // An account whose address nobody proved would keep the one invited from making theirs.
                return new Problem("accounts/email-invited", "An invitation to this address is open: accept it first, or use another address.");
            }
        }

        var language = Readers.LanguageOf(context.Request);
        var account = new Account
        {
            Id = Guid.CreateVersion7(claim.Home.Time.GetUtcNow()).ToString(),
            Email = address,
            EmailConfirmed = isConfirmed,
            Name = diploma!.Record.Content.Name.In(language),
            Language = language,
            CreatedAt = claim.Home.Time.GetUtcNow(),
        };
        account.Record(new TrailEvent(
            TrailAct.Change, "accounts/created", new Actor(ActorKind.Person, account.Id, "", []), new TrailSubject("account", account.Id)));
        var made = await accounts.CreateAsync(account, password);
        return made.Succeeded ? account : made.Errors.First().Code switch
        {
            "DuplicateEmail" or "DuplicateUserName" =>
                new Problem("accounts/email-taken", "There is an account with this address; sign in first, then open the link again."),
            "InvalidEmail" or "InvalidUserName" => new Problem("delivery/bad-email", "This is not one e-mail address."),
            _ => new Problem("accounts/password-short", "A password has at least 12 characters."),
        };
    }

    /// <summary>The person was known, or not: kept in the browser's cookie, also when an old one is gone.</summary>
    private static (string, Problem)? Known(Claim claim, string by, string field, Outcome<AssetId> outcome)
    {
        if (outcome.Problem is { } refused)
        {
            return (field, refused);
        }

        var progress = claim.Progress ?? ClaimCookie.Start(claim.Token, claim.Row.Asset, claim.Home.Time.GetUtcNow());
        ClaimCookie.Keep(claim.Context, progress with { By = by, StartedAt = claim.Home.Time.GetUtcNow() });
        return null;
    }

    private static async Task TextAsync(HttpContext context, string token, Installation home)
    {
        Quiet(context);
        if (await FindAsync(context, token) is not { Progress: { } progress })
        {
            await ShowRefusalAsync(context, StatusCodes.Status404NotFound, "none");
            return;
        }

        bool isUsed;
        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            isUsed = await EdsChallenges.IsUsedAsync(connection, TextOf(home, progress), context.RequestAborted);
        }

        if (isUsed && progress.By is null)
        {
            // Signed by another person, or by one whose browser never got the answer: another text, another try.
            progress = ClaimCookie.Renewed(progress);
            ClaimCookie.Keep(context, progress);
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"mortanba-claim.txt\"";
        await context.Response.Body.WriteAsync(TextOf(home, progress), context.RequestAborted);
    }

    private static byte[] TextOf(Installation home, ClaimProgress progress) => Encoding.ASCII.GetBytes(
        $"Mortanba {home.Settings.Site}\nPurpose: claim {progress.Asset}\nChallenge: {progress.Nonce}\nBegun: {LedgerEntry.Time(progress.StartedAt)}\n");

    /// <summary>One form: its token, its link, its act; then back to the page, which shows how far it is.</summary>
    private static async Task ActAsync(HttpContext context, string token, Func<Claim, Task<(string, Problem)?>> act)
    {
        Quiet(context);
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
        }
        else if (await FindAsync(context, token) is not { } claim || !claim.IsOpen(context))
        {
            // The page says what became of it.
            context.Response.Redirect(Address(context, token));
        }
        else if (await act(claim) is { } refused)
        {
            await ShowAsync(context, token, [refused]);
        }
        else
        {
            context.Response.Redirect(Address(context, token));
        }
    }

    private static async Task<Claim?> FindAsync(HttpContext context, string token)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        if (await Deliveries.FindLinkAsync(connection, token, context.RequestAborted) is not { } link
            || await Deliveries.FindAsync(connection, link.Asset, context.RequestAborted) is not { } row
            || await home.Credentials.FindAsync(connection, link.Asset, context.RequestAborted) is not { } credential)
        {
            return null;
        }

        return new Claim(
            context, home, token, link, row, credential, await DataBlocks.FindAsync(connection, link.Asset, context.RequestAborted) is not null, ClaimCookie.Of(context, token, link.Asset, home.Time.GetUtcNow()),
            await PermitRegister.FindOrganisationAsync(connection, credential.Initiator, context.RequestAborted));
    }

    private static async Task<byte[]?> PersonAsync(HttpContext context) =>
        await context.ActorAsync() is { } actor
            ? (await context.RequestServices.GetRequiredService<UserManager<Account>>().FindByIdAsync(actor.Id))?.Person
            : null;

    private static async Task<StoredDiploma?> DiplomaAsync(Claim claim, CancellationToken cancel)
    {
        await using var connection = await claim.Home.Database.ConnectAsync(cancel);
        return (await UnblockedData.OfAsync(claim.Home, connection, claim.Row.Asset, cancel)).Diploma;
    }

    private static async Task ShowAsync(HttpContext context, string token, IReadOnlyList<(string, Problem)> problems)
    {
        Quiet(context);
        if (!await context.RequestServices.GetRequiredService<LookupLimits>().AllowAsync(context))
        {
            return;
        }

        if (await FindAsync(context, token) is not { } claim)
        {
            await ShowRefusalAsync(context, StatusCodes.Status404NotFound, "none");
            return;
        }

        var (language, now) = (Readers.LanguageOf(context.Request), claim.Home.Time.GetUtcNow());
        var institution = claim.Organisation?.Name.In(language) ?? claim.Credential.Initiator.Value;
        var visitor = await context.ActorAsync();
        if (claim.Row.State == DeliveryState.Claimed)
        {
            await using var connection = await claim.Home.Database.ConnectAsync(context.RequestAborted);
            var isHolder = visitor is not null && await Holdings.HolderOfAsync(connection, claim.Row.Asset, context.RequestAborted) == visitor.Id;
            await ShowRefusalAsync(
                context, StatusCodes.Status200OK, isHolder ? "done" : "before", institution, claim.Row.ClaimedAt, isHolder ? token : null);
            return;
        }

        if (claim.Credential.State is not DiplomaState.Active)
        {
            await ShowRefusalAsync(
                context, StatusCodes.Status200OK, claim.Credential.State == DiplomaState.Suspended ? "suspended" : "annulled", institution,
                claim.Credential.StateAt);
            return;
        }

        if (claim.IsBlocked)
        {
            await ShowRefusalAsync(context, StatusCodes.Status403Forbidden, "blocked", institution);
            return;
        }

        if (claim.Link.ExpiresAt <= now)
        {
            await ShowRefusalAsync(context, StatusCodes.Status410Gone, "expired", institution, claim.Link.ExpiresAt);
            return;
        }

        var form = HttpMethods.IsPost(context.Request.Method) ? await context.Request.ReadFormAsync(context.RequestAborted) : null;
        var isKnown = claim.Progress?.By is not null;
        var diploma = isKnown ? await DiplomaAsync(claim, context.RequestAborted) : null;
        var isOwn = !isKnown && visitor is not null
            && await new ProveHolder(claim.Home).IsPersonAsync(claim.Row.Asset, await PersonAsync(context), context.RequestAborted);
        var email = form?["email"].ToString() is { Length: > 0 } typed ? typed : isKnown ? await EmailAsync(claim, context.RequestAborted) : "";
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ClaimPage>(
            context, language, problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ClaimPage.Token), token), (nameof(ClaimPage.Institution), institution), (nameof(ClaimPage.Progress), claim.Progress),
            (nameof(ClaimPage.IsLocked), claim.Row.IsLocked), (nameof(ClaimPage.Replaces), claim.Credential.Supersedes is not null),
            (nameof(ClaimPage.HasEds), context.RequestServices.GetService<EdsTrust>()?.IsConfigured == true),
            (nameof(ClaimPage.IsOwn), isOwn), (nameof(ClaimPage.Visitor), visitor), (nameof(ClaimPage.VisitorEmail), await EmailOfAsync(context, visitor)),
            (nameof(ClaimPage.Name), diploma?.Record.Content.Name.In(language)),
            (nameof(ClaimPage.Qualification), diploma?.Record.Content.Programme.Qualification.In(language)),
            (nameof(ClaimPage.Email), email), (nameof(ClaimPage.Code), form?["code"].ToString()), (nameof(ClaimPage.Refused), problems));
    }

    private static async Task<string> EmailAsync(Claim claim, CancellationToken cancel)
    {
        await using var connection = await claim.Home.Database.ConnectAsync(cancel);
        return (await claim.Home.Deliveries.RecipientAsync(connection, claim.Row.Asset, cancel))?.Email ?? "";
    }

    private static async Task<string?> EmailOfAsync(HttpContext context, Actor? visitor) =>
        visitor is null ? null : (await context.RequestServices.GetRequiredService<UserManager<Account>>().FindByIdAsync(visitor.Id))?.Email;

    private static Task ShowRefusalAsync(
        HttpContext context, int status, string kind, string institution = "", DateTimeOffset? at = null, string? token = null) =>
        context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ClaimEndPage>(
            context, Readers.LanguageOf(context.Request), status, (nameof(ClaimEndPage.Kind), kind),
            (nameof(ClaimEndPage.Institution), institution), (nameof(ClaimEndPage.At), at), (nameof(ClaimEndPage.IsHolder), token is not null));

    /// <summary>The address holds the token: it goes into no cache and no other page's log.</summary>
    private static void Quiet(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        context.Response.Headers["X-Robots-Tag"] = "noindex, nofollow";
    }

    // A token that is none is not written into an address.
    private static string Address(HttpContext context, string token) =>
        $"/{Readers.LanguageOf(context.Request).Tag()}/claim" + (ClaimToken.HashOf(token) is null ? "" : "/" + token);

    /// <summary>One open link with all that the steps need.</summary>
    private sealed record Claim(
        HttpContext Context, Installation Home, string Token, OpenLink Link, DeliveryRow Row, CredentialSummary Credential, bool IsBlocked,
        ClaimProgress? Progress, Organisation? Organisation)
    {
        public bool IsOpen(HttpContext context) =>
            !IsBlocked && Row.State != DeliveryState.Claimed && Credential.State == DiplomaState.Active
            && Link.ExpiresAt > context.RequestServices.GetRequiredService<Installation>().Time.GetUtcNow();
    }
}
