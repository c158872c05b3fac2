using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Faults.Tests.Fuzz.Targets;

/// <summary>Signed texts: JWS, SD-JWT, key binding, status tokens, the paper's core.</summary>
/// <remarks>
/// Where a signature is checked before the content is read, the input is the content and the target signs it: else no
/// mutation would ever get past the signature.
/// </remarks>
internal static class SignedTargets
{
    public const string Audience = "https://employer.example";
    public const string Nonce = "n-1";
    public const string StatusUri = "https://uni.example/status-lists/1/token";

    public static readonly P256PrivateKey Issuer = P256PrivateKey.FromSecret(SHA256.HashData("issuer of the faults"u8));
    public static readonly P256PrivateKey Holder = P256PrivateKey.FromSecret(SHA256.HashData("holder of the faults"u8));
    public static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly PublicKey IssuerKey = Issuer.ToPublicKey();

    private static readonly Lazy<HashSet<string>> SignedByIssuer = new(() =>
        [.. Corpus.Of("jws").Select(file => Jws.Parse(file.Bytes)).Where(jws => jws.IsDone && jws.Value.Verify(IssuerKey) is null)
            .Select(jws => Encoding.ASCII.GetString(jws.Value.SigningInput.Span))]);

    private static readonly byte[] Bound = new SdJwtWriter().Begin().Text("vct"u8, "v").Text("name"u8, "Aru", disclosable: true)
        .Json("cnf"u8, Encoding.UTF8.GetBytes($$"""{"jwk":{{Holder.ToPublicKey().ToJwk()}}}""")).Sign(Issuer, "dc+sd-jwt", "k");

    public static readonly FuzzTarget[] All =
    [
        new("jws", ReadJws, ".", "..", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJFUzI1NiJ9", "=", "-_", "+/"),
        new("sd-jwt", ReadSdJwt, "~", "~~", ".", "WyJzYWx0Iiwi", "WyIiLCIiLCIiXQ~") { Cost = 2 },
        new(
            "sd-jwt-disclosures", ReadDisclosures, "\"_sd\":[\"@1\"]", "{\"...\":\"@2\"}", "\"@1\"", "\n", "[\"s\",\"n\",1]",
            "[\"s\",{}]", "\"_sd_alg\":\"sha-512\"", "\"_sd\":[]", "\"iat\":1", "\"exp\":-1", "\"status\":{}", "\"cnf\":{}")
        {
            Cost = 2,
        },
        new("kb-jwt", ReadKeyBinding, "\"iat\":1782907200", "\"aud\":[]", "\"sd_hash\":\"\"", "\"nonce\":\"n-1\"") { Cost = 3 },
        new(
            "token-list", ReadStatusToken, "\"bits\":2", "\"lst\":\"eNpjAAAAAQAB\"", "\"ttl\":1", "\"exp\":1e308", "\"iat\":-1")
        {
            Cost = 4, WorkMaxBytes = 32 * 1024 * 1024,
        },
        new("token-list-zlib", ReadPackedTokenList) { Cost = 8, WorkMaxBytes = 32 * 1024 * 1024 },
        new("paper-qr", ReadPaper, "/q/", "#", "http://", "https://", "/kk", ".", "AAAAAAAAAAAAAAAAAAAAAA", "%"),
        new("paper-core", ReadPaperCore, "\"s\":{\"u\":\"\",\"x\":1}", "\"q\":{}", "\"d\":\"2026-06-30\"", "urn:uuid:"),
    ];

    private static bool ReadJws(byte[] bytes)
    {
        if (!Jws.Parse(bytes).TryGet(out var jws, out _))
        {
            return false;
        }

        var refused = jws.Verify(IssuerKey);
        BrokenPromiseException.Unless(
            refused is not null || SignedByIssuer.Value.Contains(Encoding.ASCII.GetString(jws.SigningInput.Span)),
            "a signature was believed that nobody made");
        return true;
    }

    private static bool ReadSdJwt(byte[] bytes)
    {
        if (!SdJwt.Parse(bytes).TryGet(out var sdJwt, out _))
        {
            return false;
        }

        using (sdJwt)
        {
            _ = sdJwt.CheckSignature(IssuerKey);
            _ = sdJwt.CheckKeyBinding(Expected);
            return CheckDisclosed(sdJwt, bytes);
        }
    }

    private static bool CheckDisclosed(SdJwt sdJwt, byte[] bytes)
    {
        if (!sdJwt.Disclose().TryGet(out var disclosed, out _))
        {
            return false;
        }

        using var json = StrictJson.Parse(disclosed.Json).Value;
        BrokenPromiseException.Unless(
            json.RootElement.ValueKind == System.Text.Json.JsonValueKind.Object && disclosed.Payload.GetPropertyCount() >= 0,
            "what was disclosed is no object");
        BrokenPromiseException.Unless(disclosed.Claims.Count == sdJwt.DisclosureCount, "a disclosure is not accounted for");
        _ = SdJwtVc.Check(sdJwt, disclosed, Now, TimeSpan.FromMinutes(1));
        var whole = Presentation.Present(sdJwt, _ => true).Value;
        BrokenPromiseException.Unless(bytes.AsSpan().StartsWith(whole), "all of it presented is not what came in");
        using var again = SdJwt.Parse(whole).Value;
        BrokenPromiseException.Unless(
            again.Disclose().Value.Json.Span.SequenceEqual(disclosed.Json.Span), "presented again it says something else");
        using var least = SdJwt.Parse(Presentation.Present(sdJwt, _ => false).Value).Value;
        BrokenPromiseException.Unless(least.Disclose().Value.Claims.Count == 0, "nothing was chosen and something is shown");
        return true;
    }

    // First line the payload, then a disclosure a line; @N is the digest of disclosure N, which stands further down.
    private static bool ReadDisclosures(byte[] bytes)
    {
        var lines = Encoding.UTF8.GetString(bytes).Split('\n', 40);
        var texts = new string[lines.Length];
        for (var i = lines.Length - 1; i >= 0; i--)
        {
            var text = lines[i];
            for (var later = lines.Length - 1; later > i; later--)
            {
                text = text.Replace($"@{later}", DigestOf(texts[later]), StringComparison.Ordinal);
            }

            texts[i] = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
        }

        var compact = Encoding.ASCII.GetBytes(
            Header + "." + texts[0] + "." + NoSignature + "~" + string.Concat(texts.Skip(1).Select(text => text + "~")));
        if (!SdJwt.Parse(compact).TryGet(out var sdJwt, out _))
        {
            return false;
        }

        using (sdJwt)
        {
            return CheckDisclosed(sdJwt, compact);
        }
    }

    private static readonly string Header = Base64Url.EncodeToString("""{"alg":"ES256","typ":"dc+sd-jwt"}"""u8);
    private static readonly string NoSignature = Base64Url.EncodeToString(new byte[64]);

    private static string DigestOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static readonly KeyBindingExpectation Expected =
        new(Audience, Nonce, Now, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));

    // The claims of the key binding JWT; @ is the right sd_hash.
    private static bool ReadKeyBinding(byte[] bytes)
    {
        var claims = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(bytes).Replace("@", Base64Url.EncodeToString(SHA256.HashData(Bound)), StringComparison.Ordinal));
        byte[] compact = [.. Bound, .. Jws.Sign(Holder, """{"alg":"ES256","typ":"kb+jwt"}"""u8, claims)];
        if (!SdJwt.Parse(compact).TryGet(out var sdJwt, out _))
        {
            return false;
        }

        using (sdJwt)
        {
            return sdJwt.CheckKeyBinding(Expected) is null;
        }
    }

    private static bool ReadStatusToken(byte[] claims)
    {
        var token = Jws.Sign(Issuer, """{"alg":"ES256","typ":"statuslist+jwt"}"""u8, claims);
        return StatusListToken.Read(token, IssuerKey, StatusUri, Now, TimeSpan.FromMinutes(1)).TryGet(out var read, out _)
            && IsReadAgain(read.List);
    }

    private static bool ReadPackedTokenList(byte[] bytes)
    {
        var taken = false;
        foreach (var bits in new[] { 1, 2, 4, 8 })
        {
            taken |= TokenStatusList.Decode(Base64Url.EncodeToString(bytes), bits).TryGet(out var list, out _) && IsReadAgain(list);
        }

        return taken;
    }

    private static bool IsReadAgain(TokenStatusList list)
    {
        _ = list.Get(-1);
        _ = list.Get(list.Count);
        var last = list.Get(list.Count - 1).Value;
        if (list.Count <= 4096)
        {
            var again = TokenStatusList.Decode(list.Encode(), list.Bits).Value;
            BrokenPromiseException.Unless(
                again.Count == list.Count && again.Get(list.Count - 1).Value == last, "another list");
        }

        return true;
    }

    private static bool ReadPaper(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        _ = PaperJws.Parse(text);
        if (!PaperQr.Parse(text).TryGet(out var qr, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(PaperQr.Parse(qr.ToString()).Value == qr, "another code");
        if (qr.Jws is { } jws && PaperJws.Parse(jws).TryGet(out var core, out _))
        {
            BrokenPromiseException.Unless(PaperCore.Parse(core.Core.Write()).Value == core.Core, "another core");
        }

        return true;
    }

    private static bool ReadPaperCore(byte[] bytes)
    {
        if (!PaperCore.Parse(bytes).TryGet(out var core, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(PaperCore.Parse(core.Write()).Value == core, "another core");
        return true;
    }
}
