using System.Globalization;
using System.Net;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>did:web: an identifier whose document lies at an HTTPS address made from it.</summary>
/// <remarks>did:web method specification, section 3.2 (read). Addresses only; fetching is the host's business.</remarks>
public static class DidWeb
{
    private const string Prefix = "did:web:";
    private const int SizeMax = 512;

    /// <summary>did:web of a host, an optional port and path segments.</summary>
    /// <param name="authority">Host, with <c>:port</c> when it is not 443: <c>localhost:5080</c>.</param>
    /// <param name="path">Path segments below the root, each of letters, digits, <c>.</c>, <c>-</c>, <c>_</c>.</param>
    public static Outcome<string> Of(string authority, params string[] path)
    {
        var did = Prefix + string.Join(
            ':', path.Prepend(authority.ToLowerInvariant().Replace(":", "%3A", StringComparison.Ordinal)));
        return ToUrl(did).Then<string>(_ => did);
    }

    /// <summary>
    /// Where the document lies: <c>https://host[:port]/.well-known/did.json</c>, or below the path. Refuses IP addresses
    /// (the method forbids them), empty and dotted segments, and anything percent-encoded but the port's colon.
    /// </summary>
    public static Outcome<Uri> ToUrl(string did)
    {
        if (!did.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return new Problem("did/unsupported-method", "The identifier is not did:web.");
        }

        if (did.Length > SizeMax)
        {
            return Malformed();
        }

        var parts = did[Prefix.Length..].Split(':');
        var (host, port) = Authority(parts[0]);
        if (host is null || port is null)
        {
            return Malformed();
        }

        // Every form a resolver might take for an address: dotted, short, hexadecimal, one number.
        if (IPAddress.TryParse(host, out _) || host.Split('.')[^1].All(char.IsAsciiDigit))
        {
            return new Problem("did/ip-address", "did:web forbids IP addresses.");
        }

        foreach (var segment in parts.AsSpan(1))
        {
            if (segment.Length == 0 || segment is "." or ".." || !segment.All(IsPathCharacter))
            {
                return Malformed();
            }
        }

        // A document on the reader's own machine may lie at http: there is nobody in between.
        var scheme = host is "localhost" ? "http" : "https";
        var path = parts.Length == 1 ? ".well-known" : string.Join('/', parts[1..]);
        return new Uri($"{scheme}://{host}{(port.Length == 0 ? "" : ":" + port)}/{path}/did.json");
    }

    private static (string? Host, string? Port) Authority(string text)
    {
        var escape = text.IndexOf('%', StringComparison.Ordinal);
        var host = escape < 0 ? text : text[..escape];
        var port = escape < 0 ? "" : text[escape..];
        if (port.Length > 0)
        {
            var digits = port.StartsWith("%3A", StringComparison.OrdinalIgnoreCase) ? port[3..] : "";
            port = digits.Length is > 0 and <= 5 && digits.All(char.IsAsciiDigit)
                && int.Parse(digits, CultureInfo.InvariantCulture) is > 0 and <= 65535
                    ? digits
                    : null;
        }

        var isHost = host.Length is > 0 and <= 253 && host.Split('.').All(IsLabel);
        return (isHost ? host : null, port);
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-'
        && label.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private static bool IsPathCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_';

    private static Problem Malformed() => new("did/malformed", "The identifier is not a well-formed did:web.");
}
