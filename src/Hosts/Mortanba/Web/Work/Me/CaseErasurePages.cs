using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Me;
using Mortanba.Recognition;
using Mortanba.Rules;

namespace Mortanba.Host.Web;

/// <summary>The data-protection officer's page for recognition cases: by its number or its id, whether one may be erased, and the erasure.</summary>
internal static class CaseErasurePages
{
    public const string Path = "/console/platform/requests/cases";
    private const int NumberLengthMax = 40;

    public static void Map(RouteGroupBuilder pages)
    {
        var cases = pages.MapWork(Path);
        cases.MapGet("", (HttpContext context, string? number) => ShowAsync(context, number, null)).Needs(Right.AnswerPersons);
        cases.MapPost("", EraseAsync).Needs(Right.AnswerPersons).WithMetadata(new NeverKept());
    }

    private static async Task EraseAsync(HttpContext context, Installation home, DiplomaFlow flow, SignInManager<Account> signIn)
    {
        var (form, visit, cancel) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit(), context.RequestAborted);
        var number = form["number"].ToString();
        if (await FreshSignIn.RefusalAsync(context, signIn, form["password"].ToString()) is { } wrong)
        {
            await ShowAsync(context, number, wrong, form["basis"].ToString(), "password");
            return;
        }

        var done = await FindAsync(home, number, cancel) is { } row
            ? (await new EraseCase(home, flow).RunAsync(visit.Actor, visit.Role, row.Id, form["reason"].ToString(), form["basis"].ToString(), cancel)).Problem
            : NoCase;
        if (done is null)
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{Path}?number={Uri.EscapeDataString(number)}");
            return;
        }

        await ShowAsync(context, number, done, form["basis"].ToString());
    }

    private static async Task ShowAsync(HttpContext context, string? number, Problem? refused, string basis = "", string field = "number")
    {
        var (home, flow) = (context.RequestServices.GetRequiredService<Installation>(), context.RequestServices.GetRequiredService<DiplomaFlow>());
        var (cancel, texts, language) = (context.RequestAborted, context.RequestServices.GetRequiredService<Texts>(), Readers.LanguageOf(context.Request));
        var row = await FindAsync(home, number, cancel);
        var act = new EraseCase(home, flow);
        Outcome<DateOnly?>? until = null;
        var isOnCondition = false;
        if (row is { Head: not null } && row.Stage.IsErasable())
        {
            await using var connection = await home.Database.ConnectAsync(cancel);
            if (await new CaseDesk(home).Cases.FindAsync(connection, row.Id, cancel) is { } open)
            {
                (until, isOnCondition) = (act.KeptUntil(open.Case, ErasurePages.HolderAsked), open.Case.HasConditions());
            }
        }

        if (row is null && refused is null && number is { Length: > 0 })
        {
            refused = NoCase;
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<CaseErasurePage>(
            context, language, refused is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(CaseErasurePage.Number), number is { Length: <= NumberLengthMax } ? number : ""), (nameof(CaseErasurePage.Row), row), (nameof(CaseErasurePage.Until), until), (nameof(CaseErasurePage.IsOnCondition), isOnCondition),
            (nameof(CaseErasurePage.Terms), act.Terms()), (nameof(CaseErasurePage.AsksPassword), !await Sessions.IsFreshAsync(context)),
            (nameof(CaseErasurePage.Field), field), (nameof(CaseErasurePage.Basis), basis.Length <= EraseCase.BasisLengthMax ? basis : ""),
            (nameof(CaseErasurePage.Reasons), flow.Reasons().Value.For(StateAct.Erase).Select(c => (c.Code, c.Title)).ToList()),
            (nameof(CaseErasurePage.Refused), refused is null ? null : DeskWords.InWords(texts, language, refused)));
    }

    // Whatever the officer sees of it is in the row: nothing of the person is opened for this page.
    private static async Task<CaseRow?> FindAsync(Installation home, string? number, CancellationToken cancel)
    {
        if (number is not { Length: > 0 and <= NumberLengthMax })
        {
            return null;
        }

        // What was withdrawn before it was filed has no number; its page names its id.
        var name = number.Trim();
        var search = name.StartsWith("case-", StringComparison.Ordinal) ? new CaseSearch(Id: name) : new CaseSearch(Number: name.ToUpperInvariant());
        await using var connection = await home.Database.ConnectAsync(cancel);
        return (await new CaseDesk(home).Lists.FindAsync(connection, search, 1, cancel)).SingleOrDefault();
    }

    private static Problem NoCase { get; } = new("recognition/no-case", "There is no such case.");
}
