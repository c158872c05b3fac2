using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Pages;
using Mortanba.Storage;

namespace Mortanba.Host.Web;

/// <summary>
/// What somebody had typed into a form when the session ended: kept for an hour, protected, and offered to the same account
/// after the sign-in, to be sent with a form token of the new session. It is never sent by itself.
/// </summary>
/// <remarks>
/// Only from a page of this site (<c>Origin</c>), with the account the page was made for named in the form and the ended session
/// of that account in the cookie, and without files or secrets: what another site or another person posts here is not kept.
/// What decides is never kept (<see cref="NeverKept"/>).
/// </remarks>
internal sealed class UnsentForms(Database database, IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>Beside the token in each form of a working page.</summary>
    public const string AccountField = "who";

    public static readonly TimeSpan Term = TimeSpan.FromHours(1);

    private const int CharactersMax = 128 * 1024;
    private const int KeptMax = 1_000;
    private const int KeptPerAccountMax = 20;
    private static readonly string[] NotKept = [FormGuard.FieldName, AccountField];

    private readonly IDataProtector protector = protection.CreateProtector("web/unsent");

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("unsent_forms", ["id"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        // The id is SHA-256 of the token in the address, hex.
        new("unsent", 1, """
            CREATE TABLE unsent_forms (
                id TEXT NOT NULL PRIMARY KEY,
                account TEXT NOT NULL,
                document TEXT NOT NULL,
                expires_at TEXT NOT NULL);
            CREATE INDEX unsent_forms_expires ON unsent_forms (expires_at);
            """),
    ];

    /// <summary>Keeps the form of this request; null when it cannot be kept.</summary>
    public async Task<string?> KeepAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var isOfSecurity = context.Request.Path.Value?.Contains("/me/security", StringComparison.Ordinal) == true;
        var isKind = !isOfSecurity && context.GetEndpoint()?.Metadata.GetMetadata<NeverKept>() is null;
        if (!isKind || !IsOfThisSite(context.Request)
            || await EndedSessionAsync(context) is not { } account || form[AccountField] != account)
        {
            return null;
        }

        var fields = form.Where(f => !NotKept.Contains(f.Key)).SelectMany(f => f.Value, (f, value) => new KeptField(f.Key, value ?? "")).ToList();
        if (fields.Count == 0 || fields.Sum(f => f.Name.Length + f.Value.Length) > CharactersMax)
        {
            return null;
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var unsent = new Kept(context.Request.Path + context.Request.QueryString, fields, form.Files.Count > 0);
        // Before the transaction: protecting may have to store a new key.
        var document = protector.Protect(JsonSerializer.Serialize(unsent));
        var isKept = await database.WriteAsync(
            async t =>
            {
                await ForgetAsync(t, context.RequestAborted);
                var kept = await t.QueryAsync("SELECT account FROM unsent_forms", r => r.GetString(0), context.RequestAborted);
                if (kept.Count >= KeptMax || kept.Count(a => a == account) >= KeptPerAccountMax)
                {
                    return false;
                }

                await t.TouchAsync("unsent_forms", context.RequestAborted, IdOf(token));
                await t.ExecuteAsync(
                    "INSERT INTO unsent_forms (id, account, document, expires_at) VALUES (@id, @account, @document, @expires)",
                    context.RequestAborted, ("id", IdOf(token)), ("account", account), ("document", document),
                    ("expires", LedgerEntry.Time(time.GetUtcNow() + Term)));
                return true;
            },
            context.RequestAborted);
        return isKept ? token : null;
    }

    /// <summary>Deletes what nobody came back for.</summary>
    public async Task ForgetAsync(DbTransaction transaction, CancellationToken cancel)
    {
        var old = await transaction.QueryAsync(
            "SELECT id FROM unsent_forms WHERE expires_at <= @now", r => r.GetString(0), cancel, ("now", LedgerEntry.Time(time.GetUtcNow())));
        foreach (var id in old)
        {
            await transaction.TouchAsync("unsent_forms", cancel, id);
            await transaction.ExecuteAsync("DELETE FROM unsent_forms WHERE id = @id", cancel, ("id", id));
        }
    }

    public static void Map(RouteGroupBuilder pages) => pages.MapWork("/me/unsent").MapGet("/{token}", ShowAsync).Needs(null);

    private static async Task ShowAsync(HttpContext context, string token, UnsentForms forms, PageWriter writer)
    {
        if (await forms.FindAsync(token, context.Visit().Actor.Id, context.RequestAborted) is not { } kept)
        {
            await Problems.NotFoundAsync(context);
            return;
        }

        await SitePages.Write<UnsentPage>(context, writer, (nameof(UnsentPage.Kept), kept));
    }

    private async Task<Kept?> FindAsync(string token, string account, CancellationToken cancel)
    {
        await using var connection = await database.ConnectAsync(cancel);
        var document = (await connection.QueryAsync(
            "SELECT document FROM unsent_forms WHERE id = @id AND account = @account AND expires_at > @now", r => r.GetString(0), cancel,
            ("id", IdOf(token)), ("account", account), ("now", LedgerEntry.Time(time.GetUtcNow())))).SingleOrDefault();
        return document is null ? null : JsonSerializer.Deserialize<Kept>(protector.Unprotect(document));
    }

    /// <summary>Whose session the cookie is, however old; null when it is none of ours or was ended for all, as by a new password.</summary>
    private static async Task<string?> EndedSessionAsync(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptionsMonitor<CookieAuthenticationOptions>>()
            .Get(IdentityConstants.ApplicationScheme);
        var cookie = options.CookieManager.GetRequestCookie(context, options.Cookie.Name!);
        if (cookie is null || options.TicketDataFormat.Unprotect(cookie) is not { } ticket)
        {
            return null;
        }

        var signIn = context.RequestServices.GetRequiredService<SignInManager<Account>>();
        return (await signIn.ValidateSecurityStampAsync(ticket.Principal))?.Id;
    }

    private static bool IsOfThisSite(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        var from = origin.Length > 0 ? origin : request.Headers.Referer.ToString();
        return Uri.TryCreate(from, UriKind.Absolute, out var address) && address.Authority == request.Host.Value;
    }

    private static string IdOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}

/// <summary>Marks a form that decides, signs or sends: it is filled in by whoever is there, never offered from before.</summary>
internal sealed record NeverKept;

/// <summary>A form that was not sent.</summary>
/// <param name="Address">Where it goes: a page of this site.</param>
/// <param name="HadFiles">Files are not kept and have to be chosen again.</param>
public sealed record Kept(string Address, IReadOnlyList<KeptField> Fields, bool HadFiles);

public sealed record KeptField(string Name, string Value);
