using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Architecture.Tests.Examples;

/// <summary>docs/formats/diploma-file.md points to a complete diploma file and says what is in it: it is read and compared.</summary>
public partial class DiplomaFileExampleTests
{
    private const string Document = "docs/formats/diploma-file.md";
    private const string Example = "genuine.diploma.json";

    [Fact]
    public async Task The_complete_example_holds_what_the_page_says()
    {
        var bytes = await Samples.ReadAsync(Example);
        var page = await File.ReadAllTextAsync(Repository.Path(Document));
        var table = await DescribeAsync(bytes);
        if (Samples.AreWritten)
        {
            page = TablePattern().Replace(page, _ => table);
            await File.WriteAllTextAsync(Repository.Path(Document), page);
        }

        Assert.Contains($"[`{Samples.Folder}/{Example}`](../../{Samples.Folder}/{Example})", page, StringComparison.Ordinal);
        Assert.Equal(table, TablePattern().Match(page).Value);
    }

    [Fact]
    public async Task The_forms_of_the_example_are_the_ones_that_its_entry_on_the_ledger_commits_to()
    {
        var file = DiplomaFile.Parse(await Samples.ReadAsync(Example)).Value;
        var registered = Entries(file).Single(e => e.Type == LedgerEntryTypes.AssetRegistered);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["application/dc+sd-jwt"] = $"{Commitment.OfSigned(Encoding.ASCII.GetBytes(file.SdJwt!.Split('~')[0]))}",
                ["application/vc"] = $"{Commitment.OfSigned(file.Vc)}",
                ["application/vnd.mortanba.paper+jwt"] = $"{Commitment.OfSigned(Encoding.ASCII.GetBytes(file.Paper!))}",
            }.OrderBy(f => f.Key, StringComparer.Ordinal),
            registered.Texts("forms").OrderBy(f => f.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_limits_are_those_that_the_page_says()
    {
        var page = await File.ReadAllTextAsync(Repository.Path(Document));
        Assert.Contains($"refuses a file above {DiplomaFile.SizeMaxBytes >> 20} MiB", page, StringComparison.Ordinal);
        Assert.Contains($"more than {DiplomaFile.EntryCountMax} entries", page, StringComparison.Ordinal);
    }

    private static async Task<string> DescribeAsync(byte[] bytes)
    {
        var file = DiplomaFile.Parse(bytes).Value;
        var trust = TrustBundleFile.Parse(await Samples.ReadAsync(Samples.Trust)).Value;
        var report = await new Verifier(TimeProvider.System).VerifyAsync(bytes, trust, null, default);
        var entries = Entries(file);
        var head = Checkpoint.Parse(file.Checkpoint.Split("\n\n")[0] + "\n").Value;
        var text = new StringBuilder("| of the example | |\n|---|---|\n");
        void Row(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        Row("length, SHA-256", $"{bytes.Length} bytes, `{Convert.ToHexStringLower(SHA256.HashData(bytes))}`");
        Row("asset", $"`{entries.Single(e => e.Type == LedgerEntryTypes.AssetRegistered).Text("asset")}`");
        Row("`application/dc+sd-jwt`", $"{file.SdJwt!.Length} bytes, {file.SdJwt.Count(c => c == '~') - 1} disclosures");
        Row("`application/vc`", $"{file.Vc!.Length} bytes");
        Row("`application/vnd.mortanba.paper+jwt`", $"{file.Paper!.Length} bytes");
        for (var i = 0; i < entries.Count; i++)
        {
            var proven = file.Entries[i];
            var leaf = Convert.ToHexStringLower(MerkleTree.Leaf(proven.Entry.Span).Bytes);
            Row($"entry {proven.Index}", $"`{entries[i].Type}`, {proven.Proof.Count} hashes to the root, leaf `{leaf}`");
        }

        Row("checkpoint", $"`{head.Origin}`, {head.Size} entries, root `{Convert.ToHexStringLower(head.Root.Bytes)}`");
        Row("verdict with `trust.json`, no network", $"{report.Verdict}, as of {LedgerEntry.Time(report.AsOf)}");
        return text.ToString();
    }

    private static List<LedgerEntry> Entries(DiplomaFile file) =>
        [.. file.Entries.Select(e => LedgerEntry.Parse(e.Entry).Value)];

    [GeneratedRegex(@"\| of the example \| \|\n\|---\|---\|\n(\|.*\|\n)*")]
    private static partial Regex TablePattern();
}
