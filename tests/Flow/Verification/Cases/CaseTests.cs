using System.Text.Json.Nodes;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>The case table that the offline verifier is held to as well (verifier/test/cases.test.ts).</summary>
public sealed class CaseTests
{
    private static readonly CheckName[] CanFail = [.. Enum.GetValues<CheckName>().Except([CheckName.Freshness])];

    // Written once, whichever test comes first.
    private static readonly Lazy<Task<IReadOnlyList<(Case Case, string Expected)>>> Rows = new(async () =>
    {
        if (CaseTable.IsWritten)
        {
            await WriteAsync();
        }

        return CaseTable.Read();
    });

    [Fact]
    [Trait("Requirement", "DA-16")]
    public async Task Every_case_gives_the_answer_that_both_implementations_are_held_to()
    {
        var rows = await Rows.Value;
        var trust = CaseTable.TrustBundles();
        var wrong = new List<string>();
        foreach (var (one, expected) in rows)
        {
            var actual = CaseTable.Line(await VerifyAsync(one, trust));
            if (actual != expected)
            {
                wrong.Add($"{one.Name}\n  expected {expected}\n  actual   {actual}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {rows.Count} differ (MORTANBA_WRITE_CASES=1 writes them anew):\n" + string.Join('\n', wrong));
    }

    [Fact]
    public async Task The_table_has_each_check_failing_alone_each_verdict_and_each_form()
    {
        var reports = (await Rows.Value).Select(row => JsonNode.Parse(row.Expected)!).ToList();
        Assert.True(reports.Count >= 200, $"{reports.Count} cases");
        Assert.Equal(
            ["could-not-check", "in-force", "not-genuine", "not-in-force"],
            reports.Select(report => (string)report["verdict"]!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(
            ["diploma-file", "paper", "pdf", "sd-jwt", "unknown", "vc"],
            reports.Select(report => (string)report["form"]!).Distinct().Order(StringComparer.Ordinal));
        var failingAlone = reports
            .Select(report => report["checks"]!.AsArray().Where(check => (string)check![1]! == "failed").Select(check => (string)check![0]!).ToList())
            .Where(failed => failed.Count == 1)
            .Select(failed => failed[0].Replace("-", "", StringComparison.Ordinal))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(CanFail, check => !failingAlone.Contains(check.ToString()));
    }

    private static async Task WriteAsync()
    {
        var trust = Trusts.All();
        List<Case> cases =
        [
            .. FileCases.All(), .. LogCases.All(), .. SdJwtCases.All(), .. CredentialCases.All(), .. PaperCases.All(), .. PdfCases.All(),
            .. RecognitionCases.All(), .. CompetenceCases.All(),
        ];
        var twice = cases.GroupBy(one => one.Name).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        Assert.Empty(twice);
        var rows = new List<(Case, string)>();
        foreach (var one in cases)
        {
            rows.Add((one, CaseTable.Line(await VerifyAsync(one, trust))));
        }

        CaseTable.Write(rows, trust);
    }

    private static Task<Report> VerifyAsync(Case one, JsonObject trust)
    {
        var bundle = one.Trust is null ? null
            : TrustBundleFile.Parse(CaseForms.Utf8(trust[one.Trust]!.ToJsonString())).Value;
        return new Verifier(new FixedTime(one.Clock)).VerifyAsync(one.Input, bundle, null, CancellationToken.None);
    }
}
