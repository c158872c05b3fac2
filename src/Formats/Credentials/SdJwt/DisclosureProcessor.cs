using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>RFC 9901 section 7.1 steps 3 to 5: every embedded digest finds its disclosure, or the SD-JWT is refused.</summary>
internal sealed class DisclosureProcessor
{
    private readonly Disclosures disclosures;
    private readonly DisclosedClaim?[] claims;
    private readonly ArrayBufferWriter<byte> output;
    private HashSet<string>? withheld;

    private DisclosureProcessor(Disclosures disclosures, int sizeHint)
    {
        this.disclosures = disclosures;
        claims = new DisclosedClaim?[disclosures.Count];
        output = new ArrayBufferWriter<byte>(Math.Max(sizeHint, 256));
    }

    public static Outcome<DisclosedSdJwt> Run(SdJwt sdJwt)
    {
        if (!Disclosures.Read(sdJwt).TryGet(out var disclosures, out var problem))
        {
            return problem;
        }

        using (disclosures)
        {
            var run = new DisclosureProcessor(disclosures, disclosures.SizeBytes + sdJwt.Compact.Length / 4);
            problem = run.WriteObject(sdJwt.IssuerPayload, parent: -1, depth: 0, isPayload: true) ?? run.Unreferenced();
            return problem is null
                ? new DisclosedSdJwt(run.output.WrittenMemory, run.claims!, run.withheld?.Count ?? 0)
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

    private Problem? WriteValue(JsonElement value, int parent, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object or JsonValueKind.Array when IsPlain(JsonMarshal.GetRawUtf8Value(value), depth):
                output.Write(JsonMarshal.GetRawUtf8Value(value));
                return null;
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

    // Holds no digest, whatever it holds, and cannot nest too deep: it is copied as it stands.
    private static bool IsPlain(ReadOnlySpan<byte> raw, int depth) =>
        !raw.Contains((byte)'\\') && raw.IndexOf("\"_sd\""u8) < 0 && raw.IndexOf("\"...\""u8) < 0
        && depth + raw.Count((byte)'{') + raw.Count((byte)'[') <= StrictJson.DepthMax;

    private Problem? WriteObject(JsonElement value, int parent, int depth, bool isPayload)
    {
        if (depth >= StrictJson.DepthMax)
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
            if (disclosure is not
                {
                    Count: 3,
                    First.ValueKind: JsonValueKind.String,
                    Second.ValueKind: JsonValueKind.String,
                })
            {
                return new Problem(
                    "sdjwt/disclosure-element-count",
                    $"Disclosure {index + 1} stands for an object member and must be [salt, name, value].",
                    ("position", $"{index + 1}"),
                    ("expected", "3"));
            }

            var name = disclosure.Second.GetString()!;
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
            output.Write(JsonMarshal.GetRawUtf8Value(disclosure.Second));
            output.Write(":"u8);
            if (WriteValue(disclosure.Third, index, depth + 1) is { } problem)
            {
                return problem;
            }
        }

        return null;
    }

    private Problem? WriteArray(JsonElement value, int parent, int depth)
    {
        if (depth >= StrictJson.DepthMax)
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
            if (disclosure is not { Count: 2, First.ValueKind: JsonValueKind.String })
            {
                return new Problem(
                    "sdjwt/disclosure-element-count",
                    $"Disclosure {index + 1} stands for an array element and must be [salt, value].",
                    ("position", $"{index + 1}"),
                    ("expected", "2"));
            }

            claims[index] = new DisclosedClaim(index, parent, null, depth);
            Comma(ref first);
            if (WriteValue(disclosure.Second, index, depth + 1) is { } refused)
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
        index = disclosures.IndexOf(digest);
        var isNew = index >= 0
            ? claims[index] is null
            : (withheld ??= new(StringComparer.Ordinal)).Add(digest.GetString()!);
        return isNew ? null : new Problem("sdjwt/digest-twice", "The same digest stands twice.");
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
