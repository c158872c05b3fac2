using System.Text;
using System.Text.RegularExpressions;
using Xunit;

namespace Mortanba.Architecture.Tests;

/// <summary>
/// docs/requirements.md is made from the tests: a requirement is proved by the tests that carry its id. Stale is a failure;
/// <c>MORTANBA_WRITE_DOCS=1</c> writes it anew.
/// </summary>
public partial class RequirementsTests
{
    private const string Document = "docs/requirements.md";

    [Fact]
    public void The_requirements_document_tells_what_the_tests_prove()
    {
        var expected = Render();
        var path = Repository.Path(Document);
        if (Environment.GetEnvironmentVariable("MORTANBA_WRITE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        var actual = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(actual == expected, $"{Document} is stale; run MORTANBA_WRITE_DOCS=1 ./test architecture.");
    }

    [Fact]
    public void Every_requirement_id_in_the_tests_exists()
    {
        var known = Requirements().Select(r => r.Id).ToHashSet();
        Assert.Empty(Proofs().Where(p => !known.Contains(p.Id)).Select(p => $"{p.File}: {p.Id}"));
    }

    private static string Render()
    {
        var proofs = Proofs().ToLookup(p => p.Id);
        var text = new StringBuilder();
        text.Append("# Requirements and the tests that prove them\n\n");
        text.Append("Made from the `[Trait(\"Requirement\", …)]` of the tests by `tests/Architecture/RequirementsTests.cs`; do not edit.\n");
        text.Append("*proved in part* means: at least one test holds a part of it; the test names say which. ");
        text.Append("*open* means: no test yet.\n\n");
        text.Append("| id | requirement | state | tests |\n|---|---|---|---|\n");
        foreach (var (id, title) in Requirements())
        {
            var own = proofs[id].Select(p => $"{p.File}: {p.Name.Replace('_', ' ')}").Distinct().Order(StringComparer.Ordinal).ToList();
            var state = own.Count == 0 ? "open" : "proved in part";
            text.Append($"| {id} | {title.Replace("|", "\\|")} | {state} | {string.Join("<br>", own)} |\n");
        }

        return text.ToString();
    }

    private static IEnumerable<(string Id, string Title)> Requirements() =>
        File.ReadLines(Repository.Path("docs/requirements.tsv"))
            .Where(line => line.Length > 0)
            .Select(line => line.Split('\t', 2))
            .Select(parts => (parts[0], parts[1]));

    private static IEnumerable<(string Id, string File, string Name)> Proofs()
    {
        foreach (var file in Repository.Files("tests", "*.cs"))
        {
            var waiting = new List<string>();
            foreach (var line in File.ReadLines(file))
            {
                waiting.AddRange(TraitPattern().Matches(line).Select(m => m.Groups[1].Value));
                if (waiting.Count > 0 && NamePattern().Match(line) is { Success: true } name)
                {
                    var relative = Path.GetRelativePath(Repository.Path("tests"), file).Replace('\\', '/');
                    foreach (var id in waiting)
                    {
                        yield return (id, relative, name.Groups[1].Value);
                    }

                    waiting.Clear();
                }
            }
        }
    }

    [GeneratedRegex("""Trait\("Requirement", "([A-Z]+-\d+)"\)""")]
    private static partial Regex TraitPattern();

    [GeneratedRegex(@"^\s*public (?:(?:async|static|sealed|partial) )*(?:void|Task|ValueTask|class) (\w+)")]
    private static partial Regex NamePattern();
}
