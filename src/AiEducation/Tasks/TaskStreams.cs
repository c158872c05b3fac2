namespace Mortanba.AiEducation;

/// <summary>The streams of tasks and works, with what they say in clear.</summary>
public static class TaskStreams
{
    public static readonly EventKind<AssessmentTask, TaskEvent> Tasks = new(
        "task", isPersonal: false, AssessmentTask.Of,
        t => new StreamSummary(t.IsWithdrawn ? "withdrawn" : "set", t.Teacher, t.Terms.Title) { DueAt = t.Terms.DueAt }, Facts);

    /// <summary>One learner's work on one task. Due is the answer to the oldest open request.</summary>
    public static readonly EventKind<LearnerWork, WorkEvent> Works = new(
        "work", isPersonal: true, LearnerWork.Of,
        w => new StreamSummary(
            w.Objections.Any(o => o.IsOpen) ? "asked" : EventWords.Of(w.State), w.Learner, null,
            w.Objections.Where(o => o.IsOpen).Min(o => (DateOnly?)o.AnswerBy)),
        Facts);

    private static IEnumerable<EventFact> Facts(AssessmentTask task, TaskEvent happened) => happened switch
    {
        TaskSet set => [new EventFact("task.set", task.Id, ("aias", $"{set.Terms.Level}"))],
        _ => [],
    };

    private static IEnumerable<EventFact> Facts(LearnerWork work, WorkEvent happened) => happened switch
    {
        WorkHandedIn h => [new EventFact(
            "task.submitted", work.Learner, ("statement", h.Draft.Statement is null ? "no" : "yes"), ("aias", $"{h.Level}"))],
        GradeDecided g => [new EventFact(
            "grade.decided", work.Learner, ("proposal", work.Sealed is not { } p ? "none" : p.Score == g.Score ? "same" : "other"))],
        ObjectionMade => [new EventFact("objection.made", work.Learner)],
        ObjectionAnswered a => [new EventFact("objection.answered", work.Learner, ("inTime", a.InTime ? "yes" : "no"))],
        _ => [],
    };
}
