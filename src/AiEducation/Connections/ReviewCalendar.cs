using System.Globalization;
using System.Text;

namespace Mortanba.AiEducation;

/// <summary>A day by which something is due.</summary>
/// <param name="Id">The same as long as it is the same thing: a calendar moves its entry when the day moves.</param>
/// <param name="Summary">What is due, in the reader's language; never a person's name: calendars are shown on walls and telephones.</param>
/// <param name="Address">Where it is done.</param>
public sealed record DueDay(string Id, DateOnly Day, string Summary, Uri Address);

/// <summary>What is due, as a calendar that other programs read (RFC 5545): whole days, an alarm a week before.</summary>
/// <remarks>
/// Own code: what is written are eight kinds of line. Lines are folded at 75 octets between letters (3.1), texts are escaped (3.3.11).
/// </remarks>
public static class ReviewCalendar
{
    public const string MediaType = "text/calendar; charset=utf-8";
    private const int LineMaxOctets = 75;

    /// <param name="host">Of this site; it makes the ids unique in the world.</param>
    /// <param name="name">Of the calendar, as the reader's program shows it.</param>
    public static string Write(IEnumerable<DueDay> due, string host, string name, DateTimeOffset at)
    {
        var text = new StringBuilder();
        foreach (var line in (string[])
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Mortanba//Due days//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "X-WR-CALNAME:" + Escaped(name),
            "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
            .. due.OrderBy(d => d.Day).ThenBy(d => d.Id, StringComparer.Ordinal).SelectMany(d => Lines(d, host, at)),
            "END:VCALENDAR",
        ])
        {
            Fold(line, text);
        }

        return text.ToString();
    }

    private static string[] Lines(DueDay due, string host, DateTimeOffset at) =>
    [
        "BEGIN:VEVENT", $"UID:{Escaped(due.Id)}@{host}", "DTSTAMP:" + at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
        "DTSTART;VALUE=DATE:" + Day(due.Day), "DTEND;VALUE=DATE:" + Day(due.Day.AddDays(1)), "SUMMARY:" + Escaped(due.Summary),
        "URL:" + due.Address.AbsoluteUri, "TRANSP:TRANSPARENT", "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:" + Escaped(due.Summary), "TRIGGER:-P7D",
        "END:VALARM", "END:VEVENT",
    ];

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Escaped(string text) => text.ReplaceLineEndings("\n")
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // A Kazakh or Russian letter has two octets: counted as letters, a line would be twice too long.
    private static void Fold(string line, StringBuilder text)
    {
        var octets = 0;
        foreach (var letter in line.EnumerateRunes())
        {
            if (octets + letter.Utf8SequenceLength > LineMaxOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            octets += letter.Utf8SequenceLength;
            text.Append(letter.ToString());
        }

        text.Append("\r\n");
    }
}
