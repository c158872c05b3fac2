namespace Mortanba.Tests;

/// <summary>
/// The program as a process: the one <c>./mortanba</c> made, which is compiled ahead as people run it, or the one the
/// tests were built with when that is newer.
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
        // tests/PART/bin/CONFIGURATION/FRAMEWORK: the program lies in the folders of the same names.
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var checkout = here;
        while (!System.IO.File.Exists(Path.Combine(checkout.FullName, "Mortanba.slnx")))
        {
            checkout = checkout.Parent ?? throw new InvalidOperationException($"No checkout above {here.FullName}.");
        }

        var own = Path.Combine(checkout.FullName, "src", "Hosts", "Mortanba", "bin", here.Parent!.Name, here.Name, "mortanba.dll");
        var published = Path.Combine(checkout.FullName, "artifacts", "mortanba");
        var compiled = Path.Combine(published, "mortanba.dll");
        // Written last: before, it is not whole.
        return System.IO.File.Exists(Path.Combine(published, ".built"))
            && System.IO.File.GetLastWriteTimeUtc(compiled) >= System.IO.File.GetLastWriteTimeUtc(own)
            ? (Path.Combine(published, "mortanba"), [])
            : ("dotnet", [own]);
    }
}
