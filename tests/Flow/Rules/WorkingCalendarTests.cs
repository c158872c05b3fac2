using Mortanba.Rules;
using Xunit;

namespace Mortanba.Flow.Tests.Rules;

public sealed class WorkingCalendarTests
{
    private static readonly WorkingCalendar Calendar = new(RuleBook.Load(RuleBook.DefaultFolder).Value);

    [Theory]
    [Trait("Requirement", "X-4")]
    // Two plain days.
    [InlineData("2026-06-15", 2, "2026-06-17")]
    // Friday + 1 skips the weekend.
    [InlineData("2026-06-19", 1, "2026-06-22")]
    // 8 March 2026 is a Sunday: Monday the 9th is off in exchange.
    [InlineData("2026-03-06", 1, "2026-03-10")]
    // Nauryz 21-23 March 2026: two of the days are a weekend and move to the 24th and 25th.
    [InlineData("2026-03-20", 1, "2026-03-26")]
    // Sunday 5 January 2025 is worked, Friday 3 January is off.
    [InlineData("2025-01-02", 1, "2025-01-05")]
    [InlineData("2025-01-02", 2, "2025-01-06")]
    // Across the turn of the year.
    [InlineData("2025-12-31", 1, "2026-01-05")]
    // 31 August 2026 is worked: Constitution Day moved to 15 March.
    [InlineData("2026-08-28", 1, "2026-08-31")]
    [InlineData("2027-03-12", 1, "2027-03-16")]
    // Kurban Ait never moves.
    [InlineData("2026-05-26", 1, "2026-05-28")]
    // No days to count: the day itself.
    [InlineData("2026-06-15", 0, "2026-06-15")]
    public void A_term_ends_on_the_last_working_day_counted(string start, int days, string end) =>
        Assert.Equal(DateOnly.Parse(end), Calendar.AddWorkingDays(DateOnly.Parse(start), days).Value.Value);

    [Fact]
    public void A_term_that_enters_a_doubtful_year_is_unconfirmed()
    {
        Assert.False(Calendar.AddWorkingDays(new DateOnly(2026, 6, 1), 5).Value.Reference.Unconfirmed);
        Assert.True(Calendar.AddWorkingDays(new DateOnly(2026, 12, 30), 5).Value.Reference.Unconfirmed);
    }

    [Fact]
    public void A_term_that_leaves_the_calendar_is_refused() =>
        Assert.Equal("rules/not-in-force", Calendar.AddWorkingDays(new DateOnly(2027, 12, 30), 5).Problem?.Code);

    [Fact]
    public void The_day_turns_at_midnight_in_Kazakhstan()
    {
        Assert.Equal(new DateOnly(2026, 6, 20), Calendar.DateOf(new DateTimeOffset(2026, 6, 20, 18, 59, 59, TimeSpan.Zero)).Value);
        Assert.Equal(new DateOnly(2026, 6, 21), Calendar.DateOf(new DateTimeOffset(2026, 6, 20, 19, 0, 0, TimeSpan.Zero)).Value);
    }
}
