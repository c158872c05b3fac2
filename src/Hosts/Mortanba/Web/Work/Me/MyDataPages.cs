using Microsoft.AspNetCore.Identity;
using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Me;

namespace Mortanba.Host.Web;

/// <summary>What is kept about a holder: requests, consents, who looked, everything as one file (requirements ).</summary>
internal static class MyDataPages
{
    private const int LookedOnDataPage = 10;
    private const int LookedOnOwnPage = 250;

    public static void Map(RouteGroupBuilder pages)
    {
        var data = pages.MapWork("/me/data");
        data.MapGet("", ShowAsync).Needs(null);
        data.MapGet("/looked", LookedAsync).Needs(null);
        data.MapPost("/export", ExportAsync).Needs(null);
        data.MapPost("/notices", NoticesAsync).Needs(null);
    }

    private static async Task ShowAsync(HttpContext context, Installation home, PageWriter writer, Texts texts)
    {
        var (holder, cancel) = (context.Visit().Actor, context.RequestAborted);
        var diplomas = await new HeldDiplomas(home).OfAsync(holder.Id, cancel);
        var looked = await MePages.LookedAsync(context, home, texts, LookedOnDataPage);
        await using var connection = await home.Database.ConnectAsync(cancel);
        await SitePages.Write<MyDataPage>(
            context, writer, (nameof(MyDataPage.Diplomas), diplomas),
            (nameof(MyDataPage.Requests), await new HolderRequests(home.Vault).OfAccountAsync(connection, holder.Id, cancel)),
            (nameof(MyDataPage.Consents), await new Consents(home.Vault).OfAccountAsync(connection, holder.Id, cancel)),
            (nameof(MyDataPage.TellsOpenings), await HolderNotices.WantsOpeningsAsync(connection, holder.Id, cancel)),
            (nameof(MyDataPage.Looked), looked), (nameof(MyDataPage.Now), home.Time.GetUtcNow()));
    }

    private static async Task NoticesAsync(HttpContext context, Installation home)
    {
        var (holder, cancel, at) = (context.Visit().Actor, context.RequestAborted, home.Time.GetUtcNow());
        var wanted = (await context.Request.ReadFormAsync(cancel))["openings"] == "yes";
        await home.Database.WriteAsync(
            async t =>
            {
                if (await HolderNotices.WantsOpeningsAsync(t, holder.Id, cancel) != wanted)
                {
                    await HolderNotices.SetOpeningsAsync(t, holder.Id, wanted, cancel);
                    await AuditTrail.AppendAsync(
                        t, at,
                        new TrailEvent(
                            TrailAct.Change, wanted ? "me/openings-told" : "me/openings-untold", holder, new TrailSubject("account", holder.Id)),
                        cancel);
                }
            },
            cancel);
        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/data#notices");
    }

    private static async Task LookedAsync(HttpContext context, Installation home, PageWriter writer, Texts texts) =>
        await SitePages.Write<LookedPage>(
            context, writer, (nameof(LookedPage.Looked), await MePages.LookedAsync(context, home, texts, LookedOnOwnPage)));

    private static async Task ExportAsync(HttpContext context, Installation home, UserManager<Account> accounts)
    {
        var account = await SecurityPages.AccountAsync(context, accounts);
        await MePages.SendAsync(
            context, "my-data.zip", "application/zip",
            await new TakeMine(home).ExportAsync(context.Visit().Actor, account.Email, context.RequestAborted));
    }
}
