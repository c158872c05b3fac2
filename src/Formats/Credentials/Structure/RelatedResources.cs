using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Digests of things a credential refers to (VC Data Model 2.0 section 5.3).</summary>
internal static class RelatedResources
{
    // multihash: code of the function, length of the digest
    private const byte Sha256Code = 0x12;

    /// <summary>Null when every entry is in form and no known resource has another digest.</summary>
    public static Problem? Check(JsonElement root)
    {
        if (!root.TryGetProperty("relatedResource", out var resources))
        {
            return null;
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in Json.Items(resources))
        {
            var (id, sri, multibase) = (
                Json.Text(resource, "id"), Json.Text(resource, "digestSRI"), Json.Text(resource, "digestMultibase"));
            if (!Json.IsUrl(id) || !ids.Add(id!) || (sri is null && multibase is null))
            {
                return VerifiableCredential.Malformed("relatedResource");
            }

            if (Contexts.BytesOf(id!) is not { } bytes)
            {
                continue;
            }

            if ((sri is not null && !MatchesSri(sri, bytes.Span)) || (multibase is not null && !Matches(multibase, bytes.Span)))
            {
                return new Problem("credentials/related-resource-differs", "A related resource has another digest.");
            }
        }

        return null;
    }

    // Subresource Integrity: <algorithm>-<base64>
    private static bool MatchesSri(string sri, ReadOnlySpan<byte> bytes)
    {
        var dash = sri.IndexOf('-', StringComparison.Ordinal);
        var digest = (dash < 0 ? "" : sri[..dash]) switch
        {
            "sha256" => SHA256.HashData(bytes),
            "sha384" => SHA384.HashData(bytes),
            "sha512" => SHA512.HashData(bytes),
            _ => null,
        };
        return digest is not null && sri[(dash + 1)..] == Convert.ToBase64String(digest);
    }

    // Multibase (u or z) of a SHA-256 multihash, or of the bare digest as older credentials wrote it.
    private static bool Matches(string multibase, ReadOnlySpan<byte> bytes)
    {
        byte[]? given = null;
        if (multibase.StartsWith('u') && Base64Url.IsValid(multibase.AsSpan(1)))
        {
            given = Base64Url.DecodeFromChars(multibase.AsSpan(1));
        }
        else if (Base58Btc.TryDecode(multibase, out var decoded))
        {
            given = decoded;
        }

        if (given is [Sha256Code, SHA256.HashSizeInBytes, ..] && given.Length == SHA256.HashSizeInBytes + 2)
        {
            given = given[2..];
        }

        return given is not null && given.AsSpan().SequenceEqual(SHA256.HashData(bytes));
    }
}
