using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A received SD-JWT in compact form, taken apart (RFC 9901 section 4); nothing in it is verified yet.</summary>
/// <remarks>
/// <c>issuer-JWT~disclosure~…~</c>, and with key binding a KB-JWT after the last tilde. Verification is three steps that a
/// caller may report apart: <see cref="CheckSignature"/>, <see cref="Disclose"/>, <see cref="CheckKeyBinding"/>;
/// <see cref="Verify"/> is the first two.
/// </remarks>
public sealed class SdJwt : IDisposable
{
    /// <summary>A diploma with 80 courses takes about 60 KiB; ten times that is still read.</summary>
    public const int SizeMaxBytes = 1024 * 1024;

    public const int DisclosuresMaxCount = 2000;

    private readonly ReadOnlyMemory<byte> compact;
    private readonly Jws issuerJwt;
    private readonly JsonDocument payload;
    private readonly List<Range> disclosures;

    private SdJwt(
        ReadOnlyMemory<byte> compact, Jws issuerJwt, JsonDocument payload, List<Range> disclosures, Range? keyBinding)
    {
        this.compact = compact;
        this.issuerJwt = issuerJwt;
        this.payload = payload;
        this.disclosures = disclosures;
        KeyBindingRange = keyBinding;
    }

    public JwsHeader Header => issuerJwt.Header;

    /// <summary>The issuer-signed payload with its digests, as received. Unverified; lives as long as this object.</summary>
    public JsonElement IssuerPayload => payload.RootElement;

    /// <summary>What the ledger commits to: the issuer-signed JWT without disclosures, so that every subset fits (ADR 14).</summary>
    public static ReadOnlySpan<byte> CommittedPart(ReadOnlySpan<byte> compact) =>
        compact.IndexOf((byte)'~') is >= 0 and var end ? compact[..end] : compact;

    public int DisclosureCount => disclosures.Count;

    /// <summary>True when a KB-JWT was presented. Whether one is required is the verifier's policy, never this.</summary>
    public bool HasKeyBinding => KeyBindingRange is not null;

    internal Range? KeyBindingRange { get; }

    internal ReadOnlyMemory<byte> Compact => compact;

    /// <summary>The ASCII of disclosure <paramref name="index"/> as it was presented.</summary>
    internal ReadOnlySpan<byte> DisclosureText(int index) => compact.Span[disclosures[index]];

    internal ReadOnlyMemory<byte> IssuerJwtText => compact[..compact.Span.IndexOf((byte)'~')];

    /// <summary>Takes the compact form apart. Refusals: <c>sdjwt/…</c> for the form, <c>jws/…</c> for the issuer's JWT.</summary>
    public static Outcome<SdJwt> Parse(ReadOnlyMemory<byte> compact)
    {
        if (compact.Length > SizeMaxBytes)
        {
            return new Problem(
                "sdjwt/too-large",
                $"{compact.Length} bytes; at most {SizeMaxBytes} are read.",
                ("size", $"{compact.Length}"),
                ("limit", $"{SizeMaxBytes}"));
        }

        var text = compact.Span;
        var start = text.IndexOf((byte)'~');
        if (start < 0)
        {
            return new Problem("sdjwt/malformed", "There is no tilde: this is a plain JWT, or the end is cut off.");
        }

        var disclosures = new List<Range>();
        var rest = start + 1;
        while (rest < text.Length)
        {
            var next = text[rest..].IndexOf((byte)'~');
            if (next < 0)
            {
                break;
            }

            if (next == 0)
            {
                return new Problem("sdjwt/malformed", "Between two tildes stands nothing.");
            }

            if (disclosures.Count == DisclosuresMaxCount)
            {
                return new Problem(
                    "sdjwt/too-many-disclosures",
                    $"More than {DisclosuresMaxCount} disclosures.",
                    ("limit", $"{DisclosuresMaxCount}"));
            }

            disclosures.Add(rest..(rest + next));
            rest += next + 1;
        }

        Range? keyBinding = rest < text.Length ? rest..text.Length : null;
        if (keyBinding is { } range && text[range].Count((byte)'.') != 2)
        {
            return new Problem(
                "sdjwt/malformed", "The last part is neither empty nor a key binding JWT: a tilde may be missing at the end.");
        }

        if (!Jws.Parse(compact[..start]).TryGet(out var jws, out var problem))
        {
            return problem;
        }

        if (!StrictJson.Parse(jws.Payload).TryGet(out var document, out problem))
        {
            return new Problem("sdjwt/malformed-payload", problem.Detail, problem.Args);
        }

        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            document.Dispose();
            return new Problem("sdjwt/malformed-payload", "The payload is not a JSON object.");
        }

        return new SdJwt(compact, jws, document, disclosures, keyBinding);
    }

    /// <summary>RFC 9901 section 7.1 step 2: null when the issuer's JWT carries this key's signature.</summary>
    public Problem? CheckSignature(PublicKey issuer) => issuerJwt.Verify(issuer);

    /// <summary>
    /// RFC 9901 section 7.1 steps 3 to 5: puts the disclosed claims in their places, or refuses. Says nothing about the
    /// signature; the caller checks it too.
    /// </summary>
    public Outcome<DisclosedSdJwt> Disclose() => DisclosureProcessor.Run(this);

    /// <summary>Signature, then disclosures.</summary>
    public Outcome<DisclosedSdJwt> Verify(PublicKey issuer) => CheckSignature(issuer) is { } problem ? problem : Disclose();

    /// <summary>RFC 9901 section 7.3: null when the presented KB-JWT answers this verifier's question, now.</summary>
    public Problem? CheckKeyBinding(KeyBindingExpectation expected) => KeyBinding.Check(this, expected);

    public void Dispose() => payload.Dispose();
}
