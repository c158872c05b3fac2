namespace Mortanba.Tests;

/// <summary>
/// The program as a process: the one <c>./mortanba</c> made, which is compiled ahead as people run it, or the one beside the tests when that is
/// newer.
/// </summary>
internal static class Installed
{
    private static readonly Lazy<(string File, string[] Before)> Found = new(Find);

    /// <summary>What to start.</summary>
    public static string File => Found.Value.File;

    /// <summary>What to start it with before its own arguments.</summary>
    public static string[] Before => Found.Value.Before;

    private static (string File, string[] Before) Find()
    {
        var own = Path.Combine(AppContext.BaseDirectory, "mortanba.dll");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Mortanba.slnx")))
            {
                // Written last, with the time at which the build began.
                var published = Path.Combine(folder.FullName, "artifacts", "mortanba");
                var built = Path.Combine(published, ".built");
                return System.IO.File.Exists(built) && System.IO.File.GetLastWriteTimeUtc(built) >= System.IO.File.GetLastWriteTimeUtc(own)
                    ? (Path.Combine(published, "mortanba"), [])
                    : ("dotnet", [own]);
            }
        }

        return ("dotnet", [own]);
    }
}
