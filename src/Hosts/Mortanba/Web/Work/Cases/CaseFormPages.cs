using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Cases;
using Mortanba.Recognition;

namespace Mortanba.Host.Web;

/// <summary>The first step of a case: who applies and what is to be recognised.</summary>
internal static class CaseFormPages
{
    public static void Map(RouteGroupBuilder me)
    {
        me.MapGet("/me/cases/new", (HttpContext context) => ShowFormAsync(context, null, CaseForm.Of(context.Request.Query), [])).Needs(null);
        me.MapPost("/me/cases/new", OpenAsync).Needs(null);
        me.MapGet(CasePages.Route + "/what", async (HttpContext context, string id) =>
        {
            if (await CasePages.DraftAsync(context, id) is { } now)
            {
                await ShowFormAsync(context, now, CaseForm.Of(now), []);
            }
        }).Needs(null);
        me.MapPost(CasePages.Route + "/what", DescribeAsync).Needs(null);
    }

    private static async Task OpenAsync(HttpContext context, CaseDesk desk)
    {
        var actor = context.Visit().Actor;
        var typed = CaseForm.Of(await context.Request.ReadFormAsync(context.RequestAborted));
        if (typed.IsMore)
        {
            await ShowFormAsync(context, null, typed, []);
            return;
        }

        var (said, wrong) = Check(context, typed);
        if (said is not null)
        {
            said = await LinkedAsync(context, said);
            var opened = await desk.OpenAsync(actor, at => said.Of(null, actor.Id, desk.Today(), at), context.RequestAborted, isForm: true);
            if (opened.TryGet(out var now, out var refused))
            {
                CasePages.Go(context, $"/{now.Id}/documents");
                return;
            }

            wrong = [(CaseForm.FieldOf(refused), refused)];
        }

        await ShowFormAsync(context, null, typed, wrong);
    }

    private static async Task DescribeAsync(HttpContext context, CaseDesk desk, string id)
    {
        if (await CasePages.DraftAsync(context, id) is not { } now)
        {
            return;
        }

        var actor = context.Visit().Actor;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var typed = CaseForm.Of(form);
        if (typed.IsMore)
        {
            await ShowFormAsync(context, now, typed, []);
            return;
        }

        var (said, wrong) = Check(context, typed);
        if (said is not null)
        {
            said = await LinkedAsync(context, said);
            var done = await desk.ActAsync(
                actor, null, id, CasePages.VersionOf(form), (one, at) => said.Of(one, actor.Id, desk.Today(), at), context.RequestAborted);
            if (done.TryGet(out _, out var refused))
            {
                CasePages.Go(context, $"/{id}/documents");
                return;
            }

            wrong = [(CaseForm.FieldOf(refused), refused)];
        }

        await ShowFormAsync(context, now, typed, wrong);
    }

    /// <summary>What was said, when the guide knows an answer to it and a case may be filed on it.</summary>
    private static (CaseDescription? Said, IReadOnlyList<(string, Problem)> Wrong) Check(HttpContext context, CaseForm typed)
    {
        var (said, wrong) = typed.Read();
        if (said is null)
        {
            return (null, wrong);
        }

        var asked = said.Qualification.Ask(said.Purpose, said.Kind, said.Representation);
        var desk = context.RequestServices.GetRequiredService<RecognitionDesk>();
        return desk.Guide(asked).TryGet(out var guide, out var refused) && CaseTerms.Of(guide).TryGet(out _, out refused)
            ? (said, [])
            : (null, [(CaseForm.FieldOf(refused), refused)]);
    }

    // What the registers know by the very name needs no officer to find it.
    private static async Task<CaseDescription> LinkedAsync(HttpContext context, CaseDescription said)
    {
        await using var connection = await context.RequestServices.GetRequiredService<Installation>().Database.ConnectAsync(context.RequestAborted);
        var institutions = await InstitutionRegister.LinkAsync(connection, said.Qualification.Institutions, context.RequestAborted);
        return said with { Qualification = said.Qualification with { Institutions = institutions } };
    }

    private static Task ShowFormAsync(HttpContext context, RecognitionCase? now, CaseForm typed, IReadOnlyList<(string, Problem)> wrong) =>
        context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseFormPage>(
            context, Readers.LanguageOf(context.Request), CasePages.StatusOf(wrong),
            (nameof(CaseFormPage.Desk), context.RequestServices.GetRequiredService<RecognitionDesk>()), (nameof(CaseFormPage.Typed), typed),
            (nameof(CaseFormPage.Id), now?.Id), (nameof(CaseFormPage.Version), now?.Version ?? 0), (nameof(CaseFormPage.IsOpen), CasePages.IsOpen(context)),
            (nameof(CaseFormPage.Refused), wrong));
}
