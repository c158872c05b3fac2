using System.Text.Json;
using Xunit;

namespace Mortanba.Formats.Tests;

/// <summary>The published vectors and schemas that lie beside the repository, in <c>../shared</c>.</summary>
/// <remarks>A clone alone does not have them; tests that want them skip with that reason. Core vectors stand in the tests.</remarks>
public static class SharedVectors
{
    private static readonly string? Root = Find();

    /// <summary>Full path below <c>shared</c>; skips the running test when the folder is absent.</summary>
    public static string Require(params string[] parts)
    {
        var path = Root is null ? null : Path.Combine([Root, .. parts]);
        Assert.SkipUnless(
            path is not null && (File.Exists(path) || Directory.Exists(path)),
            $"../shared/{string.Join('/', parts)} does not lie beside the repository.");
        return path!;
    }

    public static string Text(params string[] parts) => File.ReadAllText(Require(parts));

    public static byte[] Bytes(params string[] parts) => File.ReadAllBytes(Require(parts));

    /// <summary>The caller disposes of it, or leaves it to the end of the test.</summary>
    public static JsonDocument Json(params string[] parts) => JsonDocument.Parse(Bytes(parts));

    // The repository's root is the folder of the solution file; shared lies beside it.
    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Mortanba.slnx")))
            {
                var shared = Path.Combine(folder.Parent?.FullName ?? "/", "shared");
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }
}
