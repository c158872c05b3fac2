using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

public enum InquiryDirection
{
    /// <summary>We ask.</summary>
    Out,

    /// <summary>Another centre asks us.</summary>
    In,
}

public enum InquiryState
{
    Asked,
    Answered,

    /// <summary>The term is over; a late reply is still taken. It is no answer, least of all a no.</summary>
    Unanswered,

    /// <summary>A notice: no answer is awaited.</summary>
    Told,
}

public enum InquiryWay
{
    Https,
    Email,

    /// <summary>A letter that an officer prints and posts: only notices go so.</summary>
    Post,
}

/// <summary>What becomes of a message.</summary>
public enum CentreMessageState
{
    /// <summary>It waits to be sent.</summary>
    Waiting,
    Sent,

    /// <summary>The other centre could not be reached, or refuses it; a person has to see to it.</summary>
    Failed,

    /// <summary>It came from the other centre, signed.</summary>
    Received,

    /// <summary>An officer wrote down what came by letter or e-mail.</summary>
    Recorded,
}

/// <summary>One inquiry between centres; what was said stands in its messages.</summary>
/// <param name="TheirId">The id by which both centres know it.</param>
/// <param name="CaseId">The case of ours that it serves; null for one that another centre asks.</param>
/// <param name="Version">Counts the changes: whoever acts names the one they read.</param>
public sealed record Inquiry(
    string Id, InquiryDirection Direction, string Centre, string TheirId, string? CaseId, EvidenceQuestion Question, InquiryState State,
    InquiryWay Way, DateTimeOffset AskedAt, DateTimeOffset? AnsweredAt, InquiryOutcome? Outcome, int Reminders, long Version);

/// <param name="Attempts">How often it was tried to send it.</param>
public sealed record InquiryEntry(CentreMessage Message, CentreMessageState State, int Attempts, DateTimeOffset DueAt);

public enum InquiryStep
{
    Wait,
    Remind,
    GiveUp,
}

/// <summary>What the term of an inquiry asks for today. Pure.</summary>
public static class InquiryTimer
{
    /// <summary>Refused when the working calendar does not reach the day that has to be counted to.</summary>
    public static Outcome<InquiryStep> Next(Inquiry inquiry, InquiryTerms terms, WorkingCalendar calendar, DateTimeOffset now)
    {
        if (inquiry is not { Direction: InquiryDirection.Out, State: InquiryState.Asked })
        {
            return InquiryStep.Wait;
        }

        if (!calendar.DateOf(inquiry.AskedAt).TryGet(out var asked, out var problem) || !calendar.DateOf(now).TryGet(out var today, out problem)
            || !calendar.AddWorkingDays(asked, terms.ReminderAfterWorkingDays * (inquiry.Reminders + 1)).TryGet(out var reminder, out problem))
        {
            return problem;
        }

        // Until the first of both days the other need not be counted: next year's calendar may not be known yet.
        if (today <= reminder.Value && terms.ReminderAfterWorkingDays * (inquiry.Reminders + 1) <= terms.UnansweredAfterWorkingDays)
        {
            return InquiryStep.Wait;
        }

        return !calendar.AddWorkingDays(asked, terms.UnansweredAfterWorkingDays).TryGet(out var end, out problem) ? problem
            : today > end.Value ? InquiryStep.GiveUp
            : inquiry.Reminders < terms.RemindersMax && today > reminder.Value ? InquiryStep.Remind
            : InquiryStep.Wait;
    }
}
