namespace Mortanba.Rules;

/// <summary>How long an inquiry to another information centre waits (requirement RQ-24); working days from the day it was sent.</summary>
/// <param name="ReminderAfterWorkingDays">From the inquiry, and from each reminder, to the next one.</param>
/// <param name="RemindersMax">No more reminders than these.</param>
/// <param name="UnansweredAfterWorkingDays">From the inquiry; afterwards it counts as not answered, and a late reply is still taken.</param>
public sealed record InquiryTerms(int ReminderAfterWorkingDays, int RemindersMax, int UnansweredAfterWorkingDays)
{
    internal static InquiryTerms Read(PackNode node)
    {
        var terms = new InquiryTerms(
            node["reminderAfterWorkingDays"].Integer, node["remindersMax"].Integer, node["unansweredAfterWorkingDays"].Integer);
        return terms is { ReminderAfterWorkingDays: > 0, RemindersMax: >= 0 } && terms.UnansweredAfterWorkingDays > terms.ReminderAfterWorkingDays
            ? terms
            : throw node.Wrong("a reminder comes after a day or more, and before the inquiry counts as not answered");
    }
}
