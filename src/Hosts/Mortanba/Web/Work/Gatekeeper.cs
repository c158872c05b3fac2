using Mortanba.Accounts;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>What a working page asks of its visitor. Null: only to be signed in.</summary>
internal sealed record NeedsRight(Right? Right);

/// <summary>Marks the pages of people with an account; one that does not say its right is a fault, not an open door.</summary>
internal sealed record WorkPage;

/// <summary>
/// Marks a form with large files: its handler reads it as a stream and asks for the token itself, before the first file.
/// </summary>
internal sealed record ReadsOwnForm;

/// <summary>
/// Stands before every working page: who is signed in, with which right, at which institution; a form without its token is
/// refused. An institution where the visitor is nobody answers as if it did not exist (requirement X-13, tenant isolation).
/// </summary>
/// <remarks>A middleware, not an endpoint filter: filters are passed over for handlers that are plain request delegates.</remarks>
internal sealed class Gatekeeper(RequestDelegate next)
{
    public const string InstitutionParameter = "bin";

    public async Task InvokeAsync(HttpContext context)
    {
        var endpoint = context.GetEndpoint();
        if (endpoint?.Metadata.GetMetadata<WorkPage>() is null)
        {
            await next(context);
            return;
        }

        context.Response.Headers.CacheControl = "no-store";
        var needs = endpoint.Metadata.GetMetadata<NeedsRight>()
            ?? throw new InvalidOperationException("A working page must say which right it needs.");
        if (await context.ActorAsync() is not { } actor)
        {
            await SignInPages.AskAsync(context);
        }
        else if (WaitsForFactor(context, needs))
        {
            await SecondFactorPages.AskAsync(context);
        }
        else if (!TryAdmit(context, actor, needs, out var visit, out var status))
        {
            await Problems.ShowAsync(context, status);
        }
        else if (MustReadForm(context, endpoint) && !await FormGuard.TryReadAsync(context))
        {
            // Answered already.
        }
        else if (MustReadForm(context, endpoint) && !await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
        }
        else
        {
            context.Remember(visit with { Waiting = context.WaitingRoles() });
            await next(context);
        }
    }

    /// <summary>A role at this place waits for a second factor: the place opens with it, as a whole.</summary>
    private static bool WaitsForFactor(HttpContext context, NeedsRight needs) => context.GetRouteValue(InstitutionParameter) is string text
        ? Bin.TryParse(text, out var bin) && bin.Value == text && context.WaitingRoles().Any(m => m.Covers(bin))
        : needs.Right is { } right && context.WaitingRoles().Any(m => m.Institution is null && Rights.Gives(m.Role, right));

    private static bool MustReadForm(HttpContext context, Endpoint endpoint) =>
        !IsSafe(context.Request.Method) && endpoint.Metadata.GetMetadata<ReadsOwnForm>() is null;

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static bool TryAdmit(HttpContext context, Actor actor, NeedsRight needs, out Visit visit, out int status)
    {
        status = StatusCodes.Status403Forbidden;
        visit = new Visit(actor, null, null);
        if (context.GetRouteValue(InstitutionParameter) is not string text)
        {
            visit = visit with { Role = needs.Right is { } asked ? actor.PlatformRoleFor(asked) : null };
            return needs.Right is null || visit.Role is not null;
        }

        if (!Bin.TryParse(text, out var bin) || bin.Value != text || !actor.Memberships.Any(m => m.Covers(bin)))
        {
            status = StatusCodes.Status404NotFound;
            return false;
        }

        visit = new Visit(actor, bin, needs.Right is { } right ? actor.RoleFor(right, bin) : null);
        return needs.Right is null || visit.Role is not null;
    }
}

internal static class GatekeeperRoutes
{
    /// <summary>A group of working pages, each of which names its right with <see cref="Needs{T}"/>.</summary>
    public static RouteGroupBuilder MapWork(this IEndpointRouteBuilder routes, string prefix) =>
        routes.MapGroup(prefix).WithMetadata(new WorkPage());

    public static T Needs<T>(this T route, Right? right)
        where T : IEndpointConventionBuilder => route.WithMetadata(new NeedsRight(right));
}
