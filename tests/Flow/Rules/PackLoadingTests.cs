using System.Text;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Rules;

public sealed class PackLoadingTests
{
    private const string Good = """
        pack: kz.test
        version: "1"
        title: Test
        validFrom: 2025-01-01
        rules:
          - id: permit-term
            tag: B
            confidence: high
            source: {act: Law, article: "1", address: https://example.org, read: 2026-11-01}
            value: {years: 3, warningDays: [30]}
        """;

    [Fact]
    public void A_pack_with_everything_it_needs_loads() => Assert.True(RuleBook.Parse([File(Good)]).IsDone);

    [Theory]
    [Trait("Requirement", "X-1")]
    [InlineData("title: Test", "title: Test\nsurprise: 1", 4, "unknown key 'surprise'")]
    [InlineData("value: {years: 3, ", "value: {years: 3, months: 1, ", 10, "unknown key 'rules[0].value.months'")]
    [InlineData("id: permit-term", "id: permit-terms", 6, "no code knows")]
    [InlineData("validFrom: 2025-01-01", "validFrom: 2025-02-30", 4, "must be a date")]
    [InlineData("validFrom: 2025-01-01", "validFrom: 01.02.2025", 4, "must be a date")]
    [InlineData("read: 2026-11-01", "read: soon", 9, "must be a date")]
    [InlineData("    source: {act: Law, article: \"1\", address: https://example.org, read: 2026-11-01}\n", "", 6, "'rules[0].source' is missing")]
    [InlineData("act: Law, ", "", 9, "'rules[0].source.act' is missing")]
    [InlineData("address: https://example.org, ", "", 7, "tag B means the text was read")]
    [InlineData("tag: B", "tag: E", 7, "must be one of: A, B, C, D")]
    [InlineData("tag: B", "tag: B\n    tag: A", 8, "uplicate key")]
    [InlineData("confidence: high", "confidence: sure", 8, "must be one of: low, medium, high")]
    [InlineData("years: 3", "years: three", 10, "must be a whole number")]
    [InlineData("rules:", "rules: {", 5, "")]
    public void What_is_wrong_is_named_with_file_line_and_cause(string good, string bad, int line, string what)
    {
        var text = Good.Replace(good, bad, StringComparison.Ordinal);
        Assert.NotEqual(Good, text);

        var problem = RuleBook.Parse([File(text)]).Problem;

        Assert.Equal("rules/invalid-pack", problem?.Code);
        Assert.Equal("kz.test.yaml", problem!.Args["file"]);
        Assert.Contains(what, problem.Args["what"], StringComparison.Ordinal);
        Assert.InRange(int.Parse(problem.Args["line"]), line, line + (what.Length == 0 ? 10 : 0));
    }

    [Fact]
    public void The_rule_in_which_the_fault_lies_is_named() => Assert.Equal(
        "permit-term",
        RuleBook.Parse([File(Good.Replace("years: 3", "years: x", StringComparison.Ordinal))]).Problem?.Args["rule"]);

    [Fact]
    public void A_pack_that_is_not_UTF8_is_refused() => Assert.Equal(
        "rules/invalid-pack",
        RuleBook.Parse([new PackFile("kz.test.yaml", new byte[] { 0x70, 0xff, 0xfe })]).Problem?.Code);

    [Fact]
    public void No_packs_at_all_are_refused()
    {
        Assert.Equal("rules/no-packs", RuleBook.Parse([]).Problem?.Code);
        Assert.Equal("rules/no-packs", RuleBook.Load(Path.Combine(Path.GetTempPath(), "no-such-folder")).Problem?.Code);
    }

    [Theory]
    [Trait("Requirement", "X-1")]
    [InlineData("2024-12-31", true)]
    [InlineData("2025-01-01", false)]
    public void Two_packs_that_share_one_day_of_one_rule_are_refused(string firstUntil, bool loads)
    {
        var earlier = Good.Replace("validFrom: 2025-01-01", $"validFrom: 2024-01-01\nvalidUntil: {firstUntil}", StringComparison.Ordinal);

        var book = RuleBook.Parse([File(Good), File(earlier, "kz.earlier.yaml")]);

        Assert.Equal(loads, book.IsDone);
        Assert.Equal(loads ? null : "rules/overlap", book.Problem?.Code);
    }

    [Fact]
    public void A_day_between_two_entries_is_a_refusal()
    {
        var earlier = Good.Replace("validFrom: 2025-01-01", "validFrom: 2024-01-01\nvalidUntil: 2024-06-30", StringComparison.Ordinal);
        var book = RuleBook.Parse([File(Good), File(earlier, "kz.earlier.yaml")]).Value;

        Assert.True(book.Resolve(RuleKeys.PermitTerm, new DateOnly(2024, 6, 30)).IsDone);
        Assert.Equal("rules/not-in-force", book.Resolve(RuleKeys.PermitTerm, new DateOnly(2024, 7, 1)).Problem?.Code);
        Assert.True(book.Resolve(RuleKeys.PermitTerm, new DateOnly(2025, 1, 1)).IsDone);
    }

    [Fact]
    public void One_changed_byte_changes_the_hash()
    {
        var date = new DateOnly(2026, 1, 1);
        var first = RuleBook.Parse([File(Good)]).Value.Resolve(RuleKeys.PermitTerm, date).Value.Reference.Hash;
        var second = RuleBook.Parse([File(Good + "\n#")]).Value.Resolve(RuleKeys.PermitTerm, date).Value.Reference.Hash;

        Assert.NotEqual(first, second);
    }

    private static PackFile File(string text, string name = "kz.test.yaml") => new(name, Encoding.UTF8.GetBytes(text));
}
