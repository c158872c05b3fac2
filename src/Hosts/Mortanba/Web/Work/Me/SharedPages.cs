using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web.Pages;
using Mortanba.Host.Web.Work.Me;

namespace Mortanba.Host.Web;

/// <summary>
/// A share from outside, <c>/{lang}/s/LINK</c>: without an account, without script. Whatever is not there answers in one way, so that a
/// guess learns nothing; nothing of it is cached, referred to or indexed.
/// </summary>
internal static class SharedPages
{
    private const string CookieName = "share";
    private static readonly TimeSpan TicketTerm = TimeSpan.FromMinutes(30);

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet("/s/{share}", ShowAsync);
        pages.MapPost("/s/{share}", EnterAsync).WithMetadata(new Guessable());
        pages.MapGet("/s/{share}/file", FileAsync);
    }

    private static async Task ShowAsync(
        HttpContext context, Installation home, PageWriter writer, OnlineVerifier verifier, MailQueue mail, Texts texts, string share)
    {
        if (await AdmittedAsync(context, home, share) is not { } open)
        {
            return;
        }

        var (registry, cancel) = (context.RequestServices.GetRequiredService<IPublicRegistry>(), context.RequestAborted);
        var report = await verifier.VerifyAsync(Encoding.ASCII.GetBytes(open.Words.Presentation), cancel);
        await new OpenShare(home).NoteAsync(
            open, isDownload: false, cancel, mail, await new TellOpening(home, mail, texts).MessageAsync(open, cancel));
        await SitePages.Write<SharedPage>(
            context, writer, (nameof(SharedPage.Report), report), (nameof(SharedPage.Ledger), await registry.LedgerAsync(0, cancel)),
            (nameof(SharedPage.LegalClass), registry.LegalClass), (nameof(SharedPage.Share), open), (nameof(SharedPage.Address), share));
    }

    /// <summary>The diploma file with the shown fields alone: a checker reads it without this site.</summary>
    private static async Task FileAsync(HttpContext context, Installation home, string share)
    {
        if (await AdmittedAsync(context, home, share) is not { } open)
        {
            return;
        }

        if (!open.MayDownload || await new DeliverDiplomas(home).FileOfAsync(open.Credential, context.RequestAborted) is not var (_, whole))
        {
            await GoneAsync(context);
            return;
        }

        var shown = whole with { SdJwt = open.Words.Presentation, Vc = null, Paper = null };
        await new OpenShare(home).NoteAsync(open, isDownload: true, context.RequestAborted);
        await MePages.SendAsync(context, "shared.diploma.json", "application/json", shown.Write());
    }

    private static async Task EnterAsync(HttpContext context, Installation home, string share)
    {
        PaperOnline.Hide(context);
        if (!await FormGuard.IsGenuineAsync(context))
        {
            await Problems.ShowAsync(context, StatusCodes.Status400BadRequest);
            return;
        }

        var opening = new OpenShare(home);
        if (await opening.FindAsync(share, context.RequestAborted) is not { } found)
        {
            await GoneAsync(context);
            return;
        }

        if (await opening.IsBlockedAsync(found, context.RequestAborted))
        {
            await BlockedAsync(context);
            return;
        }

        if (found.HasPin)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            if (!(await opening.TryPinAsync(found, form["pin"].ToString(), context.RequestAborted)).TryGet(out _, out var refused))
            {
                await AskAsync(context, share, found, refused);
                return;
            }
        }

        var ticket = $"{found.Id} {(home.Time.GetUtcNow() + TicketTerm).ToUnixTimeSeconds()} {await opening.PinAsync(found, context.RequestAborted)}";
        context.Response.Cookies.Append(CookieName, Protector(context).Protect(ticket), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = "/",
        });
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"/{Readers.LanguageOf(context.Request).Tag()}/s/{share}";
    }

    /// <summary>The share, when whoever asks may see it now; else null, and the page that says what is missing was sent.</summary>
    private static async Task<Share?> AdmittedAsync(HttpContext context, Installation home, string link)
    {
        PaperOnline.Hide(context);
        if (!await context.RequestServices.GetRequiredService<LookupLimits>().AllowAsync(context))
        {
            return null;
        }

        var opening = new OpenShare(home);
        if (await opening.FindAsync(link, context.RequestAborted) is not { } share)
        {
            await GoneAsync(context);
            return null;
        }

        if (await opening.IsBlockedAsync(share, context.RequestAborted))
        {
            await BlockedAsync(context);
            return null;
        }

        if ((!share.HasPin && share.Words.Abroad)
            || IsTicket(context, share, await opening.PinAsync(share, context.RequestAborted), home.Time.GetUtcNow()))
        {
            return share;
        }

        await AskAsync(context, link, share, null);
        return null;
    }

    private static Task AskAsync(HttpContext context, string link, Share share, Problem? refused)
    {
        var isLocked = share.HasPin && (share.IsLocked || refused?.Code == "me/share-locked");
        var said = refused ?? (isLocked ? new Problem("me/share-locked", "Too many wrong codes; only the holder can give out a new one.") : null);
        return context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<SharedGatePage>(
            context, Readers.LanguageOf(context.Request), said is null ? StatusCodes.Status200OK : StatusCodes.Status403Forbidden,
            (nameof(SharedGatePage.Address), link), (nameof(SharedGatePage.AsksPin), share.HasPin),
            (nameof(SharedGatePage.AsksPlace), !share.Words.Abroad), (nameof(SharedGatePage.IsLocked), isLocked),
            (nameof(SharedGatePage.Refused), said is null ? [] : new[] { ("pin", said) }));
    }

    private static bool IsTicket(HttpContext context, Share share, string? pin, DateTimeOffset now)
    {
        if (context.Request.Cookies[CookieName] is not { Length: > 0 and < 1_000 } cookie)
        {
            return false;
        }

        try
        {
            // The code is part of it: a new one closes what the old one opened.
            return Protector(context).Unprotect(cookie).Split(' ') is [var id, var until, var opened] && id == share.Id
                && long.Parse(until, CultureInfo.InvariantCulture) > now.ToUnixTimeSeconds()
                && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(opened), Encoding.ASCII.GetBytes(pin ?? ""));
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static Task GoneAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ErrorPage>(
            context, Readers.LanguageOf(context.Request), StatusCodes.Status404NotFound, (nameof(ErrorPage.Code), "me/share-gone"));

    private static Task BlockedAsync(HttpContext context) =>
        context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<ErrorPage>(
            context, Readers.LanguageOf(context.Request), StatusCodes.Status403Forbidden, (nameof(ErrorPage.Code), "me/share-blocked"));

    private static IDataProtector Protector(HttpContext context) =>
        context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("share");
}
