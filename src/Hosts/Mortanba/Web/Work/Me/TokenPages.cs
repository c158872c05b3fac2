using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Me;
using Mortanba.Issuance;

namespace Mortanba.Host.Web;

/// <summary>A holder looks whether the token of a diploma is claimed, reads what that means, and claims it for an address.</summary>
internal static class TokenPages
{
    private const string Route = MePages.AssetRoute + "/token";

    public static void Map(RouteGroupBuilder pages)
    {
        var me = pages.MapWork("");
        me.MapGet(Route, BeginAsync).Needs(null);
        me.MapPost(Route, ClaimAsync).Needs(null);
    }

    private static async Task BeginAsync(HttpContext context, Guid asset, string? sent)
    {
        if (await MePages.OwnAsync(context, asset) is { } diploma)
        {
            await ShowAsync(context, diploma, [], ("WasSent", sent is not null));
        }
    }

    private static async Task ClaimAsync(HttpContext context, Installation home, Guid asset)
    {
        if (await MePages.OwnAsync(context, asset) is not { } diploma)
        {
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (address, again, read) = (form["address"].ToString(), form["again"].ToString(), form["read"] == "yes");
        var claimed = await new HoldAsToken(home).RunAsync(context.Visit().Actor, diploma, address, again, read, context.RequestAborted);
        if (claimed.TryGet(out _, out var refused))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}{MePages.PathOf(diploma.Summary.Asset)}/token?sent=1");
            return;
        }

        var field = refused.Code switch { "me/addresses-differ" => "again", "me/risks-unread" => "read", _ => "address" };
        await ShowAsync(
            context, diploma, [(field, refused)],
            (nameof(MyTokenPage.Address), address), (nameof(MyTokenPage.Again), again), (nameof(MyTokenPage.HasRead), read));
    }

    private static async Task ShowAsync(
        HttpContext context, StoredDiploma diploma, IReadOnlyList<(string, Problem)> problems, params (string, object?)[] more)
    {
        var registry = context.RequestServices.GetRequiredService<IPublicRegistry>();
        if (await registry.TokenAsync(diploma.Summary.Asset, context.RequestAborted) is not { } token)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<MyTokenPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            [(nameof(MyTokenPage.Diploma), diploma), (nameof(MyTokenPage.Token), token), (nameof(MyTokenPage.Refused), problems), .. more]);
    }
}
