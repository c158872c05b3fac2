namespace Mortanba.Accounts;

/// <summary>What a route or use case asks for. A role gives rights by the table of <see cref="Rights"/>.</summary>
public enum Right
{
    /// <summary>See lists, batches, deliveries and diplomas of the institution.</summary>
    ViewDiplomas,

    /// <summary>Upload, map, repair, preview, send to approval.</summary>
    PrepareLists,

    /// <summary>Decide on a prepared list and sign with the institution's key; decide proposed changes.</summary>
    Approve,

    /// <summary>Propose to correct, annul, suspend, reinstate.</summary>
    ProposeChanges,

    /// <summary>See the institution's keys, what each signed, and the orders about them.</summary>
    ViewKeys,

    /// <summary>Propose to rotate or retire a key, or say that it is compromised. Whoever approves confirms.</summary>
    ProposeKeys,

    /// <summary>Send claim links, print letters, resend.</summary>
    Deliver,

    /// <summary>Read the record of who did what at the institution.</summary>
    ViewTrail,

    /// <summary>Invite people, end their roles, give and revoke API keys.</summary>
    ManagePeople,

    /// <summary>Institutions, permits, nodes, operation.</summary>
    OperatePlatform,

    /// <summary>See how the platform stands: institutions, permits, counts, availability, keys. No diploma.</summary>
    ViewPlatform,

    /// <summary>Look at alarms about unusual signing and decide about them; changes no diploma.</summary>
    ReviewAlarms,

    /// <summary>Requests of persons about their data: correct, block, erase.</summary>
    AnswerPersons,

    /// <summary>See that there are recognition cases, their stages and terms; what a case holds depends on the rights below.</summary>
    ViewCases,

    /// <summary>Take cases in, ask, assign, keep registers and inquiries; see who applies.</summary>
    ManageCases,

    /// <summary>Compare the qualification of a case one is assigned to.</summary>
    AssessCases,

    /// <summary>Decide cases one did not compare.</summary>
    DecideCases,

    /// <summary>Decide appeals in cases in which one took no part.</summary>
    ReviewAppeals,

    /// <summary>See how AI is used at a school: regulation, tools, incidents, figures.</summary>
    ViewSchool,

    /// <summary>Draft the regulation, keep tools and consents, work on incidents and integrity cases of a school.</summary>
    CoordinateAi,

    /// <summary>Adopt the regulation of a school.</summary>
    AdoptRegulation,

    /// <summary>Set tasks, grade, switch AI off for a class, keep a portfolio of one's own.</summary>
    Teach,

    /// <summary>Read works for an AI system and propose grades in its name; of programs alone.</summary>
    AssessWorks,

    /// <summary>Assess the evidence of competence of others.</summary>
    AssessCompetence,

    /// <summary>Take part in a school as a learner.</summary>
    Learn,

    /// <summary>Act for a learner one represents.</summary>
    Represent,

    /// <summary>See the figures of the schools of a region.</summary>
    ViewRegion,

    /// <summary>See the working pages of the register of AI systems.</summary>
    ViewSystems,

    /// <summary>Propose, describe, class and assess AI systems.</summary>
    ProposeSystems,

    /// <summary>Review the ethics of AI systems one did not propose.</summary>
    ReviewEthics,

    /// <summary>Approve, reject, suspend AI systems one did not propose.</summary>
    ApproveSystems,

    /// <summary>Answer the questions about the systems one makes.</summary>
    AnswerAsVendor,

    /// <summary>Indicators of the country, roadmap, suspensions everywhere.</summary>
    OverseeAi,
}

/// <summary>Which role gives which right: one table, so that it can be read and tested whole.</summary>
public static class Rights
{
    private static readonly Dictionary<Role, Right[]> Table = new()
    {
        [Role.Preparer] = [Right.ViewDiplomas, Right.PrepareLists],
        [Role.Approver] = [Right.ViewDiplomas, Right.Approve, Right.ViewKeys, Right.ViewTrail],
        [Role.Registrar] = [Right.ViewDiplomas, Right.PrepareLists, Right.ProposeChanges, Right.ViewKeys, Right.ProposeKeys, Right.Deliver, Right.ViewTrail],
        [Role.Auditor] = [Right.ViewDiplomas, Right.ViewKeys, Right.ViewTrail, Right.ReviewAlarms],
        [Role.Administrator] = [Right.ManagePeople, Right.ViewKeys, Right.ProposeKeys, Right.ViewTrail],
        [Role.Operator] = [Right.ViewPlatform, Right.OperatePlatform, Right.ManagePeople, Right.ViewTrail],
        [Role.ComplianceOfficer] = [Right.ViewPlatform, Right.ViewTrail, Right.ReviewAlarms],
        [Role.DataProtectionOfficer] = [Right.ViewPlatform, Right.ViewTrail, Right.AnswerPersons],
        [Role.Regulator] = [Right.ViewPlatform, Right.ViewTrail],
        [Role.RecognitionOfficer] = [Right.ViewCases, Right.ManageCases],
        [Role.Evaluator] = [Right.ViewCases, Right.AssessCases],
        [Role.DecisionMaker] = [Right.ViewCases, Right.DecideCases],
        [Role.AppealReviewer] = [Right.ViewCases, Right.ReviewAppeals],
        [Role.SchoolHead] = [Right.ViewSchool, Right.AdoptRegulation, Right.AssessCompetence, Right.ManagePeople, Right.ViewTrail],
        [Role.AiCoordinator] = [Right.ViewSchool, Right.CoordinateAi, Right.AssessCompetence, Right.ProposeSystems],
        [Role.Teacher] = [Right.ViewSchool, Right.Teach],
        [Role.Learner] = [Right.Learn],
        [Role.Guardian] = [Right.Represent],
        [Role.RegionOfficer] = [Right.ViewRegion, Right.AssessCompetence],
        [Role.EthicsReviewer] = [Right.ViewSystems, Right.ReviewEthics],
        [Role.AiApprover] = [Right.ViewSystems, Right.ApproveSystems],
        [Role.MinistryOfficer] = [Right.ViewSystems, Right.ProposeSystems, Right.OverseeAi],
        [Role.Vendor] = [Right.AnswerAsVendor],
        [Role.AssessingProgram] = [Right.AssessWorks],
    };

    public static bool Gives(Role role, Right right) => Table[role].Contains(right);
}
