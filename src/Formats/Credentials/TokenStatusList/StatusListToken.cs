using System.Buffers;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A status list token: a JWT that carries a Token Status List (draft-ietf-oauth-status-list section 5.1).</summary>
/// <param name="Uri"><c>sub</c>: the address the list is served at; equals the address a credential names.</param>
/// <param name="IssuedAt"><c>iat</c>.</param>
/// <param name="ExpiresAt"><c>exp</c>; null when the issuer sets none.</param>
/// <param name="TimeToLive"><c>ttl</c>, seconds on the wire; how long a copy may be kept.</param>
/// <param name="KeyId"><c>kid</c> of the header.</param>
public sealed record StatusListToken(
    string Uri,
    DateTimeOffset IssuedAt,
    DateTimeOffset? ExpiresAt,
    TimeSpan? TimeToLive,
    string? KeyId,
    TokenStatusList List)
{
    public const string HeaderType = "statuslist+jwt";
    public const string MediaType = "application/statuslist+jwt";

    // Ten years: a longer life is a mistake of units (milliseconds for seconds).
    private const double TimeToLiveMaxSeconds = 10 * 366 * 86400.0;

    /// <summary>Signs a token: ASCII of the compact JWT.</summary>
    public static byte[] Sign(
        TokenStatusList list,
        string uri,
        DateTimeOffset issuedAt,
        DateTimeOffset? expiresAt,
        TimeSpan? timeToLive,
        ISigner signer,
        string keyId)
    {
        var header = Write(json =>
        {
            json.WriteString("alg"u8, Jws.AlgorithmOf(signer.Kind));
            json.WriteString("typ"u8, HeaderType);
            json.WriteString("kid"u8, keyId);
        });
        var payload = Write(json =>
        {
            json.WriteString("sub"u8, uri);
            json.WriteNumber("iat"u8, issuedAt.ToUnixTimeSeconds());
            if (expiresAt is { } expires)
            {
                json.WriteNumber("exp"u8, expires.ToUnixTimeSeconds());
            }

            if (timeToLive is { } life)
            {
                json.WriteNumber("ttl"u8, (long)life.TotalSeconds);
            }

            json.WriteStartObject("status_list"u8);
            json.WriteNumber("bits"u8, list.Bits);
            json.WriteString("lst"u8, list.Encode());
            json.WriteEndObject();
        });
        return Jws.Sign(signer, header, payload);
    }

    /// <summary>
    /// Reads and checks a token (section 8.3): type, signature, <c>sub</c> against the address it was asked for, times.
    /// </summary>
    public static Outcome<StatusListToken> Read(
        ReadOnlyMemory<byte> compact, PublicKey issuer, string expectedUri, DateTimeOffset now, TimeSpan clockSkew)
    {
        if (!Jws.Parse(compact).TryGet(out var jws, out var problem))
        {
            return problem;
        }

        if (jws.Header.Type != HeaderType)
        {
            return new Problem("tokenstatuslist/type", "The header's typ is not statuslist+jwt.");
        }

        if (jws.Verify(issuer) is { } refused)
        {
            return refused;
        }

        if (!StrictJson.Parse(jws.Payload).TryGet(out var document, out problem))
        {
            return new Problem("tokenstatuslist/malformed", problem.Detail);
        }

        using (document)
        {
            return ReadClaims(document.RootElement, jws.Header.KeyId, expectedUri, now, clockSkew);
        }
    }

    private static Outcome<StatusListToken> ReadClaims(
        JsonElement claims, string? keyId, string expectedUri, DateTimeOffset now, TimeSpan clockSkew)
    {
        if (claims.ValueKind != JsonValueKind.Object
            || Claims.Text(claims, "sub") is not { } uri
            || Claims.Time(claims, "iat") is not { } issuedAt
            || !claims.TryGetProperty("status_list"u8, out var list) || list.ValueKind != JsonValueKind.Object
            || !list.TryGetProperty("bits"u8, out var bitsElement) || bitsElement.ValueKind != JsonValueKind.Number
            || !bitsElement.TryGetInt32(out var bits)
            || Claims.Text(list, "lst") is not { } lst)
        {
            return new Problem("tokenstatuslist/malformed", "The token lacks sub, iat or status_list with bits and lst.");
        }

        if (uri != expectedUri)
        {
            return new Problem("tokenstatuslist/other-list", "The token is of another list: sub is not the address asked for.");
        }

        if (Claims.CheckTimes(claims, now, clockSkew, "tokenstatuslist") is { } untimely)
        {
            return untimely;
        }

        if (issuedAt > now + clockSkew)
        {
            return new Problem("tokenstatuslist/from-future", "The token was issued in the future.");
        }

        if (!TryTimeToLive(claims, out var timeToLive))
        {
            return new Problem("tokenstatuslist/malformed-time", "ttl is not a positive number of seconds.", ("claim", "ttl"));
        }

        return TokenStatusList.Decode(lst, bits).TryGet(out var decoded, out var problem)
            ? new StatusListToken(uri, issuedAt, Claims.Time(claims, "exp"), timeToLive, keyId, decoded)
            : problem;
    }

    private static bool TryTimeToLive(JsonElement claims, out TimeSpan? timeToLive)
    {
        timeToLive = null;
        if (!claims.TryGetProperty("ttl"u8, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds)
            || seconds is not (> 0 and <= TimeToLiveMaxSeconds))
        {
            return false;
        }

        timeToLive = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static ReadOnlySpan<byte> Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }
}
