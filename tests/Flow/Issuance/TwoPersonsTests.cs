using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Xunit;

namespace Mortanba.Flow.Tests.Issuance;

public sealed class TwoPersonsTests
{
    [Theory]
    [InlineData("aigul", "aigul")]
    [InlineData("aigul", " AIGUL ")]
    [InlineData("aigul", "ａｉｇｕｌ")]
    [Trait("Requirement", "X-13")]
    public void The_preparer_is_never_the_approver_however_the_id_is_spelt(string prepared, string approved)
    {
        Assert.Equal(
            "issuance/same-person", TwoPersons.Of(prepared, approved, "rector", IssuanceSamples.Now, "Order 1").Problem?.Code);
    }

    [Theory]
    [InlineData("", "b", "rector", "why")]
    [InlineData("a", " ", "rector", "why")]
    [InlineData("a", "b", "", "why")]
    [InlineData("a", "b", "rector", " ")]
    public void A_decision_with_a_blank_is_refused(string prepared, string approved, string office, string reason)
    {
        Assert.Equal(
            "issuance/decision-incomplete",
            TwoPersons.Of(prepared, approved, office, IssuanceSamples.Now, reason).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "DA-13")]
    public void Only_the_changes_of_the_table_are_allowed()
    {
        var allowed = from a in Enum.GetValues<DiplomaState>()
                      from b in Enum.GetValues<DiplomaState>()
                      where a.Allows(b)
                      select $"{a.Word()}>{b.Word()}";

        Assert.Equal(
            [
                "active>suspended", "active>annulled", "active>superseded", "active>erased",
                "suspended>active", "suspended>annulled", "suspended>superseded", "suspended>erased",
                "annulled>erased", "superseded>erased",
            ],
            allowed);
    }
}
