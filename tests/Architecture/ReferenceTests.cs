using System.Xml.Linq;
using Xunit;

namespace Mortanba.Architecture.Tests;

/// <summary>The table of allowed references (ARCHITECTURE.md, "Who may know whom"), read against every project file.</summary>
public class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Foundation"] = [],
        ["Storage"] = ["Foundation"],
        ["Credentials"] = ["Foundation"],
        ["TransparencyLog"] = ["Foundation"],
        ["Documents"] = ["Foundation"],
        ["Accounts"] = ["Foundation", "Storage"],
        ["Rules"] = ["Foundation", "Storage"],
        ["Permits"] = ["Foundation", "Storage", "Rules"],
        ["Intake"] = ["Foundation", "Storage", "Rules", "Permits"],
        ["Issuance"] = ["Foundation", "Storage", "Rules", "Permits", "Intake", "Credentials"],
        ["Ledger"] = ["Foundation", "Storage", "TransparencyLog"],
        ["Delivery"] = ["Foundation", "Storage", "Credentials", "Documents", "Issuance", "Permits", "Intake"],
        ["Verification"] = ["Foundation", "Credentials", "TransparencyLog", "Documents"],
        ["Recognition"] = ["Foundation", "Storage", "Rules", "Credentials", "Documents"],
        ["AiEducation"] = ["Foundation", "Storage", "Rules"],
        ["Mortanba"] =
        [
            "Foundation", "Storage", "Credentials", "TransparencyLog", "Documents", "Accounts", "Rules", "Permits", "Intake",
            "Issuance", "Ledger", "Delivery", "Verification", "Recognition", "AiEducation",
        ],
        ["Bench"] = ["Foundation", "Credentials", "TransparencyLog", "Documents"],
    };

    [Fact]
    public void Every_project_references_only_what_the_table_allows()
    {
        var offenders = new List<string>();
        foreach (var file in Projects())
        {
            var name = Path.GetFileNameWithoutExtension(file);
            if (!Allowed.TryGetValue(name, out var allowed))
            {
                offenders.Add($"{name} is not in the table");
                continue;
            }

            offenders.AddRange(References(file).Except(allowed).Select(other => $"{name} references {other}"));
        }

        Assert.Empty(offenders);
    }

    private static IEnumerable<string> Projects() =>
        Repository.Files("src", "*.csproj").Concat(Repository.Files("bench", "*.csproj"));

    [Fact]
    public void Every_row_of_the_table_has_its_project()
    {
        var projects = Projects().Select(Path.GetFileNameWithoutExtension);
        Assert.Empty(Allowed.Keys.Except(projects));
    }

    [Fact]
    public void Transitive_references_are_off_so_that_the_table_holds()
    {
        var props = XDocument.Load(Repository.Path("Directory.Build.props"));
        Assert.Equal("true", props.Descendants("DisableTransitiveProjectReferences").Single().Value);
    }

    [Fact]
    public void Formats_have_no_clock_network_database_or_web()
    {
        string[] forbidden =
        [
            "TimeProvider", "DateTime.Now", "DateTime.UtcNow", "DateTimeOffset.Now", "DateTimeOffset.UtcNow", "HttpClient",
            "System.Net.Http", "System.Data", "Microsoft.AspNetCore", "File.Open", "File.Read", "File.Write",
        ];
        var offenders =
            from file in Repository.Files("src/Formats", "*.cs")
            from line in File.ReadLines(file).Select((text, index) => (text, number: index + 1))
            where !line.text.TrimStart().StartsWith("//", StringComparison.Ordinal)
            from word in forbidden
            where line.text.Contains(word, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.number} uses {word}";
        Assert.Empty(offenders);
    }

    [Fact]
    public void Time_comes_from_a_TimeProvider_everywhere()
    {
        string[] forbidden = ["DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now", "DateTimeOffset.UtcNow"];
        var offenders =
            from file in Repository.Files("src", "*.cs").Concat(Repository.Files("src", "*.razor"))
            from line in File.ReadLines(file).Select((text, index) => (text, number: index + 1))
            from word in forbidden
            where line.text.Contains(word, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Repository.Root, file)}:{line.number} uses {word}";
        Assert.Empty(offenders);
    }

    private static IEnumerable<string> References(string project) =>
        XDocument.Load(project).Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(((string)r.Attribute("Include")!).Replace('\\', '/')));
}
