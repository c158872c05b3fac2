using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>Lets <c>{lang:language}</c> match kk, ru and en in lower case only: one address, one spelling.</summary>
internal sealed class LanguageConstraint : IRouteConstraint
{
    public const string Name = "language";

    public bool Match(
        HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string tag && Languages.TryParse(tag, out var language) && language.Tag() == tag;
}
