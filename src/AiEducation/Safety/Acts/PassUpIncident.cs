using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>
/// What nobody took, or closed, in time goes up by itself: from the school to its region, from there to the ministry (requirement AI-35). Whoever
/// has it keeps it until another takes it over: nothing is taken out of a hand that works on it.
/// </summary>
public static class PassUpIncident
{
    /// <param name="hasRegion">Somebody is there at the region: a level without people would be a wait in vain.</param>
    public static Outcome<IncidentEvent> Of(Incident now, bool hasRegion, DateTimeOffset at) =>
        now.State == IncidentState.Closed ? IncidentRefusals.Closed
        : now.PassUpAt is not { } due || at <= due ? new Problem("ai-safety/not-due", "Its term is not over, or nobody is above.")
        : new IncidentPassedUp(
            at, AiSystem.Program, To(now, hasRegion), at + (now.Report.TakeBy - now.Report.At), at + (now.Report.CloseBy - now.Report.At));

    /// <summary>Who is next.</summary>
    public static IncidentLevel To(Incident now, bool hasRegion) =>
        now.Level == IncidentLevel.School && hasRegion ? IncidentLevel.Region : IncidentLevel.Ministry;
}
