using Mortanba.AiEducation;
using Mortanba.Foundation;
using Xunit;
using static Mortanba.Flow.Tests.AiEducation.SchoolTrial;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>A report of harm: from anybody, with a clock, to a person, and closed only when it went where it must.</summary>
public sealed class IncidentTests
{
    [Fact]
    [Trait("Requirement", "AI-35")]
    public void Anybody_reports_in_words_and_the_kind_sets_the_clock()
    {
        var one = Reported("self-harm");
        Assert.Equal((Incident.Anybody, IncidentState.Reported), (one.Report.By, one.State));
        Assert.Equal(Now.AddHours(1), one.Due);
        Assert.False(one.IsOverdueAt(Now.AddHours(1)));
        Assert.True(one.IsOverdueAt(Now.AddHours(1).AddSeconds(1)));
        Assert.Equal("ai-safety/kind", ReportIncident.Of("parent", Place, "weather", "It rains.", null, Safety, Now).Problem?.Code);
        Assert.Equal("ai/no-words", ReportIncident.Of("parent", Place, "bias", " ", null, Safety, Now).Problem?.Code);

        // The report is sealed, not public: who asks for help may say how to be reached.
        Assert.True(ReportIncident.Of("parent", Place, "bias", "Call me: +7 701 234 56 78.", null, Safety, Now).IsDone);
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void Self_harm_is_told_to_people_at_once_and_not_closed_before_a_specialist_has_it()
    {
        Assert.True(Safety.Value.Kind("self-harm")!.AtOnce);
        var taken = Do(Reported("self-harm"), n => TakeIncident.Of(n, "coordinator", Now.AddMinutes(20)));
        Assert.Equal("ai-safety/not-routed", Close(taken).Problem?.Code);
        var routed = Do(taken, n => RouteIncident.Of(n, "coordinator", "psychologist", "Spoke with her.", Safety.Value, Now.AddMinutes(30)));
        var closed = Do(routed, n => Close(n));
        Assert.Equal(IncidentState.Closed, closed.State);
        Assert.Null(closed.Due);
        Assert.True(closed.InTime);
        Assert.Equal("ai-safety/closed", NoteStep.Of(closed, "coordinator", "Late words.", Now).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void One_person_answers_for_it_and_another_may_take_it_over()
    {
        var one = Reported("bias");
        Assert.Equal("ai-safety/not-yours", NoteStep.Of(one, "coordinator", "Looked.", Now).Problem?.Code);
        one = Do(one, n => TakeIncident.Of(n, "coordinator", Now));
        Assert.Equal("ai-safety/is-yours", TakeIncident.Of(one, "coordinator", Now).Problem?.Code);
        Assert.Equal("ai-safety/not-yours", Close(one, "head").Problem?.Code);
        one = Do(one, n => TakeIncident.Of(n, "head", Now.AddHours(1)));
        Assert.Equal("ai-safety/not-yours", NoteStep.Of(one, "coordinator", "Looked.", Now).Problem?.Code);
        Assert.Equal("ai-safety/route", RouteIncident.Of(one, "head", "moon", "Up.", Safety.Value, Now).Problem?.Code);
        Assert.True(Close(one, "head").IsDone);
    }

    [Theory]
    [Trait("Requirement", "AI-35")]
    [InlineData(1, 119, true)]
    [InlineData(1, 121, false)]
    [InlineData(25, 30, false)]
    public void It_is_in_time_when_it_was_taken_and_closed_in_time(int takenAfterHours, int closedAfterHours, bool inTime)
    {
        var taken = Do(Reported("harmful-content"), n => TakeIncident.Of(n, "coordinator", Now.AddHours(takenAfterHours)));
        var happened = CloseIncident.Of(taken, "coordinator", IncidentOutcome.PutRight, "Filter set.", Safety.Value, Now.AddHours(closedAfterHours)).Value;
        var closed = taken.After(happened);
        Assert.Equal((bool?)inTime, closed.InTime);
        var fact = Assert.Single(SafetyStreams.Incident.Facts(closed, happened));
        Assert.Equal("incident.closed", fact.Type);
        Assert.Equal(("harmful-content", $"{closedAfterHours}", inTime ? "yes" : "no"), (fact.Values["kind"], fact.Values["hours"], fact.Values["inTime"]));
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void A_breach_of_data_is_counted_as_one_and_goes_to_the_authority()
    {
        var one = Reported("personal-data");
        Assert.Equal(["incident.reported", "data.incident"], SafetyStreams.Incident.Facts(one, one.Report).Select(f => f.Type));
        Assert.Equal("ai-safety/not-routed", Close(Do(one, n => TakeIncident.Of(n, "coordinator", Now))).Problem?.Code);
    }

    private static Incident Reported(string kind) =>
        Incident.Of("incident-1", [ReportIncident.Of(Incident.Anybody, Place, kind, "It told a child something bad.", "system-1", Safety, Now).Value]);

    private static Outcome<IncidentEvent> Close(Incident now, string by = "coordinator") =>
        CloseIncident.Of(now, by, IncidentOutcome.PutRight, "Spoken with everybody.", Safety.Value, Now.AddHours(2));

    private static Incident Do(Incident now, Func<Incident, Outcome<IncidentEvent>> act) => now.After(act(now).Value);
}
