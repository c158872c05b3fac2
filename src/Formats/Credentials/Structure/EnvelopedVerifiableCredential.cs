using System.Buffers;
using System.Text;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A credential that is secured from outside and stands as text in a <c>data:</c> URL.</summary>
/// <remarks>W3C VC Data Model 2.0 section 4.13.1; VC-JOSE-COSE sections 3.1 and 6.1 for what the text holds.</remarks>
/// <param name="MediaType"><see cref="JwtMediaType"/> or <see cref="SdJwtMediaType"/>.</param>
/// <param name="Compact">ASCII of the compact JWS or SD-JWT; nothing in it is verified yet.</param>
public sealed record EnvelopedVerifiableCredential(string MediaType, ReadOnlyMemory<byte> Compact)
{
    public const string TypeName = "EnvelopedVerifiableCredential";
    public const string JwtMediaType = "application/vc+jwt";
    public const string SdJwtMediaType = "application/vc+sd-jwt";

    private static readonly SearchValues<char> CompactCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~");

    /// <summary>Reads the envelope; <c>credentials/malformed-envelope</c> when it is none.</summary>
    /// <param name="root">Strict JSON (<see cref="StrictJson"/>).</param>
    public static Outcome<EnvelopedVerifiableCredential> Read(JsonElement root)
    {
        if (!Json.HasType(root, TypeName) || !HasBaseContext(root) || Json.Text(root, "id") is not { } url)
        {
            return Malformed;
        }

        foreach (var mediaType in (string[])[JwtMediaType, SdJwtMediaType])
        {
            var start = $"data:{mediaType},";
            if (url.StartsWith(start, StringComparison.Ordinal) && url.Length > start.Length
                && !url.AsSpan(start.Length).ContainsAnyExcept(CompactCharacters))
            {
                return new EnvelopedVerifiableCredential(mediaType, Encoding.ASCII.GetBytes(url, start.Length, url.Length - start.Length));
            }
        }

        return Malformed;
    }

    /// <summary>
    /// Takes a <see cref="JwtMediaType"/> envelope apart: its JWS and the credential that is the payload itself. Refuses a
    /// <c>vc</c> or <c>vp</c> claim and an <c>iss</c> that is not the issuer. The caller verifies the JWS.
    /// </summary>
    public Outcome<(Jws Jws, VerifiableCredential Credential)> OpenJwt()
    {
        if (MediaType != JwtMediaType || !Jws.Parse(Compact).TryGet(out var jws, out _)
            || jws.Header.Type is not (null or "vc+jwt")
            || !StrictJson.Parse(jws.Payload).TryGet(out var document, out _))
        {
            return Malformed;
        }

        using (document)
        {
            var root = document.RootElement.Clone();
            if (root.ValueKind != JsonValueKind.Object || root.TryGetProperty("vc", out _) || root.TryGetProperty("vp", out _))
            {
                return Malformed;
            }

            if (!VerifiableCredential.Read(root).TryGet(out var credential, out var problem))
            {
                return problem;
            }

            return root.TryGetProperty("iss", out _) && Json.Text(root, "iss") != credential.IssuerId
                ? Malformed
                : (jws, credential);
        }
    }

    // Here the data model's own example has a plain string for the context.
    private static bool HasBaseContext(JsonElement root) =>
        root.TryGetProperty("@context", out var context)
        && Json.Items(context).FirstOrDefault() is { ValueKind: JsonValueKind.String } first && first.ValueEquals(Contexts.BaseUrl);

    private static Problem Malformed => new(
        "credentials/malformed-envelope", "This is not an enveloped credential: a data URL of a JWT or an SD-JWT.");
}
