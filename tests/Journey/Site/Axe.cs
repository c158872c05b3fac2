namespace Mortanba.Journey.Tests.Site;

/// <summary>The accessibility rules, from npm; nothing of them ships.</summary>
internal static class Axe
{
    /// <summary>The script, or null when <c>npm ci</c> was not run in tests/Journey.</summary>
    public static string? Source()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "node_modules", "axe-core", "axe.min.js");
            if (File.Exists(file))
            {
                return File.ReadAllText(file);
            }
        }

        return null;
    }
}
