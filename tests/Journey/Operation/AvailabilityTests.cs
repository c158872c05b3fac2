using System.Collections;
using Mortanba.Host.Availability;
using Mortanba.Storage;

namespace Mortanba.Journey.Tests.Operation;

/// <summary>What the status page says of the past comes from minutes that were written down, and from nothing else.</summary>
public sealed class AvailabilityTests
{
    private static readonly DateTime Now = new(2026, 11, 20, 10, 0, 0);
    private static readonly DateOnly Today = new(2026, 11, 20);

    [Fact]
    public void A_minute_nobody_wrote_down_counts_as_one_in_which_nothing_worked()
    {
        var site = Of(AvailabilitySummary.Of([Day(Today, ServicePart.Site, 590, 599, without: 595)], Today.AddDays(-89), Now));
        Assert.Equal((9, 10), (site.Whole.Worked, site.Whole.Passed));
    }

    [Fact]
    public void A_day_without_a_row_counts_whole()
    {
        var site = Of(AvailabilitySummary.Of(
            [Day(Today.AddDays(-2), ServicePart.Site, 0, 1439), Day(Today, ServicePart.Site, 0, 599)], Today.AddDays(-89), Now));
        Assert.Equal([1440, 0, 600], site.Days.Select(d => d.Worked));
        Assert.Equal([1440, 1440, 600], site.Days.Select(d => d.Passed));
    }

    [Fact]
    public void What_came_before_the_first_minute_is_not_held_against_anybody_and_the_running_minute_is_not_counted()
    {
        var site = Of(AvailabilitySummary.Of([Day(Today, ServicePart.Site, 600, 600)], Today.AddDays(-89), Now));
        Assert.Equal(0, site.Whole.Passed);
        Assert.Null(site.Whole.Share);
    }

    [Fact]
    public void A_part_that_never_worked_stands_at_nothing()
    {
        var ledger = AvailabilitySummary.Of([Day(Today, ServicePart.Site, 500, 599)], Today, Now).Single(p => p.Part == ServicePart.Ledger);
        Assert.Equal(0, ledger.Whole.Share);
    }

    [Fact]
    public async Task Two_nodes_write_into_the_same_minutes()
    {
        var file = Path.Combine(Path.GetTempPath(), $"mortanba-{Guid.NewGuid():n}.db");
        try
        {
            await using var database = Database.At("sqlite:" + file);
            await database.MigrateAsync([.. AvailabilityLog.Migrations, RowSeals.Migration]);
            await database.WriteAsync(t => AvailabilityLog.RecordAsync(t, [ServicePart.Site], Now));
            await database.WriteAsync(t => AvailabilityLog.RecordAsync(t, [ServicePart.Site, ServicePart.Mail], Now.AddMinutes(1)));
            await using var connection = await database.ConnectAsync();
            var days = await AvailabilityLog.SinceAsync(connection, Today);
            Assert.Equal(2, days.Single(d => d.Part == ServicePart.Site).Worked);
            Assert.True(days.Single(d => d.Part == ServicePart.Mail).Minutes[601]);
            Assert.Empty(await AvailabilityLog.SinceAsync(connection, Today.AddDays(1)));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static PartSummary Of(IReadOnlyList<PartSummary> parts) => parts.Single(p => p.Part == ServicePart.Site);

    private static MeasuredDay Day(DateOnly day, ServicePart part, int first, int last, int? without = null)
    {
        var minutes = new BitArray(MeasuredDay.MinutesADay);
        for (var minute = first; minute <= last; minute++)
        {
            minutes[minute] = minute != without;
        }

        return new MeasuredDay(day, part, minutes);
    }
}
