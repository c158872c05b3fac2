using Mortanba.Foundation;

namespace Mortanba.Accounts;

/// <summary>What a person is at an institution, or for the platform (requirement X-13).</summary>
public enum Role
{
    /// <summary>Uploads and repairs lists, sends them to approval.</summary>
    Preparer,

    /// <summary>Rector, dean or director: decides and signs. Never what the same person prepared.</summary>
    Approver,

    /// <summary>Keeps the register: deliveries, corrections, proposals to annul or suspend; prepares too.</summary>
    Registrar,

    /// <summary>Reads everything of the institution, changes nothing; decides about alarms.</summary>
    Auditor,

    /// <summary>Invites people and gives API keys; sees no diploma.</summary>
    Administrator,

    /// <summary>Runs the platform: institutions, people, operation.</summary>
    Operator,

    /// <summary>Compliance and AML officer of the operator.</summary>
    ComplianceOfficer,

    /// <summary>Answers for personal data: requests of persons, erasures, breaches.</summary>
    DataProtectionOfficer,

    /// <summary>The supervising body: reads, changes nothing.</summary>
    Regulator,

    /// <summary>Takes recognition cases in, asks after documents, keeps the registers, assigns; sees who applies.</summary>
    RecognitionOfficer,

    /// <summary>Compares a qualification from abroad; does not see whose it is.</summary>
    Evaluator,

    /// <summary>Decides a recognition case that others compared.</summary>
    DecisionMaker,

    /// <summary>Decides an appeal in which they took no part.</summary>
    AppealReviewer,

    /// <summary>Head of a school: adopts its regulation of AI, answers for it, invites its people.</summary>
    SchoolHead,

    /// <summary>Keeps the tools, consents and incidents of a school; proposes systems; assesses evidence of competence.</summary>
    AiCoordinator,

    Teacher,
    Learner,

    /// <summary>Parent or other legal representative of a learner.</summary>
    Guardian,

    /// <summary>Of a region's department of education: sees the figures of its schools.</summary>
    RegionOfficer,

    /// <summary>Member of the board that reviews the ethics of AI systems.</summary>
    EthicsReviewer,

    /// <summary>Approves AI systems that others proposed and reviewed.</summary>
    AiApprover,

    /// <summary>Of the ministry: indicators, roadmap, suspensions.</summary>
    MinistryOfficer,

    /// <summary>Answers for the systems it makes.</summary>
    Vendor,

    /// <summary>A program whose key names AI systems of a school; given to nobody, so it stands in no list of roles.</summary>
    AssessingProgram,
}

/// <summary>Stable words of the database, the API and the locale files.</summary>
public static class RoleWords
{
    public static IReadOnlyList<Role> OfInstitutions { get; } =
        [Role.Preparer, Role.Approver, Role.Registrar, Role.Auditor, Role.Administrator];

    public static IReadOnlyList<Role> OfPlatform { get; } =
        [Role.Operator, Role.ComplianceOfficer, Role.DataProtectionOfficer, Role.Regulator];

    /// <summary>The body that recognises qualifications from abroad: one in an installation.</summary>
    public static IReadOnlyList<Role> OfRecognition { get; } =
        [Role.RecognitionOfficer, Role.Evaluator, Role.DecisionMaker, Role.AppealReviewer];

    /// <summary>Given at a school, a college or a university, for AI in education.</summary>
    public static IReadOnlyList<Role> OfSchools { get; } =
        [Role.SchoolHead, Role.AiCoordinator, Role.Teacher, Role.Learner, Role.Guardian];

    /// <summary>Those of AI in education over the whole country.</summary>
    public static IReadOnlyList<Role> OfAi { get; } = [Role.EthicsReviewer, Role.AiApprover, Role.MinistryOfficer, Role.Vendor];

    public static IReadOnlyList<Role> All { get; } = [.. OfInstitutions, .. OfPlatform, .. OfRecognition, .. OfSchools, Role.RegionOfficer, .. OfAi];

    public static bool IsOfPlatform(this Role role) => OfPlatform.Contains(role) || OfRecognition.Contains(role) || OfAi.Contains(role);

    public static string Word(this Role role) => role switch
    {
        Role.Preparer => "preparer",
        Role.Approver => "approver",
        Role.Registrar => "registrar",
        Role.Auditor => "auditor",
        Role.Administrator => "administrator",
        Role.Operator => "operator",
        Role.ComplianceOfficer => "compliance-officer",
        Role.DataProtectionOfficer => "data-protection-officer",
        Role.Regulator => "regulator",
        Role.RecognitionOfficer => "recognition-officer",
        Role.Evaluator => "evaluator",
        Role.DecisionMaker => "decision-maker",
        Role.AppealReviewer => "appeal-reviewer",
        Role.SchoolHead => "school-head",
        Role.AiCoordinator => "ai-coordinator",
        Role.Teacher => "teacher",
        Role.Learner => "learner",
        Role.Guardian => "guardian",
        Role.RegionOfficer => "region-officer",
        Role.EthicsReviewer => "ethics-reviewer",
        Role.AiApprover => "ai-approver",
        Role.MinistryOfficer => "ministry-officer",
        Role.Vendor => "vendor",
        Role.AssessingProgram => "assessing-program",
    };

    public static Outcome<Role> Parse(string? word)
    {
        foreach (var role in All)
        {
            if (role.Word() == word)
            {
                return role;
            }
        }

        return new Problem("accounts/unknown-role", "There is no such role.");
    }
}
