namespace Mortanba.AiEducation;

/// <summary>Who is told that there is something new in a case.</summary>
[Flags]
public enum CaseReaders
{
    None = 0,

    /// <summary>The learner, and the parents of a minor.</summary>
    Family = 1,

    /// <summary>The teacher who reported it.</summary>
    Reporter = 2,

    Coordinators = 4,
    Head = 8,

    /// <summary>Who decides now.</summary>
    Committee = 16,
}

/// <summary>Whom an event of a case concerns (requirement AI-23): whoever has to read it, or to do the next step. Pure.</summary>
public static class IntegrityNews
{
    /// <param name="after">The case after the event.</param>
    public static CaseReaders Of(IntegrityCase after, IntegrityEvent happened)
    {
        var readers = happened switch
        {
            CaseReported or GroundAdded => CaseReaders.Coordinators,
            LearnerNotified => CaseReaders.Family,
            LearnerSaid => CaseReaders.Coordinators | CaseReaders.Committee,
            LearnerHeard or OralCheckHeld => CaseReaders.Family | CaseReaders.Committee,
            CommitteeNamed or MemberReplaced => CaseReaders.Committee,

            // The last vote lets the decision be written; the ones before concern nobody.
            MemberVoted => after.Panel?.HasVoted == true ? CaseReaders.Committee : CaseReaders.None,
            CaseDecided or CaseDismissed or AppealDecided or CaseClosed => CaseReaders.Family | CaseReaders.Reporter | CaseReaders.Coordinators,
            CaseAppealed => CaseReaders.Head | CaseReaders.Reporter | CaseReaders.Coordinators,
            _ => throw new ArgumentException($"An event of an unknown kind: {happened.GetType().Name}.", nameof(happened)),
        };
        return after.IsShown ? readers : readers & ~CaseReaders.Family;
    }
}
