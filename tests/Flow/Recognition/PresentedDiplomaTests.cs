using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;
using static Mortanba.Flow.Tests.Recognition.CaseWorld;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>Which diploma a certificate cites: the one that was filed, of the holder, found authentic; else none.</summary>
[Trait("Requirement", "RQ-22")]
public sealed class PresentedDiplomaTests
{
    private static readonly CaseDocument Diploma = Document(DocumentItems.Qualification, id: "diploma") with { Receipt = "r", Diploma = "d", Sha256 = "s" };

    [Fact]
    public void The_diploma_that_was_filed_is_cited_with_its_receipt()
    {
        var facts = Facts(Diploma);
        Assert.Equal(("d", "r"), (facts.Diploma, facts.Receipt));
        // Two forms of one diploma are one diploma.
        Assert.Equal("d", Facts(Diploma, Diploma with { Id = "again", Sha256 = "t" }).Diploma);
    }

    [Fact]
    public void Another_diploma_that_lies_in_the_file_is_not()
    {
        foreach (var other in new[]
        {
            Diploma with { Source = EvidenceSource.Authority }, Diploma with { Item = DocumentItems.Other }, Diploma with { Item = DocumentItems.Answer },
            Diploma with { Diploma = null }, Diploma with { Receipt = null },
        })
        {
            var facts = Facts(other);
            Assert.Equal((null, null), (facts.Diploma, facts.Receipt));
        }

        Assert.Null(Facts(Diploma, Diploma with { Id = "second", Diploma = "e", Sha256 = "t" }).Diploma);
        Assert.Null(Facts(now => now with { Authenticity = now.Authenticity! with { Result = Authenticity.NotAnswered } }, Diploma).Diploma);
    }

    [Fact, Trait("Requirement", "RQ-8")]
    public void Once_its_authenticity_is_found_no_other_diploma_takes_its_place()
    {
        var walk = CaseWorld.At(CaseStage.Authenticity);
        CaseDocument Second(string item) => Document(item, id: "second") with { Sha256 = new string('5', 64) };
        Assert.Null(walk.Refused(c => AddDocument.Of(c, Applicant, Second("document"), Filed)));
        walk.Do(c => FindAuthenticity.Of(c, Officer, new AuthenticityFinding(Authenticity.Confirmed, AuthenticityWay.IssuerRegister, ["register"], ""), Filed));
        Assert.Equal("recognition/authenticity-found", walk.Refused(c => AddDocument.Of(c, Applicant, Second("document"), Filed)));
        Assert.Equal("recognition/authenticity-found", walk.Refused(c => AddDocument.Of(c, Officer, Second("document"), Filed, forApplicant: true)));
        Assert.Null(walk.Refused(c => AddDocument.Of(c, Applicant, Second(DocumentItems.Other), Filed)));
    }

    [Fact, Trait("Requirement", "RQ-22")]
    public void The_language_of_the_original_is_carried_into_the_certificate_where_it_was_said()
    {
        Assert.Equal("und", Facts().Qualification.OriginalLanguage);
        Assert.Equal("de", Facts(now => now with { Qualification = now.Qualification with { Language = "de" } }).Qualification.OriginalLanguage);
        Assert.Equal("recognition/no-language", DescribeCase.Of(
            null, Applicant, new Holder("Aigerim Samplekyzy", new DateOnly(2000, 1, 1)), HolderKind.Graduate, RecognitionPurpose.Title,
            Bachelor with { Language = "xx" }, null, new DateOnly(2026, 10, 20), Filed).Problem?.Code);
    }

    [Fact]
    public void A_draft_that_names_another_holder_loses_its_diploma()
    {
        var walk = CaseWorld.At(CaseStage.Draft);
        walk.Do(c => AddDocument.Of(c, Applicant, Diploma, Filed));
        var said = (CaseDescribed)Described();
        Assert.Equal("d", walk.Now.With(said with { Purpose = RecognitionPurpose.Title }).Document("diploma")!.Diploma);
        Assert.Null(walk.Now.With(said with { Holder = said.Holder with { Name = "Somebody Else" } }).Document("diploma")!.Diploma);
    }

    [Theory]
    [InlineData("Айгерим Самплекызы", "2000-01-01", true)]
    [InlineData("SAMPLEKYZY AIGERIM", null, true)]
    [InlineData("Әйгерім Самплеқызы Болатқызы", "2000-01-01", true)]
    [InlineData("Айгерим Самплекызы", "2000-01-02", false)]
    [InlineData("Айгерим Другая", "2000-01-01", false)]
    [InlineData("Aigerim", "2000-01-01", false)]
    [InlineData("", null, false)]
    public void Names_agree_in_any_of_their_spellings_and_the_day_of_birth_with_them(string name, string? born, bool agree) =>
        Assert.Equal(agree, HolderNames.Agree(new Holder("Aigerim Samplekyzy", new DateOnly(2000, 1, 1)), LocalizedText.Same(name), born));

    private static RecognitionDecisionFacts Facts(params CaseDocument[] added) => Facts(now => now, added);

    private static RecognitionDecisionFacts Facts(Func<RecognitionCase, RecognitionCase> change, params CaseDocument[] added)
    {
        var now = CaseWorld.At(CaseStage.Decision).Now;
        now = change(now with { Documents = [.. now.Documents, .. added] });
        var law = Guide(now);
        var human = HumanDecision.Make("Maker", "decision-maker", Filed, [now.Number!], "One course is missing.", law.Appeal.Reference).Value;
        var taken = new DecisionTaken(now.Proposal!, "One course is missing.", Filed, null, null, null);
        return DecisionFacts.Of(now, taken, law, LocalizedText.Same("Body"), human, new DateOnly(2026, 10, 27)).Value;
    }
}
