using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Recognition;

/// <summary>The clock of a case under the calendar that ships: holidays, transfers, waits.</summary>
public sealed class CaseClockTests
{
    private const int Limit = 15;

    private static readonly TimeSpan Astana = TimeSpan.FromHours(5);

    private static WorkingCalendar Calendar { get; } = new(RuleBook.Load(RuleBook.DefaultFolder).Value);

    private static CaseClock Clock { get; } = new(Calendar);

    public static TheoryData<int> Years => [2026, 2027];

    [Theory]
    [MemberData(nameof(Years))]
    [Trait("Requirement", "RQ-6")]
    [Trait("Requirement", "X-4")]
    public void Of_every_day_of_two_years_the_last_day_is_the_fifteenth_working_day_after_it(int year)
    {
        // Ends where fifteen working days more would leave the calendar.
        for (var day = new DateOnly(year, 1, 1); day < new DateOnly(year, 12, 1); day = day.AddDays(1))
        {
            var expected = Enumerable.Range(1, 60).Select(day.AddDays).Where(d => Calendar.IsWorkingDay(d).Value).ElementAt(Limit - 1);
            var reading = Clock.Read(At(day, 12), [], Limit, At(day, 12)).Value;
            Assert.Equal((expected, 0, Limit, false), (reading.Due!.Value, reading.Used, reading.Left, reading.IsOverdue));
            Assert.Equal((Limit, 0, false), Used(Clock.Read(At(day, 12), [], Limit, At(expected, 23)).Value));
            var next = expected.AddDays(1);
            Assert.Equal((Calendar.IsWorkingDay(next).Value ? Limit + 1 : Limit, 0, true), Used(Clock.Read(At(day, 12), [], Limit, At(next, 0)).Value));
        }
    }

    [Theory]
    [MemberData(nameof(Years))]
    [Trait("Requirement", "RQ-6")]
    public void A_wait_that_begins_on_any_day_moves_the_last_day_by_the_working_days_it_took(int year)
    {
        // Every day of the year on which a wait may begin, holidays and transfers among them; each completed at most two weeks before.
        for (var begins = new DateOnly(year, 1, 2); begins < new DateOnly(year, 11, 1); begins = begins.AddDays(1))
        {
            var complete = begins.AddDays(-(begins.DayNumber % 14));
            complete = complete.Year < year ? new DateOnly(year, 1, 1) : complete;
            foreach (var lasts in (int[])[0, 1, 3, 12])
            {
                var ends = begins.AddDays(lasts);
                var days = Enumerable.Range(1, 60).Select(complete.AddDays).Where(d => Calendar.IsWorkingDay(d).Value && !(d > begins && d <= ends)).ToList();
                Wait[] waits = [new(WaitFor.Issuer, At(begins, 10), At(ends, 16))];
                var reading = Clock.Read(At(complete, 12), waits, Limit, At(complete, 13)).Value;
                // A wait that begins after the last day mends nothing; up to it, the last day is the fifteenth that was not waited.
                Assert.Equal(days[Limit - 1], reading.Due);
                AssertDrawn(complete, waits, days[Limit - 1]);
                AssertDrawn(complete, waits, days[Limit + 1]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Years))]
    [Trait("Requirement", "RQ-6")]
    [Trait("Requirement", "X-4")]
    public void Of_every_day_of_two_years_the_drawn_days_are_those_that_are_counted_on_time_and_late(int year)
    {
        for (var complete = new DateOnly(year, 1, 1); complete < new DateOnly(year, 11, 1); complete = complete.AddDays(1))
        {
            foreach (var later in (int[])[0, 7, 21, 45])
            {
                AssertDrawn(complete, [], complete.AddDays(later));
            }
        }
    }

    // What is drawn is what is counted: used, left, and the last day of the limit. Late days are told in words, not drawn.
    private static void AssertDrawn(DateOnly complete, IReadOnlyList<Wait> waits, DateOnly today)
    {
        var (reading, days) = (Clock.Read(At(complete, 12), waits, Limit, At(today, 12)).Value, Clock.Days(At(complete, 12), waits, Limit, At(today, 12)).Value);
        var counted = days.Where(d => d.Kind != ClockDayKind.Waited).ToList();
        Assert.Equal((Limit, reading.Due), (counted.Count, counted[^1].Day));
        Assert.Equal(reading.IsOverdue ? Limit : reading.Used, counted.Count(d => d.Kind is ClockDayKind.Used or ClockDayKind.Today));
        Assert.Equal(reading.Left, counted.Count(d => d.Kind == ClockDayKind.Left));
        Assert.True(reading.IsOverdue ? reading.Used >= Limit && today > reading.Due : today <= reading.Due);
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    [Trait("Requirement", "RQ-7")]
    public void While_somebody_is_waited_for_there_is_no_last_day_and_nothing_is_used_up()
    {
        var wait = new Wait(WaitFor.Applicant, At(new(2026, 10, 7), 15));
        foreach (var later in (int[])[1, 30, 60])
        {
            var reading = Clock.Read(At(new(2026, 10, 1), 9), [wait], Limit, At(new DateOnly(2026, 10, 7).AddDays(later), 9)).Value;
            // 2, 5, 6 and 7 October.
            Assert.Equal((4, 11, (DateOnly?)null, wait, false), (reading.Used, reading.Left, reading.Due, reading.Waiting, reading.IsOverdue));
        }
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public void Waits_that_overlap_count_once()
    {
        Wait[] waits =
        [
            new(WaitFor.Issuer, At(new(2026, 10, 5), 9), At(new(2026, 10, 9), 9)),
            new(WaitFor.InformationCentre, At(new(2026, 10, 7), 9), At(new(2026, 10, 14), 9)),
            new(WaitFor.Applicant, At(new(2026, 10, 8), 9), At(new(2026, 10, 8), 18)),
        ];
        var one = new Wait(WaitFor.Issuer, waits[0].From, waits[1].Until);
        Assert.Equal(
            Clock.Read(At(new(2026, 10, 1), 9), [one], Limit, At(new(2026, 10, 20), 9)).Value.Due,
            Clock.Read(At(new(2026, 10, 1), 9), waits, Limit, At(new(2026, 10, 20), 9)).Value.Due);
    }

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public void A_wait_that_begins_after_the_last_day_mends_nothing() =>
        Assert.True(Clock.Read(
            At(new(2026, 10, 1), 9), [new Wait(WaitFor.Applicant, At(new(2026, 11, 10), 9))], Limit, At(new(2026, 11, 12), 9)).Value.IsOverdue);

    [Fact]
    [Trait("Requirement", "RQ-6")]
    public void A_day_is_the_day_in_Kazakhstan()
    {
        // 20:30 in London on 1 October is 2 October here already.
        var complete = new DateTimeOffset(2026, 10, 1, 20, 30, 0, TimeSpan.FromHours(1));
        Assert.Equal(
            Clock.Read(At(new(2026, 10, 2), 9), [], Limit, complete).Value.Due, Clock.Read(complete, [], Limit, complete).Value.Due);
    }

    [Fact]
    [Trait("Requirement", "X-4")]
    public void Days_that_no_calendar_covers_are_refused_not_guessed() =>
        Assert.False(Clock.Read(At(new(2040, 1, 5), 9), [], Limit, At(new(2040, 1, 5), 9)).IsDone);

    private static (int Used, int Left, bool IsOverdue) Used(ClockReading reading) => (reading.Used, reading.Left, reading.IsOverdue);

    private static DateTimeOffset At(DateOnly day, int hour) => new(day.ToDateTime(new TimeOnly(hour, 0)), Astana);
}
