using System.Text.RegularExpressions;
using Mortanba.Foundation;
using Mortanba.Host.Web;
using Xunit;

namespace Mortanba.Architecture.Tests;

/// <summary>Refusals are public: every code has the form <c>stage/kebab-words</c> and its words in three languages.</summary>
public partial class ProblemCodeTests
{
    [Fact]
    [Trait("Requirement", "X-5")]
    public void Every_refusal_in_the_source_has_its_words()
    {
        var texts = Texts.Load();
        var offenders = Codes()
            .Where(c => !texts.Has(c.Code))
            .Select(c => $"{c.File}: '{c.Code}' has no text under Locales/")
            .Distinct();
        Assert.Empty(offenders);
    }

    [Fact]
    public void The_source_names_many_refusals()
    {
        // Guards the pattern itself: if it found nothing, the other test would be empty.
        Assert.True(Codes().Select(c => c.Code).Distinct().Count() > 100);
        Assert.Equal(3, Languages.All.Count);
    }

    private static IEnumerable<(string File, string Code)> Codes() =>
        from file in Repository.Files("src", "*.cs")
        from Match match in CodePattern().Matches(File.ReadAllText(file))
        select (Path.GetRelativePath(Repository.Root, file), match.Groups[1].Value);

    [GeneratedRegex("""(?:new Problem|new\(|Problem\(|Find)\(?\s*"([a-z][a-z-]*/[a-z][a-z0-9-]*)",""")]
    private static partial Regex CodePattern();
}
