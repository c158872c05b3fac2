namespace Mortanba.Host.Web;

/// <summary>The pages of people with an account: console, graduate's page, signing in. Mapped beside the public site.</summary>
internal static class WorkSite
{
    public static void MapMortanbaWork(this WebApplication app)
    {
        var pages = app.MapGroup("/{lang:language}");
        SignInPages.Map(pages);
        PasskeyPages.Map(pages);
        SecurityPages.Map(pages);
        InvitationPages.Map(pages);
        ConsolePages.Map(pages);
        PeoplePages.Map(pages);
        ClientPages.Map(pages);
        TrailPages.Map(pages);
    }
}
