using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Verification;

/// <summary>The trust bundle as a file (<c>mortanba trust export</c>, <c>verify --trust</c>): docs/formats/trust-bundle.md.</summary>
/// <remarks>
/// Signed by the key it names: whoever has one bundle, or the key, knows the next ones for theirs. The first comes over a way
/// the verifier trusts. Unknown members are refused, because a bundle that says more than is understood may say "except …".
/// </remarks>
public static class TrustBundleFile
{
    internal const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";
    internal const string DayFormat = "yyyy-MM-dd";

    private const string Type = "MortanbaTrust";
    private const int Version = 2;
    private const string SignedFirstLine = "mortanba.trust/v1";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Puts key and signature into a bundle.</summary>
    /// <param name="bundle">What it says; a key or signature it has is replaced.</param>
    /// <param name="signer">The operator's trust key (Ed25519).</param>
    /// <param name="former">The key before it, so that whoever pinned that one takes this one up.</param>
    public static TrustBundle Sign(TrustBundle bundle, NoteSigner signer, params IReadOnlyList<NoteSigner> former)
    {
        var named = bundle with { TrustKey = signer.Verifier().ToVkey() };
        var text = SignedText(named);
        return named with { Signature = SignedNote.Write(text, [signer.Sign(text), .. former.Select(f => f.Sign(text))]) };
    }

    /// <summary>The file of a signed bundle. Throws <see cref="ArgumentException"/> for one that is not signed.</summary>
    public static byte[] Write(TrustBundle bundle)
    {
        if (bundle.Signature.Length == 0)
        {
            throw new ArgumentException("A trust bundle is signed before it is written.", nameof(bundle));
        }

        var file = Content(bundle);
        file["signature"] = bundle.Signature;
        return [.. System.Text.Encoding.UTF8.GetBytes(file.ToJsonString(Indented)), (byte)'\n'];
    }

    /// <summary>
    /// Reads a bundle and checks its own signature; <c>verification/trust-malformed</c> with the member that is wrong,
    /// <c>verification/trust-unsigned</c> when key, signature and content do not fit.
    /// </summary>
    public static Outcome<TrustBundle> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!StrictJson.Parse(bytes).TryGet(out var document, out var problem))
        {
            return new Problem("verification/trust-malformed", problem.Detail, ("member", "$"));
        }

        using (document)
        {
            try
            {
                var bundle = Read(new TrustMember(document.RootElement, "$"));
                return IsSignedBy(bundle, bundle.TrustKey)
                    ? bundle
                    : new Problem("verification/trust-unsigned", "The trust bundle does not carry the signature of the key it names.");
            }
            catch (TrustMalformedException malformed)
            {
                return new Problem(
                    "verification/trust-malformed",
                    $"The trust bundle cannot be read at {malformed.Message}.",
                    ("member", malformed.Message));
            }
        }
    }

    /// <summary>True when this key signed exactly this content.</summary>
    public static bool IsSignedBy(TrustBundle bundle, string trustKey)
    {
        if (!NoteVerifier.Parse(trustKey).TryGet(out var key, out _))
        {
            return false;
        }

        using (key)
        {
            return SignedNote.Parse(bundle.Signature).TryGet(out var note, out _) && note.Text == SignedText(bundle) && note.Verify(key).IsDone;
        }
    }

    /// <summary>
    /// Whether a reader who has a bundle takes another in its place; null when so. Refused are an older one
    /// (<c>verification/trust-older</c>), another of the same number (<c>-twofold</c>: somebody is being deceived), and one that
    /// the key of the first did not sign (<c>-other-key</c>).
    /// </summary>
    public static Problem? WhyNotAfter(TrustBundle known, TrustBundle offered)
    {
        var args = (("number", offered.Number.ToString(CultureInfo.InvariantCulture)), ("known", known.Number.ToString(CultureInfo.InvariantCulture)));
        return !IsSignedBy(offered, known.TrustKey)
                ? new Problem("verification/trust-other-key", "The trust bundle is signed by another key than the one that is known.", args.Item1)
            : offered.Number < known.Number
                ? new Problem("verification/trust-older", $"Bundle {offered.Number} is older than bundle {known.Number}, which is known.", args.Item1, args.Item2)
            : offered.Number == known.Number && SignedText(offered) != SignedText(known)
                ? new Problem("verification/trust-twofold", $"There are two bundles with the number {offered.Number}.", args.Item1)
            : null;
    }

    /// <summary>The digest that names a signed bundle: SHA-256 over its canonical content, base64.</summary>
    public static string DigestOf(TrustBundle bundle) => Convert.ToBase64String(SHA256.HashData(Jcs.Canonicalize(Content(bundle))));

    // Number and digest stand in the open: which of two is newer can be told without reading either.
    private static string SignedText(TrustBundle bundle) => string.Create(
        CultureInfo.InvariantCulture, $"{SignedFirstLine}\n{bundle.Number}\n{DigestOf(bundle)}\n");

    private static JsonObject Content(TrustBundle bundle) => new()
    {
        ["v"] = Version,
        ["type"] = Type,
        ["number"] = bundle.Number,
        ["madeAt"] = Time(bundle.MadeAt),
        ["goodForDays"] = bundle.GoodForDays,
        ["trustKey"] = bundle.TrustKey,
        ["logKey"] = bundle.LogKey,
        ["policy"] = bundle.Policy,
        ["site"] = bundle.Site,
        ["operator"] = bundle.Operator,
        ["witnesses"] = List(bundle.Witnesses, witness => new()
        {
            ["name"] = witness.Name,
            ["organisation"] = witness.Organisation,
            ["jurisdiction"] = witness.Jurisdiction,
            ["hosting"] = witness.Hosting,
        }),
        ["anchors"] = List(bundle.Anchors, anchor => new()
        {
            ["chain"] = anchor.Chain,
            ["genesis"] = anchor.Genesis,
            ["contract"] = anchor.Contract,
            ["account"] = anchor.Account,
            ["since"] = Time(anchor.Since),
            ["until"] = anchor.Until is { } until ? Time(until) : null,
        }),
        ["institutions"] = List(bundle.Institutions, Content),
        ["permits"] = List(bundle.Permits, permit => new()
        {
            ["number"] = permit.Number,
            ["bin"] = permit.Bin,
            ["from"] = permit.From.ToString(DayFormat, CultureInfo.InvariantCulture),
            ["until"] = permit.Until.ToString(DayFormat, CultureInfo.InvariantCulture),
            ["changes"] = List(permit.Changes, change => new() { ["state"] = change.State, ["at"] = Time(change.At) }),
        }),
    };

    private static JsonObject Content(TrustedInstitution institution) => new()
    {
        ["bin"] = institution.Bin,
        ["did"] = institution.Did,
        ["name"] = new JsonObject { ["kk"] = institution.Name.Kk, ["ru"] = institution.Name.Ru, ["en"] = institution.Name.En },
        ["role"] = institution.Role,
        ["since"] = Time(institution.Since),
        ["keys"] = List(institution.Keys, key => new()
        {
            ["kid"] = key.KeyId,
            ["publicKeyMultibase"] = key.PublicKeyMultibase,
            ["since"] = Time(key.Since),
            ["until"] = key.Until is { } until ? Time(until) : null,
        }),
    };

    private static TrustBundle Read(TrustMember root)
    {
        root.Only(
            "v", "type", "number", "madeAt", "goodForDays", "trustKey", "logKey", "policy", "site", "operator", "witnesses", "anchors",
            "institutions", "permits", "signature");
        root["type"].Is(Type);
        if (root["v"].Number(1, int.MaxValue) != Version)
        {
            throw new TrustMalformedException("$.v");
        }

        return new TrustBundle(
            root["madeAt"].Time(),
            root["logKey"].Text(),
            root["policy"].Text(),
            root["site"].SiteOrNull(),
            root["operator"].Text(),
            root["witnesses"].Items(ReadWitness),
            root["institutions"].Items(ReadInstitution))
        {
            // What every reader of JSON can count to without rounding.
            Number = root["number"].Number(1, (1L << 53) - 1),
            GoodForDays = (int)root["goodForDays"].Number(1, TrustBundle.GoodForDaysMax),
            TrustKey = root["trustKey"].Text(),
            Anchors = root["anchors"].Items(ReadAnchor),
            Permits = root["permits"].Items(ReadPermit),
            Signature = root["signature"].Text(),
        };
    }

    private static TrustedWitness ReadWitness(TrustMember item)
    {
        item.Only("name", "organisation", "jurisdiction", "hosting");
        return new TrustedWitness(item["name"].Text(), item["organisation"].Text(), item["jurisdiction"].Text(), item["hosting"].Text());
    }

    private static TrustedAnchor ReadAnchor(TrustMember item)
    {
        item.Only("chain", "genesis", "contract", "account", "since", "until");
        return new TrustedAnchor(
            item["chain"].Text(), item["genesis"].Text(), item["contract"].Text(), item["account"].TextOrNull(), item["since"].Time(),
            item["until"].TimeOrNull());
    }

    private static TrustedInstitution ReadInstitution(TrustMember item)
    {
        item.Only("bin", "did", "name", "role", "since", "keys");
        var name = item["name"];
        name.Only("kk", "ru", "en");
        return new TrustedInstitution(
            item["bin"].Text(),
            item["did"].Text(),
            new LocalizedText(name["kk"].Text(), name["ru"].Text(), name["en"].Text()),
            item["role"].Text(),
            item["since"].Time(),
            item["keys"].Items(ReadKey));
    }

    private static TrustedKey ReadKey(TrustMember item)
    {
        item.Only("kid", "publicKeyMultibase", "since", "until");
        return new TrustedKey(
            item["kid"].Text(), item["publicKeyMultibase"].Text(), item["since"].Time(), item["until"].TimeOrNull());
    }

    private static TrustedPermit ReadPermit(TrustMember item)
    {
        item.Only("number", "bin", "from", "until", "changes");
        return new TrustedPermit(
            item["number"].Text(), item["bin"].Text(), item["from"].Day(), item["until"].Day(), item["changes"].Items(change =>
            {
                change.Only("state", "at");
                return new TrustedPermitChange(change["state"].Text(), change["at"].Time());
            }));
    }

    private static JsonArray List<T>(IReadOnlyList<T> items, Func<T, JsonObject> content) => new([.. items.Select(item => (JsonNode)content(item))]);

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture);
}
