using System.Text.Json.Nodes;
using Mortanba.Documents;
using Mortanba.Foundation;
using static Mortanba.Flow.Tests.Verification.CaseForms;

namespace Mortanba.Flow.Tests.Verification;

/// <summary>A kind of certificate with what one says, and the files that are made of it.</summary>
/// <param name="Claims">Names and JSON of what it says, the holder's name first.</param>
/// <param name="Entry">The ledger entry over an asset and the commitments to its forms.</param>
internal sealed record CertificateSample(
    string Path, string TypeName, string Title, string Body, string Role, IReadOnlyList<(string Name, string Json)> Claims,
    Func<string, JsonObject, LedgerEntry> Entry)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 15, 5, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<string> Disclosures { get; } = [.. Claims.Select(c => Disclosure(c.Name, c.Json))];

    /// <param name="role">Role of the issuer in the ledger; null for the right one.</param>
    public DiplomaFile File(string? sdJwt = null, byte[]? vc = null, string? role = null, LedgerEntry? before = null, LedgerEntry? end = null)
    {
        var forms = new WorldForms(sdJwt ?? SdJwtText(), vc ?? Certificate(), Good.Paper);
        var world = new World(
            (step, entries) => step switch
            {
                "initiator" => [World.Institution(World.Initiator, World.InitiatorDid, role ?? Role, Start)],
                "permit" => [],
                "decision" => before is null ? [] : [before],
                "asset" => [Decided(forms.SdJwt, forms.Vc)],
                "end" => end is null ? [] : [end],
                _ => entries,
            },
            forms: forms);
        return world.File() with { Paper = null };
    }

    public LedgerEntry Decided(string sdJwt, byte[] vc) => Entry(World.Asset.ToString(), new JsonObject
    {
        ["application/dc+sd-jwt"] = Commitment.OfSigned(Credentials.SdJwt.CommittedPart(Utf8(sdJwt))).ToString(),
        ["application/vc"] = Commitment.OfSigned(vc).ToString(),
    });

    public string SdJwtText(Action<JsonObject>? change = null, IEnumerable<string>? disclosures = null, ISigner? signer = null) => SdJwt(
        payload =>
        {
            payload["vct"] = $"{World.Site}/types/{Path}";
            payload["_sd"] = new JsonArray([.. Disclosures.Select(d => (JsonNode)DigestOf(d))]);
            payload.Remove("courses");
            change?.Invoke(payload);
        },
        disclosures ?? Disclosures,
        signer: signer);

    public byte[] Certificate(Action<JsonObject>? change = null)
    {
        var (terms, subject) = (new JsonObject(), new JsonObject());
        terms[TypeName] = $"{World.Site}/ns/{Path}#{TypeName}";
        foreach (var (name, json) in Claims)
        {
            var term = name == "name" ? "holder_name" : name;
            terms[term] = $"{World.Site}/ns/{Path}#{term}";
            subject[term] = JsonNode.Parse(json);
        }

        return Vc(vc =>
        {
            vc["@context"] = new JsonArray("https://www.w3.org/ns/credentials/v2", terms);
            vc["type"] = new JsonArray("VerifiableCredential", TypeName);
            vc["issuer"] = new JsonObject { ["id"] = World.InitiatorDid, ["name"] = Body };
            vc["name"] = Title;
            vc.Remove("awardedDate");
            vc["credentialSubject"] = subject;
            change?.Invoke(vc);
        });
    }
}
