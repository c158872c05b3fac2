using System.CommandLine;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Commands;
using Mortanba.Host.Web;
using Mortanba.Journey.Tests.Demo;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Commands;

/// <summary>What the command line says of itself and of what it refuses, in the reader's language.</summary>
[Trait("Requirement", "X-5")]
public sealed class CommandHelpTests
{
    [Fact]
    public void Every_command_option_and_argument_has_its_text()
    {
        var (texts, root) = (Texts.Read(), CommandLine.Create(new CommandHelp(Language.En)));
        var symbols = root.Subcommands.SelectMany(c => c.Subcommands.Prepend(c)).Prepend<Command>(root)
            .SelectMany(c => c.Options.Concat<Symbol>(c.Arguments).Prepend(c).Select(s => CommandHelp.KeysOf(c, s)));
        Assert.Empty(symbols.Where(keys => !keys.Any(texts.Has)).Select(keys => keys[0]));

        // And no text is left of what there no longer is.
        var known = symbols.SelectMany(keys => keys).ToHashSet(StringComparer.Ordinal);
        Assert.DoesNotContain(texts.Keys, k => k.StartsWith("cli/", StringComparison.Ordinal) && !known.Contains(k)
            && !k.StartsWith("cli/head.", StringComparison.Ordinal) && !k.StartsWith("cli/wrong", StringComparison.Ordinal)
            && k is not ("cli/required" or "cli/default"));
    }

    [Theory]
    [InlineData(Language.Kk, "Қолданылуы:", "Ешкімнен сұрамау.", "<FILE> жетіспейді")]
    [InlineData(Language.Ru, "Использование:", "Никого не спрашивать.", "не хватает <FILE>")]
    [InlineData(Language.En, "Usage:", "Ask nobody.", "<FILE> is missing")]
    public async Task Help_and_what_is_wrong_with_a_call_are_said_in_the_language_asked_for(
        Language language, string usage, string offline, string missing)
    {
        var help = await Programs.MortanbaAsync("verify", "--help", "--lang", language.Tag());
        Assert.True(help.Exit == 0, help.ToString());
        Assert.Contains(usage, help.Out, StringComparison.Ordinal);
        Assert.Contains(offline, help.Out, StringComparison.Ordinal);

        var wrong = await Programs.MortanbaAsync("verify", "--lang=" + language.Tag());
        Assert.True(wrong.Exit == 64, wrong.ToString());
        Assert.Contains(missing, wrong.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Language.Kk, "«Білім туралы» Заң, 39-бап", "Мәдениет және ақпарат")]
    [InlineData(Language.Ru, "Закон «Об образовании», статья 39", "Министра культуры")]
    [InlineData(Language.En, "Law \"On Education\", article 39", "Minister of Culture")]
    public void An_act_that_refuses_is_named_in_the_readers_language(Language language, string education, string archive)
    {
        var rules = RuleBook.Load(RuleBook.DefaultFolder).Value;
        var day = new DateOnly(2026, 7, 1);
        var points = rules.Resolve(RuleKeys.ArticleFive, day).Value.Value.Points;
        var refused = GateWords.Of(new GateRefused(new GateReport(
            Guid.Empty, "940540002029", "D-1", DateTimeOffset.UnixEpoch, "rule", [],
            [.. points.Select(p => new GatePointResult(
                p.Id, p.Article, p.Title, [], [new Problem("permits/key-ended", "The key is out of use already.", ("kid", "k"))], p.Cited))])));
        var said = new Speaker(language).Say(refused);
        Assert.Contains(education, said, StringComparison.Ordinal);
        Assert.Equal(language == Language.En, said.Contains("On Education", StringComparison.Ordinal));
        Assert.Equal(language == Language.En, said.Contains("out of use", StringComparison.Ordinal));

        var act = rules.Resolve(RuleKeys.RetentionTerms, day).Value.Reference.Source.Name;
        var kept = new Speaker(language).Say(new Problem(
            "issuance/retention-lock", "Kept.", [("until", "2101-07-01"), ("lock", "archive"), .. act.Args("act")]));
        Assert.Contains(archive, kept, StringComparison.Ordinal);
    }
}
