using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>The processed payload of an SD-JWT: what the holder chose to show, in its place (RFC 9901 section 7.1 step 3).</summary>
public sealed class DisclosedSdJwt
{
    private readonly ReadOnlyMemory<byte> json;
    private JsonElement? root;

    internal DisclosedSdJwt(ReadOnlyMemory<byte> json, IReadOnlyList<DisclosedClaim> claims, int withheldCount)
    {
        this.json = json;
        Claims = claims;
        WithheldCount = withheldCount;
    }

    /// <summary>UTF-8 JSON without <c>_sd</c>, <c>_sd_alg</c> and placeholders.</summary>
    public ReadOnlyMemory<byte> Json => json;

    /// <summary>The same as an element; parsed at the first call.</summary>
    public JsonElement Payload
    {
        get
        {
            if (root is null)
            {
                using var document = Open();
                root = document.RootElement.Clone();
            }

            return root.Value;
        }
    }

    /// <summary>The same for a caller who reads once and disposes: nothing is copied.</summary>
    public JsonDocument Open() => JsonDocument.Parse(json);

    /// <summary>One for each presented disclosure, in the order in which they were presented.</summary>
    public IReadOnlyList<DisclosedClaim> Claims { get; }

    /// <summary>Digests without a disclosure: withheld claims and decoys, which nobody but the issuer can tell apart.</summary>
    public int WithheldCount { get; }
}

/// <summary>One disclosed claim.</summary>
/// <param name="Index">Position among the presented disclosures.</param>
/// <param name="Parent">Index of the disclosure that contains it; -1 when the issuer's payload does.</param>
/// <param name="Name">Claim name; null for an array element.</param>
/// <param name="Depth">How many objects and arrays stand around it; 0 for a claim of the payload itself.</param>
public sealed record DisclosedClaim(int Index, int Parent, string? Name, int Depth);
