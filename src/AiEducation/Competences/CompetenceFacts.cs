namespace Mortanba.AiEducation;

/// <summary>What the events about competences say in clear, for indicators: no words that somebody wrote, pseudonyms only.</summary>
public static class CompetenceFacts
{
    public static IEnumerable<EventFact> Of(TeacherPortfolio now, PortfolioEvent happened) => happened switch
    {
        EvidenceAssessed a =>
        [
            Assessed(now, a.Block, a.Level, a.Met ? "met" : "not-met"),
            .. a.Reached.Select(r => OfLevel("level.reached", now, r)),
        ],
        AssessmentRevoked r => [Assessed(now, r.Block, r.Level, "not-met"), .. Lost(now, r.Block, r.Lost)],
        // Only what was found met showed anything.
        EvidenceWithdrawn w when now.Find(w.Evidence) is { Assessed.Met: true, Revoked: null } one => Lost(now, one.Block, w.Lost),
        _ => [],
    };

    public static IEnumerable<EventFact> Of(LearnerRecord now, LearnerRecordEvent happened) =>
        happened is BlockShown s ? [new EventFact("learner.competence", now.Learner, ("block", s.Block))] : [];

    public static IEnumerable<EventFact> Of(CourseGroup now, CourseGroupEvent happened) => happened switch
    {
        PeopleEnrolled e => e.People.Select(p => OfCourse("course.enrolled", now, p)),
        LessonHeld l => l.Completed.Select(p => OfCourse("course.completed", now, p)),
        _ => [],
    };

    public static IEnumerable<EventFact> Of(Project now, ProjectEvent happened) =>
        happened is ProjectFinished ? [new EventFact("project.finished", now.Learner)] : [];

    private static IEnumerable<EventFact> Lost(TeacherPortfolio now, string block, IReadOnlyList<LevelReached>? levels) =>
    [
        .. now.Shows(block) ? [] : new[] { new EventFact("competence.lost", now.Teacher, ("block", block)) },
        .. (levels ?? []).Select(l => OfLevel("level.lost", now, l)),
    ];

    private static EventFact OfLevel(string type, TeacherPortfolio now, LevelReached level) =>
        new(type, now.Teacher, ("level", level.Level), ("aspect", level.Aspect));

    private static EventFact Assessed(TeacherPortfolio now, string block, string level, string outcome) =>
        new("competence.assessed", now.Teacher, ("block", block), ("level", level), ("outcome", outcome));

    private static EventFact OfCourse(string type, CourseGroup now, string person) => new(
        type, person, ("course", now.Opened.Course), ("series", now.Opened.Series), ("role", now.Opened.ForTeachers ? "teacher" : "learner"));
}
