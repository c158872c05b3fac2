using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>How long a case that is over must be there.</summary>
public static class CaseRetention
{
    /// <param name="terms">Of the body.</param>
    /// <param name="reasonCode">Of the erasure that is asked for.</param>
    /// <returns>
    /// The last day on which it must be there; null when no term stops this reason. <c>recognition/retention-not-known</c> when the day of its end
    /// is not known: then it is kept.
    /// </returns>
    public static Outcome<DateOnly?> KeptUntil(this RecognitionCase one, RetentionTerms terms, WorkingCalendar calendar, string reasonCode)
    {
        if (one.EndedAt is not { } ended || !calendar.DateOf(ended).TryGet(out var day, out _))
        {
            return new Problem("recognition/retention-not-known", "When the case ended is not known; it is kept.");
        }

        return terms.Terms.Where(t => t.Stops(reasonCode)).Select(t => (DateOnly?)t.LastDay(day)).Max();
    }
}
