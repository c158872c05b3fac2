using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>
/// Lets programs in: with an API key (<c>mtb_…</c>), a token made from one, or one of the outside issuer. All give the same actor. An institution where
/// the program is nobody answers as if it did not exist.
/// </summary>
internal static class ApiDoor
{
    private const string Scheme = "Bearer ";

    public static void Map(IEndpointRouteBuilder api) => api.MapPost("/token", TokenAsync);

    /// <summary>Who asks, at the institution of the address; null when the refusal was written to the response.</summary>
    public static async Task<Visit?> EnterAsync(HttpContext context, Right right, string bin)
    {
        if (await ClientAsync(context) is not { } client)
        {
            // Guessing keys is slow, too.
            if (await context.RequestServices.GetRequiredService<LookupLimits>().AllowSignInAsync(context))
            {
                context.Response.Headers.WWWAuthenticate = "Bearer";
                await Problems.WriteAsync(context, StatusCodes.Status401Unauthorized, new Problem(
                    "api/unauthorised", "Send an API key or a token that is valid: Authorization: Bearer …"));
            }

            return null;
        }

        var actor = client.ToActor();
        if (!Bin.TryParse(bin, out var institution) || institution.Value != bin || client.Institution != institution)
        {
            await Problems.ShowAsync(context, StatusCodes.Status404NotFound);
            return null;
        }

        if (actor.RoleFor(right, institution) is not { } role)
        {
            await Problems.WriteAsync(context, StatusCodes.Status403Forbidden, new Problem("api/no-scope", "The key has not the scope for this."));
            return null;
        }

        context.Response.Headers.CacheControl = "no-store";
        return new Visit(actor, institution, role);
    }

    private static async Task<ApiClient?> ClientAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var credential = header[Scheme.Length..].Trim();
        var home = context.RequestServices.GetRequiredService<Installation>();
        var at = home.Time.GetUtcNow();
        ApiToken? token = null;
        if (!credential.StartsWith(ApiClients.Prefix, StringComparison.Ordinal))
        {
            token = context.RequestServices.GetRequiredService<ApiTokens>().Read(credential);
            if (token is null && context.RequestServices.GetService<ApiIssuer>() is { } outside)
            {
                token = await outside.ReadAsync(credential, context.RequestAborted);
            }

            if (token is null)
            {
                return null;
            }
        }

        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        if (token is null)
        {
            return await ApiClients.FindAsync(connection, credential, at, home.Database.Seals, context.RequestAborted);
        }

        return await ApiClients.FindByIdAsync(connection, token.Client, at, home.Database.Seals, context.RequestAborted) is { } client
            ? client with { Scopes = [.. client.Scopes.Intersect(token.Scopes)] }
            : null;
    }

    /// <summary>RFC 6749 section 4.4: client credentials for a short token. Errors are those of its section 5.2.</summary>
    private static async Task<IResult> TokenAsync(HttpContext context, Installation home, ApiTokens tokens, LookupLimits limits)
    {
        if (!await limits.AllowSignInAsync(context))
        {
            return Results.Empty;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (!await FormGuard.TryReadAsync(context))
        {
            return Results.Empty;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["grant_type"] != "client_credentials")
        {
            return Refusal("unsupported_grant_type", StatusCodes.Status400BadRequest);
        }

        var (id, secret) = Basic(context.Request.Headers.Authorization.ToString()) ?? (form["client_id"].ToString(), form["client_secret"].ToString());
        await using var connection = await home.Database.ConnectAsync(context.RequestAborted);
        var client = await ApiClients.FindAsync(connection, secret, home.Time.GetUtcNow(), home.Database.Seals, context.RequestAborted);
        if (client is null || client.Id != id)
        {
            context.Response.Headers.WWWAuthenticate = "Basic";
            return Refusal("invalid_client", StatusCodes.Status401Unauthorized);
        }

        var asked = form["scope"].ToString() is { Length: > 0 } some ? some.Split(' ') : [.. client.Scopes];
        return asked.Except(client.Scopes).Any()
            ? Refusal("invalid_scope", StatusCodes.Status400BadRequest)
            : Results.Json(new Dictionary<string, object>
            {
                ["access_token"] = tokens.Issue(client, asked),
                ["token_type"] = "Bearer",
                ["expires_in"] = (int)ApiTokens.Term.TotalSeconds,
                ["scope"] = string.Join(' ', asked),
            });
    }

    private static IResult Refusal(string error, int status) =>
        Results.Json(new Dictionary<string, string> { ["error"] = error }, statusCode: status);

    private static (string Id, string Secret)? Basic(string header)
    {
        const string Name = "Basic ";
        if (!header.StartsWith(Name, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(header[Name.Length..].Trim())).Split(':', 2);
            return pair.Length == 2 ? (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[1])) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
