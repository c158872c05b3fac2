using System.Collections;
using System.Data.Common;
using System.Globalization;
using Mortanba.Storage;

namespace Mortanba.Host.Availability;

/// <summary>A part of the service that can work while another does not.</summary>
public enum ServicePart
{
    /// <summary>The program runs, and the store reads and writes.</summary>
    Site,

    /// <summary>A checkpoint is over everything that waits for one, and the ledger is not frozen.</summary>
    Ledger,

    /// <summary>Every published status list is still valid.</summary>
    Status,

    /// <summary>No message has been due for an hour.</summary>
    Mail,
}

/// <summary>Which minutes of a day (of Kazakhstan) a part worked: bit <c>n</c> is the minute <c>n</c> of 1,440.</summary>
public sealed record MeasuredDay(DateOnly Day, ServicePart Part, BitArray Minutes)
{
    public const int MinutesADay = 1440;

    public int Worked => Minutes.OfType<bool>().Count(worked => worked);
}

/// <summary>
/// What the service itself measured of its availability, minute by minute. A minute that nobody wrote down counts as one in
/// which nothing worked: a program that is down cannot say so.
/// </summary>
/// <remarks>Several web nodes write into the same minutes: a minute worked when it worked at one of them.</remarks>
public static class AvailabilityLog
{
    private const int DaySizeBytes = MeasuredDay.MinutesADay / 8;

    public static IReadOnlyList<SealedTable> Sealed { get; } = [new("availability", ["day", "part"])];

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("availability", 1, """
            CREATE TABLE availability (
                day TEXT NOT NULL,
                part TEXT NOT NULL,
                minutes {blob} NOT NULL,
                PRIMARY KEY (day, part))
            """),
    ];

    /// <summary>Writes down that these parts work in this minute.</summary>
    /// <param name="clock">What the clocks in Kazakhstan show.</param>
    public static async Task RecordAsync(
        DbTransaction transaction, IReadOnlyList<ServicePart> working, DateTime clock, CancellationToken cancel = default)
    {
        await Database.LockAsync(transaction, "availability", cancel);
        var (day, minute) = (Day(DateOnly.FromDateTime(clock)), (clock.Hour * 60) + clock.Minute);
        foreach (var part in working)
        {
            var minutes = (await transaction.QueryAsync(
                "SELECT minutes FROM availability WHERE day = @day AND part = @part", r => r.GetBytes(0), cancel,
                ("day", day), ("part", Word(part)))).SingleOrDefault() ?? new byte[DaySizeBytes];
            minutes[minute / 8] |= (byte)(1 << (minute % 8));
            await transaction.TouchAsync("availability", cancel, day, Word(part));
            await transaction.ExecuteAsync(
                """
                INSERT INTO availability (day, part, minutes) VALUES (@day, @part, @minutes)
                ON CONFLICT (day, part) DO UPDATE SET minutes = excluded.minutes
                """,
                cancel, ("day", day), ("part", Word(part)), ("minutes", minutes));
        }
    }

    /// <summary>All that was measured since a day, oldest first.</summary>
    public static async Task<IReadOnlyList<MeasuredDay>> SinceAsync(
        ReadFrom from, DateOnly first, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT day, part, minutes FROM availability WHERE day >= @first ORDER BY day, part",
            r => new MeasuredDay(
                DateOnly.ParseExact(r.GetString(0), "yyyy-MM-dd", CultureInfo.InvariantCulture),
                Enum.Parse<ServicePart>(r.GetString(1), ignoreCase: true),
                new BitArray(r.GetBytes(2))),
            cancel, ("first", Day(first)));

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static string Word(ServicePart part) => part switch
    {
        ServicePart.Site => "site",
        ServicePart.Ledger => "ledger",
        ServicePart.Status => "status",
        ServicePart.Mail => "mail",
    };
}
