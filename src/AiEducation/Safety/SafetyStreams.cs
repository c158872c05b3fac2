using System.Globalization;

namespace Mortanba.AiEducation;

/// <summary>The stream of an incident: what lists show of it, and what each event says in clear.</summary>
public static class SafetyStreams
{
    /// <summary>Lists know the kind as title, and where it was passed on last as subject.</summary>
    public static readonly EventKind<Incident, IncidentEvent> Incident = new(
        "incident", isPersonal: true, AiEducation.Incident.Of,
        now => new StreamSummary(
            EventWords.Of(now.State), now.Steps.OfType<IncidentRouted>().LastOrDefault()?.To, now.Report.Sort, now.Due is { } due ? DateOnly.FromDateTime(due.UtcDateTime) : null),
        Facts);

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

        if (happened is IncidentClosed c)
        {
            var hours = (int)(c.At - now.Report.At).TotalHours;
            yield return new EventFact(
                "incident.closed", now.Id, ("kind", now.Report.Sort), ("hours", hours.ToString(CultureInfo.InvariantCulture)),
                ("inTime", now.InTime == true ? "yes" : "no"));
        }
    }
}
