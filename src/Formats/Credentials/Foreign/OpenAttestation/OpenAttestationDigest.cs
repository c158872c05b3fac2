using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The hashes of OpenAttestation, as its library makes them: each value with its path, sorted, hashed together.</summary>
/// <remarks>Open-Attestation/open-attestation, src/2.0/digest.ts, src/3.0/digest.ts, src/shared/merkle/merkle.ts (read).</remarks>
internal static partial class OpenAttestationDigest
{
    private const int ValuesMax = 20_000;
    private const int ProofMax = 64;
    private const int SaltsSizeMaxBytes = 4 * 1024 * 1024;

    /// <summary>Null when the data is out of form: a name with a dot would let two documents have one hash.</summary>
    public static byte[]? OfTwo(JsonElement root)
    {
        var values = new List<(string Path, JsonElement Value)>();
        if (!Flatten(root.GetProperty("data"), "", values, brackets: false))
        {
            return null;
        }

        var hashes = values.Select(item => Hex(Keccak256.Hash(Member(item.Path, item.Value)))).ToList();
        return Together(hashes, root.TryGetProperty("privacy", out var privacy) ? privacy : null, "obfuscatedData");
    }

    /// <summary>
    /// Null when the salts do not name exactly the values that are there: the hash runs over the salts, so a value without one
    /// would stand outside of it.
    /// </summary>
    public static byte[]? OfThree(JsonElement root)
    {
        var proof = root.GetProperty("proof");
        var values = new List<(string Path, JsonElement Value)>();
        if (SaltsOf(proof) is not { } salts)
        {
            return null;
        }

        foreach (var member in root.EnumerateObject().Where(member => member.Name != "proof"))
        {
            if (!IsName(member.Name) || !Flatten(member.Value, member.Name, values, brackets: true))
            {
                return null;
            }
        }

        if (values.Count != salts.Count || values.Any(value => !salts.ContainsKey(value.Path)))
        {
            return null;
        }

        var hashes = values.Select(item => Hex(Keccak256.Hash(Member(item.Path, $"{salts[item.Path]}:{TextOf(item.Value)}")))).ToList();
        return Together(hashes, proof.TryGetProperty("privacy", out var privacy) ? privacy : null, "obfuscated");
    }

    /// <summary>32 bytes of hexadecimal, with or without 0x; else null.</summary>
    public static byte[]? HashOf(string? text)
    {
        var digits = text?.StartsWith("0x", StringComparison.Ordinal) == true ? text[2..] : text;
        return digits is { Length: 2 * Keccak256.SizeBytes } && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }

    /// <summary>True when the steps lead from this document's hash to the root of its batch.</summary>
    public static bool LeadsToRoot(byte[] target, JsonElement proof, string steps)
    {
        if (HashOf(Json.Text(proof, "merkleRoot")) is not { } root
            || !proof.TryGetProperty(steps, out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > ProofMax)
        {
            return false;
        }

        var hash = target;
        foreach (var step in list.EnumerateArray())
        {
            if (step.ValueKind != JsonValueKind.String || HashOf(step.GetString()) is not { } other)
            {
                return false;
            }

            hash = hash.AsSpan().SequenceCompareTo(other) < 0 ? Keccak256.Hash([.. hash, .. other]) : Keccak256.Hash([.. other, .. hash]);
        }

        return hash.AsSpan().SequenceEqual(root);
    }

    private static byte[]? Together(List<string> hashes, JsonElement? privacy, string withheld)
    {
        if (privacy is { } p && p.ValueKind == JsonValueKind.Object && p.TryGetProperty(withheld, out var list))
        {
            var hidden = Json.Texts(p, withheld);
            if (list.ValueKind != JsonValueKind.Array || hidden.Count != list.GetArrayLength() || hidden.Any(hash => HashOf(hash) is null))
            {
                return null;
            }

            hashes.AddRange(hidden);
        }

        hashes.Sort(StringComparer.Ordinal);
        return Keccak256.Hash(Encoding.ASCII.GetBytes("[" + string.Join(',', hashes.Select(hash => $"\"{hash}\"")) + "]"));
    }

    private static bool Flatten(JsonElement value, string path, List<(string, JsonElement)> values, bool brackets)
    {
        if (values.Count > ValuesMax)
        {
            return false;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                return value.EnumerateObject().All(member => IsName(member.Name)
                    && Flatten(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", values, brackets));
            case JsonValueKind.Array:
                var index = 0;
                return value.EnumerateArray().All(item =>
                    Flatten(item, brackets ? $"{path}[{index++}]" : path.Length == 0 ? $"{index++}" : $"{path}.{index++}", values, brackets));
            default:
                values.Add((path, value));
                return true;
        }
    }

    private static bool IsName(string name) => name.Length > 0 && name.IndexOfAny(['.', '[', ']']) < 0;

    private static Dictionary<string, string>? SaltsOf(JsonElement proof)
    {
        if (Json.Text(proof, "salts") is not { Length: > 0 } text || text.Length > SaltsSizeMaxBytes)
        {
            return null;
        }

        var json = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(Encoding.UTF8.GetBytes(text), json, out _, out var written) != OperationStatus.Done
            || !StrictJson.Parse(json.AsMemory(0, written)).TryGet(out var document, out _))
        {
            return null;
        }

        using (document)
        {
            var salts = new Dictionary<string, string>(StringComparer.Ordinal);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            foreach (var item in document.RootElement.EnumerateArray())
            {
                if (Json.Text(item, "path") is not { } path || Json.Text(item, "value") is not { } value
                    || !Salt().IsMatch(value) || !salts.TryAdd(path, value))
                {
                    return null;
                }
            }

            return salts;
        }
    }

    // JSON.stringify of an object with one member is its canonical form (RFC 8785).
    private static byte[] Member(string path, JsonElement value)
    {
        var json = new ArrayBufferWriter<byte>();
        json.Write("{"u8);
        Jcs.WriteString(path, json);
        json.Write(":"u8);
        Jcs.Write(value, json);
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }

    private static byte[] Member(string path, string value)
    {
        var json = new ArrayBufferWriter<byte>();
        json.Write("{"u8);
        Jcs.WriteString(path, json);
        json.Write(":"u8);
        Jcs.WriteString(value, json);
        json.Write("}"u8);
        return json.WrittenSpan.ToArray();
    }

    // How JavaScript puts a value into a text.
    private static string TextOf(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }

        var json = new ArrayBufferWriter<byte>();
        Jcs.Write(value, json);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);

    [GeneratedRegex("\\A[0-9a-f]{64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Salt();
}
