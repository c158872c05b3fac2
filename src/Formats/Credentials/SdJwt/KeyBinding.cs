using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>What a verifier asked of the holder, and when it looks at the answer.</summary>
/// <param name="Audience">The verifier's own identifier; a single string in the KB-JWT.</param>
/// <param name="Nonce">The random value given for this one presentation.</param>
/// <param name="Now">The verifier's clock.</param>
/// <param name="AgeMax">How long ago the holder may have signed.</param>
/// <param name="ClockSkew">How far ahead the holder's clock may be.</param>
public sealed record KeyBindingExpectation(
    string Audience, string Nonce, DateTimeOffset Now, TimeSpan AgeMax, TimeSpan ClockSkew);

/// <summary>The key binding JWT: the holder shows that the key in <c>cnf</c> is theirs (RFC 9901 section 4.3).</summary>
public static class KeyBinding
{
    private static ReadOnlySpan<byte> HeaderEs256 => """{"alg":"ES256","typ":"kb+jwt"}"""u8;

    private static ReadOnlySpan<byte> HeaderEdDsa => """{"alg":"EdDSA","typ":"kb+jwt"}"""u8;

    /// <summary>Binds a presentation (ending in a tilde) to one verifier and one question: the bytes with the KB-JWT.</summary>
    public static byte[] Bind(
        ReadOnlySpan<byte> presentation, ISigner holder, string audience, string nonce, DateTimeOffset issuedAt)
    {
        if (presentation.IsEmpty || presentation[^1] != (byte)'~')
        {
            throw new ArgumentException("A presentation without key binding ends in a tilde.", nameof(presentation));
        }

        var payload = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(payload))
        {
            json.WriteStartObject();
            json.WriteNumber("iat"u8, issuedAt.ToUnixTimeSeconds());
            json.WriteString("aud"u8, audience);
            json.WriteString("nonce"u8, nonce);
            json.WriteString("sd_hash"u8, Base64Url.EncodeToString(SHA256.HashData(presentation)));
            json.WriteEndObject();
        }

        var header = holder.Kind == KeyKind.P256 ? HeaderEs256 : HeaderEdDsa;
        return [.. presentation, .. Jws.Sign(holder, header, payload.WrittenSpan)];
    }

    internal static Problem? Check(SdJwt sdJwt, KeyBindingExpectation expected)
    {
        if (sdJwt.KeyBindingRange is not { } range)
        {
            return new Problem("sdjwt/kb-missing", "The verifier requires key binding; none was presented.");
        }

        if (!HolderKey(sdJwt.IssuerPayload).TryGet(out var holder, out var problem))
        {
            return problem;
        }

        if (!Jws.Parse(sdJwt.Compact[range]).TryGet(out var jws, out problem))
        {
            return new Problem("sdjwt/kb-malformed", problem.Detail);
        }

        if (jws.Header.Type != "kb+jwt")
        {
            return new Problem("sdjwt/kb-type", "The key binding JWT's typ is not kb+jwt.");
        }

        if (jws.Verify(holder) is { } refused)
        {
            return new Problem("sdjwt/kb-signature", refused.Detail);
        }

        if (!StrictJson.Parse(jws.Payload).TryGet(out var document, out problem))
        {
            return new Problem("sdjwt/kb-malformed", problem.Detail);
        }

        using (document)
        {
            return CheckClaims(document.RootElement, sdJwt.Compact.Span[..range.Start.Value], expected);
        }
    }

    private static Problem? CheckClaims(JsonElement claims, ReadOnlySpan<byte> presented, KeyBindingExpectation expected)
    {
        if (claims.ValueKind != JsonValueKind.Object
            || Claims.Time(claims, "iat") is not { } issuedAt
            || Claims.Text(claims, "aud") is not { } audience
            || Claims.Text(claims, "nonce") is not { } nonce
            || Claims.Text(claims, "sd_hash") is not { } hash)
        {
            return new Problem("sdjwt/kb-malformed", "The key binding JWT lacks iat, aud, nonce or sd_hash.");
        }

        if (audience != expected.Audience)
        {
            return new Problem("sdjwt/kb-audience", "The presentation was made for another verifier.");
        }

        if (nonce != expected.Nonce)
        {
            return new Problem("sdjwt/kb-nonce", "The presentation answers another question (nonce).");
        }

        if (issuedAt > expected.Now + expected.ClockSkew)
        {
            return new Problem("sdjwt/kb-from-future", "The key binding was signed in the future.");
        }

        if (issuedAt < expected.Now - expected.AgeMax)
        {
            return new Problem("sdjwt/kb-too-old", "The key binding was signed too long ago.");
        }

        return hash == Base64Url.EncodeToString(SHA256.HashData(presented))
            ? null
            : new Problem("sdjwt/kb-hash", "The key binding was made over another set of disclosures (sd_hash).");
    }

    /// <summary>The holder's key of <c>cnf.jwk</c> (RFC 7800 section 3.2).</summary>
    private static Outcome<PublicKey> HolderKey(JsonElement payload)
    {
        if (!payload.TryGetProperty("cnf"u8, out var confirmation)
            || confirmation.ValueKind != JsonValueKind.Object
            || !confirmation.TryGetProperty("jwk"u8, out var jwk))
        {
            return new Problem("sdjwt/no-holder-key", "The issuer bound the credential to no key (cnf.jwk).");
        }

        return PublicKey.FromJwk(jwk).TryGet(out var key, out var problem)
            ? key
            : new Problem("sdjwt/no-holder-key", problem.Detail);
    }
}
