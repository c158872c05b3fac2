using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Rules;

public sealed class HumanDecisionTests
{
    private static readonly RuleReference Rule = RuleBook.Load(RuleBook.DefaultFolder).Value
        .Resolve(RuleKeys.PermitTerm, new DateOnly(2026, 6, 1)).Value.Reference;

    [Theory]
    [Trait("Requirement", "X-15")]
    [InlineData("A. Officer", "inspector", "letter 1", "complete", null)]
    [InlineData(" ", "inspector", "letter 1", "complete", "person")]
    [InlineData("A. Officer", "", "letter 1", "complete", "role")]
    [InlineData("A. Officer", "inspector", " ", "complete", "evidence")]
    [InlineData("A. Officer", "inspector", "letter 1", "", "reason")]
    public void A_decision_names_a_person_a_role_evidence_and_a_reason(
        string who, string role, string evidence, string reason, string? missing)
    {
        var decision = HumanDecision.Make(who, role, DateTimeOffset.UnixEpoch, [evidence], reason, Rule);

        Assert.Equal(missing, decision.Problem?.Args["missing"]);
    }
}
