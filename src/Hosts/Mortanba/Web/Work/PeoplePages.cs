using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Web.Work.Pages;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>People of an institution: who holds which role, who is invited; invite, take back, end a role.</summary>
internal static class PeoplePages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var people = pages.MapWork("/console/{bin}/people");
        people.MapGet("", (HttpContext context) => ShowAsync(context, "", [])).Needs(Right.ManagePeople);
        people.MapPost("/invite", InviteAsync).Needs(Right.ManagePeople);
        people.MapPost("/withdraw", WithdrawAsync).Needs(Right.ManagePeople);
        people.MapPost("/end", EndAsync).Needs(Right.ManagePeople);
    }

    private static async Task InviteAsync(HttpContext context, Installation home, MailQueue mail, Texts texts)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (email, visit, at) = (form["email"].ToString(), context.Visit(), home.Time.GetUtcNow());
        if (!RoleWords.Parse(form["role"]).TryGet(out var role, out var refused))
        {
            await ShowAsync(context, email, [("role", refused)]);
            return;
        }

        await using (var connection = await home.Database.ConnectAsync(context.RequestAborted))
        {
            if (!(await RolesAtAsync(connection, visit.Institution!.Value, context.RequestAborted)).Contains(role))
            {
                await ShowAsync(context, email, [("role", new Problem("accounts/role-elsewhere", "This role is not given at such a place.", ("role", role.Word())))]);
                return;
            }
        }

        if (!EmailAddress.TryParse(email, out var address))
        {
            await ShowAsync(context, email, [("email", new Problem("accounts/bad-email", "This is not an e-mail address."))]);
            return;
        }

        var language = Readers.LanguageOf(context.Request);
        var institution = await ConsolePages.InstitutionNameAsync(context, visit.Institution!.Value);
        var token = Invitations.NewToken();
        var message = mail.Protect(
            address,
            texts.Get(language, "work/mail.invitation.title", ("institution", institution)),
            texts.Get(language, "work/mail.invitation.body",
                ("institution", institution), ("role", texts.Get(language, "work/role." + role.Word())),
                ("link", $"{home.Settings.Site}/{language.Tag()}/invitation/{token}")));
        var invited = await home.Database.WriteAsync(
            async t =>
            {
                var outcome = await Invitations.InviteAsync(t, visit.Actor, token, email, visit.Institution, role, at, context.RequestAborted);
                if (outcome.TryGet(out var id, out _))
                {
                    await mail.AddAsync(t, "invitation", id, message, context.RequestAborted);
                }

                return outcome;
            },
            context.RequestAborted);
        if (!invited.TryGet(out _, out refused))
        {
            await ShowAsync(context, email, [("email", refused)]);
            return;
        }

        Back(context);
    }

    private static async Task WithdrawAsync(HttpContext context, Installation home)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var outcome = await home.Database.WriteAsync(
            t => Invitations.WithdrawAsync(t, visit.Actor, form["id"].ToString(), visit.Institution, home.Time.GetUtcNow(), context.RequestAborted),
            context.RequestAborted);
        await AnswerAsync(context, outcome);
    }

    private static async Task EndAsync(HttpContext context, Installation home)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var outcome = await home.Database.WriteAsync(
            t => Memberships.EndAsync(t, visit.Actor, form["id"].ToString(), visit.Institution, home.Time.GetUtcNow(), context.RequestAborted),
            context.RequestAborted);
        await AnswerAsync(context, outcome);
    }

    private static async Task AnswerAsync(HttpContext context, Outcome<string> outcome)
    {
        if (outcome.TryGet(out _, out var refused))
        {
            Back(context);
            return;
        }

        await ShowAsync(context, "", [("people", refused)]);
    }

    /// <summary>Roles of a place that issues diplomas, of a place of learning, or of both.</summary>
    private static async Task<IReadOnlyList<Role>> RolesAtAsync(ReadFrom from, Bin bin, CancellationToken cancel) =>
        await SchoolDirectory.FindAsync(from, bin, cancel) is not { } school ? RoleWords.OfInstitutions
        : school.IsDepartment ? [Role.RegionOfficer, Role.Administrator]
        : await PermitRegister.FindOrganisationAsync(from, bin, cancel) is null ? RoleWords.OfSchools
        : [.. RoleWords.OfInstitutions, .. RoleWords.OfSchools];

    private static void Back(HttpContext context) =>
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/people");

    private static async Task ShowAsync(HttpContext context, string email, IReadOnlyList<(string, Problem)> problems)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var bin = context.Visit().Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<PeoplePage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(PeoplePage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(PeoplePage.Roles), await RolesAtAsync(connection, bin, context.RequestAborted)),
            (nameof(PeoplePage.Members), await Memberships.OfInstitutionAsync(connection, bin, context.RequestAborted)),
            (nameof(PeoplePage.Invited), await Invitations.OfInstitutionAsync(connection, bin, home.Time.GetUtcNow(), context.RequestAborted)),
            (nameof(PeoplePage.Email), email),
            (nameof(PeoplePage.Refused), problems));
    }
}
