using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Sbom;
using Xunit;

namespace Mortanba.Architecture.Tests;

/// <summary>The bill of materials that a publish writes to artifacts/sbom.json.</summary>
public sealed partial class SbomTests
{
    private static readonly string Packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private static readonly byte[] Bom = BillOfMaterials.Write(Repository.Root, Packages);

    private static List<JsonElement> Components()
    {
        using var json = JsonDocument.Parse(Bom);
        return [.. json.RootElement.Clone().GetProperty("components").EnumerateArray()];
    }

    [Fact]
    public void Every_package_of_every_lock_file_appears_exactly_once()
    {
        // Read with an expression of its own, so that a slip of the generator cannot hide itself.
        var locked = Repository.Files(".", "packages.lock.json").SelectMany(file => Locked().Matches(File.ReadAllText(file)))
            .Select(match => $"pkg:nuget/{match.Groups["name"].Value}@{match.Groups["version"].Value}")
            .Concat(Repository.Files(".", "package-lock.json").SelectMany(file => LockedNpm().Matches(File.ReadAllText(file)))
                .Select(match => $"pkg:npm/{match.Groups["name"].Value.Replace("@", "%40", StringComparison.Ordinal)}@{match.Groups["version"].Value}"))
            .Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(locked, Components().Select(c => c.GetProperty("purl").GetString()!));
    }

    [Fact]
    public void Versions_are_exact_and_contents_hashed() => Assert.DoesNotContain(
        Components(),
        component => !Exact().IsMatch(component.GetProperty("version").GetString()!)
            || component.GetProperty("hashes")[0].GetProperty("content").GetString()!.Length != 128);

    [Fact]
    public void No_version_is_asked_for_with_a_star() => Assert.DoesNotContain(
        File.ReadAllText(Repository.Path("Directory.Packages.props")).Split("Version=").Skip(1).Select(part => part.Split('"')[1]),
        version => version.Contains('*', StringComparison.Ordinal));

    [Fact]
    public void What_ships_is_told_from_what_tests() => Assert.Equal(
        ("required", "excluded", "required", "excluded"),
        (ScopeOf("Npgsql"), ScopeOf("xunit.v3"), ScopeOf("@noble/curves"), ScopeOf("esbuild")));

    [Fact]
    public void Shipped_packages_have_a_known_licence() => Assert.Empty(
        Components().Where(c => c.GetProperty("scope").GetString() == "required" && !c.TryGetProperty("licenses", out _))
            .Select(c => c.GetProperty("purl").GetString()!).Except(LicenceReadByAPerson));

    // These carry a file instead of an SPDX expression. SQLite's says: public domain.
    private static readonly string[] LicenceReadByAPerson = ["pkg:nuget/SourceGear.sqlite3@3.50.4.5"];

    [Fact]
    public void The_same_lock_files_give_the_same_bytes() =>
        Assert.Equal(Bom, BillOfMaterials.Write(Repository.Root, Packages));

    private static string? ScopeOf(string name) =>
        Components().Single(c => c.GetProperty("name").GetString() == name).GetProperty("scope").GetString();

    [GeneratedRegex("\"(?<name>[^\"]+)\": \\{\\s+\"type\": \"(Direct|Transitive|CentralTransitive)\",(\\s+\"requested\": \"[^\"]*\",)?\\s+\"resolved\": \"(?<version>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Locked();

    [GeneratedRegex("\"node_modules/(?<name>[^\"]+)\": \\{\\s+\"version\": \"(?<version>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex LockedNpm();

    [GeneratedRegex(@"\A\d+\.\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?\z")]
    private static partial Regex Exact();
}
