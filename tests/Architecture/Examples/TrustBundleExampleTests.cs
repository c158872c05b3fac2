using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Architecture.Tests.Examples;

/// <summary>docs/formats/trust-bundle.md points to a whole bundle and says what is in it: it is read and compared.</summary>
public partial class TrustBundleExampleTests
{
    private const string Document = "docs/formats/trust-bundle.md";

    [Fact]
    public async Task The_example_holds_what_the_page_says()
    {
        var bundle = TrustBundleFile.Parse(await Samples.ReadAsync(Samples.Trust)).Value;
        var text = new StringBuilder("| of the example | |\n|---|---|\n");
        void Row(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        Row("number", $"{bundle.Number}");
        Row("`trustKey`", $"`{bundle.TrustKey}`");
        Row("SHA-256 of the canonical form without `signature`", $"`{TrustBundleFile.DigestOf(bundle)}`");
        Row("text of the note", $"`{SignedNote.Parse(bundle.Signature).Value.Text.Replace("\n", "\\n", StringComparison.Ordinal)}`");
        Row("institutions, keys", $"{bundle.Institutions.Count}, {bundle.Institutions.Sum(i => i.Keys.Count)}");
        Row("permits", string.Join(", ", bundle.Permits.Select(p => $"`{p.Number}` {string.Join(" ", p.Changes.Select(c => c.State))}")));
        var page = await File.ReadAllTextAsync(Repository.Path(Document));
        if (Samples.AreWritten)
        {
            page = page.Contains("| of the example", StringComparison.Ordinal) ? TablePattern().Replace(page, _ => text.ToString()) : page.TrimEnd() + "\n\n" + text;
            await File.WriteAllTextAsync(Repository.Path(Document), page);
        }

        Assert.Equal(text.ToString(), TablePattern().Match(page).Value);
    }

    [GeneratedRegex(@"\| of the example \| \|\n\|---\|---\|\n(\|.*\|\n)*")]
    private static partial Regex TablePattern();
}
