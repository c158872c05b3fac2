using Mortanba.AiEducation.PersonalData;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>What may go to an AI tool of others: refused with kind and place, masked where that was chosen, never lifted for a learner.</summary>
public sealed class ToolTextTests
{
    private const string Told = "My essay.\nWrite to +7 701 234 56 78, or ask for ЖСН 061211600012.";
    private static readonly PersonalDataToTools Rule = new(["iin", "phone", "email"], ["learner"]);

    [Fact]
    [Trait("Requirement", "AI-10")]
    public void A_refusal_names_kinds_and_places_and_never_the_values()
    {
        var refused = ToolText.Of(Told, Rule, "learner", reason: "My teacher said so.").Problem!;
        Assert.Equal(("ai/personal-data", "iin, phone"), (refused.Code, refused.Args["kinds"]));
        Assert.Equal($"phone 2:10, iin 2:{Told.Split('\n')[1].IndexOf("0612", StringComparison.Ordinal) + 1}", refused.Args["places"]);
        Assert.DoesNotContain("701", refused.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("0612", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "AI-10")]
    public void What_the_school_chose_to_mask_goes_with_placeholders_and_a_clean_text_as_it_is()
    {
        var masked = ToolText.Of(Told, Rule, "learner", masks: true).Value;
        Assert.True(masked.IsMasked);
        Assert.DoesNotContain("701", masked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("0612", masked.Text, StringComparison.Ordinal);
        Assert.StartsWith("My essay.\n", masked.Text, StringComparison.Ordinal);
        var clean = ToolText.Of("Photosynthesis needs light.", Rule, "learner", masks: true).Value;
        Assert.Equal(("Photosynthesis needs light.", false), (clean.Text, clean.IsMasked));
    }

    [Fact]
    [Trait("Requirement", "AI-10")]
    public void A_reason_lifts_it_for_who_may_answer_for_it_and_for_nobody_without_one()
    {
        Assert.Equal(Told, ToolText.Of(Told, Rule, "teacher", reason: "The number is that of the class.").Value.Text);
        Assert.Equal("ai/personal-data", ToolText.Of(Told, Rule, "teacher", reason: " ").Problem?.Code);
        Assert.Equal("ai/personal-data", ToolText.Of(Told, Rule, "teacher").Problem?.Code);
    }
}
