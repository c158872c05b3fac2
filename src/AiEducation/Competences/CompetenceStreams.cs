namespace Mortanba.AiEducation;

/// <summary>The kinds of parts about competences.</summary>
public static class CompetenceStreams
{
    /// <summary>A portfolio in which something waits for an assessor.</summary>
    public const string Waiting = "waiting";

    /// <summary>A portfolio, record, course, group or project that goes on.</summary>
    public const string Open = "open";

    public const string Closed = "closed";

    /// <summary>The one map of topics.</summary>
    public const string TopicsId = "topics-kz";

    public static readonly EventKind<TeacherPortfolio, PortfolioEvent> Portfolio = new(
        "portfolio", isPersonal: true, TeacherPortfolio.Of,
        p => new StreamSummary(p.Evidence.Any(e => e.State == EvidenceState.HandedIn) ? Waiting : Open, p.Teacher), CompetenceFacts.Of);

    public static readonly EventKind<LearnerRecord, LearnerRecordEvent> Learner = new(
        "learner-record", isPersonal: true, LearnerRecord.Of, r => new StreamSummary(Open, r.Learner), CompetenceFacts.Of);

    public static readonly EventKind<Course, CourseEvent> Course = new(
        "course", isPersonal: false, AiEducation.Course.Of, c => new StreamSummary(c.IsOffered ? Open : Closed, null, c.Terms.Name.En), (_, _) => []);

    public static readonly EventKind<CourseGroup, CourseGroupEvent> Group = new(
        "course-group", isPersonal: false, CourseGroup.Of, g => new StreamSummary(Open, g.Opened.Course, $"{g.Opened.Year} {g.Opened.Name}"), CompetenceFacts.Of);

    public static readonly EventKind<TopicMap, TopicMapEvent> Topics = new(
        "topics", isPersonal: false, TopicMap.Of, _ => new StreamSummary(Open), (_, _) => []);

    public static readonly EventKind<Project, ProjectEvent> Project = new(
        "project", isPersonal: true, AiEducation.Project.Of, p => new StreamSummary(p.FinishedAt is null ? Open : Closed, p.Learner), CompetenceFacts.Of);
}
