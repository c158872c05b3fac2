namespace Mortanba.Host.Web;

internal static class PreviewPages
{
    public static void Map(RouteGroupBuilder lists)
    {
    }
}
