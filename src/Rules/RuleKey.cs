namespace Mortanba.Rules;

/// <summary>The name of a rule with the type of its value.</summary>
/// <param name="Id">As in the packs: <c>permit-term</c>.</param>
/// <param name="Read">Reads the value; throws <see cref="PackFormatException"/> with the line of what is wrong.</param>
public sealed record RuleKey<T>(string Id, Func<PackNode, T> Read)
    where T : notnull;

/// <summary>Every rule the code knows. A pack that names another one does not load: nobody would obey it.</summary>
public static class RuleKeys
{
    public static readonly RuleKey<PermitTerm> PermitTerm = new("permit-term", Rules.PermitTerm.Read);
    public static readonly RuleKey<ArticleFive> ArticleFive = new("article-5", Rules.ArticleFive.Read);
    public static readonly RuleKey<RecognisedTypes> RecognisedTypes = new(
        "recognised-types", Rules.RecognisedTypes.Read);
    public static readonly RuleKey<LegalClass> LegalClass = new("legal-class", Rules.LegalClass.Read);
    public static readonly RuleKey<RecordHash> RecordHash = new("record-hash", Rules.RecordHash.Read);
    public static readonly RuleKey<DocumentKinds> DocumentKinds = new("document-kinds", Rules.DocumentKinds.Read);
    public static readonly RuleKey<GradeScale> GradeScale = new("grade-scale", Rules.GradeScale.Read);
    public static readonly RuleKey<GpaRounding> GpaRounding = new("gpa-rounding", Rules.GpaRounding.Read);
    public static readonly RuleKey<IinFacets> IinFacets = new("iin-facets", Rules.IinFacets.Read);
    public static readonly RuleKey<WorkingYear> WorkingYear = new("working-calendar", Rules.WorkingYear.Read);
    public static readonly RuleKey<CivilTime> CivilTime = new("civil-time", Rules.CivilTime.Read);
    public static readonly RuleKey<ReasonCodes> ReasonCodes = new("reason-codes", Rules.ReasonCodes.Read);
    public static readonly RuleKey<Regulator> Regulator = new("regulator", Rules.Regulator.Read);
    public static readonly RuleKey<DiplomaExpiry> DiplomaExpiry = new("diploma-expiry", Rules.DiplomaExpiry.Read);
    public static readonly RuleKey<StatusRhythm> StatusRhythm = new("status-rhythm", Rules.StatusRhythm.Read);
    public static readonly RuleKey<RetentionTerms> RetentionTerms = new("retention-terms", Rules.RetentionTerms.Read);
    public static readonly RuleKey<PersonRequestTerm> PersonRequestTerm = new(
        "person-request-term", Rules.PersonRequestTerm.Read);

    public static readonly RuleKey<DraftTerm> DraftTerm = new("draft-term", Rules.DraftTerm.Read);
    public static readonly RuleKey<SupplementTexts> SupplementTexts = new(
        "supplement-texts", Rules.SupplementTexts.Read);

    public static readonly RuleKey<Reconciliation> Reconciliation = new("reconciliation", Rules.Reconciliation.Read);
    public static readonly RuleKey<UnusualSigning> UnusualSigning = new("unusual-signing", Rules.UnusualSigning.Read);

    public static readonly RuleKey<Countries> Countries = new("countries", Rules.Countries.Read);
    public static readonly RuleKey<Countries> FormerStates = new("former-states", Rules.Countries.Read);
    public static readonly RuleKey<Treaties> RecognitionTreaties = new("recognition-treaties", Rules.Treaties.Read);
    public static readonly RuleKey<TreatyTiming> RecognitionTiming = new("recognition-timing", Rules.TreatyTiming.Read);
    public static readonly RuleKey<NationalProcedure> RecognitionNational = new(
        "recognition-national", Rules.NationalProcedure.Read);
    public static readonly RuleKey<RecognitionChecklist> RecognitionChecklist = new(
        "recognition-checklist", Rules.RecognitionChecklist.Read);
    public static readonly RuleKey<MissingDocuments> RecognitionMissingDocuments = new(
        "recognition-missing-documents", Rules.MissingDocuments.Read);
    public static readonly RuleKey<RankingShortcut> RankingShortcut = new(
        "recognition-ranking-shortcut", Rules.RankingShortcut.Read);
    public static readonly RuleKey<RankingEdition> RankingEdition = new(
        "recognition-ranking-edition", Rules.RankingEdition.Read);
    public static readonly RuleKey<ExemptHolders> RecognitionExempt = new(
        "recognition-exempt", Rules.ExemptHolders.Read);
    public static readonly RuleKey<RecognitionTimeLimit> RecognitionTimeLimit = new(
        "recognition-time-limit", Rules.RecognitionTimeLimit.Read);
    public static readonly RuleKey<RecognitionFee> RecognitionFee = new("recognition-fee", Rules.RecognitionFee.Read);
    public static readonly RuleKey<RecognitionAppeal> RecognitionAppeal = new(
        "recognition-appeal", Rules.RecognitionAppeal.Read);
    public static readonly RuleKey<RecognitionBodyTerms> RecognitionBodyTerms = new(
        "recognition-body-terms", Rules.RecognitionBodyTerms.Read);

    public static readonly RuleKey<EducationSystem> EducationSystem = new("education-system", Rules.EducationSystem.Read);

    /// <summary>How long the body keeps recognition cases that are over; from a pack of its own.</summary>
    public static readonly RuleKey<RetentionTerms> RecognitionRetention = new("recognition-retention", Rules.RetentionTerms.Read);
    public static readonly RuleKey<InquiryTerms> InquiryTerms = new("recognition-inquiry", Rules.InquiryTerms.Read);

    public static readonly RuleKey<PersonalDataToTools> PersonalDataToTools = new(
        "personal-data-to-tools", Rules.PersonalDataToTools.Read);
    public static readonly RuleKey<AiRegisterRules> AiRegister = new("ai-register", Rules.AiRegisterRules.Read);
    public static readonly RuleKey<RegulationTemplate> AiSchoolRegulation = new("ai-school-regulation", RegulationTemplate.Read);

    /// <summary>The same for universities, from a pack of its own (requirement AI-34).</summary>
    public static readonly RuleKey<RegulationTemplate> AiHigherRegulation = new("ai-higher-regulation", RegulationTemplate.Read);
    public static readonly RuleKey<AiSafetyRules> AiSafety = new("ai-safety", AiSafetyRules.Read);
    public static readonly RuleKey<AiSafetyHelp> AiSafetyHelp = new("ai-safety-help", Rules.AiSafetyHelp.Read);
    public static readonly RuleKey<AiNotice> AiNotice = new("ai-notice", Rules.AiNotice.Read);
    public static readonly RuleKey<AiTaskRules> AiTasks = new("ai-tasks", Rules.AiTaskRules.Read);
    public static readonly RuleKey<AiIntegrityRules> AiIntegrity = new("ai-integrity", Rules.AiIntegrityRules.Read);

    /// <summary>The same of higher education, from packs of another ministry (requirement AI-34).</summary>
    public static readonly RuleKey<AiTaskRules> AiTasksHigher = new("ai-tasks-higher", Rules.AiTaskRules.Read);
    public static readonly RuleKey<AiIntegrityRules> AiIntegrityHigher = new("ai-integrity-higher", Rules.AiIntegrityRules.Read);
    public static readonly RuleKey<AiIndicators> AiIndicators = new("ai-indicators", Rules.AiIndicators.Read);
    public static readonly RuleKey<AiRoadmap> AiRoadmap = new("ai-roadmap", Rules.AiRoadmap.Read);

    public static readonly RuleKey<CompetenceFramework> TeacherCompetences = new("ai-teacher-competences", CompetenceFramework.Read);
    public static readonly RuleKey<CompetenceFramework> LearnerCompetences = new("ai-learner-competences", CompetenceFramework.Read);
    public static readonly RuleKey<TeacherAssessment> TeacherAssessment = new("ai-teacher-assessment", Rules.TeacherAssessment.Read);
    public static readonly RuleKey<TeacherQualification> TeacherQualification = new("teacher-qualification", Rules.TeacherQualification.Read);
    public static readonly RuleKey<CourseRules> Courses = new("ai-courses", CourseRules.Read);
    public static readonly RuleKey<CompetenceCrosswalk> CompetenceCrosswalk = new("ai-competence-crosswalk", Rules.CompetenceCrosswalk.Read);

    internal static readonly IReadOnlyDictionary<string, Func<PackNode, object>> Readers =
        new Dictionary<string, Func<PackNode, object>>(StringComparer.Ordinal)
        {
            [PermitTerm.Id] = PermitTerm.Read,
            [ArticleFive.Id] = ArticleFive.Read,
            [RecognisedTypes.Id] = RecognisedTypes.Read,
            [LegalClass.Id] = LegalClass.Read,
            [RecordHash.Id] = RecordHash.Read,
            [DocumentKinds.Id] = DocumentKinds.Read,
            [GradeScale.Id] = GradeScale.Read,
            [GpaRounding.Id] = GpaRounding.Read,
            [IinFacets.Id] = IinFacets.Read,
            [WorkingYear.Id] = WorkingYear.Read,
            [CivilTime.Id] = CivilTime.Read,
            [ReasonCodes.Id] = ReasonCodes.Read,
            [Regulator.Id] = Regulator.Read,
            [DiplomaExpiry.Id] = DiplomaExpiry.Read,
            [StatusRhythm.Id] = StatusRhythm.Read,
            [RetentionTerms.Id] = RetentionTerms.Read,
            [DraftTerm.Id] = DraftTerm.Read,
            [PersonRequestTerm.Id] = PersonRequestTerm.Read,
            [SupplementTexts.Id] = SupplementTexts.Read,
            [Reconciliation.Id] = Reconciliation.Read,
            [UnusualSigning.Id] = UnusualSigning.Read,
            [Countries.Id] = Countries.Read,
            [FormerStates.Id] = FormerStates.Read,
            [RecognitionTreaties.Id] = RecognitionTreaties.Read,
            [RecognitionTiming.Id] = RecognitionTiming.Read,
            [RecognitionNational.Id] = RecognitionNational.Read,
            [RecognitionChecklist.Id] = RecognitionChecklist.Read,
            [RecognitionMissingDocuments.Id] = RecognitionMissingDocuments.Read,
            [RankingShortcut.Id] = RankingShortcut.Read,
            [RankingEdition.Id] = RankingEdition.Read,
            [RecognitionExempt.Id] = RecognitionExempt.Read,
            [RecognitionTimeLimit.Id] = RecognitionTimeLimit.Read,
            [RecognitionFee.Id] = RecognitionFee.Read,
            [RecognitionAppeal.Id] = RecognitionAppeal.Read,
            [RecognitionBodyTerms.Id] = RecognitionBodyTerms.Read,
            [EducationSystem.Id] = EducationSystem.Read,
            [RecognitionRetention.Id] = RecognitionRetention.Read,
            [InquiryTerms.Id] = InquiryTerms.Read,
            [PersonalDataToTools.Id] = PersonalDataToTools.Read,
            [AiRegister.Id] = AiRegister.Read,
            [AiSchoolRegulation.Id] = AiSchoolRegulation.Read,
            [AiHigherRegulation.Id] = AiHigherRegulation.Read,
            [AiSafety.Id] = AiSafety.Read,
            [AiSafetyHelp.Id] = AiSafetyHelp.Read,
            [AiNotice.Id] = AiNotice.Read,
            [AiTasks.Id] = AiTasks.Read,
            [AiIntegrity.Id] = AiIntegrity.Read,
            [AiTasksHigher.Id] = AiTasksHigher.Read,
            [AiIntegrityHigher.Id] = AiIntegrityHigher.Read,
            [TeacherCompetences.Id] = TeacherCompetences.Read,
            [LearnerCompetences.Id] = LearnerCompetences.Read,
            [TeacherAssessment.Id] = TeacherAssessment.Read,
            [TeacherQualification.Id] = TeacherQualification.Read,
            [Courses.Id] = Courses.Read,
            [CompetenceCrosswalk.Id] = CompetenceCrosswalk.Read,
            [AiIndicators.Id] = AiIndicators.Read,
            [AiRoadmap.Id] = AiRoadmap.Read,
        };
}
