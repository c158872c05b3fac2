using System.Globalization;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Web.Work.Pages;

namespace Mortanba.Host.Web;

/// <summary>API keys of an institution: make one (shown once), see them, revoke.</summary>
internal static class ClientPages
{
    private const int TermDaysDefault = 90;

    public static void Map(RouteGroupBuilder pages)
    {
        var clients = pages.MapWork("/console/{bin}/clients");
        clients.MapGet("", (HttpContext context) => ShowAsync(context, new ClientForm("", [], TermDaysDefault), null, [])).Needs(Right.ManagePeople);
        clients.MapPost("", CreateAsync).Needs(Right.ManagePeople);
        clients.MapPost("/revoke", RevokeAsync).Needs(Right.ManagePeople);
    }

    private static async Task CreateAsync(HttpContext context, Installation home)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var days = int.TryParse(form["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? Math.Min(given, 10_000) : 0;
        var typed = new ClientForm(form["name"].ToString(), [.. form["scope"].OfType<string>()], days);
        var (visit, at) = (context.Visit(), home.Time.GetUtcNow());

        // A key is given for systems that the school allows; whether one still is, is asked anew at each use.
        var systems = await SystemsAsync(context, visit.Institution!.Value);
        var created = typed.Scopes.Any(s => s.StartsWith(ApiClients.AssessPrefix, StringComparison.Ordinal) && !systems.ContainsKey(s))
            ? ApiClients.NoScopes
            : await home.Database.WriteAsync(
                t => ApiClients.CreateAsync(
                    t, visit.Actor, visit.Institution!.Value, typed.Name, typed.Scopes, at.AddDays(days), at, context.RequestAborted),
                context.RequestAborted);
        if (!created.TryGet(out var made, out var refused))
        {
            var field = refused.Code switch { "accounts/client-name" => "name", "accounts/client-scopes" => "scopes", _ => "days" };
            await ShowAsync(context, typed, null, [(field, refused)]);
            return;
        }

        // Answered in place: the key is in no address, no cookie and no second page.
        await ShowAsync(context, new ClientForm("", [], TermDaysDefault), made.Key, []);
    }

    private static async Task RevokeAsync(HttpContext context, Installation home)
    {
        var (form, visit) = (await context.Request.ReadFormAsync(context.RequestAborted), context.Visit());
        var outcome = await home.Database.WriteAsync(
            t => ApiClients.RevokeAsync(
                t, visit.Actor, form["id"].ToString(), visit.Institution!.Value, home.Time.GetUtcNow(), context.RequestAborted),
            context.RequestAborted);
        if (outcome.TryGet(out _, out var refused))
        {
            context.Response.Redirect($"/{Readers.LanguageOf(context.Request).Tag()}/console/{visit.Institution}/clients");
            return;
        }

        await ShowAsync(context, new ClientForm("", [], TermDaysDefault), null, [("clients", refused)]);
    }

    // Scopes to read works, each with the name of its system: those that the school has for help with assessment today.
    private static async Task<IReadOnlyDictionary<string, string>> SystemsAsync(HttpContext context, Bin bin) =>
        (await new TaskDesk(context.RequestServices.GetRequiredService<Installation>()).AssessingAsync(bin, context.RequestAborted))
            .ToDictionary(s => ApiClients.AssessPrefix + s.Key, s => s.Value, StringComparer.Ordinal);

    private static async Task ShowAsync(HttpContext context, ClientForm typed, string? key, IReadOnlyList<(string, Problem)> problems)
    {
        var home = context.RequestServices.GetRequiredService<Installation>();
        var bin = context.Visit().Institution!.Value;
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        await context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ClientsPage>(
            context, Readers.LanguageOf(context.Request),
            problems.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(ClientsPage.InstitutionName), await ConsolePages.InstitutionNameAsync(context, bin)),
            (nameof(ClientsPage.Clients), await ApiClients.OfInstitutionAsync(connection, bin, context.RequestAborted)),
            (nameof(ClientsPage.Systems), await SystemsAsync(context, bin)), (nameof(ClientsPage.Now), home.Time.GetUtcNow()),
            (nameof(ClientsPage.Typed), typed), (nameof(ClientsPage.NewKey), key), (nameof(ClientsPage.Refused), problems));
    }
}

/// <summary>What was typed, so that a refused form comes back filled.</summary>
public sealed record ClientForm(string Name, IReadOnlyList<string> Scopes, int Days);
