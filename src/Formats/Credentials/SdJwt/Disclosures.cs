using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The presented disclosures of one SD-JWT: decoded, parsed, to be found by digest.</summary>
/// <remarks>
/// All are decoded into one buffer that reads as one JSON array, so that they are parsed once. Each element must then
/// cover exactly the bytes of its own disclosure: text that closes one array and opens another is refused.
/// </remarks>
internal sealed class Disclosures : IDisposable
{
    private const int DigestSizeMaxBytes = 64;

    private readonly DigestTable byDigest;
    private readonly byte[] buffer;
    private readonly JsonDocument? document;
    private readonly Disclosure[] items;

    private Disclosures(DigestTable byDigest, byte[] buffer, int sizeBytes, JsonDocument? document, Disclosure[] items)
    {
        this.byDigest = byDigest;
        this.buffer = buffer;
        this.document = document;
        this.items = items;
        SizeBytes = sizeBytes;
    }

    public int Count => items.Length;

    /// <summary>Size of all of them as JSON.</summary>
    public int SizeBytes { get; }

    public Disclosure this[int index] => items[index];

    public static Outcome<Disclosures> Read(SdJwt sdJwt)
    {
        if (!HashAll(sdJwt).TryGet(out var byDigest, out var problem))
        {
            return problem;
        }

        if (sdJwt.DisclosureCount == 0)
        {
            return new Disclosures(byDigest, [], 0, null, []);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(sdJwt.Compact.Length);
        if (Parse(sdJwt, byDigest, buffer).TryGet(out var read, out problem))
        {
            return read;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return problem;
    }

    /// <summary>Index of the disclosure with the digest that stands in this text; -1 when it is withheld or a decoy.</summary>
    public int IndexOf(JsonElement digest)
    {
        var raw = JsonMarshal.GetRawUtf8Value(digest)[1..^1];
        return byDigest.IndexOf(raw.Contains((byte)'\\') ? Encoding.UTF8.GetBytes(digest.GetString()!) : raw);
    }

    public void Dispose()
    {
        document?.Dispose();
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static Outcome<DigestTable> HashAll(SdJwt sdJwt)
    {
        if (HashOf(sdJwt.IssuerPayload) is not var (hash, digestSize))
        {
            return new Problem("sdjwt/unknown-hash", "_sd_alg is none of sha-256, sha-384, sha-512.");
        }

        Span<byte> digest = stackalloc byte[DigestSizeMaxBytes];
        Span<byte> text = stackalloc byte[Base64Url.GetEncodedLength(DigestSizeMaxBytes)];
        var byDigest = new DigestTable(sdJwt.DisclosureCount, Base64Url.GetEncodedLength(digestSize));
        for (var i = 0; i < sdJwt.DisclosureCount; i++)
        {
            hash(sdJwt.DisclosureText(i), digest);
            var size = Base64Url.EncodeToUtf8(digest[..digestSize], text);
            if (!byDigest.TryAdd(text[..size], i))
            {
                return new Problem("sdjwt/disclosure-twice", $"Disclosure {i + 1} is given twice.", ("position", $"{i + 1}"));
            }
        }

        return byDigest;
    }

    private delegate int Hash(ReadOnlySpan<byte> text, Span<byte> digest);

    private static (Hash Hash, int SizeBytes)? HashOf(JsonElement payload)
    {
        if (!payload.TryGetProperty("_sd_alg"u8, out var algorithm))
        {
            return (ShortSha256.Hash, SHA256.HashSizeInBytes);
        }

        return algorithm.ValueKind != JsonValueKind.String ? null : algorithm.GetString() switch
        {
            "sha-256" => (ShortSha256.Hash, SHA256.HashSizeInBytes),
            "sha-384" => (SHA384.HashData, SHA384.HashSizeInBytes),
            "sha-512" => (SHA512.HashData, SHA512.HashSizeInBytes),
            _ => null,
        };
    }

    private static Outcome<Disclosures> Parse(SdJwt sdJwt, DigestTable byDigest, byte[] json)
    {
        var count = sdJwt.DisclosureCount;
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

        var items = new Disclosure[count];
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

            items[next++] = Disclosure.Of(element);
        }

        return new Disclosures(byDigest, json, used, document, items);
    }

    // JSON white space around the array is allowed: a digest protects it, and other issuers write some.
    private static bool Covers(byte[] json, Range chunk, JsonElement element)
    {
        var own = json.AsSpan(chunk).Trim(" \t\r\n"u8);
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return own.Length == raw.Length && own.SequenceEqual(raw);
    }
}

/// <summary>One disclosure's array as far as it is used: salt, name and value, or salt and value.</summary>
/// <param name="Count">How many elements it has.</param>
internal readonly record struct Disclosure(int Count, JsonElement First, JsonElement Second, JsonElement Third)
{
    public static Disclosure Of(JsonElement array)
    {
        var read = default(Disclosure);
        foreach (var item in array.EnumerateArray())
        {
            read = read.Count switch
            {
                0 => read with { Count = 1, First = item },
                1 => read with { Count = 2, Second = item },
                2 => read with { Count = 3, Third = item },
                _ => read with { Count = read.Count + 1 },
            };
        }

        return read;
    }
}
