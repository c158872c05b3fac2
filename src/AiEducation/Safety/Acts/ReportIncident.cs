using Mortanba.Foundation;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>Anybody reports harm by AI, with or without an account, in their own words (requirement AI-35).</summary>
public static class ReportIncident
{
    /// <param name="by">Account, or <see cref="Incident.Anybody"/>.</param>
    /// <param name="school">Null when none was named.</param>
    /// <param name="system">Id in the register; null when it is not known.</param>
    /// <param name="onDuty">Account of who it is routed to; null for nobody in particular.</param>
    public static Outcome<IncidentEvent> Of(
        string by, Bin? school, string kind, string words, string? system, Resolved<AiSafetyRules> rules, DateTimeOffset at, string? onDuty = null) =>
        rules.Value.Kind(kind) is not { } sort ? new Problem("ai-safety/kind", "Choose what it is about.")
        : RegisterRefusals.SealedWords(words).TryGet(out var said, out var problem)
            ? new IncidentReported(
                at, by, school, sort.Id, sort.IsData, said, system, at.AddHours(sort.TakeHours), at.AddHours(sort.CloseHours), $"{rules.Reference}",
                onDuty)
            : problem;
}

/// <summary>A person takes it, or takes it over.</summary>
public static class TakeIncident
{
    public static Outcome<IncidentEvent> Of(Incident now, string by, DateTimeOffset at) =>
        now.State == IncidentState.Closed ? IncidentRefusals.Closed
        : now.With == by ? new Problem("ai-safety/is-yours", "You have it already.")
        : new IncidentTaken(at, by);
}

/// <summary>Whoever has it writes down what was done, and with whom.</summary>
public static class NoteStep
{
    public static Outcome<IncidentEvent> Of(Incident now, string by, string words, DateTimeOffset at) =>
        IncidentRefusals.NotWith(now, by) is { } refusal ? refusal
        : RegisterRefusals.SealedWords(words).TryGet(out var said, out var problem) ? new IncidentNoted(at, by, said) : problem;
}

/// <summary>It goes on to somebody who can do more.</summary>
public static class RouteIncident
{
    /// <param name="to">Id of a route.</param>
    public static Outcome<IncidentEvent> Of(Incident now, string by, string to, string words, AiSafetyRules rules, DateTimeOffset at) =>
        IncidentRefusals.NotWith(now, by) is { } refusal ? refusal
        : rules.Routes.All(r => r.Id != to) ? new Problem("ai-safety/route", "Choose where it goes.")
        : RegisterRefusals.SealedWords(words).TryGet(out var said, out var problem) ? new IncidentRouted(at, by, to, said) : problem;
}

/// <summary>
/// Whoever has it above a school hands it to one, for example a report that named none: its people answer for it from then on, with the
/// terms of the report anew.
/// </summary>
public static class HandIncident
{
    /// <param name="school">One with people.</param>
    /// <param name="onDuty">Account of who it is routed to there; null for nobody in particular.</param>
    public static Outcome<IncidentEvent> Of(Incident now, string by, Bin school, string? onDuty, string words, DateTimeOffset at) =>
        IncidentRefusals.NotWith(now, by) is { } refusal ? refusal
        : now.Level == IncidentLevel.School && now.School == school ? new Problem("ai-safety/at-school", "This school has it already.")
        : RegisterRefusals.SealedWords(words).TryGet(out var said, out var problem)
            ? new IncidentHanded(
                at, by, school, said, at + (now.Report.TakeBy - now.Report.At), at + (now.Report.CloseBy - now.Report.At), onDuty)
            : problem;
}

/// <summary>The end, in words for whoever reads it later. What touches a life or personal data went to whom it must, first.</summary>
public static class CloseIncident
{
    public static Outcome<IncidentEvent> Of(Incident now, string by, IncidentOutcome outcome, string words, AiSafetyRules rules, DateTimeOffset at)
    {
        if (IncidentRefusals.NotWith(now, by) is { } refusal)
        {
            return refusal;
        }

        if (rules.Kind(now.Report.Sort)?.MustRoute is { } must && !now.WentTo(must))
        {
            var route = rules.Routes.First(r => r.Id == must);
            return new Problem("ai-safety/not-routed", $"Before it is closed it goes to: {route.Text.En}", route.Text.Args("route"));
        }

        return RegisterRefusals.SealedWords(words).TryGet(out var said, out var problem) ? new IncidentClosed(at, by, outcome, said) : problem;
    }
}

internal static class IncidentRefusals
{
    public static Problem Closed { get; } = new("ai-safety/closed", "This incident is closed.");

    /// <summary>Null when this person has it.</summary>
    public static Problem? NotWith(Incident now, string by) =>
        now.State == IncidentState.Closed ? Closed
        : now.With != by ? new Problem("ai-safety/not-yours", "Take it first: one person answers for it.")
        : null;
}
