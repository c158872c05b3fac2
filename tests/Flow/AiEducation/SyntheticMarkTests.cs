using System.Text.Json;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>What AI made keeps its mark in each form of export: one for machines, one for eyes.</summary>
public sealed class SyntheticMarkTests
{
    private const string Composite = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia";
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    private static readonly AiTaskRules Rules = RuleBook.Load(RuleBook.DefaultFolder).Value.Resolve(RuleKeys.AiTasks, new DateOnly(2026, 11, 23)).Value.Value;
    private static readonly ExportWords Words = new("Use of AI", "Own part", "No tool", "Tool", "Purpose", "Parts", "Prompts", "Nothing was stated");
    private static readonly TaskTerms Terms = new("Essay <1>", "Write.", "11B", 4, [], 20, false, 100, Now);
    private static readonly UseStatement Used = new([new UsedTool("Tutor", "Ideas", "Chapter 2", "Say it & shorter")], 60);

    [Fact]
    [Trait("Requirement", "AI-13")]
    public void The_mark_follows_what_the_learner_states()
    {
        Assert.Null(SyntheticMark.Of(null, Rules));
        Assert.Null(SyntheticMark.Of(new UseStatement([], 100), Rules));
        Assert.Equal("compositeWithTrainedAlgorithmicMedia", SyntheticMark.Of(Used, Rules)!.Word);
        Assert.Equal("trainedAlgorithmicMedia", SyntheticMark.Of(Used with { OwnPart = 0 }, Rules)!.Word);
        Assert.Equal("trainedAlgorithmicMedia", SyntheticMark.OfProgram(Rules).Word);
    }

    [Theory]
    [Trait("Requirement", "AI-13")]
    [InlineData(Language.Kk)]
    [InlineData(Language.Ru)]
    [InlineData(Language.En)]
    public void Html_keeps_the_mark_in_its_head_and_the_label_before_the_text(Language language)
    {
        var page = WorkExport.ToHtml(Work(Used), Terms, SyntheticMark.Of(Used, Rules), Words, language);
        Assert.Contains($"<meta name=\"DigitalSourceType\" content=\"{Composite}\">", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf(Rules.Composite.In(language), StringComparison.Ordinal) < page.IndexOf("My own", StringComparison.Ordinal));
        Assert.Contains(Rules.Composite.In(language), page, StringComparison.Ordinal);
        Assert.Contains("Essay &lt;1&gt;", page, StringComparison.Ordinal);
        Assert.Contains("Chapter 2", page, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-13")]
    public void Json_keeps_the_mark_and_the_label_in_three_languages()
    {
        using var json = JsonDocument.Parse(WorkExport.ToJson(Work(Used), Terms, SyntheticMark.Of(Used, Rules)));
        Assert.Equal(Composite, json.RootElement.GetProperty("digitalSourceType").GetString());
        Assert.Equal(Rules.Composite.Kk, json.RootElement.GetProperty("label").GetProperty("kk").GetString());
        Assert.Equal("Say it & shorter", json.RootElement.GetProperty("statement").GetProperty("tools")[0].GetProperty("prompts").GetString());
    }

    [Fact]
    [Trait("Requirement", "AI-13")]
    public void Plain_text_begins_with_the_mark_and_the_label()
    {
        var lines = WorkExport.ToText(Work(Used), Terms, SyntheticMark.Of(Used, Rules), Words, Language.Kk).Split('\n');
        Assert.Equal([$"DigitalSourceType: {Composite}", Rules.Composite.Kk], lines[..2]);
    }

    [Fact]
    [Trait("Requirement", "AI-13")]
    public void A_work_without_AI_carries_no_mark()
    {
        var own = Work(new UseStatement([], 100));
        Assert.DoesNotContain("digitalsourcetype/", WorkExport.ToHtml(own, Terms, null, Words, Language.En), StringComparison.Ordinal);
        Assert.DoesNotContain("digitalsourcetype/", WorkExport.ToJson(own, Terms, null), StringComparison.Ordinal);
        Assert.StartsWith("Essay <1>", WorkExport.ToText(own, Terms, null, Words, Language.En), StringComparison.Ordinal);
    }

    private static LearnerWork Work(UseStatement statement) => LearnerWork.Of(
        "w-1", [new WorkHandedIn(Now, "learner", "t-1", "940540002029", "p-1", 4, new WorkDraft("My own text.\n\nAnother part.", statement), [], [])]);
}
