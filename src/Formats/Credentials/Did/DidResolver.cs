using System.Buffers.Text;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Identifiers that carry their own key: did:key and did:jwk. Needs no network.</summary>
/// <remarks>did:key 0.9 section 3.1; did:jwk (quartzjer/did-jwk) section "Read". did:web: <see cref="DidWeb"/>.</remarks>
public static class DidResolver
{
    private const string KeyPrefix = "did:key:";
    private const string JwkPrefix = "did:jwk:";
    private const int JwkTextSizeMax = 2048;

    /// <summary>did:key of a public key.</summary>
    public static string KeyDid(PublicKey key) => KeyPrefix + key.Multibase;

    /// <summary>did:jwk of a public key.</summary>
    public static string JwkDid(PublicKey key) =>
        JwkPrefix + Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(key.ToJwk()));

    /// <summary>The DID of a DID URL: everything before path, query and fragment.</summary>
    public static string DidOf(string didUrl)
    {
        var end = didUrl.AsSpan().IndexOfAny("#?/");
        return end < 0 ? didUrl : didUrl[..end];
    }

    /// <summary>The document of a did:key or did:jwk, given as DID or DID URL; else why there is none.</summary>
    public static Outcome<DidDocument> ResolveLocally(string didUrl)
    {
        var did = DidOf(didUrl);
        if (did.StartsWith(KeyPrefix, StringComparison.Ordinal))
        {
            var multibase = did[KeyPrefix.Length..];
            return PublicKey.FromMultibase(multibase).Then<DidDocument>(key => Of(did, multibase, key));
        }

        if (did.StartsWith(JwkPrefix, StringComparison.Ordinal))
        {
            return ReadJwk(did[JwkPrefix.Length..]).Then<DidDocument>(key => Of(did, "0", key));
        }

        return new Problem("did/unsupported-method", "The identifier is neither did:key nor did:jwk.");
    }

    /// <summary>A document with one key that signs credentials and presentations.</summary>
    public static DidDocument Of(string did, string fragment, PublicKey key)
    {
        var id = did + "#" + fragment;
        return new DidDocument(did, [new VerificationMethod(id, did, key)], [id], [id]);
    }

    private static Outcome<PublicKey> ReadJwk(string text)
    {
        if (text.Length > JwkTextSizeMax || text.Contains('=', StringComparison.Ordinal) || !Base64Url.IsValid(text))
        {
            return new Problem("did/malformed", "The did:jwk is not base64url of a key.");
        }

        if (!StrictJson.Parse(Base64Url.DecodeFromChars(text)).TryGet(out var document, out var problem))
        {
            return problem;
        }

        using (document)
        {
            return PublicKey.FromJwk(document.RootElement);
        }
    }
}
