using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The protected header of a compact JWS as far as it is used here (RFC 7515 section 4.1).</summary>
/// <param name="Algorithm"><c>alg</c>, as it stands; whether it is allowed is decided against the key.</param>
/// <param name="Type"><c>typ</c>; null when absent.</param>
/// <param name="KeyId"><c>kid</c>; null when absent or not text.</param>
public sealed record JwsHeader(string Algorithm, string? Type, string? KeyId)
{
    /// <summary>Reads a header. <c>crit</c> is refused: no extension is understood (RFC 7515 section 4.1.11).</summary>
    /// <remarks>
    /// Key-carrying members (<c>jwk</c>, <c>jku</c>, <c>x5c</c> …) are never used to find the key: who signs is decided by
    /// the caller's trust, not by the sender.
    /// </remarks>
    internal static Outcome<JwsHeader> Parse(ReadOnlyMemory<byte> json)
    {
        if (!StrictJson.Parse(json, Jws.HeaderSizeMaxBytes).TryGet(out var document, out var problem))
        {
            return new Problem("jws/malformed-header", problem.Detail);
        }

        using (document)
        {
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || Text(root, "alg") is not { } algorithm)
            {
                return new Problem("jws/malformed-header", "The header is not an object with alg.");
            }

            return root.TryGetProperty("crit", out _)
                ? new Problem("jws/critical-extension", "The header demands an extension (crit); none is understood.")
                : new JwsHeader(algorithm, Text(root, "typ"), Text(root, "kid"));
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
