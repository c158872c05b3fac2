using Microsoft.Net.Http.Headers;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>Which language a reader wants: the path decides, then the cookie of an earlier choice, then the browser.</summary>
internal static class Readers
{
    private const string CookieName = "lang";

    public static Language LanguageOf(HttpRequest request)
    {
        var first = request.Path.Value?.Split('/', 3) is [_, var segment, ..] ? segment : null;
        return Languages.TryParse(first, out var inPath) ? inPath : Preferred(request);
    }

    /// <summary>For <c>/</c> and the QR's address, which carry no language. Kazakh when the browser asks for none of ours.</summary>
    public static Language Preferred(HttpRequest request)
    {
        if (Languages.TryParse(request.Cookies[CookieName], out var chosen))
        {
            return chosen;
        }

        if (StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var accepted))
        {
            foreach (var wish in accepted.OrderByDescending(a => a.Quality ?? 1))
            {
                if (Languages.TryParse(wish.Value.Value?.Split('-')[0], out var wanted))
                {
                    return wanted;
                }
            }
        }

        return Language.Kk;
    }

    public static Language LanguageOfApi(HttpRequest request) =>
        Languages.TryParse(request.Query["lang"], out var asked) ? asked : Language.En;

    /// <summary>Remembers a switch: a page of one language opened from a page of another. No other visit sets a cookie.</summary>
    public static void RememberSwitch(HttpContext context, Language language)
    {
        if (Uri.TryCreate(context.Request.Headers.Referer, UriKind.Absolute, out var from)
            && from.Authority == context.Request.Host.Value
            && from.AbsolutePath.Split('/', 3) is [_, var tag, ..]
            && Languages.TryParse(tag, out var before) && before != language)
        {
            context.Response.Cookies.Append(CookieName, language.Tag(), new CookieOptions
            {
                HttpOnly = true,
                SameSite = Microsoft.AspNetCore.Http.SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                MaxAge = TimeSpan.FromDays(365),
            });
        }
    }
}
