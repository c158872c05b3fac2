using Mortanba.Recognition;

namespace Mortanba.Journey.Tests.Work;

/// <summary>Cases through the host's runner of acts.</summary>
public sealed class CaseDeskTests(RecognitionSite site) : IClassFixture<RecognitionSite>
{
    [Theory, Trait("Requirement", "RQ-6")]
    [InlineData(CaseStage.Intake)]
    [InlineData(CaseStage.Incomplete)]
    [InlineData(CaseStage.Evaluation)]
    [InlineData(CaseStage.Appealed)]
    public async Task A_case_comes_to_each_stage_by_its_acts(CaseStage stage) => Assert.Equal(stage, (await site.CaseAsync(stage)).Stage);
}
