using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>The stream of an incident: what lists show of it, and what each event says in clear.</summary>
public static class SafetyStreams
{
    /// <summary>
    /// Lists know the kind as title, as subject who outside the school sees it, or else where it was passed on last, and as due day that of
    /// the clock that runs now.
    /// </summary>
    public static readonly EventKind<Incident, IncidentEvent> Incident = new(
        "incident", isPersonal: true, AiEducation.Incident.Of,
        now => new StreamSummary(EventWords.Of(now.State), Seen(now), now.Report.Sort) { DueAt = now.PassUpAt ?? now.Due },
        Facts, now => now.School);

    /// <summary>Who is on duty for reports; one a school.</summary>
    public static readonly EventKind<DutyRoster, DutyEvent> Duty = new(
        "duty", isPersonal: false, DutyRoster.Of, now => new StreamSummary(now.Turns.Count == 0 ? "empty" : "set"), (_, _) => []);

    /// <summary>Subject of what went up to the ministry.</summary>
    public const string Ministry = "ministry";

    /// <summary>Subject of what was handed to a school: those above still find it.</summary>
    public const string Handed = "handed";

    /// <summary>Id of the one duty roster of a school.</summary>
    public static string DutyOf(Bin school) => $"{Duty.Name}-{school}";

    private static string? Seen(Incident now) =>
        now.LastPass?.To == IncidentLevel.Ministry ? Ministry
        : now.WentTo(IncidentRoutes.Register) ? IncidentRoutes.Register
        : now.IsSeenBy(IncidentLevel.Region) ? IncidentRoutes.Region
        : now.Handed is not null ? Handed
        : now.Steps.OfType<IncidentRouted>().LastOrDefault()?.To;

    private static IEnumerable<EventFact> Facts(Incident now, IncidentEvent happened)
    {
        if (happened is IncidentReported r)
        {
            yield return new EventFact("incident.reported", now.Id, ("kind", r.Sort));
            if (r.IsData)
            {
                yield return new EventFact("data.incident", now.Id);
            }
        }

        if (happened is IncidentPassedUp p)
        {
            yield return new EventFact("incident.passed-up", now.Id, ("kind", now.Report.Sort), ("to", EventWords.Of(p.To)));
        }

        if (happened is IncidentClosed c)
        {
            var hours = (int)(c.At - now.Report.At).TotalHours;
            yield return new EventFact(
                "incident.closed", now.Id, ("kind", now.Report.Sort), ("hours", hours.ToString(CultureInfo.InvariantCulture)),
                ("inTime", now.InTime == true ? "yes" : "no"));
        }
    }
}
