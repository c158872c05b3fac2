using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>The program says that the term of a consent is over: the state changes by an event, once, and not silently.</summary>
public static class ExpireConsent
{
    public static Outcome<ParentalConsentEvent> Of(ParentalConsent now, DateOnly today, DateTimeOffset at) =>
        now.IsOver ? SchoolRefusals.ConsentOver
        : now.HoldsOn(today) ? SchoolRefusals.ConsentHolds
        : new ConsentExpired(at, AiSystem.Program);
}

/// <summary>The parents are told once that a consent ends soon; not of one that was given for less than the days of the reminder.</summary>
public static class RemindOfConsent
{
    /// <param name="days">Calendar days before the last day.</param>
    public static Outcome<ParentalConsentEvent> Of(ParentalConsent now, DateOnly givenOn, int days, DateOnly today, DateTimeOffset at) =>
        now.IsOver || !now.HoldsOn(today) ? SchoolRefusals.ConsentOver
        : now.Reminded is not null || today < now.Given.Elements.Until.AddDays(-days) || givenOn >= now.Given.Elements.Until.AddDays(-days)
            ? SchoolRefusals.ConsentHolds
        : new ConsentReminded(at, AiSystem.Program);
}
