using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web.Work.Me;

namespace Mortanba.Host.Web;

/// <summary>
/// What holders say is wrong, for the registrar: the change itself is proposed among the changes; here the request is ended, done or
/// refused with reasons, and the holder is written to.
/// </summary>
internal static class CorrectionPages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var corrections = pages.MapWork("/console/{bin}/corrections");
        corrections.MapGet("", (HttpContext context) => ShowAsync(context, "", "", [])).Needs(Right.ProposeChanges);
        corrections.MapPost("/{id}", AnswerAsync).Needs(Right.ProposeChanges).WithMetadata(new NeverKept());
    }

    private static async Task AnswerAsync(HttpContext context, Installation home, DiplomaFlow flow, MailQueue mail, Texts texts, string id)
    {
        var (form, visit, cancel) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit(), context.RequestAborted);
        var (answer, version) = (form["answer"].ToString(), int.TryParse(form["version"], out var read) ? read : 0);
        var state = form["act"] == "done" ? RequestState.Done : RequestState.Refused;
        var message = await MessageAsync(home, mail, texts, id, cancel);
        var answered = await new AnswerRequest(home, flow).CorrectionAsync(
            visit.Actor, visit.Institution!.Value, id, version, state, answer, cancel, mail, message);
        if (answered.TryGet(out _, out var refused))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/{visit.Institution}/corrections");
        }
        else if (refused.Code == "me/no-request")
        {
            await Problems.NotFoundAsync(context);
        }
        else
        {
            await ShowAsync(context, id, answer, [("a-" + id, refused)]);
        }
    }

    /// <summary>To the holder, in their language: that there is an answer, and where; not what it says.</summary>
    private static async Task<ProtectedMessage?> MessageAsync(
        Installation home, MailQueue mail, Texts texts, string id, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await new HolderRequests(home.Vault).FindAsync(connection, id, cancel) is not { } request
            || await HolderContacts.OfAsync(home, connection, request.Credential, cancel) is not var (email, own))
        {
            return null;
        }

        var language = own ?? Language.Kk;
        return mail.Protect(
            email, texts.Get(language, "me/mail.answered.title"),
            texts.Get(language, "me/mail.answered.body", ("link", $"{home.Settings.Site}/{language.Tag()}/me/data")));
    }

    private static async Task ShowAsync(HttpContext context, string typedId, string typed, IReadOnlyList<(string, Problem)> problems)
    {
        var (home, bin, cancel) = (context.RequestServices.GetRequiredService<Installation>(), context.Visit().Institution!.Value, context.RequestAborted);
        var rows = new List<(HolderRequest, string)>();
        await using (var connection = await home.Database.ConnectAsync(cancel))
        {
            foreach (var request in await new HolderRequests(home.Vault).OpenOfInstitutionAsync(connection, bin, cancel))
            {
                var credential = await home.Credentials.FindAsync(connection, request.Credential, cancel);
                rows.Add((request, credential is null ? request.Credential.ToString() : $"{credential.Series} {credential.Number}"));
            }
        }

        if (rows.Count > 0)
        {
            await RecordAsync(home, context.Visit(), rows.Count, cancel);
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CorrectionsPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(CorrectionsPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)), (nameof(CorrectionsPage.Requests), rows),
            (nameof(CorrectionsPage.TypedId), typedId), (nameof(CorrectionsPage.Typed), typed), (nameof(CorrectionsPage.Refused), problems));
    }

    // What holders wrote is personal data: who reads it is written down.
    private static Task RecordAsync(Installation home, Visit visit, int count, CancellationToken cancel)
    {
        var at = home.Time.GetUtcNow();
        return home.Database.WriteAsync(
            t => AuditTrail.AppendAsync(
                t, at,
                new TrailEvent(
                    TrailAct.View, "me/requests-viewed", visit.Actor, new TrailSubject("institution", visit.Institution!.Value.Value), visit.Role,
                    visit.Institution, Facts: [("count", $"{count}")]),
                cancel),
            cancel);
    }
}
