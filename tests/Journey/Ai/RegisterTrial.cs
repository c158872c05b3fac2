using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Ai;

/// <summary>Systems of the register for tests, brought where they are wanted by the acts themselves.</summary>
internal static class RegisterTrial
{
    public static SystemDescription Described(string name) => new(
        name, new LocalizedText("Оқу жаттықтырушысы", "Тренажёр чтения", "Reading tutor"), "Owner (invented)", "https://owner.example/contact",
        LocalizedText.Same("Answers of learners"), true, "https://owner.example/agreement", "17 of 1 June 2026")
    {
        Objection = "https://owner.example/objections",
    };

    public static VendorAnswers Clean { get; } = new(Answer.No, "", ["KZ"], Answer.Yes, Answer.No, Answer.No) { Company = "Vendor (invented)" };

    public static Classification Class(AiRegisterRules rules, Answer highImpact = Answer.No) => new(
        AiRisk.Minimal, AiAutonomy.Low, AiMode.Closed,
        rules.Forbidden.Select(f => (f.Id, Answer: Answer.No)).Concat(rules.HighImpact.Select(f => (f.Id, Answer: highImpact))).ToDictionary(f => f.Id, f => f.Answer));

    /// <summary>In use for learners of 13 to 17, until a day (in ten months when none is named).</summary>
    public static async Task<AiSystem> ApprovedAsync(AiSite site, string name, DateOnly? until = null)
    {
        var desk = new SystemDesk(site.Home, new DiplomaFlow(site.Home));
        var today = desk.Ai.Today();
        var offered = (await desk.OpenAsync(
            site.Who("vendor"), Role.Vendor, null, at => OfferSystem.Of(site.Who("vendor").Id, Described(name), Clean, at), null, default)).Value;
        async Task<AiSystem> ActAsync(string who, Func<AiSystem, string, DateTimeOffset, Outcome<AiSystemEvent>> act) => (await desk.ActAsync(
            site.Who(who), null, offered.Id, null, null, (now, at) => act(now, site.Who(who).Id, at), default)).Value;
        await ActAsync("coordinator", (now, by, at) => ProposeSystem.Of(now, by, Described(name), at));
        await ActAsync("coordinator", (now, by, at) => ClassifySystem.Of(now, by, Class(desk.Rules.Value), desk.Rules, desk.Ai.Today(), at));
        await ActAsync("coordinator", (now, by, at) => ShowValue.Of(
            now, by, new EducationalValue("A printed reader", "Quicker reading", ["https://study.example"]), at));
        return await ActAsync("approver", (now, by, at) => ApproveSystem.Of(
            now, by, new Allowed([AiPurpose.Tutoring, AiPurpose.Creation], 13, 17, until ?? today.AddMonths(10), false), "Better than paper.", desk.Rules, today, at));
    }
}
