using System.Globalization;
using Mortanba.Rules;

namespace Mortanba.AiEducation;

/// <summary>The stream of integrity cases, with what it says in clear: never whom a case is about.</summary>
public static class IntegrityStreams
{
    public static readonly EventKind<IntegrityCase, IntegrityEvent> Kind = new(
        "case", isPersonal: true, IntegrityCase.Of, c => new StreamSummary(EventWords.Of(c.State), c.Learner, null, c.DueBy), Facts);

    private static IEnumerable<EventFact> Facts(IntegrityCase one, IntegrityEvent happened) => happened switch
    {
        CaseReported => [Fact("case.opened", one)],
        CaseDecided d => [Fact("case.decided", one, ("outcome", d.Finding == IntegrityFinding.NoBreach ? "dismissed" : "upheld"), ("days", Text(d.Days)))],
        CaseDismissed d => [Fact("case.decided", one, ("outcome", "dismissed"), ("days", Text(d.Days)))],
        CaseAppealed => [Fact("case.appealed", one)],
        AppealDecided a => [Fact("case.appeal-decided", one, ("outcome", a.Outcome switch
        {
            AppealOutcome.Upheld => "upheld",
            AppealOutcome.Changed => "changed",
            AppealOutcome.Overturned => "overturned",
        }))],
        CaseClosed c => [Fact("case.closed", one, ("days", Text(c.Days)))],
        _ => [],
    };

    private static EventFact Fact(string type, IntegrityCase one, params (string Name, string Value)[] values) =>
        new(type, one.Id, values);

    private static string Text(int days) => days.ToString(CultureInfo.InvariantCulture);
}
