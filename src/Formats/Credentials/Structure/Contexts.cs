using System.Security.Cryptography;
using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>The JSON-LD contexts this program knows; they ship inside it and are never fetched.</summary>
/// <remarks>Data Integrity 1.0 section 2.4 (context validation); VC Data Model 2.0 section 4.3 and appendix B.1.</remarks>
public static class Contexts
{
    /// <summary>Must be the first context of every credential.</summary>
    public const string BaseUrl = "https://www.w3.org/ns/credentials/v2";

    public const string OpenBadgesUrl = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";

    // Published with the recommendation (VC Data Model 2.0 appendix B.1); a changed copy must not start.
    private const string BaseSha256 = "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734";
    private const string OpenBadgesSha256 = "ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761";

    // Plain collections: freezing them costs each start of the program more than all its look-ups.
    private static readonly Dictionary<string, KnownContext> Known = new(StringComparer.Ordinal)
    {
        [BaseUrl] = Load(BaseUrl, "credentials-v2.jsonld", BaseSha256),
        [OpenBadgesUrl] = Load(OpenBadgesUrl, "ob-context-3.0.3.jsonld", OpenBadgesSha256),
    };

    /// <summary>The exact bytes of a known context, to serve or to hash; null when the address is not on the list.</summary>
    public static ReadOnlyMemory<byte>? BytesOf(string url) => Find(url)?.Bytes;

    internal static KnownContext? Find(string url) => Known.GetValueOrDefault(url);

    private static KnownContext Load(string url, string file, string sha256)
    {
        using var stream = typeof(Contexts).Assembly.GetManifestResourceStream(file)
            ?? throw new InvalidOperationException($"The context {file} is not in the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != sha256)
        {
            throw new InvalidOperationException($"The context {file} is not the published one.");
        }

        using var document = JsonDocument.Parse(bytes);
        var definitions = document.RootElement.GetProperty("@context");
        var terms = new HashSet<string>(StringComparer.Ordinal);
        foreach (var term in definitions.EnumerateObject())
        {
            if (term.Name is ['@', ..])
            {
                continue;
            }

            terms.Add(term.Name);
        }

        return new KnownContext(url, bytes, terms);
    }
}

/// <param name="Terms">Outermost terms: what may stand as a type or be defined only once. Both contexts are protected.</param>
internal sealed record KnownContext(string Url, ReadOnlyMemory<byte> Bytes, IReadOnlySet<string> Terms);
