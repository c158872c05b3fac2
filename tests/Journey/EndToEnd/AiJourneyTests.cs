using Mortanba.Journey.Tests.Ai;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// AI in education on its whole way through the real site in Chromium, once in each language: a vendor answers, a coordinator proposes, the
/// ethics board sends back and then agrees, a system is approved until a day, a head adopts the regulation, a parent consents, a teacher sets
/// a task and decides otherwise than AI proposed, a case that rests on a detector cannot be closed and is decided by people and by others on
/// appeal, a teacher's certificate is verified in public, and the ministry sees the figure move and drills down until it is hidden. Elements
/// are found by what they are, so that the same steps serve the three languages.
/// </summary>
public sealed class AiJourneyTests(AiSite site, Chromium chromium) : IClassFixture<AiSite>, IClassFixture<Chromium>
{
    public static TheoryData<string> Languages => ["kk", "ru", "en"];

    [Theory]
    [MemberData(nameof(Languages))]
    [Trait("Requirement", "AI-1")]
    [Trait("Requirement", "AI-2")]
    [Trait("Requirement", "AI-4")]
    [Trait("Requirement", "AI-6")]
    [Trait("Requirement", "AI-9")]
    [Trait("Requirement", "AI-12")]
    [Trait("Requirement", "AI-14")]
    [Trait("Requirement", "AI-16")]
    [Trait("Requirement", "AI-18")]
    [Trait("Requirement", "AI-19")]
    [Trait("Requirement", "AI-20")]
    [Trait("Requirement", "AI-21")]
    [Trait("Requirement", "AI-22")]
    [Trait("Requirement", "AI-23")]
    [Trait("Requirement", "AI-24")]
    [Trait("Requirement", "AI-26")]
    [Trait("Requirement", "AI-31")]
    [Trait("Requirement", "X-14")]
    public async Task From_a_vendors_answers_to_a_figure_that_moves(string language)
    {
        Chromium.SkipUnlessPresent();
        var way = await AiWay.BeginAsync(site, chromium, language);
        var system = await way.AnswerAsVendorAsync();
        await way.ProposeAsync(system);
        await way.ReviewEthicsAsync(system, "sent-back");
        await way.DescribeAgainAsync(system);
        await way.ReviewEthicsAsync(system, "favourable");
        await way.ApproveAsync(system);
        await way.AdoptRegulationAsync();
        await way.AllowAsync(system);
        await way.ConsentAsync(system);
        var task = await way.SetTaskAsync(system);
        await way.HandInAsync(task, system);
        await way.DecideOtherwiseAsync(task, system);
        var one = await way.ReportAsync(task);
        await way.HearAsync(one);
        await way.RefuseOnDetectorAloneAsync(one);
        await way.DecideByPeopleAsync(one);
        await way.AppealAsync(one);
        var before = await way.FigureAsync();
        await way.ReachDeepenAsync();
        await way.ShowCertificateAsync();
        await way.SeeTheFigureMoveAsync(before);
        await way.LookAsync(system, task);
    }
}
