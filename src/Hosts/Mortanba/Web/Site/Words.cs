using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Host.Web;

/// <summary>Dates, times, numbers and ages in words, as design/ui "Words" asks: 26 June 2026, 4 118 902, 2 min.</summary>
public static class Words
{
    private const char NoBreakSpace = '\u00a0';

    // One time zone in the whole country since 1 March 2024, UTC+5; the IANA base of every supported host has it.
    private static readonly TimeZoneInfo Astana = TimeZoneInfo.FindSystemTimeZoneById("Asia/Almaty");

    private static readonly string[] KazakhMonths =
        ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"];

    private static readonly string[] KazakhLocatives =
        ["да", "да", "да", "де", "да", "да", "де", "да", "те", "да", "да", "да"];

    private static readonly string[] RussianMonths =
        ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];

    private static readonly string[] EnglishMonths =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    public static string Date(Language language, DateOnly date) => language switch
    {
        Language.Kk => string.Create(CultureInfo.InvariantCulture, $"{date.Year} жылғы {date.Day} {KazakhMonths[date.Month - 1]}"),
        Language.Ru => string.Create(CultureInfo.InvariantCulture, $"{date.Day} {RussianMonths[date.Month - 1]} {date.Year} года"),
        Language.En => string.Create(CultureInfo.InvariantCulture, $"{date.Day} {EnglishMonths[date.Month - 1]} {date.Year}"),
    };

    public static string Date(Language language, DateTimeOffset at) => Date(language, DateOnly.FromDateTime(InAstana(at).DateTime));

    /// <summary>Month and year, as a heading: June 2026.</summary>
    public static string Month(Language language, DateOnly day) => language switch
    {
        Language.Kk => string.Create(CultureInfo.InvariantCulture, $"{day.Year} жылғы {KazakhMonths[day.Month - 1]}"),
        Language.Ru => string.Create(CultureInfo.InvariantCulture, $"{day:MM.yyyy}"),
        Language.En => string.Create(CultureInfo.InvariantCulture, $"{EnglishMonths[day.Month - 1]} {day.Year}"),
    };

    public static string Month(Language language, DateTimeOffset at) => Month(language, DateOnly.FromDateTime(InAstana(at).DateTime));

    /// <summary>A date as it stands in a sentence, "on 26 June 2026": Kazakh takes its locative ending.</summary>
    public static string OnDate(Language language, DateOnly date) =>
        Date(language, date) + (language == Language.Kk ? KazakhLocatives[date.Month - 1] : "");

    public static string OnDate(Language language, DateTimeOffset at) =>
        OnDate(language, DateOnly.FromDateTime(InAstana(at).DateTime));

    /// <summary>The same for a claim that is an ISO date; null when it is none.</summary>
    public static string? OnDate(Language language, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? OnDate(language, date)
            : null;

    /// <summary>Date and time of day; the text around it names the city.</summary>
    public static string Time(Language language, DateTimeOffset at)
    {
        var local = InAstana(at);
        return string.Create(
            CultureInfo.InvariantCulture, $"{Date(language, DateOnly.FromDateTime(local.DateTime))}, {local:HH:mm}");
    }

    /// <summary>Day and time of day in figures: 26.06.2026, 18:02.</summary>
    public static string InFigures(DateOnly day) => day.ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);

    public static string InFigures(DateTimeOffset at) => InAstana(at).ToString("dd.MM.yyyy, HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Time of day with seconds, where the date stands beside it or is today.</summary>
    public static string Clock(DateTimeOffset at) => InAstana(at).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Number(long number) =>
        number.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', NoBreakSpace);

    /// <summary>A number with its decimals: a comma in Kazakh and Russian, as papers print it, a point in English.</summary>
    /// <param name="format">A format of .NET for the invariant culture, for example <c>0.00</c>.</param>
    public static string Decimal(Language language, decimal number, string format) =>
        Marked(language, number.ToString(format, CultureInfo.InvariantCulture));

    /// <summary>The same for a number in machine form, "2.61"; anything else stays as it is.</summary>
    public static string Decimal(Language language, string text) =>
        text.Count(c => c == '.') == 1 && text.All(c => char.IsAsciiDigit(c) || c is '.' or '+' or '-' or '−' or '±') ? Marked(language, text) : text;

    /// <summary>Key and number of the words for an age: the largest whole unit, none below a second.</summary>
    public static (string Key, long Count) Age(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => ("web/age.now", 0),
        { TotalSeconds: < 60 } => ("web/age.seconds", (long)age.TotalSeconds),
        { TotalMinutes: < 60 } => ("web/age.minutes", (long)age.TotalMinutes),
        { TotalHours: < 48 } => ("web/age.hours", (long)age.TotalHours),
        _ => ("web/age.days", (long)age.TotalDays),
    };

    /// <summary>A claim value that is an ISO date becomes words; anything else stays as it is.</summary>
    public static string DateIfIso(Language language, string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? Date(language, date)
            : text;

    internal static string Plain(Language language, object? value) => value switch
    {
        null => "",
        int number => Number(number),
        long number => Number(number),
        DateOnly date => Date(language, date),
        DateTimeOffset at => Date(language, at),
        LocalizedText text => text.In(language),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>CLDR plural categories, cut to the forms a text offers.</summary>
    internal static int PluralForm(Language language, long n, int forms)
    {
        var form = language switch
        {
            Language.Kk => 0,
            Language.En => n == 1 ? 0 : 1,
            Language.Ru => (n % 10, n % 100) switch
            {
                (1, not 11) => 0,
                ( >= 2 and <= 4, not (>= 12 and <= 14)) => 1,
                _ => 2,
            },
        };
        return Math.Min(form, forms - 1);
    }

    private static string Marked(Language language, string number) => language == Language.En ? number : number.Replace('.', ',');

    private static DateTimeOffset InAstana(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Astana);
}
