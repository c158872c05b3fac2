using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Ai.Schools;
using Mortanba.Host.Web.Work.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>A school writes its regulation beside the national template, and its head adopts it (requirements AI-21, AI-24).</summary>
internal static class RegulationPages
{
    public static void Map(RouteGroupBuilder school)
    {
        school.MapGet("/regulation", async (HttpContext context) =>
        {
            if (await SchoolPages.SchoolAsync(context) is { } now)
            {
                await ShowAsync(context, now, DeskForm.None, []);
            }
        }).Needs(Right.ViewSchool);
        school.MapPost("/regulation", DraftAsync).Needs(Right.CoordinateAi);
        school.MapPost("/regulation/adopt", AdoptAsync).Needs(Right.AdoptRegulation).WithMetadata(new NeverKept());
    }

    private static async Task DraftAsync(HttpContext context)
    {
        if (await SchoolPages.SchoolAsync(context) is not { } school)
        {
            return;
        }

        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        var done = await SchoolPages.Desk(context).DraftAsync(
            visit.Actor, visit.Role, school.School.Bin, form.Version, Values(form, school.Template.Value), form["words"], context.RequestAborted);
        if (done.IsDone)
        {
            SchoolPages.Back(context, "/regulation#draft");
            return;
        }

        await ShowAsync(context, school, form, [("draft", done.Problem)]);
    }

    private static async Task AdoptAsync(HttpContext context, SignInManager<Account> signIn)
    {
        if (await SchoolPages.SchoolAsync(context) is not { } school)
        {
            return;
        }

        var (form, visit) = (await DeskPages.FormAsync(context), context.Visit());
        if (form.Day("from") is not { } from)
        {
            await ShowAsync(context, school, form, [("from", new Problem("ai-school/from-day", "It holds from today or from a day within a year."))]);
            return;
        }

        if (await FreshSignIn.RefusalAsync(context, signIn, form["password"]) is { } notFresh)
        {
            await ShowAsync(context, school, form, [("password", notFresh)]);
            return;
        }

        var done = await SchoolPages.Desk(context).AdoptAsync(
            visit.Actor, visit.Role, school.School.Bin, form.Version, visit.Role!.Value.Word(), form["order"], form["reason"], from, context.RequestAborted);
        if (done.IsDone)
        {
            SchoolPages.Back(context, "/regulation");
            return;
        }

        await ShowAsync(context, school, form, [("adopt", done.Problem)]);
    }

    /// <summary>What the form says of each item; a list of which nothing is chosen is empty, not left out.</summary>
    private static Dictionary<string, string> Values(DeskForm form, RegulationTemplate template) => template.Items
        .Where(i => form["has"].Length > 0 || form[i.Id].Length > 0)
        .ToDictionary(i => i.Id, i => i is ChoiceItem ? string.Join(' ', form.All(i.Id)) : form[i.Id], StringComparer.Ordinal);

    private static async Task ShowAsync(
        HttpContext context, Acts.SchoolNow school, DeskForm form, IReadOnlyList<(string Field, Problem Problem)> refused) =>
        await SchoolPages.WriteAsync<RegulationPage>(
            context, school, refused, (nameof(RegulationPage.Form), form),
            (nameof(RegulationPage.AsksPassword), !await Sessions.IsFreshAsync(context)),
            (nameof(RegulationPage.Typed), form["has"].Length > 0 ? Values(form, school.Template.Value) : null));
}
