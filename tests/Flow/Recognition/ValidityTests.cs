using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;
using static Mortanba.Flow.Tests.Recognition.CaseWorld;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>How long a recognition holds that rests on what stands in for documents.</summary>
[Trait("Requirement", "RQ-19")]
public sealed class ValidityTests
{
    private static readonly DateOnly Day = new(2026, 10, 27);

    private static readonly RuleBook Limited = With(BodyPack().Replace("feeIndices: 0", "feeIndices: 0, withoutDocumentsValidMonths: 60", StringComparison.Ordinal));

    [Fact]
    public void By_an_interview_it_holds_as_long_as_the_body_published_before_the_filing()
    {
        var limited = Refugee(Limited);
        Assert.Equal(60, limited.Terms!.ValidMonths);
        Assert.Contains(limited.Terms.Rules, r => r.EndsWith("/recognition-body-terms", StringComparison.Ordinal));
        Assert.Equal(new Validity(new DateOnly(2031, 10, 27)), Validity.Of(limited, RecognitionOutcome.Full, Day));
        Assert.Null(Validity.Of(limited, RecognitionOutcome.Refusal, Day));
        // Without a published term it has none, and says so.
        Assert.Equal(new Validity(null), Validity.Of(Refugee(CaseWorld.Rules), RecognitionOutcome.Partial, Day));
    }

    [Fact]
    public void What_documents_show_holds_without_a_word()
    {
        Assert.Null(Validity.Of(At(CaseStage.Evaluation, rules: Limited).Now, RecognitionOutcome.Full, Day));
        var refugee = At(CaseStage.Evaluation, HolderKind.Refugee, Limited).Now;
        Assert.Equal(60, refugee.Terms!.ValidMonths);
        Assert.Null(Validity.Of(refugee, RecognitionOutcome.Full, Day));
    }

    [Fact]
    public void A_rebase_never_shortens_it()
    {
        var walk = new Walk(Described(HolderKind.Refugee));
        walk.Do(c => SubmitCase.Of(c, Applicant, Guide(c), "R-2026-00001", Filed));
        walk.Do(c => RebaseCase.Of(c, Officer, Guide(c, Limited), "The body set a term.", Filed));
        Assert.Null(walk.Now.Terms!.ValidMonths);
    }

    [Theory]
    [InlineData(true, "valid_until", "2031-10-27")]
    [InlineData(false, "validity", "no end date")]
    public void The_certificate_says_it_in_one_claim(bool hasEnd, string claim, string value)
    {
        var facts = SampleDecisions.Full with { Validity = new Validity(hasEnd ? new DateOnly(2031, 10, 27) : null) };
        var vc = System.Text.Json.Nodes.JsonNode.Parse(RecognitionLetterTests.Certificate(facts).Vc)!["credentialSubject"]!;
        Assert.Equal(value, (string?)(hasEnd ? vc[claim] : vc[claim]!["en"]));
        Assert.Null(vc[hasEnd ? "validity" : "valid_until"]);
        Assert.Equal("zh", (string?)vc["original_language"]);
        Assert.Equal(facts.Validity, StoredFacts.Read(StoredFacts.Write(facts)).Validity);
    }

    [Fact]
    [Trait("Requirement", "RQ-28")]
    public void The_body_may_take_no_fee_from_a_refugee()
    {
        var exempting = With(BodyPack().Replace("feeIndices: 0", "feeIndices: 6, feeExempt: [refugee]", StringComparison.Ordinal));
        Assert.True(Guide(new Walk(Described(HolderKind.Refugee)).Now, exempting).IsFree);
        var graduate = Guide(new Walk(Described()).Now, exempting);
        Assert.Equal((false, 6m), (graduate.IsFree, graduate.Fee.Value.Indices));
    }

    [Fact]
    public void A_term_of_no_months_is_no_term() => Assert.Throws<InvalidOperationException>(() =>
        With(BodyPack().Replace("feeIndices: 0", "feeIndices: 0, withoutDocumentsValidMonths: 0", StringComparison.Ordinal)));

    private static RecognitionCase Refugee(RuleBook rules)
    {
        var walk = new Walk(Described(HolderKind.Refugee));
        walk.Do(c => SubmitCase.Of(c, Applicant, Guide(c, rules), "R-2026-00001", Filed));
        walk.Do(c => AcceptComplete.Of(c, Officer, Filed));
        walk.Do(c => AssignCase.Of(c, Officer, First, Second, Maker, Filed));
        walk.Do(c => AddDocument.Of(c, Officer, Document(DocumentItems.Interview, EvidenceSource.Authority), Filed));
        walk.Do(c => HoldInterview.Of(c, First, "document-interview", Filed));
        walk.Do(c => ConfirmInterview.Of(c, Second, Filed));
        return walk.Do(c => FindAuthenticity.Of(
            c, Officer, new AuthenticityFinding(Authenticity.NotAnswered, AuthenticityWay.Letter, [], "No register is left."), Filed));
    }
}
