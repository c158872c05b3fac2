using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Architecture.Tests.Examples;

/// <summary>docs/formats/ledger-entry.md says what its examples come to: they are read out of the page and computed.</summary>
public partial class LedgerEntryExamplesTests
{
    private static readonly string Page = File.ReadAllText(Repository.Path("docs/formats/ledger-entry.md"));

    [Fact]
    public void Each_example_of_the_page_has_the_length_and_leaf_hash_that_stand_below_it()
    {
        var examples = ExamplePattern().Matches(Page);
        Assert.Equal(4, examples.Count);
        Assert.Equal(4, Regex.Count(Page, "```json\n"));
        foreach (Match example in examples)
        {
            using var json = JsonDocument.Parse(example.Groups["json"].Value);
            var bytes = Jcs.Canonicalize(json.RootElement);
            var entry = LedgerEntry.Parse(bytes).Value;
            Assert.Equal(example.Groups["length"].Value, bytes.Length.ToString(CultureInfo.InvariantCulture));
            Assert.Equal(
                example.Groups["leaf"].Value,
                Convert.ToHexStringLower(MerkleTree.Leaf(entry.Bytes.Span).Bytes));
        }
    }

    [Fact]
    public void An_example_as_it_is_printed_is_not_canonical_and_is_refused_as_an_entry()
    {
        foreach (Match example in ExamplePattern().Matches(Page))
        {
            var printed = System.Text.Encoding.UTF8.GetBytes(example.Groups["json"].Value);
            Assert.Equal("ledger/malformed-entry", LedgerEntry.Parse(printed).Problem?.Code);
        }
    }

    [Fact]
    public void The_page_lists_exactly_the_types_that_the_program_writes()
    {
        var table = Page[Page.IndexOf("## Types", StringComparison.Ordinal)..Page.IndexOf("`rule` and `gate`", StringComparison.Ordinal)];
        var listed = TypePattern().Matches(table).Select(m => m.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);
        var written = typeof(LedgerEntryTypes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal);
        Assert.Equal(written, listed);
    }

    [GeneratedRegex(
        @"```json\n(?<json>\{.*?\n\})\n```\nCanonical length (?<length>\d+) bytes\. Leaf hash: `(?<leaf>[0-9a-f]{64})`",
        RegexOptions.Singleline)]
    private static partial Regex ExamplePattern();

    [GeneratedRegex("`((?:institution|permit|key|decision|asset|trail|checkpoint|receipt|recognition|competence|ai|log)\\.[a-z]+)`")]
    private static partial Regex TypePattern();
}
