using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Reads registered claims of a JWT (RFC 7519 section 4.1).</summary>
internal static class Claims
{
    // Year 9999 in seconds: beyond it DateTimeOffset throws.
    private const double UnixSecondsMax = 253402300799;

    public static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A NumericDate: seconds since 1970, possibly with a fraction; null when absent or not one.</summary>
    public static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var seconds) && seconds is >= 0 and <= UnixSecondsMax
                ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
                : null;

    /// <summary>
    /// <c>exp</c> and <c>nbf</c> against the clock. A claim that is there but unreadable refuses, since it says
    /// something that was not understood.
    /// </summary>
    public static Problem? CheckTimes(JsonElement claims, DateTimeOffset now, TimeSpan clockSkew, string stage)
    {
        foreach (var name in (string[])["exp", "nbf", "iat"])
        {
            if (claims.TryGetProperty(name, out _) && Time(claims, name) is null)
            {
                return new Problem($"{stage}/malformed-time", $"The claim {name} is not a number of seconds.", ("claim", name));
            }
        }

        if (Time(claims, "exp") is { } expires && now >= expires + clockSkew)
        {
            return new Problem($"{stage}/expired", "Its own time of expiry (exp) has passed.");
        }

        return Time(claims, "nbf") is { } notBefore && now < notBefore - clockSkew
            ? new Problem($"{stage}/not-yet-valid", "Its own time of validity (nbf) has not come.")
            : null;
    }
}
