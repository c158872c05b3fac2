using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Recognition;

namespace Mortanba.Host.Centres;

/// <summary>An information centre of another country that is known here, as the settings name it.</summary>
/// <param name="Id">How it names itself in its messages, as a rule its DID.</param>
/// <param name="Country">ISO 3166 code.</param>
/// <param name="Endpoint">Where it takes signed messages; null: it is asked by e-mail.</param>
/// <param name="Key">Multibase of the key (P-256) it signs with, pinned: no message names its own key.</param>
public sealed record CentreSettings(string Id, string Name, string Country, string? Endpoint = null, string? Key = null, string? Email = null)
{
    /// <summary>Signed messages when there is an address and a key to check the reply with.</summary>
    public InquiryWay Way => Endpoint is not null && Key is not null ? InquiryWay.Https : InquiryWay.Email;
}

/// <summary>Signs messages to other centres and reads theirs.</summary>
internal static class CentreEnvelope
{
    public const string Type = "mortanba-inquiry+jws";
    public const string MediaType = "application/jose";

    // A message that was kept back for long, or comes from a clock that is wrong.
    private static readonly TimeSpan AgeMax = TimeSpan.FromDays(30);
    private static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(10);

    /// <summary>How we name ourselves among centres: the DID of the operator.</summary>
    public static string OwnId(Installation home) => home.DidOf(Bin.Parse(home.Settings.OperatorBin));

    /// <summary>A compact JWS (RFC 7515), ES256 with the operator's key.</summary>
    public static byte[] Sign(SigningKey key, CentreMessage message) => Jws.Sign(
        key.Signer,
        System.Text.Encoding.UTF8.GetBytes($$"""{"alg":"ES256","kid":"{{key.KeyId}}","typ":"{{Type}}"}"""),
        message.Write());

    /// <summary>A message of a centre that is known, signed with the key that is pinned for it, for us, and of these days.</summary>
    public static Outcome<CentreMessage> Open(
        ReadOnlyMemory<byte> compact, IReadOnlyList<CentreSettings> known, string ownId, DateTimeOffset now)
    {
        if (!Jws.Parse(compact).TryGet(out var jws, out var problem) || !CentreMessage.Parse(jws.Payload).TryGet(out var message, out problem))
        {
            return problem;
        }

        // One answer for a stranger and for a wrong signature: nobody learns which centres are known.
        if (known.FirstOrDefault(c => c.Id == message.From)?.Key is not { } pinned
            || !PublicKey.FromMultibase(pinned).TryGet(out var key, out _)
            || jws.Header.Type != Type
            || jws.Verify(key) is not null)
        {
            return new Problem("recognition/centre-not-known", "The message is not signed by a centre that is known here.");
        }

        return message.To != ownId
            ? new Problem("recognition/centre-message-elsewhere", "The message is for another centre.")
            : message.At < now - AgeMax || message.At > now + AheadMax
                ? new Problem("recognition/centre-message-stale", "The message is too old, or from the future.")
                : message;
    }
}
