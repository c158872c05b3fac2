namespace Mortanba.Faults.Tests.Fuzz;

/// <summary>The inputs kept in the repository, a folder a target: from our own writers, made by hand, or once found.</summary>
internal static class Corpus
{
    public static string Folder { get; } = Path.Combine(Root(), "tests", "Faults", "Corpus");

    public static IReadOnlyList<(string Name, byte[] Bytes)> Of(string target)
    {
        var folder = Path.Combine(Folder, target);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
                .Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]
            : [];
    }

    public static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mortanba.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("Mortanba.slnx was not found above the tests.");
    }
}
