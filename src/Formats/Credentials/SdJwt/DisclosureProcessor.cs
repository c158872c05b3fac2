using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>RFC 9901 section 7.1 steps 3 to 5: every embedded digest finds its disclosure, or the SD-JWT is refused.</summary>
/// <remarks>
/// All disclosures are decoded into one buffer that reads as one JSON array, so that they are parsed once. Each element
/// must then cover exactly the bytes of its own disclosure: text that closes one array and opens another is refused.
/// </remarks>
internal sealed class DisclosureProcessor
{
    private readonly Dictionary<string, int> byDigest;
    private readonly JsonElement[] disclosures;
    private readonly DisclosedClaim?[] claims;
    private readonly HashSet<string> seenDigests = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> output;
    private int withheldCount;

    private DisclosureProcessor(Dictionary<string, int> byDigest, JsonElement[] disclosures, int sizeHint)
    {
        this.byDigest = byDigest;
        this.disclosures = disclosures;
        claims = new DisclosedClaim?[disclosures.Length];
        output = new ArrayBufferWriter<byte>(Math.Max(sizeHint, 256));
    }

    public static Outcome<DisclosedSdJwt> Run(SdJwt sdJwt)
    {
        if (HashOf(sdJwt.IssuerPayload) is not { } hash)
        {
            return new Problem("sdjwt/unknown-hash", "_sd_alg is none of sha-256, sha-384, sha-512.");
        }

        var byDigest = new Dictionary<string, int>(sdJwt.DisclosureCount, StringComparer.Ordinal);
        Span<byte> digest = stackalloc byte[64];
        for (var i = 0; i < sdJwt.DisclosureCount; i++)
        {
            var size = hash(sdJwt.DisclosureText(i), digest);
            if (!byDigest.TryAdd(Base64Url.EncodeToString(digest[..size]), i))
            {
                return new Problem("sdjwt/disclosure-twice", $"Disclosure {i + 1} is given twice.", ("position", $"{i + 1}"));
            }
        }

        if (!Decode(sdJwt).TryGet(out var decoded, out var problem))
        {
            return problem;
        }

        using (decoded.Document)
        {
            var run = new DisclosureProcessor(byDigest, decoded.Elements, decoded.SizeBytes + sdJwt.Compact.Length / 4);
            problem = run.WriteObject(sdJwt.IssuerPayload, parent: -1, depth: 0, isPayload: true) ?? run.Unreferenced();
            return problem is null
                ? new DisclosedSdJwt(run.output.WrittenMemory, run.claims!, run.withheldCount)
                : problem;
        }
    }

    private Problem? Unreferenced()
    {
        var position = Array.IndexOf(claims, null) + 1;
        return position == 0
            ? null
            : new Problem(
                "sdjwt/disclosure-unreferenced",
                $"No digest of the issuer names disclosure {position}: it was added or changed.",
                ("position", $"{position}"));
    }

    private delegate int Hash(ReadOnlySpan<byte> text, Span<byte> digest);

    private static Hash? HashOf(JsonElement payload)
    {
        if (!payload.TryGetProperty("_sd_alg"u8, out var algorithm))
        {
            return ShortSha256.Hash;
        }

        return algorithm.ValueKind != JsonValueKind.String ? null : algorithm.GetString() switch
        {
            "sha-256" => ShortSha256.Hash,
            "sha-384" => SHA384.HashData,
            "sha-512" => SHA512.HashData,
            _ => null,
        };
    }

    private sealed record Decoded(JsonDocument? Document, JsonElement[] Elements, int SizeBytes);

    private static Outcome<Decoded> Decode(SdJwt sdJwt)
    {
        var count = sdJwt.DisclosureCount;
        if (count == 0)
        {
            return new Decoded(null, [], 0);
        }

        var json = new byte[sdJwt.Compact.Length];
        var chunks = new Range[count];
        var used = 0;
        for (var i = 0; i < count; i++)
        {
            json[used++] = i == 0 ? (byte)'[' : (byte)',';
            if (!Jws.TryDecode(sdJwt.DisclosureText(i), json.AsSpan(used), out var written))
            {
                return new Problem(
                    "sdjwt/disclosure-not-base64url",
                    $"Disclosure {i + 1} is not base64url without padding.",
                    ("position", $"{i + 1}"));
            }

            chunks[i] = used..(used + written);
            used += written;
        }

        json[used++] = (byte)']';
        if (!StrictJson.Parse(json.AsMemory(0, used)).TryGet(out var document, out var problem))
        {
            return new Problem("sdjwt/disclosure-malformed", "A disclosure is not strict JSON. " + problem.Detail);
        }

        var elements = new JsonElement[count];
        var next = 0;
        foreach (var element in document.RootElement.EnumerateArray())
        {
            if (next == count || element.ValueKind != JsonValueKind.Array || !Covers(json, chunks[next], element))
            {
                document.Dispose();
                var position = Math.Min(next + 1, count);
                return new Problem(
                    "sdjwt/disclosure-malformed",
                    $"Disclosure {position} is not one JSON array.",
                    ("position", $"{position}"));
            }

            elements[next++] = element;
        }

        return new Decoded(document, elements, used);
    }

    // JSON white space around the array is allowed: a digest protects it, and other issuers write some.
    private static bool Covers(byte[] json, Range chunk, JsonElement element)
    {
        var own = json.AsSpan(chunk).Trim(" \t\r\n"u8);
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return own.Length == raw.Length && own.SequenceEqual(raw);
    }

    private Problem? WriteValue(JsonElement value, int parent, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return WriteObject(value, parent, depth, isPayload: false);
            case JsonValueKind.Array:
                return WriteArray(value, parent, depth);
            case JsonValueKind.Undefined:
            case JsonValueKind.String:
            case JsonValueKind.Number:
            case JsonValueKind.True:
            case JsonValueKind.False:
            case JsonValueKind.Null:
            default:
                output.Write(JsonMarshal.GetRawUtf8Value(value));
                return null;
        }
    }

    private Problem? WriteObject(JsonElement value, int parent, int depth, bool isPayload)
    {
        if (depth > StrictJson.DepthMax)
        {
            return TooDeep();
        }

        JsonElement? digests = null;
        var first = true;
        output.Write("{"u8);
        foreach (var member in value.EnumerateObject())
        {
            if (member.NameEquals("_sd"u8))
            {
                digests = member.Value;
                continue;
            }

            if (member.NameEquals("..."u8))
            {
                return new Problem("sdjwt/malformed-placeholder", "An object holds '...' outside an array or beside other names.");
            }

            if (isPayload && member.NameEquals("_sd_alg"u8))
            {
                continue;
            }

            Comma(ref first);
            WriteName(member);
            if (WriteValue(member.Value, parent, depth + 1) is { } problem)
            {
                return problem;
            }
        }

        if (digests is { } sd && WriteDisclosedMembers(value, sd, parent, depth, first) is { } refused)
        {
            return refused;
        }

        output.Write("}"u8);
        return null;
    }

    private Problem? WriteDisclosedMembers(JsonElement container, JsonElement digests, int parent, int depth, bool first)
    {
        if (digests.ValueKind != JsonValueKind.Array)
        {
            return new Problem("sdjwt/malformed-digests", "_sd is not an array of strings.");
        }

        HashSet<string>? names = null;
        foreach (var digest in digests.EnumerateArray())
        {
            if (digest.ValueKind != JsonValueKind.String)
            {
                return new Problem("sdjwt/malformed-digests", "_sd is not an array of strings.");
            }

            if (Find(digest, out var index) is { } twice)
            {
                return twice;
            }

            if (index < 0)
            {
                continue;
            }

            var disclosure = disclosures[index];
            if (disclosure.GetArrayLength() != 3
                || disclosure[0].ValueKind != JsonValueKind.String
                || disclosure[1].ValueKind != JsonValueKind.String)
            {
                return new Problem(
                    "sdjwt/disclosure-element-count",
                    $"Disclosure {index + 1} stands for an object member and must be [salt, name, value].",
                    ("position", $"{index + 1}"),
                    ("expected", "3"));
            }

            var name = disclosure[1].GetString()!;
            if (name is "_sd" or "...")
            {
                return new Problem(
                    "sdjwt/reserved-name",
                    $"Disclosure {index + 1} uses a reserved name.",
                    ("position", $"{index + 1}"));
            }

            if (container.TryGetProperty(name, out _) || !(names ??= new(StringComparer.Ordinal)).Add(name))
            {
                return new Problem(
                    "sdjwt/name-exists",
                    $"Disclosure {index + 1} gives a claim that stands there already.",
                    ("position", $"{index + 1}"));
            }

            claims[index] = new DisclosedClaim(index, parent, name, depth);
            Comma(ref first);
            output.Write(JsonMarshal.GetRawUtf8Value(disclosure[1]));
            output.Write(":"u8);
            if (WriteValue(disclosure[2], index, depth + 1) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private Problem? WriteArray(JsonElement value, int parent, int depth)
    {
        if (depth > StrictJson.DepthMax)
        {
            return TooDeep();
        }

        var first = true;
        output.Write("["u8);
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("..."u8, out var digest))
            {
                Comma(ref first);
                if (WriteValue(item, parent, depth + 1) is { } problem)
                {
                    return problem;
                }

                continue;
            }

            if (digest.ValueKind != JsonValueKind.String || item.GetPropertyCount() != 1)
            {
                return new Problem("sdjwt/malformed-placeholder", "A placeholder must be {\"...\": digest} and nothing else.");
            }

            if (Find(digest, out var index) is { } twice)
            {
                return twice;
            }

            if (index < 0)
            {
                continue;
            }

            var disclosure = disclosures[index];
            if (disclosure.GetArrayLength() != 2 || disclosure[0].ValueKind != JsonValueKind.String)
            {
                return new Problem(
                    "sdjwt/disclosure-element-count",
                    $"Disclosure {index + 1} stands for an array element and must be [salt, value].",
                    ("position", $"{index + 1}"),
                    ("expected", "2"));
            }

            claims[index] = new DisclosedClaim(index, parent, null, depth);
            Comma(ref first);
            if (WriteValue(disclosure[1], index, depth + 1) is { } refused)
            {
                return refused;
            }
        }

        output.Write("]"u8);
        return null;
    }

    // Index of the disclosure with this digest, -1 when it is withheld or a decoy.
    private Problem? Find(JsonElement digest, out int index)
    {
        var text = digest.GetString()!;
        index = -1;
        if (!seenDigests.Add(text))
        {
            return new Problem("sdjwt/digest-twice", "The same digest stands twice.");
        }

        if (!byDigest.TryGetValue(text, out index))
        {
            index = -1;
            withheldCount++;
        }

        return null;
    }

    private void Comma(ref bool first)
    {
        if (!first)
        {
            output.Write(","u8);
        }

        first = false;
    }

    private void WriteName(JsonProperty member)
    {
        output.Write("\""u8);
        output.Write(JsonMarshal.GetRawUtf8PropertyName(member));
        output.Write("\":"u8);
    }

    private static Problem TooDeep() => new(
        "sdjwt/too-deep",
        $"The disclosures nest deeper than {StrictJson.DepthMax} levels.",
        ("limit", $"{StrictJson.DepthMax}"));
}
