using System.Text.Json;

namespace Mortanba.Credentials;

/// <summary>OpenAttestation documents of version 2 (OpenCerts among them) and 3.</summary>
/// <remarks>
/// Checked: the target hash over the content, and its proof into the root of the batch. Not checked: whether that root was
/// issued and not revoked (a contract on Ethereum), a signature with an Ethereum key, and who owns store or key (DNS). So
/// the content is known to belong together, and nothing is known of who made it.
/// </remarks>
internal static class OpenAttestationReader
{
    private const string ProofOfThree = "OpenAttestationMerkleProofSignature2018";

    public static bool Recognises(JsonElement root) => IsTwo(root) || IsThree(root);

    public static FileReading Read(JsonElement root, FileReadingTerms terms)
    {
        var isTwo = IsTwo(root);
        var checks = new FileChecks(terms);
        var proof = root.GetProperty(isTwo ? "signature" : "proof");
        var computed = isTwo ? OpenAttestationDigest.OfTwo(root) : OpenAttestationDigest.OfThree(root);
        if (computed is null)
        {
            checks.Failed(FileCheckName.Form, "foreign/member-out-of-form", ("member", isTwo ? "data" : "proof.salts"))
                .NotChecked(FileCheckName.Integrity, "foreign/not-readable")
                .NotChecked(FileCheckName.Batch, "foreign/not-readable");
        }
        else
        {
            var target = OpenAttestationDigest.HashOf(Json.Text(proof, "targetHash"));
            checks.Passed(FileCheckName.Form, "foreign/form-read");
            _ = target is not null && target.AsSpan().SequenceEqual(computed)
                ? checks.Passed(FileCheckName.Integrity, "foreign/hash-fits")
                : checks.Failed(FileCheckName.Integrity, "foreign/hash-does-not-fit");
            _ = target is not null && OpenAttestationDigest.LeadsToRoot(target, proof, isTwo ? "proof" : "proofs")
                ? checks.Passed(FileCheckName.Batch, "foreign/batch-proof-fits")
                : checks.Failed(FileCheckName.Batch, "foreign/batch-proof-does-not-fit");
        }

        checks.NotChecked(FileCheckName.Signature, IsSignedByKey(root, proof) ? "foreign/chain-key-not-taken" : "foreign/chain-not-asked")
            .NotChecked(FileCheckName.SignerIsIssuer, "foreign/issuer-identity-not-asked")
            .NotChecked(FileCheckName.IssuerTrusted, "foreign/issuer-identity-not-asked");
        _ = isTwo ? checks : checks.Times(root);
        checks.NotChecked(FileCheckName.Status, "foreign/status-not-asked");
        return checks.Give(
            FileKind.OpenAttestation,
            isTwo ? "foreign/kind.openattestation-2" : "foreign/kind.openattestation-3",
            isTwo ? OpenCertsContent.Read(root.GetProperty("data")) : ReadThree(root));
    }

    private static bool IsTwo(JsonElement root) =>
        root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
        && root.TryGetProperty("signature", out var signature) && Json.Text(signature, "targetHash") is not null
        && Json.Text(signature, "merkleRoot") is not null;

    private static bool IsThree(JsonElement root) =>
        root.TryGetProperty("proof", out var proof) && Json.HasType(proof, ProofOfThree);

    // Version 2 keeps DID signatures in a list of proofs beside the hash, version 3 in the proof itself.
    private static bool IsSignedByKey(JsonElement root, JsonElement proof) =>
        proof.TryGetProperty("signature", out _)
        || (root.TryGetProperty("proof", out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0);

    private static QualificationReading ReadThree(JsonElement root)
    {
        var subject = ElmJson.First(root, "credentialSubject");
        var issuer = ElmJson.First(root, "issuer");
        return new QualificationReading
        {
            Holder = new HolderReading(
                ElmJson.Words(subject, "name")?.In("en") ?? ElmJson.Words(ElmJson.First(subject, "alumniOf"), "name")?.In("en"), null, null, Codes.Day(ElmJson.Text(subject, "birthDate"))),
            Title = ElmJson.Words(root, "name"),
            Institution = ElmJson.Words(issuer, "name"),
            InstitutionIds = VcReader.IssuerOf(root) is { } id ? [new ReadIdentifier("url", ReadText.Clean(id))] : [],
            DocumentDate = Codes.Day(Json.Text(root, "issuanceDate")),
            AttachmentCount = ElmJson.Items(root, "attachments").Count(),
        };
    }
}
