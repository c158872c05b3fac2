using System.Buffers.Text;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Documents;

namespace Mortanba.Architecture.Tests.Examples;

/// <summary>
/// What two diplomas of one build have in common however their keys, times and people differ: every member with its
/// kind, the words that say a type or an algorithm, and ids without their digits.
/// </summary>
internal static partial class Shape
{
    private static readonly HashSet<string> Fixed = new(StringComparer.Ordinal)
    {
        "@context", "type", "typ", "alg", "zip", "vct", "_sd_alg", "cryptosuite", "proofPurpose", "statusPurpose", "v",
    };

    public static SortedSet<string> Of(byte[] diplomaFile)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        var file = DiplomaFile.Parse(diplomaFile).Value;
        Walk("vc", file.Vc!, lines);
        foreach (var proven in file.Entries)
        {
            using var entry = JsonDocument.Parse(proven.Entry);
            Walk($"entry({entry.RootElement.GetProperty("type").GetString()})", "", entry.RootElement, lines);
        }

        var parts = file.SdJwt!.Split('~');
        Jws("sd-jwt", parts[0], lines);
        foreach (var part in parts[1..].Where(p => p.Length > 0))
        {
            using var disclosure = JsonDocument.Parse(Base64Url.DecodeFromChars(part));
            var items = disclosure.RootElement.EnumerateArray().ToList();
            Walk($"disclosure({(items.Count == 3 ? items[1].GetString() : "element")})", "", items[^1], lines);
        }

        Jws("paper", file.Paper!, lines);
        return lines;
    }

    private static void Jws(string path, string jws, SortedSet<string> lines)
    {
        var parts = jws.Split('.');
        var header = Base64Url.DecodeFromChars(parts[0]);
        Walk(path + ".header", header, lines);
        var payload = Base64Url.DecodeFromChars(parts[1]);
        if (Encoding.UTF8.GetString(header).Contains("\"zip\":\"DEF\"", StringComparison.Ordinal))
        {
            using var inflating = new DeflateStream(new MemoryStream(payload), CompressionMode.Decompress);
            using var inflated = new MemoryStream();
            inflating.CopyTo(inflated);
            payload = inflated.ToArray();
        }

        Walk(path + ".payload", payload, lines);
    }

    private static void Walk(string path, byte[] json, SortedSet<string> lines)
    {
        using var document = JsonDocument.Parse(json);
        Walk(path, "", document.RootElement, lines);
    }

    private static void Walk(string path, string member, JsonElement value, SortedSet<string> lines)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var inner in value.EnumerateObject())
                {
                    Walk($"{path}.{inner.Name}", inner.Name, inner.Value, lines);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Walk(path + "[]", member, item, lines);
                }

                break;
            case JsonValueKind.String when Fixed.Contains(member):
                lines.Add($"{path} = {value.GetString()}");
                break;
            case JsonValueKind.String when member is "id" or "resultDescription" or "kid" or "iss" or "jti" or "verificationMethod":
                lines.Add($"{path} = {DigitsPattern().Replace(UuidPattern().Replace(value.GetString()!, "UUID"), "9")}");
                break;
            default:
                lines.Add($"{path}: {value.ValueKind}");
                break;
        }
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex UuidPattern();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex DigitsPattern();
}
