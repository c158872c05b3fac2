using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work;
using Mortanba.Host.Web.Work.Pages;
using Mortanba.Permits;

namespace Mortanba.Host.Web;

/// <summary>The way into the console: the places where the visitor holds a role.</summary>
internal static class ConsolePages
{
    public static void Map(RouteGroupBuilder pages)
    {
        var console = pages.MapWork("/console");
        console.MapGet("", IndexAsync).Needs(null);
        console.MapGet("/{bin}", OpenAsync).Needs(null);
    }

    /// <summary>Name of the institution of this visit, in the reader's language.</summary>
    internal static async Task<string> InstitutionNameAsync(HttpContext context, Bin bin)
    {
        await using var connection = await context.RequestServices.GetRequiredService<Installation>().Database
            .ConnectAsync(context.RequestAborted);
        var organisation = await PermitRegister.FindOrganisationAsync(connection, bin, context.RequestAborted);
        var name = organisation?.Name ?? (await SchoolDirectory.FindAsync(connection, bin, context.RequestAborted))?.Name;
        return name?.In(Readers.LanguageOf(context.Request)) ?? bin.Value;
    }

    private static async Task IndexAsync(HttpContext context, PageWriter writer)
    {
        if (context.WaitingRoles().Count > 0)
        {
            await SecondFactorPages.AskAsync(context);
            return;
        }

        if (MeAiPages.IsOnlyHere(context.Visit().Actor))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/ai");
            return;
        }

        if (await IsOnlyHolderAsync(context))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me");
            return;
        }

        var places = new List<(Bin?, string, IReadOnlyList<Role>)>();
        foreach (var place in context.Visit().Actor.Memberships.GroupBy(m => m.Institution))
        {
            var name = place.Key is { } bin
                ? await InstitutionNameAsync(context, bin)
                : context.RequestServices.GetRequiredService<Texts>().Get(Readers.LanguageOf(context.Request), "work/platform");
            places.Add((place.Key, name, [.. place.Select(m => m.Role)]));
        }

        await SitePages.Write<ConsolePage>(context, writer, (nameof(ConsolePage.Places), places));
    }

    // A graduate has no place of work here: signing in leads to the diplomas.
    private static async Task<bool> IsOnlyHolderAsync(HttpContext context)
    {
        var actor = context.Visit().Actor;
        if (actor.Memberships.Count > 0)
        {
            return false;
        }

        await using var connection = await context.RequestServices.GetRequiredService<Installation>().Database
            .ConnectAsync(context.RequestAborted);
        return (await Holdings.OfAccountAsync(connection, actor.Id, context.RequestAborted)).Count > 0;
    }

    /// <summary>The first tab that the visitor may open, or the way in when no page is there for this role.</summary>
    private static Task OpenAsync(HttpContext context)
    {
        var visit = context.Visit();
        var first = WorkLayout.Tabs.FirstOrDefault(t => visit.Actor.May(t.Right, visit.Institution!.Value)).Tab;
        var console = $"/{Readers.LanguageOf(context.Request).Tag()}/console";
        context.Response.Redirect(first is null ? console : $"{console}/{visit.Institution}/{first}");
        return Task.CompletedTask;
    }
}
