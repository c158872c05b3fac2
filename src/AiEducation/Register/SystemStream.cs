namespace Mortanba.AiEducation;

/// <summary>The register's systems as streams of events.</summary>
public static class SystemStream
{
    public static readonly EventKind<AiSystem, AiSystemEvent> Kind = new("system", isPersonal: false, AiSystem.Of, Summary, Facts);

    private static StreamSummary Summary(AiSystem now) => new(
        EventWords.Of(now.State), null, now.Description.Name, now.IsAllowed ? Earlier(now.ReviewBy!.Value, now.Approval!.Allowed.Until) : null);

    // What a class answers with a forbidden function and what a suspension finds are one thing to whoever counts: prohibited.
    private static IEnumerable<EventFact> Facts(AiSystem after, AiSystemEvent happened)
    {
        (string Word, string? Cause)? fact = happened switch
        {
            SystemProposed => ("proposed", null),
            SystemClassified { Forbidden.Count: > 0 } => ("prohibited", EventWords.Of(SuspensionCause.ForbiddenFunction)),
            SystemApproved { Allowed.IsPilot: var isPilot } => ("approved", isPilot ? "pilot" : "use"),
            SystemRejected => ("rejected", "approver"),
            EthicsReviewed { Outcome: EthicsOutcome.Unfavourable } => ("rejected", "ethics"),
            SystemReviewed => ("reviewed", null),
            SystemSuspended { Cause: SuspensionCause.ForbiddenFunction } s => ("prohibited", EventWords.Of(s.Cause)),
            SystemSuspended s => ("suspended", EventWords.Of(s.Cause)),
            SystemReinstated => ("reinstated", null),
            SystemEnded => ("ended", null),
            _ => null,
        };
        if (fact is var (word, cause))
        {
            yield return cause is null ? new EventFact("system." + word, after.Id) : new EventFact("system." + word, after.Id, ("cause", cause));
        }
    }

    private static DateOnly Earlier(DateOnly one, DateOnly other) => one < other ? one : other;
}
