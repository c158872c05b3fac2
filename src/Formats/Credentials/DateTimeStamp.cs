using System.Globalization;
using System.Text.RegularExpressions;

namespace Mortanba.Credentials;

/// <summary>XML Schema <c>dateTimeStamp</c>: date, time and an offset that may not be left out.</summary>
/// <remarks>VC Data Model 2.0 section 4.9 and Data Integrity section 2.1 (created, expires); XSD 1.1 part 2, 3.4.28.</remarks>
internal static partial class DateTimeStamp
{
    private const string WholeSeconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string Write(DateTimeOffset at) =>
        at.ToUniversalTime().ToString(WholeSeconds, CultureInfo.InvariantCulture);

    /// <summary>Reads the instant; digits of the fraction beyond the seventh are dropped.</summary>
    public static bool TryParse(string? text, out DateTimeOffset at)
    {
        if (DateTimeOffset.TryParseExact(
            text, WholeSeconds, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
        {
            return true;
        }

        var match = Shape().Match(text ?? "");
        if (!match.Success)
        {
            return false;
        }

        // XSD writes the end of a day as 24:00:00.
        var endOfDay = match.Groups["time"].ValueSpan is "24:00:00";
        var fraction = match.Groups["fraction"].Value;
        if (endOfDay && fraction.AsSpan().ContainsAnyInRange('1', '9'))
        {
            return false;
        }

        var time = endOfDay ? "00:00:00" : match.Groups["time"].Value;
        var digits = fraction.Length == 0 ? "" : "." + fraction[..Math.Min(7, fraction.Length)];
        var offset = match.Groups["offset"].Value is "Z" ? "+00:00" : match.Groups["offset"].Value;
        if (!DateTimeOffset.TryParseExact(
            $"{match.Groups["date"].Value}T{time}{digits}{offset}",
            digits.Length == 0 ? "yyyy-MM-dd'T'HH:mm:sszzz" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out at))
        {
            return false;
        }

        if (endOfDay && at > DateTimeOffset.MaxValue.AddDays(-2))
        {
            return false;
        }

        at = endOfDay ? at.AddDays(1) : at;
        return true;
    }

    [GeneratedRegex(
        @"\A(?<date>[0-9]{4}-[0-9]{2}-[0-9]{2})T(?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<fraction>[0-9]+))?(?<offset>Z|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();
}
