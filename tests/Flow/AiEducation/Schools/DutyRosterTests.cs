using Mortanba.AiEducation;
using Xunit;
using static Mortanba.Flow.Tests.AiEducation.SchoolTrial;

namespace Mortanba.Flow.Tests.AiEducation;

/// <summary>Who is on duty for reports of harm: by day of the week, dates first, a deputy where the person cannot.</summary>
public sealed class DutyRosterTests
{
    private static readonly HashSet<string> Staff = ["anna", "bolat", "dina"];

    // Today is a Monday.
    private static readonly DutyTurn Mondays = new(DayOfWeek.Monday, null, null, "anna", "bolat");

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void Dates_come_before_the_days_of_the_week_and_nobody_is_on_duty_on_other_days()
    {
        var roster = Roster(Mondays, new DutyTurn(null, Today.AddDays(7), Today.AddDays(8), "dina", null));
        Assert.Equal("anna", roster.On(Today, Staff.Contains));
        Assert.Equal("dina", roster.On(Today.AddDays(7), Staff.Contains));
        Assert.Equal("dina", roster.On(Today.AddDays(8), Staff.Contains));
        Assert.Equal("anna", roster.On(Today.AddDays(14), Staff.Contains));
        Assert.Null(roster.On(Today.AddDays(1), Staff.Contains));
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void The_deputy_stands_in_for_who_has_left_or_reported_it()
    {
        var roster = Roster(Mondays);
        Assert.Equal("bolat", roster.On(Today, a => a != "anna"));
        Assert.Null(roster.On(Today, a => a == "dina"));
    }

    [Fact]
    [Trait("Requirement", "AI-35")]
    public void A_roster_names_people_of_the_school_each_day_once()
    {
        Assert.Equal("ai-safety/duty-person", Code(Mondays with { Person = "stranger" }));
        Assert.Equal("ai-safety/duty-person", Code(Mondays with { Deputy = "stranger" }));
        Assert.Equal("ai-safety/duty-same", Code(Mondays with { Deputy = "anna" }));
        Assert.Equal("ai-safety/duty-twice", Code(Mondays, Mondays with { Person = "dina" }));
        Assert.Equal("ai-safety/duty-dates", Code(Dates(1, null)));
        Assert.Equal("ai-safety/duty-dates", Code(Dates(2, 1)));
        Assert.Equal("ai-safety/duty-dates", Code(Dates(0, SetDuty.DatesMax)));
        Assert.Null(Code(Dates(0, SetDuty.DatesMax - 1)));
        Assert.Equal("ai-safety/duty-twice", Code(Dates(1, 5), Dates(5, 6)));
        Assert.Null(Code(Mondays, Dates(1, 5), Dates(6, 6)));

        // What is over is left out; it stands in the events.
        Assert.Empty(Assert.IsType<DutySet>(SetDuty.Of(Place, "anna", [Dates(-3, -1)], Staff, Today, Now).Value).Turns);
        Assert.Equal(SafetyStreams.Duty.Read(SafetyStreams.Duty.Write(Set(Mondays))), Set(Mondays), (a, b) => ((DutySet)a).Turns.SequenceEqual(((DutySet)b).Turns));
    }

    private static DutyTurn Dates(int from, int? to) => new(null, Today.AddDays(from), to is { } last ? Today.AddDays(last) : null, "dina", null);

    private static DutyEvent Set(params DutyTurn[] turns) => SetDuty.Of(Place, "anna", turns, Staff, Today, Now).Value;

    private static DutyRoster Roster(params DutyTurn[] turns) => DutyRoster.Of("duty-1", [Set(turns)]);

    private static string? Code(params DutyTurn[] turns) => SetDuty.Of(Place, "anna", turns, Staff, Today, Now).Problem?.Code;
}
