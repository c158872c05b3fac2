using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Where a Token Status List holds a credential's state (<c>status.status_list</c>).</summary>
public sealed record TokenStatusReference(string Uri, long Index);

/// <summary>The rules an SD-JWT must follow to be an SD-JWT VC (draft-ietf-oauth-sd-jwt-vc-19, section 2).</summary>
/// <param name="Type"><c>vct</c>.</param>
/// <param name="Issuer"><c>iss</c>; null when the key says who it is.</param>
/// <param name="Id"><c>jti</c>; null when absent or withheld.</param>
/// <param name="IssuedAt"><c>iat</c>; null when absent or withheld.</param>
/// <param name="Status">Null when the credential names no status list.</param>
/// <param name="IsBoundToHolder">True when <c>cnf</c> is there, so that key binding can be asked for.</param>
public sealed record SdJwtVc(
    string Type,
    string? Issuer,
    string? Id,
    DateTimeOffset? IssuedAt,
    TokenStatusReference? Status,
    bool IsBoundToHolder)
{
    public const string HeaderType = "dc+sd-jwt";
    public const string MediaType = "application/dc+sd-jwt";

    // Section 2.2.2.2: neither these nor anything inside them may be selectively disclosable.
    private static readonly string[] NeverDisclosable =
        ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"];

    /// <summary>Applies the rules to an SD-JWT whose disclosures are processed; the signature is the caller's affair.</summary>
    public static Outcome<SdJwtVc> Check(
        SdJwt sdJwt, DisclosedSdJwt disclosed, DateTimeOffset now, TimeSpan clockSkew)
    {
        if (sdJwt.Header.Type != HeaderType)
        {
            return new Problem("sdjwt/type", "The header's typ is not dc+sd-jwt.");
        }

        foreach (var claim in disclosed.Claims)
        {
            if (claim is { Parent: -1, Depth: 0, Name: { } name } && NeverDisclosable.Contains(name))
            {
                return new Problem(
                    "sdjwt/never-disclosable", $"The claim {name} must stand in the open, not in a disclosure.", ("claim", name));
            }
        }

        var payload = sdJwt.IssuerPayload;
        foreach (var name in NeverDisclosable)
        {
            if (payload.TryGetProperty(name, out var value) && HidesSomething(value))
            {
                return new Problem(
                    "sdjwt/never-disclosable", $"Inside the claim {name} something is withheld.", ("claim", name));
            }
        }

        if (Claims.Text(payload, "vct") is not { Length: > 0 } type)
        {
            return new Problem("sdjwt/vct-missing", "The claim vct, the credential's type, is missing.");
        }

        if (Claims.CheckTimes(payload, now, clockSkew, "sdjwt") is { } untimely)
        {
            return untimely;
        }

        if (!ReadStatus(payload).TryGet(out var status, out var problem))
        {
            return problem;
        }

        var bound = payload.TryGetProperty("cnf"u8, out _);
        var id = Claims.Text(payload, "jti") ?? Disclosed(disclosed, "jti");
        return new SdJwtVc(type, Claims.Text(payload, "iss"), id, Claims.Time(payload, "iat"), status.Reference, bound);
    }

    private static string? Disclosed(DisclosedSdJwt disclosed, string name) =>
        disclosed.Claims.Any(claim => claim.Name == name) ? Claims.Text(disclosed.Payload, name) : null;

    private static bool HidesSomething(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject()
            .Any(member => member.NameEquals("_sd"u8) || member.NameEquals("..."u8) || HidesSomething(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HidesSomething),
        _ => false,
    };

    private readonly record struct StatusClaim(TokenStatusReference? Reference);

    // A status claim that cannot be read must not pass for "no status".
    private static Outcome<StatusClaim> ReadStatus(JsonElement payload)
    {
        if (!payload.TryGetProperty("status"u8, out var status))
        {
            return new StatusClaim(null);
        }

        if (status.ValueKind == JsonValueKind.Object
            && status.TryGetProperty("status_list"u8, out var list) && list.ValueKind == JsonValueKind.Object
            && Claims.Text(list, "uri") is { Length: > 0 } uri
            && list.TryGetProperty("idx"u8, out var index) && index.ValueKind == JsonValueKind.Number
            && index.TryGetInt64(out var number) && number >= 0
            && status.GetPropertyCount() == 1)
        {
            return new StatusClaim(new TokenStatusReference(uri, number));
        }

        return new Problem("sdjwt/unknown-status", "The claim status is of a kind that is not understood.");
    }
}
