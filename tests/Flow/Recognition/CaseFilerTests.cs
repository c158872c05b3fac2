using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;
using static Mortanba.Flow.Tests.Recognition.CaseWorld;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>Who files and whose qualification it is are two questions.</summary>
public sealed class CaseFilerTests
{
    [Fact, Trait("Requirement", "RQ-19"), Trait("Requirement", "RQ-5")]
    public void A_representative_of_a_refugee_keeps_the_refugees_way_and_brings_the_power_of_attorney()
    {
        var walk = new Walk(Described(HolderKind.Refugee, by: Agent));
        // Not the list of somebody who files themselves.
        var own = RecognitionGuide.For(CaseWorld.Rules, walk.Now.Ask() with { Filer = Filer.Holder }, new DateOnly(2026, 10, 20)).Value;
        Assert.Equal("recognition/other-question", walk.Refused(c => SubmitCase.Of(c, Applicant, own, "R-2026-00001", Filed)));
        // What cannot be had is not asked for before filing.
        walk.Do(c => SubmitCase.Of(c, Applicant, Guide(c), "R-2026-00001", Filed));
        Assert.True(walk.Now.Terms!.WithoutDocuments);
        Assert.Contains(walk.Now.Terms.Items, i => i.Id == DocumentItems.PowerOfAttorney);
        Assert.Equal("recognition/no-proof", walk.Refused(c => AcceptComplete.Of(c, Officer, Filed.AddDays(1))));
        walk.Do(c => AddDocument.Of(c, Officer, Document(DocumentItems.PowerOfAttorney, at: Filed.AddDays(1)), Filed.AddDays(1), forApplicant: true));
        Assert.Equal((CaseStage.Authenticity, true), (walk.Do(c => AcceptComplete.Of(c, Officer, Filed.AddDays(2))).Stage, walk.Now.IsWithoutDocuments));

        var again = RecognitionCase.Of("case-1", walk.Events.Select(e => CaseRecord.Read(CaseRecord.Write(e))));
        Assert.Equal((HolderKind.Refugee, Filer.Representative), (again.HolderKind, again.Ask().Filer));
        Assert.Equal(CaseRecord.Canonical(walk.Now), CaseRecord.Canonical(again));
    }

    [Theory]
    [InlineData(HolderKind.Graduate)]
    [InlineData(HolderKind.Refugee)]
    public void Whoever_acts_for_a_holder_of_any_kind_has_a_name(HolderKind kind) => Assert.Equal(
        "recognition/no-representative",
        DescribeCase.Of(
            null, Applicant, new Holder("Aigerim Samplekyzy", new DateOnly(2000, 1, 1)), kind, RecognitionPurpose.Title, Bachelor, new Representation(" "),
            new DateOnly(2026, 10, 20), Filed).Problem?.Code);
}
