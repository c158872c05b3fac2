using System.Text.Json;

namespace Mortanba.Sbom;

/// <summary>One package that a lock file fixed.</summary>
/// <param name="Source"><c>nuget</c> or <c>npm</c>: the type of its purl.</param>
/// <param name="Sha512">The lock file's hash of the content, 64 bytes.</param>
/// <param name="Licence">SPDX expression where the lock file tells it; null otherwise.</param>
/// <param name="IsForDevelopment">An npm package that only builds and tests use.</param>
public sealed record LockedPackage(string Source, string Name, string Version, byte[] Sha512, string? Licence, bool IsForDevelopment = false)
{
    /// <summary>Package URL (purl-spec): the one name of this version everywhere.</summary>
    public string Purl => $"pkg:{Source}/{Name.Replace("@", "%40", StringComparison.Ordinal)}@{Version}";

    /// <summary>Every lock file of a checkout, those of what ships (src, and the page of verifier) told apart.</summary>
    public static IEnumerable<(string File, bool IsShipped)> LockFiles(string root) =>
        Directory.EnumerateFiles(root, "*.json", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is "packages.lock.json" or "package-lock.json")
            .Where(file => !Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)
                .Any(part => part is "bin" or "obj" or "node_modules" or "artifacts" or "data"))
            .Order(StringComparer.Ordinal)
            .Select(file => (file, Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar)[0] is "src" or "verifier"));

    /// <summary>The packages of one lock file; projects of the solution are no packages.</summary>
    public static List<LockedPackage> Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(file));
        return Path.GetFileName(file) == "package-lock.json" ? ReadNpm(json.RootElement) : ReadNuGet(json.RootElement);
    }

    private static List<LockedPackage> ReadNuGet(JsonElement root)
    {
        var packages = new List<LockedPackage>();
        foreach (var framework in root.GetProperty("dependencies").EnumerateObject())
        {
            foreach (var package in framework.Value.EnumerateObject())
            {
                if (package.Value.TryGetProperty("contentHash", out var hash))
                {
                    packages.Add(new LockedPackage(
                        "nuget", package.Name, package.Value.GetProperty("resolved").GetString()!, hash.GetBytesFromBase64(), null));
                }
            }
        }

        return packages;
    }

    private static List<LockedPackage> ReadNpm(JsonElement root)
    {
        const string Folder = "node_modules/";
        const string Algorithm = "sha512-";
        var packages = new List<LockedPackage>();
        foreach (var package in root.GetProperty("packages").EnumerateObject())
        {
            if (package.Name.LastIndexOf(Folder, StringComparison.Ordinal) is var at && at < 0)
            {
                continue;
            }

            var integrity = package.Value.GetProperty("integrity").GetString()!;
            packages.Add(new LockedPackage(
                "npm",
                package.Name[(at + Folder.Length)..],
                package.Value.GetProperty("version").GetString()!,
                Convert.FromBase64String(integrity[Algorithm.Length..]),
                package.Value.TryGetProperty("license", out var licence) ? licence.GetString() : null,
                package.Value.TryGetProperty("dev", out var dev) && dev.GetBoolean()));
        }

        return packages;
    }
}
