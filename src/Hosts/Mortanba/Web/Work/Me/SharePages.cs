using System.Globalization;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Me;

namespace Mortanba.Host.Web;

/// <summary>A holder's shares: who opened them and when, stop at once, prolong, another code. Another's share is not there.</summary>
internal static class SharePages
{
    private const int LogLines = 100;

    public static void Map(RouteGroupBuilder pages)
    {
        var shares = pages.MapWork("/me/shares");
        shares.MapGet("", ListAsync).Needs(null);
        shares.MapGet("/{id}", (HttpContext context, string id, string? @new) => ShowAsync(context, id, @new == "1", null, [])).Needs(null);
        shares.MapPost("/{id}/stop", StopAsync).Needs(null);
        shares.MapPost("/{id}/prolong", ProlongAsync).Needs(null);
        shares.MapPost("/{id}/pin", PinAsync).Needs(null);
    }

    private static async Task ListAsync(HttpContext context, Installation home, PageWriter writer)
    {
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        await SitePages.Write<MySharesPage>(
            context, writer,
            (nameof(MySharesPage.Shares), await new Shares(home.Vault).OfAccountAsync(connection, context.Visit().Actor.Id, context.RequestAborted)),
            (nameof(MySharesPage.Now), home.Time.GetUtcNow()));
    }

    private static async Task StopAsync(HttpContext context, Installation home, string id) =>
        await AnswerAsync(context, id, await new ChangeShare(home).RevokeAsync(context.Visit().Actor, id, context.RequestAborted));

    private static async Task PinAsync(HttpContext context, Installation home, string id) =>
        await AnswerAsync(context, id, await new ChangeShare(home).RenewPinAsync(context.Visit().Actor, id, context.RequestAborted));

    private static async Task ProlongAsync(HttpContext context, Installation home, string id)
    {
        var typed = (await context.Request.ReadFormAsync(context.RequestAborted))["days"].ToString();
        var days = int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 0;
        var prolonged = await new ChangeShare(home).ProlongAsync(context.Visit().Actor, id, days, context.RequestAborted);
        if (prolonged.Problem is { Code: "me/bad-until" } refused)
        {
            await ShowAsync(context, id, isNew: false, typed, [("days", refused)]);
            return;
        }

        await AnswerAsync(context, id, prolonged);
    }

    private static Task AnswerAsync(HttpContext context, string id, Outcome<Share> outcome)
    {
        if (!outcome.IsDone)
        {
            return Problems.NotFoundAsync(context);
        }

        context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/me/shares/{id}");
        return Task.CompletedTask;
    }

    private static async Task ShowAsync(
        HttpContext context, string id, bool isNew, string? days, IReadOnlyList<(string, Problem)> problems)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var (shares, cancel) = (new Shares(home.Vault), context.RequestAborted);
        await using var connection = await home.Database.ConnectAsync(cancel);
        if (await shares.FindAsync(connection, context.Visit().Actor.Id, id, cancel) is not { } share)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        var (link, pin) = await shares.SecretsAsync(connection, id, cancel);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<MySharePage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(MySharePage.Share), share), (nameof(MySharePage.Log), await Shares.OpeningsAsync(connection, id, LogLines, cancel)),
            (nameof(MySharePage.Address), $"{home.Settings.Site}/{share.Words.Language.Tag()}/s/{link}"), (nameof(MySharePage.Pin), pin),
            (nameof(MySharePage.IsActive), share.IsActiveAt(home.Time.GetUtcNow())), (nameof(MySharePage.IsNew), isNew),
            (nameof(MySharePage.IsDiploma), await home.Credentials.FindAsync(connection, share.Credential, cancel) is not null),
            (nameof(MySharePage.MaxDays), home.Settings.ShareDaysMax),
            (nameof(MySharePage.Days), days ?? home.Settings.ShareDays.ToString(CultureInfo.InvariantCulture)),
            (nameof(MySharePage.Refused), problems));
    }
}
