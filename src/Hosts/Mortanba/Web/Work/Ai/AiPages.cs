using System.Globalization;
using Microsoft.AspNetCore.Components;
using Mortanba.Foundation;
using Mortanba.Host.Web.Work.Recognition;

namespace Mortanba.Host.Web;

/// <summary>What all working pages of AI in education share: how they are written, answered and read.</summary>
internal static class AiPages
{
    public static Installation Home(this HttpContext context) => context.RequestServices.GetRequiredService<Installation>();

    /// <summary>A page as it is, or with what is wrong in its form.</summary>
    /// <param name="refused">Given to the page as its parameter <c>Refused</c>.</param>
    public static Task WriteAsync<TPage>(
        HttpContext context, IReadOnlyList<(string Field, Problem Problem)> refused, params (string Name, object? Value)[] parameters)
        where TPage : IComponent => context.RequestServices.GetRequiredService<PageWriter>().WriteAsync<TPage>(
            context, Readers.LanguageOf(context.Request), refused.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            [("Refused", refused), .. parameters]);

    /// <summary>To a page after an act: the answer of a form is never a page that could be sent again.</summary>
    /// <param name="path">Without the language.</param>
    public static void See(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"/{Readers.LanguageOf(context.Request).Tag()}{path}";
    }

    /// <summary>The whole number in a field; null when there is none.</summary>
    public static int? Number(this DeskForm form, string field) =>
        int.TryParse(form[field], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
