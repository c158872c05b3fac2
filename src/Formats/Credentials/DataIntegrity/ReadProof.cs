using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>One proof object, its members read and in form (Data Integrity 1.0 section 2.1).</summary>
internal sealed record ReadProof(
    JsonElement Element,
    string Cryptosuite,
    string VerificationMethod,
    string Purpose,
    string Value,
    DateTimeOffset? Created,
    DateTimeOffset? Expires,
    IReadOnlyList<string> Domains,
    string? Challenge,
    IReadOnlyList<string> Previous)
{
    public static Outcome<ReadProof> From(JsonElement proof)
    {
        if (Text(proof, "type") != DataIntegrity.ProofType)
        {
            return new Problem("credentials/unsupported-proof-type", "The proof is not a DataIntegrityProof.");
        }

        if (Text(proof, "cryptosuite") is not (DataIntegrity.EcdsaJcs2019 or DataIntegrity.EddsaJcs2022) and var other)
        {
            return other is null
                ? Malformed("cryptosuite")
                : new Problem(
                    "credentials/unsupported-cryptosuite", "The proof is neither ecdsa-jcs-2019 nor eddsa-jcs-2022.");
        }

        if (Text(proof, "verificationMethod") is not { Length: > 0 } method)
        {
            return Malformed("verificationMethod");
        }

        if (Text(proof, "proofPurpose") is not { Length: > 0 } purpose)
        {
            return Malformed("proofPurpose");
        }

        if (Text(proof, "proofValue") is not { } value)
        {
            return Malformed("proofValue");
        }

        if (!Time(proof, "created", out var created))
        {
            return Malformed("created");
        }

        if (!Time(proof, "expires", out var expires))
        {
            return Malformed("expires");
        }

        if (ProofSet.PreviousOf(proof) is not { } previous)
        {
            return Malformed("previousProof");
        }

        return new ReadProof(
            proof,
            Text(proof, "cryptosuite")!,
            method,
            purpose,
            value,
            created,
            expires,
            Domain(proof),
            Text(proof, "challenge"),
            previous);
    }

    private static Problem Malformed(string member) => new(
        "credentials/malformed-proof", $"The proof's {member} is absent or out of form.", ("member", member));

    private static string? Text(JsonElement proof, string name) =>
        proof.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // True when the member is absent or an instant.
    private static bool Time(JsonElement proof, string name, out DateTimeOffset? at)
    {
        at = null;
        if (!proof.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String || !DateTimeStamp.TryParse(value.GetString(), out var read))
        {
            return false;
        }

        at = read;
        return true;
    }

    private static IReadOnlyList<string> Domain(JsonElement proof)
    {
        if (!proof.TryGetProperty("domain", out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array =>
                [.. value.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)],
            _ => [],
        };
    }
}
