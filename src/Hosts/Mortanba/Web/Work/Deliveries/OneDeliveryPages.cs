using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Pages;

namespace Mortanba.Host.Web;

/// <summary>One delivery: its course, a new address, a code to hand over, its letters, a return noted by hand.</summary>
internal static class OneDeliveryPages
{
    public static void Map(RouteGroupBuilder deliveries)
    {
        deliveries.MapGet("/{id:guid}", (HttpContext context, Guid id) => ShowAsync(context, id, null, [])).Needs(Right.ViewDiplomas);
        deliveries.MapPost("/{id:guid}/contact", ContactAsync).Needs(Right.Deliver);
        deliveries.MapPost("/{id:guid}/send", SendAsync).Needs(Right.Deliver).WithMetadata(new NeverKept());
        deliveries.MapPost("/{id:guid}/code", CodeAsync).Needs(Right.Deliver).WithMetadata(new NeverKept());
        deliveries.MapPost("/{id:guid}/bounced", BouncedAsync).Needs(Right.Deliver);
        deliveries.MapPost("/{id:guid}/letter", LetterAsync).Needs(Right.Deliver).WithMetadata(new NeverKept());
    }

    private static async Task ContactAsync(HttpContext context, Guid id, Installation home)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var changed = await new ChangeContact(home).RunAsync(
            visit.Actor, visit.Institution!.Value, new AssetId(id), form["email"].ToString(), form["phone"].ToString(), context.RequestAborted);
        await AnswerAsync(context, id, changed.Problem, changed.Problem?.Code == "delivery/bad-phone" ? "phone" : "email");
    }

    private static async Task SendAsync(HttpContext context, Guid id, SendDeliveries sending)
    {
        var visit = context.Visit();
        await AnswerAsync(
            context, id,
            (await sending.ToAsync(visit.Actor, visit.Institution!.Value, [new AssetId(id)], context.RequestAborted)).Problem, "send");
    }

    private static async Task CodeAsync(HttpContext context, Guid id, PrintLetters letters)
    {
        var visit = context.Visit();
        var made = await letters.CodeAsync(visit.Actor, visit.Institution!.Value, new AssetId(id), context.RequestAborted);
        // Answered in place: the code is in no address, no cookie and no second page.
        await ShowAsync(context, id, made.IsDone ? made.Value : null, made.Problem is { } refused ? [("code", refused)] : []);
    }

    private static async Task BouncedAsync(HttpContext context, Guid id, Installation home)
    {
        var visit = context.Visit();
        var noted = await home.Database.WriteAsync(
            t => NoteBounce.ByHandAsync(t, visit.Actor, visit.Institution!.Value, new AssetId(id), home.Time.GetUtcNow(), context.RequestAborted),
            context.RequestAborted);
        await AnswerAsync(context, id, noted.Problem, "bounced");
    }

    private static async Task LetterAsync(HttpContext context, Guid id, PrintLetters letters)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var isLink = form["kind"] != "code";
        var printed = await letters.RunAsync(visit.Actor, visit.Institution!.Value, [new AssetId(id)], isLink, context.RequestAborted);
        if (!printed.TryGet(out var pdf, out var refused))
        {
            await AnswerAsync(context, id, refused, "letters");
            return;
        }

        await DeliveryPages.FileAsync(context, pdf, isLink ? "letter-link.pdf" : "letter-code.pdf", "application/pdf");
    }

    private static Task AnswerAsync(HttpContext context, Guid id, Problem? refused, string field)
    {
        if (refused is null)
        {
            context.Response.Redirect(
                $"/{Readers.LanguageOf(context.Request).Tag()}/console/{context.Visit().Institution}/deliveries/{id:D}");
            return Task.CompletedTask;
        }

        return ShowAsync(context, id, null, [(field, refused)]);
    }

    private static async Task ShowAsync(HttpContext context, Guid id, string? code, IReadOnlyList<(string, Problem)> problems)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (visit, cancel, asset) = (context.Visit(), context.RequestAborted, new AssetId(id));
        var bin = visit.Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(cancel);
        var (diploma, block) = await UnblockedData.OfAsync(home, connection, asset, cancel);
        if ((await DeliveryTable.OfAssetsAsync(connection, bin, [asset], cancel)).SingleOrDefault() is not { } line
            || (diploma is null && block is null))
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        if (diploma is not null)
        {
            await DiplomaPages.RecordAsync(context, DiplomaPages.ViewOf(home, visit, diploma, "delivery/viewed", ("count", "1")));
        }

        var form = HttpMethods.IsPost(context.Request.Method) && problems.Count > 0 ? await context.Request.ReadFormAsync(cancel) : null;
        var recipient = block is null ? await home.Deliveries.RecipientAsync(connection, asset, cancel) : null;
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<DeliveryPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(DeliveryPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(DeliveryPage.Line), line), (nameof(DeliveryPage.Block), block),
            (nameof(DeliveryPage.Name), diploma?.Record.Content.Name.In(Readers.LanguageOf(context.Request)) ?? ""),
            (nameof(DeliveryPage.Email), form?["email"].ToString() ?? recipient?.Email ?? ""),
            (nameof(DeliveryPage.Phone), form?["phone"].ToString() ?? recipient?.Phone ?? ""),
            (nameof(DeliveryPage.NewCode), code), (nameof(DeliveryPage.Refused), problems));
    }
}
