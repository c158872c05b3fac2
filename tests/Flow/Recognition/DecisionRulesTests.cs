using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>A decision of each kind that may be taken, and each thing that keeps one from being taken, alone.</summary>
public sealed class DecisionRulesTests
{
    private static readonly Evidence[] File =
        [new("transcript", EvidenceSource.Applicant), new("register", EvidenceSource.Authority)];

    private static ProposedDecision Full { get; } = new(
        RecognitionOutcome.Full, RecognitionPurpose.Employment, "director", [Same("first")], File, Authenticity.Confirmed, []);

    private static ProposedDecision Conditional { get; } = Full with
    {
        Outcome = RecognitionOutcome.Conditional,
        Assessments = [Different("first")],
        Measures = [new(Element.Profile, "Pass the bridging course.", new DateOnly(2027, 6, 30))],
    };

    private static ProposedDecision Partial { get; } = Conditional with { Outcome = RecognitionOutcome.Partial, Scope = "Years 1 to 3." };

    private static ProposedDecision Refusal { get; } = Conditional with
    {
        Outcome = RecognitionOutcome.Refusal,
        Assessments = [Different("first"), Different("second")],
        Measures = [new(Element.Profile, "Enter the third year of the programme.")],
    };

    private static ProposedDecision Forged { get; } = Full with
    {
        Outcome = RecognitionOutcome.NoDecision,
        NoDecision = NoDecisionReason.NotAuthentic,
        Assessments = [],
        Authenticity = Authenticity.NotConfirmed,
    };

    public static TheoryData<RecognitionOutcome> Outcomes => [.. Enum.GetValues<RecognitionOutcome>()];

    public static TheoryData<string, ProposedDecision, string> Faults => new()
    {
        { "nobody compared", Full with { Assessments = [] }, "recognition/no-assessment" },
        { "an element is missing", Full with { Assessments = [Same("first") with { Findings = [.. Same("first").Findings.Skip(1)] }] }, "recognition/element-missing" },
        { "an element twice", Full with { Assessments = [Same("first") with { Findings = [.. Same("first").Findings, Finding(Element.Level)] }] }, "recognition/element-missing" },
        { "evidence that is not there", Full with { Evidence = [] }, "recognition/unknown-evidence" },
        { "compared with nothing", With(Full, f => f with { Comparator = " " }), "recognition/no-comparator" },
        { "why it matters is not said", With(Conditional, f => f with { WhyItMatters = "" }), "recognition/difference-unexplained" },
        { "what it is is not said", With(Conditional, f => f with { Grounds = [] }), "recognition/difference-unexplained" },
        { "the applicant's papers alone", With(Refusal, f => f with { Evidence = ["transcript"] }), "recognition/difference-not-shown" },
        { "papers that are missing", With(Refusal, f => f with { Evidence = [] }), "recognition/difference-not-shown" },
        { "length alone", With(Refusal, f => f with { Grounds = [DifferenceGround.Duration] }), "recognition/weak-ground" },
        { "name and mode alone", With(Refusal, f => f with { Grounds = [DifferenceGround.Title, DifferenceGround.Mode] }), "recognition/weak-ground" },
        { "for another purpose", Full with { Purpose = RecognitionPurpose.Title }, "recognition/other-purpose" },
        { "the evaluator decides", Full with { DecidedBy = "first" }, "recognition/decides-own-assessment" },
        { "full beside a difference", Full with { Assessments = [Different("first")] }, "recognition/full-in-spite-of-difference" },
        { "partial without a difference", Partial with { Assessments = [Same("first")] }, "recognition/no-substantial-difference" },
        { "minor differences alone", With(Conditional, f => f with { Difference = Difference.Minor }), "recognition/no-substantial-difference" },
        { "no way out", Refusal with { Measures = [] }, "recognition/no-measure" },
        { "a way out of something else", Refusal with { Measures = [new(Element.Level, "Study.")] }, "recognition/no-measure" },
        { "a condition without a day", Conditional with { Measures = [new(Element.Profile, "Pass the course.")] }, "recognition/condition-without-day" },
        { "partly what", Partial with { Scope = "" }, "recognition/partial-without-scope" },
        { "refused after one look", Refusal with { Assessments = [Different("first")] }, "recognition/one-evaluator" },
        { "refused by one person twice", Refusal with { Assessments = [Different("first"), Different("first")] }, "recognition/one-evaluator" },
        { "the second saw no difference", Refusal with { Assessments = [Different("first"), Same("second")] }, "recognition/one-evaluator" },
        { "ended without a reason", Forged with { NoDecision = null }, "recognition/no-decision-reason" },
        { "refused for two different things", Refusal with { Assessments = [Different("first"), Other("second")], Measures = [new(Element.Profile, "Study."), new(Element.Workload, "Study.")] }, "recognition/one-evaluator" },
        { "a finding on nothing", With(Full, f => f with { Evidence = [] }), "recognition/finding-without-evidence" },
        { "full in spite of the institution", Full with { IssuerRight = IssuerRight.NotEntitled }, "recognition/issuer-not-entitled" },
        { "a reason for no decision beside one", Refusal with { NoDecision = NoDecisionReason.NotAuthentic }, "recognition/no-decision-reason" },
        { "nobody asked after the document", Full with { Authenticity = Authenticity.NotAsked }, "recognition/authenticity-open" },
        { "not authentic and recognised", Full with { Authenticity = Authenticity.NotConfirmed }, "recognition/authenticity-open" },
        { "refused by the short way", Refusal with { Route = CaseRoute.AuthenticityOnly }, "recognition/short-way-is-full" },
        { "otherwise than most like cases", Full with { Precedents = [new("R-2025-00001", RecognitionOutcome.Refusal)] }, "recognition/deviation-without-reason" },
        { "nobody answered", Forged with { Authenticity = Authenticity.NotAnswered }, "recognition/forgery-not-proved" },
        { "nobody asked", Forged with { Authenticity = Authenticity.NotAsked }, "recognition/forgery-not-proved" },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    [Trait("Requirement", "RQ-16")]
    public void Each_outcome_may_be_decided_when_everything_is_shown(RecognitionOutcome outcome)
    {
        var decision = outcome switch
        {
            RecognitionOutcome.Full => Full,
            RecognitionOutcome.Partial => Partial,
            RecognitionOutcome.Conditional => Conditional,
            RecognitionOutcome.Refusal => Refusal,
            _ => Forged,
        };
        Assert.Equal(outcome, decision.Outcome);
        Assert.Empty(DecisionRules.Check(decision));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    [Trait("Requirement", "RQ-13")]
    [Trait("Requirement", "RQ-14")]
    [Trait("Requirement", "RQ-15")]
    [Trait("Requirement", "RQ-17")]
    public void One_fault_alone_keeps_a_decision_from_being_taken_and_is_named(string fault, ProposedDecision decision, string code)
    {
        var problems = DecisionRules.Check(decision);
        Assert.True(problems.Count > 0 && problems.All(p => p.Code == code), $"{fault}: {string.Join(", ", problems.Select(p => p.Code))}");
    }

    [Fact]
    [Trait("Requirement", "RQ-15")]
    public void Length_with_what_the_holder_cannot_do_because_of_it_is_a_difference() =>
        Assert.Empty(DecisionRules.Check(With(
            Refusal, f => f with { Grounds = [DifferenceGround.Duration], OutcomeImpact = "No clinical practice, which the profession asks for." })));

    private static ProposedDecision With(ProposedDecision decision, Func<ElementFinding, ElementFinding> change) => decision with
    {
        Assessments = [.. decision.Assessments.Select(a => a with
        {
            Findings = [.. a.Findings.Select(f => f.Element == Element.Profile ? change(f) : f)],
        })],
    };

    private static Assessment Same(string evaluator) =>
        new(RecognitionPurpose.Employment, evaluator, [.. Enum.GetValues<Element>().Select(Finding)]);

    private static Assessment Different(string evaluator) => Same(evaluator) with
    {
        Findings = [.. Same(evaluator).Findings.Select(f => f.Element != Element.Profile ? f : f with
        {
            Difference = Difference.Substantial,
            Grounds = [DifferenceGround.Content],
            WhyItMatters = "Half of the subjects of the profession are missing.",
        })],
    };

    private static Assessment Other(string evaluator) => Same(evaluator) with
    {
        Findings = [.. Different(evaluator).Findings.Select(f => f.Element switch
        {
            Element.Profile => Finding(Element.Profile),
            Element.Workload => Different(evaluator).Findings.Single(d => d.Element == Element.Profile) with { Element = Element.Workload },
            _ => f,
        })],
    };

    private static ElementFinding Finding(Element element) =>
        new(element, ["transcript", "register"], "Bachelor 6B06103", Difference.None, [], "", "");
}
