using Mortanba.AiEducation;
using Mortanba.Rules;
using Xunit;
using static Mortanba.Flow.Tests.AiEducation.SchoolTrial;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>A school's regulation on AI: stricter than the nation or the same, never looser, adopted by a person.</summary>
public sealed class SchoolRegulationTests
{
    [Theory]
    [Trait("Requirement", "AI-21")]
    [Trait("Requirement", "AI-24")]
    [InlineData(RegulationItems.GenerativeFromAge, "13", RegulationStanding.Same)]
    [InlineData(RegulationItems.GenerativeFromAge, "15", RegulationStanding.Stricter)]
    [InlineData(RegulationItems.GenerativeFromAge, "12", RegulationStanding.Looser)]
    [InlineData(RegulationItems.ConsentMonths, "6", RegulationStanding.Stricter)]
    [InlineData(RegulationItems.ConsentMonths, "13", RegulationStanding.Looser)]
    [InlineData(RegulationItems.LearnerPurposes, "translation tutoring", RegulationStanding.Stricter)]
    [InlineData(RegulationItems.LearnerPurposes, "", RegulationStanding.Stricter)]
    [InlineData(RegulationItems.LearnerPurposes, "tutoring, translation, accessibility, creation", RegulationStanding.Same)]
    [InlineData(RegulationItems.LearnerPurposes, "tutoring administration", RegulationStanding.Looser)]
    [InlineData("teacher-decides-grades", "no", RegulationStanding.Looser)]
    [InlineData("tools-outside-school", "yes", RegulationStanding.Stricter)]
    public void Each_value_is_compared_with_the_nations_and_what_is_looser_is_named_and_not_adopted(string item, string value, RegulationStanding expected)
    {
        var drafted = Drafted((item, value));
        var compared = RegulationComparison.Of(drafted.Draft!, Template.Value);
        Assert.Equal(expected, compared.Single(c => c.Item.Id == item).Standing);
        Assert.All(compared.Where(c => c.Item.Id != item), c => Assert.Equal(RegulationStanding.Same, c.Standing));

        string[] looser = expected == RegulationStanding.Looser ? [item] : [];
        Assert.Equal(looser, RegulationComparison.Looser(drafted.Draft!, Template.Value).Select(c => c.Item.Id));
        Assert.Equal(looser.Length > 0 ? "ai-school/looser" : null, Adopt(drafted).Problem?.Code);
    }

    [Theory]
    [InlineData(RegulationItems.GenerativeFromAge, "fifteen")]
    [InlineData(RegulationItems.GenerativeFromAge, "-1")]
    [InlineData(RegulationItems.GenerativeFromAge, "500")]
    [InlineData("teacher-decides-grades", "maybe")]
    public void What_is_no_value_is_refused_while_it_is_written(string item, string value) =>
        Assert.Equal("ai-school/not-a-value", Draft(null, "coordinator", (item, value)).Problem?.Code);

    [Fact]
    public void An_item_that_the_template_does_not_have_is_refused() =>
        Assert.Equal("ai-school/unknown-item", Draft(null, "coordinator", ("free-lunch", "yes")).Problem?.Code);

    [Fact]
    [Trait("Requirement", "AI-24")]
    public void Nobody_adopts_a_text_that_they_saved_last_themselves()
    {
        var own = SchoolRegulation.Of("regulation-1", [Draft(null, "head").Value]);
        Assert.Equal("ai-school/own-draft", Adopt(own).Problem?.Code);
        var read = own.With(Draft(own, "coordinator").Value);
        Assert.True(Adopt(read).IsDone);

        // That somebody wrote in it before does not help: what would be adopted nobody else has read.
        Assert.Equal("ai-school/own-draft", Adopt(read.With(Draft(read, "head", (RegulationItems.GenerativeFromAge, "15")).Value)).Problem?.Code);

        // For the next text it is asked anew.
        var next = read.With(Adopt(read).Value);
        Assert.Null(next.DraftedBy);
        Assert.True(Adopt(next.With(Draft(next, "coordinator").Value)).IsDone);
        Assert.Equal("rules/decision-incomplete", AdoptRegulation.Of(
            Drafted(), "head", " ", "head of school", "No 5", "Read.", Today, Template, Today, Now).Problem?.Code);
        Assert.Equal("rules/decision-incomplete", AdoptRegulation.Of(
            Drafted(), "head", "Head", "head of school", " ", "Read.", Today, Template, Today, Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-24")]
    public void The_next_regulation_replaces_the_one_before_from_its_first_day()
    {
        var first = Drafted();
        first = first.With(Adopt(first).Value);
        Assert.Null(first.Draft);
        Assert.Equal("ai-school/no-draft", Adopt(first).Problem?.Code);

        var second = first.With(Draft(first, "coordinator", (RegulationItems.GenerativeFromAge, "16")).Value);
        Assert.Equal("ai-school/from-day", Adopt(second, from: Today.AddDays(-1)).Problem?.Code);
        second = second.With(Adopt(second, from: Today.AddDays(10)).Value);
        Assert.Equal(1, second.On(Today.AddDays(9))!.Number);
        Assert.Equal(2, second.On(Today.AddDays(10))!.Number);
        Assert.Null(second.On(Today.AddDays(-1)));
        Assert.Equal(
            [("regulation.adopted", Place.Value, "2")],
            SchoolStreams.Regulation.Facts(second, second.Adopted[^1]).Select(f => (f.Type, f.Subject!, f.Values["version"])));
    }

    [Fact]
    [Trait("Requirement", "AI-24")]
    public void When_the_nation_becomes_stricter_its_value_holds_although_the_school_adopted_another()
    {
        var stricter = Template.Value with
        {
            Items = [.. Template.Value.Items.Select(i => i is NumberItem { Id: RegulationItems.GenerativeFromAge } n ? n with { Value = 16 } : i)],
        };
        var own = InForce((RegulationItems.GenerativeFromAge, "15")).Own!;
        Assert.Equal(15, new RegulationInForce(Template.Value, own).Number(RegulationItems.GenerativeFromAge));
        Assert.Equal(16, new RegulationInForce(stricter, own).Number(RegulationItems.GenerativeFromAge));
        Assert.Equal([RegulationItems.GenerativeFromAge], RegulationComparison.Looser(own.Text, stricter).Select(c => c.Item.Id));
        Assert.Equal(13, new RegulationInForce(Template.Value, null).Number(RegulationItems.GenerativeFromAge));
    }

    [Theory]
    [Trait("Requirement", "AI-34")]
    [InlineData("school")]
    [InlineData("higher")]
    public void Both_templates_have_what_the_program_obeys_and_agree_with_the_register_on_the_age(string kind)
    {
        var template = (kind == "school" ? Template : Book.Resolve(RuleKeys.AiHigherRegulation, Today).Value).Value;
        foreach (var item in (string[])[
            RegulationItems.GenerativeFromAge, RegulationItems.SupervisedUntilAge, RegulationItems.LearnerPurposes, RegulationItems.ConsentMonths,
            RegulationItems.AiasLevels, RegulationItems.OwnPartPercent, RegulationItems.ObjectionWorkingDays])
        {
            Assert.NotNull(template.Find(item));
        }

        Assert.Equal(Register.Value.GenerativeFromAge, new RegulationInForce(template, null).Number(RegulationItems.GenerativeFromAge));
        Assert.All(
            new RegulationInForce(template, null).Options(RegulationItems.LearnerPurposes), p => Assert.NotNull(EventWords.Parse<AiPurpose>(p)));
    }
}
