using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Ai;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>A vendor's own pages: its systems, and the questions it answers once for all schools (requirement AI-31).</summary>
internal static class VendorPages
{
    public const string Base = "/console/ai/vendor";

    private const int SystemsMax = 200;

    public static void Map(RouteGroupBuilder pages)
    {
        var vendor = pages.MapWork(Base);
        vendor.MapGet("", ListAsync).Needs(Right.AnswerAsVendor);
        vendor.MapGet("/new", (HttpContext context) => ShowAsync(context, null, [], DeskForm.None)).Needs(Right.AnswerAsVendor);
        vendor.MapPost("/new", OfferAsync).Needs(Right.AnswerAsVendor);
        vendor.MapGet("/{id}", (HttpContext context, string id) => ShowAsync(context, id, [], DeskForm.None)).Needs(Right.AnswerAsVendor);
        vendor.MapPost("/{id}", AnswerAsync).Needs(Right.AnswerAsVendor);
    }

    private static async Task ListAsync(HttpContext context)
    {
        await using var connection = await context.Home().Database.ConnectAsync(context.RequestAborted);
        var (found, _) = await RegisterRows.FindAsync(
            connection, new RegisterSearch(Vendor: context.Visit().Actor.Id), 0, SystemsMax, context.RequestAborted);
        await SystemPages.WriteAsync<VendorSystemsPage>(
            context, [], (nameof(VendorSystemsPage.Found), found), (nameof(VendorSystemsPage.Today), new AiDesk(context.Home()).Today()));
    }

    private static async Task OfferAsync(HttpContext context)
    {
        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        Outcome<AiSystem> offered = form.TooLong() is { } tooLong ? tooLong : await SystemPages.Desk(context).OpenAsync(
            visit.Actor, visit.Role, null, at => OfferSystem.Of(visit.Actor.Id, SystemForms.Description(form), SystemForms.Vendor(form), at),
            SystemStream.Kind.IdOf(form["id"]), context.RequestAborted);
        if (offered.TryGet(out var now, out var problem))
        {
            AiPages.See(context, $"{Base}/{now.Id}");
        }
        else
        {
            await ShowAsync(context, null, [("name", problem)], form);
        }
    }

    private static async Task AnswerAsync(HttpContext context, string id)
    {
        var (visit, form) = (context.Visit(), await DeskPages.FormAsync(context));
        if (await OwnAsync(context, id) is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var problem = form.TooLong() ?? (await (await SystemPages.TellingAsync(context)).ActAsync(
            visit.Actor, visit.Role, id, null, form.Version, (now, at) => AnswerAsVendor.Of(now, visit.Actor.Id, SystemForms.Vendor(form), at),
            context.RequestAborted)).Problem;
        if (problem is null)
        {
            AiPages.See(context, $"{Base}/{id}");
        }
        else
        {
            await ShowAsync(context, id, [("company", problem)], form);
        }
    }

    private static async Task ShowAsync(HttpContext context, string? id, IReadOnlyList<(string, Problem)> problems, DeskForm typed)
    {
        var now = id is null ? null : await OwnAsync(context, id);
        if (id is not null && now is null)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await SystemPages.WriteAsync<VendorSystemPage>(
            context, problems, (nameof(VendorSystemPage.Now), now), (nameof(VendorSystemPage.Typed), typed),
            (nameof(VendorSystemPage.Id), id ?? EventStore.NewId(SystemStream.Kind)));
    }

    private static async Task<AiSystem?> OwnAsync(HttpContext context, string id) =>
        await new AiDesk(context.Home()).FindAsync(SystemStream.Kind, id, null, context.RequestAborted) is { Now: var now }
            && now.VendorAccount == context.Visit().Actor.Id ? now : null;
}
