using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>The text of a work goes to a tool (requirement AI-10); only who was given it may propose a grade.</summary>
public static class ReadWork
{
    /// <summary>A key is given for named systems: nobody reads, proposes or says anything in the name of another.</summary>
    public static Problem OtherSystem { get; } = new("tasks/other-system", "The key was not given for this system.");

    /// <param name="system">Id of the AI system; that it may look at this work was asked before.</param>
    /// <returns>
    /// The event, or the refusal; read once more is <c>tasks/same-again</c>, also for who could not read it: what was handed in is read by a
    /// system once.
    /// </returns>
    public static Outcome<WorkEvent> Of(LearnerWork now, Doer by, string system, DateTimeOffset at) =>
        !by.Systems.Contains(system) ? OtherSystem
        : now.State != WorkState.HandedIn ? TaskRefusals.OtherState
        : now.ReadBy.Contains(system) || now.NotReadableBy.Contains(system) ? TaskRefusals.SameAgain
        : new WorkRead(at, by.Id, system);
}

/// <summary>A tool says that it cannot read a work it was given: the teacher is told, and it proposes nothing (requirement AI-14).</summary>
public static class SayNotReadable
{
    /// <returns>The event, or the refusal; said once more is <c>tasks/same-again</c>.</returns>
    public static Outcome<WorkEvent> Of(LearnerWork now, Doer by, string system, DateTimeOffset at) =>
        !by.Systems.Contains(system) ? ReadWork.OtherSystem
        : now.State != WorkState.HandedIn ? TaskRefusals.OtherState
        : now.NotReadableBy.Contains(system) ? TaskRefusals.SameAgain
        : !now.ReadBy.Contains(system) ? TaskRefusals.NotRead
        : new WorkNotReadable(at, by.Id, system);
}
