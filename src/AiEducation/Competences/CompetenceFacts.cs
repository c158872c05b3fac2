namespace Mortanba.AiEducation;

/// <summary>What the events about competences say in clear, for indicators: no words that somebody wrote, pseudonyms only.</summary>
public static class CompetenceFacts
{
    public static IEnumerable<EventFact> Of(TeacherPortfolio now, PortfolioEvent happened) => happened switch
    {
        EvidenceAssessed a =>
        [
            Assessed(now, a.Block, a.Level, a.Met ? "met" : "not-met"),
            .. a.Reached.Select(r => new EventFact("level.reached", now.Teacher, ("level", r.Level), ("aspect", r.Aspect))),
        ],
        AssessmentRevoked r => [Assessed(now, r.Block, r.Level, "not-met")],
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

    private static EventFact Assessed(TeacherPortfolio now, string block, string level, string outcome) =>
        new("competence.assessed", now.Teacher, ("block", block), ("level", level), ("outcome", outcome));

    private static EventFact OfCourse(string type, CourseGroup now, string person) => new(
        type, person, ("course", now.Opened.Course), ("series", now.Opened.Series), ("role", now.Opened.ForTeachers ? "teacher" : "learner"));
}
