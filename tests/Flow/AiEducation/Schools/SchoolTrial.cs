using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>One invented school with one approved system, as the tests of its use of AI need it.</summary>
internal static class SchoolTrial
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);
    public static readonly DateOnly Today = new(2026, 11, 23);
    public static readonly Bin Place = Bin.Parse("990140001015");
    public static readonly RuleBook Book = RuleBook.Load(RuleBook.DefaultFolder).Value;
    public static readonly Resolved<RegulationTemplate> Template = Book.Resolve(RuleKeys.AiSchoolRegulation, Today).Value;
    public static readonly Resolved<AiRegisterRules> Register = Book.Resolve(RuleKeys.AiRegister, Today).Value;
    public static readonly Resolved<AiSafetyRules> Safety = Book.Resolve(RuleKeys.AiSafety, Today).Value;

    public static readonly Allowed Approved = new([AiPurpose.Tutoring, AiPurpose.Creation], 13, 17, Today.AddMonths(6), IsPilot: false);

    public static readonly AllowedTool Tool = new(
        "system-1", [ToolRole.Learner, ToolRole.Teacher], [AiPurpose.Tutoring], 13, 17, Today.AddMonths(6), "The printed reader with the same tasks.");

    /// <summary>Generative, in use for learners of 13 to 17.</summary>
    public static AiSystem Tutor { get; } = new()
    {
        Id = "system-1",
        Version = 9,
        State = AiSystemState.InUse,
        ProposedBy = "proposer",
        Description = new SystemDescription(
            "Tutor (invented)", LocalizedText.Same("Reading tutor"), "Owner (invented)", "https://owner.example/contact",
            LocalizedText.Same("Answers of learners"), true, "https://owner.example/agreement"),
        Vendor = new VendorAnswers(Answer.No, "", ["KZ"], Answer.Yes, Answer.No, Answer.No),
        Approval = new SystemApproved(Now, "board", Approved, "Better than paper.", Today.AddMonths(12), null!),
    };

    /// <summary>The template with some values of the school's own.</summary>
    public static SchoolRegulation Drafted(params (string Item, string Value)[] own) => SchoolRegulation.Of(
        "regulation-1", [Draft(null, "coordinator", own).Value]);

    public static Outcome<SchoolRegulationEvent> Draft(SchoolRegulation? now, string by, params (string Item, string Value)[] own) =>
        DraftRegulation.Of(now, Place, by, own.ToDictionary(o => o.Item, o => o.Value), "", Template.Value, Now);

    public static Outcome<SchoolRegulationEvent> Adopt(SchoolRegulation now, string by = "head", DateOnly? from = null) => AdoptRegulation.Of(
        now, by, "Head (invented)", "head of school", "No 5 of 23 November 2026", "Read with the teachers.", from ?? Today, Template, Today, Now);

    /// <summary>What holds in a school that adopted the template with some values of its own.</summary>
    public static RegulationInForce InForce(params (string Item, string Value)[] own)
    {
        var drafted = Drafted(own);
        return new RegulationInForce(Template.Value, drafted.With(Adopt(drafted).Value).On(Today));
    }
}
