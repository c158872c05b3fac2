using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
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

    [Theory]
    [Trait("Requirement", "AI-35")]
    [InlineData(-1, 23)]
    [InlineData(1, 24)]
    public void Its_term_ends_on_the_day_that_the_calendar_shows_here(int minutes, int day)
    {
        // Midnight is 19:00 UTC; the term is an hour.
        var at = new DateTimeOffset(2026, 11, 23, 18, 0, 0, TimeSpan.Zero).AddMinutes(minutes);
        var one = Incident.Of("incident-1", [ReportIncident.Of("parent", Place, "self-harm", "Words.", null, Safety, at).Value]);
        Assert.Equal(at.AddHours(1), one.Due);
        Assert.Equal(new DateOnly(2026, 11, day), SafetyStreams.Incident.Summary(one).DayDue(new WorkingCalendar(Book)));
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

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void What_nobody_takes_goes_to_the_region_and_then_to_the_ministry_each_with_the_terms_anew()
    {
        var one = Reported("self-harm");
        Assert.Equal("ai-safety/not-due", PassUpIncident.Of(one, true, Now.AddHours(1)).Problem?.Code);
        var up = Do(one, n => PassUpIncident.Of(n, true, Now.AddMinutes(70)));
        Assert.Equal((IncidentLevel.Region, AiSystem.Program), (up.Level, up.LastPass!.By));
        Assert.True(up.IsSeenBy(IncidentLevel.School) && up.IsSeenBy(IncidentLevel.Region) && !up.IsSeenBy(IncidentLevel.Ministry));
        var fact = Assert.Single(SafetyStreams.Incident.Facts(up, up.LastPass));
        Assert.Equal(("incident.passed-up", "region", "self-harm"), (fact.Type, fact.Values["to"], fact.Values["kind"]));

        // Told twice it goes up once: the second finds a term that is not over.
        Assert.Equal("ai-safety/not-due", PassUpIncident.Of(up, true, Now.AddMinutes(70)).Problem?.Code);
        Assert.Equal(Now.AddMinutes(130), up.PassUpAt);
        var top = Do(up, n => PassUpIncident.Of(n, true, Now.AddMinutes(131)));
        Assert.Equal((IncidentLevel.Ministry, "ministry"), (top.Level, SafetyStreams.Incident.Summary(top).Subject));
        Assert.Null(top.PassUpAt);
        Assert.Equal("ai-safety/not-due", PassUpIncident.Of(top, true, Now.AddYears(1)).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void What_was_taken_and_not_closed_goes_up_and_stays_with_whoever_has_it()
    {
        var taken = Do(Reported("harmful-content"), n => TakeIncident.Of(n, "coordinator", Now.AddHours(2)));
        Assert.Equal(Now.AddHours(120), taken.PassUpAt);
        var up = Do(taken, n => PassUpIncident.Of(n, true, Now.AddHours(121)));
        Assert.Equal(("coordinator", IncidentLevel.Region), (up.With, up.Level));
        Assert.Equal(Now.AddHours(145), up.PassUpAt);
        var theirs = Do(up, n => TakeIncident.Of(n, "region", Now.AddHours(122)));
        Assert.Equal(Now.AddHours(241), theirs.PassUpAt);
        var closed = Do(theirs, n => Close(n, "region"));
        Assert.Null(closed.PassUpAt);
        Assert.Equal("ai-safety/closed", PassUpIncident.Of(closed, true, Now.AddYears(1)).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void A_region_without_people_is_passed_over_and_what_names_no_school_is_the_ministrys_from_the_start()
    {
        Assert.Equal(IncidentLevel.Ministry, Do(Reported("self-harm"), n => PassUpIncident.Of(n, false, Now.AddHours(2))).Level);
        var nowhere = Incident.Of("incident-2", [ReportIncident.Of("parent", null, "bias", "Unfair.", null, Safety, Now).Value]);
        Assert.Equal(IncidentLevel.Ministry, nowhere.Level);
        Assert.Null(nowhere.PassUpAt);
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void What_named_no_school_is_handed_to_one_which_answers_for_it_with_the_terms_anew()
    {
        var one = Incident.Of("incident-3", [ReportIncident.Of("parent", null, "self-harm", "Words.", null, Safety, Now).Value]);
        Assert.Equal("ai-safety/not-yours", HandIncident.Of(one, "ministry", Place, "teacher", "Theirs.", Now).Problem?.Code);
        one = Do(one, n => TakeIncident.Of(n, "ministry", Now.AddMinutes(30)));
        Assert.Equal("ai/no-words", HandIncident.Of(one, "ministry", Place, "teacher", " ", Now).Problem?.Code);
        var handed = Do(one, n => HandIncident.Of(n, "ministry", Place, "teacher", "The school was found.", Now.AddHours(1)));
        Assert.Equal((Place, "teacher", IncidentLevel.School, IncidentState.Reported), (handed.School, handed.OnDuty, handed.Level, handed.State));
        Assert.Equal((Place, "handed"), (SafetyStreams.Incident.SchoolOf(handed), SafetyStreams.Incident.Summary(handed).Subject));
        Assert.True(handed.IsSeenBy(IncidentLevel.School) && handed.IsSeenBy(IncidentLevel.Ministry) && !handed.IsSeenBy(IncidentLevel.Region));
        Assert.Equal((Now.AddHours(2), Now.AddHours(2)), (handed.Due, handed.PassUpAt));
        var kept = Assert.IsType<IncidentHanded>(SafetyStreams.Incident.Read(SafetyStreams.Incident.Write(handed.Handed!)));
        Assert.Equal((handed.Handed!.School, handed.Handed.TakeBy), (kept.School, kept.TakeBy));

        // Left lying there it goes up like any other; taken there, it is theirs, and not handed to them again.
        var up = Do(handed, n => PassUpIncident.Of(n, true, Now.AddHours(3)));
        Assert.Equal((IncidentLevel.Region, "region"), (up.Level, SafetyStreams.Incident.Summary(up).Subject));
        var taken = Do(handed, n => TakeIncident.Of(n, "teacher", Now.AddHours(1.5)));
        Assert.Equal((Now.AddHours(73), true), (taken.PassUpAt, taken.FirstTaken!.By == "ministry"));
        Assert.Equal("ai-safety/at-school", HandIncident.Of(taken, "teacher", Place, null, "Again.", Now.AddHours(2)).Problem?.Code);
    }

    private static Incident Reported(string kind) =>
        Incident.Of("incident-1", [ReportIncident.Of(Incident.Anybody, Place, kind, "It told a child something bad.", "system-1", Safety, Now).Value]);

    private static Outcome<IncidentEvent> Close(Incident now, string by = "coordinator") =>
        CloseIncident.Of(now, by, IncidentOutcome.PutRight, "Spoken with everybody.", Safety.Value, Now.AddHours(2));

    private static Incident Do(Incident now, Func<Incident, Outcome<IncidentEvent>> act) => now.After(act(now).Value);
}
