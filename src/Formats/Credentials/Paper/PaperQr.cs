using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The whole text of the paper QR: a capability link, and behind <c>#</c> the signed core.</summary>
/// <remarks>
/// <c>S/q/CAPABILITY#JWS</c>. A browser never sends what stands behind <c>#</c>, so opening the link tells the site
/// only the capability; a reader without a network checks the JWS alone.
/// </remarks>
/// <param name="SiteAddress">Scheme, host and port, no slash at the end.</param>
/// <param name="Capability">128 random bits, 22 characters of base64url.</param>
/// <param name="Jws">Compact JWS for <see cref="PaperJws.Parse"/>; null when only the link was read.</param>
public sealed partial record PaperQr(string SiteAddress, string Capability, string? Jws)
{
    public const int CapabilityLength = 22;

    /// <summary>The link alone, as a browser opens it.</summary>
    public string Link => $"{SiteAddress}/q/{Capability}";

    /// <summary>The text to print.</summary>
    public override string ToString() => Jws is null ? Link : $"{Link}#{Jws}";

    /// <summary>
    /// Reads a scanned or pasted text, also with the language in the path; <c>credentials/not-a-paper-code</c> otherwise.
    /// </summary>
    public static Outcome<PaperQr> Parse(string text)
    {
        var match = text.Length <= PaperJws.SizeMaxBytes + 512 ? Shape().Match(text.Trim()) : Match.Empty;
        return match.Success
            ? new PaperQr(
                match.Groups["site"].Value,
                match.Groups["capability"].Value,
                match.Groups["jws"].Success ? match.Groups["jws"].Value : null)
            : new Problem("credentials/not-a-paper-code", "Not the text of a diploma's paper code.");
    }

    [GeneratedRegex(
        @"\A(?<site>https?://[^/?#\s]{1,255})(/(kk|ru|en))?/q/(?<capability>[A-Za-z0-9_-]{22})(#(?<jws>[A-Za-z0-9_.-]+))?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
