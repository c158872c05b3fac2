using System.Text;
using Mortanba.AiEducation;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation.Connections;

/// <summary>The calendar of what is due, line by line as RFC 5545 asks for it.</summary>
public sealed class ReviewCalendarTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 6, 0, 0, TimeSpan.Zero);

    [Fact]
    [Trait("Requirement", "AI-7")]
    public void A_day_that_is_due_is_a_whole_day_with_an_alarm_a_week_before()
    {
        var text = Write(new DueDay("system-1", new DateOnly(2027, 2, 28), "Review", new Uri("https://site.example/en/console/ai/systems/system-1")));
        Assert.Equal(
            """
            BEGIN:VEVENT
            UID:system-1@site.example
            DTSTAMP:20261123T060000Z
            DTSTART;VALUE=DATE:20270228
            DTEND;VALUE=DATE:20270301
            SUMMARY:Review
            URL:https://site.example/en/console/ai/systems/system-1
            TRANSP:TRANSPARENT
            BEGIN:VALARM
            ACTION:DISPLAY
            DESCRIPTION:Review
            TRIGGER:-P7D
            END:VALARM
            END:VEVENT
            END:VCALENDAR

            """.ReplaceLineEndings("\r\n"), text[text.IndexOf("BEGIN:VEVENT", StringComparison.Ordinal)..]);
        Assert.StartsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_that_mean_something_to_a_calendar_are_escaped()
    {
        var text = Unfolded(Write(new DueDay("a", new DateOnly(2027, 1, 1), "One; two, three \\ four\nBEGIN:VEVENT", new Uri("https://site.example/"))));
        Assert.Contains("SUMMARY:One\\; two\\, three \\\\ four\\nBEGIN:VEVENT\r\n", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("\r\nBEGIN:VEVENT").Length - 1);
    }

    [Fact]
    public void Lines_are_folded_at_75_octets_and_no_letter_is_cut()
    {
        var summary = string.Concat(Enumerable.Repeat("Жасанды интеллект жүйесін қайта қарау 🔔 ", 6)).Trim();
        var text = Write(new DueDay("a", new DateOnly(2027, 1, 1), summary, new Uri("https://site.example/")));
        var lines = text.Split("\r\n");
        Assert.All(lines, line => Assert.InRange(Encoding.UTF8.GetByteCount(line), 0, 75));
        Assert.Contains(lines, line => Encoding.UTF8.GetByteCount(line) > 71);
        Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)));
        Assert.Contains("SUMMARY:" + summary + "\r\n", Unfolded(text), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_due_first_stands_first_and_nothing_due_is_a_calendar_too()
    {
        DueDay Due(string id, int day) => new(id, new DateOnly(2027, 1, day), id, new Uri("https://site.example/"));
        var text = Write(Due("b", 2), Due("c", 1), Due("a", 2));
        Assert.Equal(["c", "a", "b"], text.Split("\r\n").Where(l => l.StartsWith("SUMMARY:", StringComparison.Ordinal)).Select(l => l[8..]));
        Assert.EndsWith("PT12H\r\nEND:VCALENDAR\r\n", Write(), StringComparison.Ordinal);
    }

    private static string Write(params DueDay[] due) => ReviewCalendar.Write(due, "site.example", "What is due", Now);

    private static string Unfolded(string text) => text.Replace("\r\n ", "", StringComparison.Ordinal);
}
