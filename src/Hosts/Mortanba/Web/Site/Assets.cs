using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Mortanba.Host.Web;

/// <summary>
/// The style sheet, script and pictures of the site, from this assembly. One fingerprint over all of them stands in
/// the path, so that a copy may be kept for ever and relative addresses inside the style sheet keep working.
/// </summary>
public sealed class Assets
{
    private const string ResourcePrefix = "assets/";

    private readonly FrozenDictionary<string, Asset> byName;

    public Assets()
    {
        var assembly = typeof(Assets).Assembly;
        var names = assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var assets = new Dictionary<string, Asset>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            hash.AppendData(bytes);
            assets[name[ResourcePrefix.Length..]] = new Asset(bytes, Squeeze(bytes), TypeOf(name));
        }

        byName = assets.ToFrozenDictionary(StringComparer.Ordinal);
        Fingerprint = Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }

    public string Fingerprint { get; }

    public string Address(string name) => $"/assets/{Fingerprint}/{name}";

    /// <summary>Small enough to be read whole by a test: name and size in bytes.</summary>
    internal IEnumerable<(string Name, int SizeBytes)> Sizes => byName.Select(a => (a.Key, a.Value.Bytes.Length));

    internal void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/assets/{fingerprint}/{name}", (HttpContext context, string fingerprint, string name) =>
            byName.TryGetValue(name, out var asset)
                ? Send(context, asset, keepForEver: fingerprint == Fingerprint)
                : Problems.NotFoundAsync(context));

    private static Task Send(HttpContext context, Asset asset, bool keepForEver)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = keepForEver ? "public, max-age=31536000, immutable" : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        headers.ContentType = asset.MediaType;
        var squeezed = context.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        if (squeezed)
        {
            headers.ContentEncoding = "br";
        }

        var bytes = squeezed ? asset.Brotli : asset.Bytes;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    private static byte[] Squeeze(byte[] bytes)
    {
        using var squeezed = new MemoryStream();
        using (var brotli = new BrotliStream(squeezed, CompressionLevel.SmallestSize))
        {
            brotli.Write(bytes);
        }

        return squeezed.ToArray();
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"No media type is known for an asset ending in {other}."),
    };

    private sealed record Asset(byte[] Bytes, byte[] Brotli, string MediaType);
}
