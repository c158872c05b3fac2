using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>Proof sets and proof chains (Data Integrity 1.0 sections 4.3 and 4.5).</summary>
internal static class ProofSet
{
    /// <summary>Each proof costs a verification: more are refused before the first.</summary>
    public const int CountMax = 16;

    /// <summary>The proofs of the member <c>proof</c>: one object or a list of objects.</summary>
    public static Outcome<IReadOnlyList<JsonElement>> Read(JsonElement proof)
    {
        if (proof.ValueKind == JsonValueKind.Object)
        {
            return new[] { proof };
        }

        if (proof.ValueKind != JsonValueKind.Array || proof.GetArrayLength() == 0
            || proof.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
        {
            return new Problem("credentials/malformed-proof", "The proof is no object or list of objects.", ("member", "proof"));
        }

        if (proof.GetArrayLength() > CountMax)
        {
            return new Problem(
                "credentials/too-many-proofs",
                $"{proof.GetArrayLength()} proofs; at most {CountMax} are read.",
                ("count", $"{proof.GetArrayLength()}"),
                ("limit", $"{CountMax}"));
        }

        var proofs = proof.EnumerateArray().ToArray();
        var ids = proofs.Select(IdOf).OfType<string>().ToList();
        return ids.Distinct(StringComparer.Ordinal).Count() == ids.Count
            ? proofs
            : new Problem("credentials/proof-id-repeated", "Two proofs have the same id.");
    }

    /// <summary>
    /// The document a chained proof signs: all proofs removed but those it names, as a list in their own order.
    /// </summary>
    public static Outcome<JsonObject> DocumentToHash(
        JsonElement document, IReadOnlyList<JsonElement> proofs, IReadOnlyList<string> previous)
    {
        var unsecured = JsonObject.Create(document)!;
        unsecured.Remove("proof");
        if (previous.Count == 0)
        {
            return unsecured;
        }

        var named = proofs.Where(p => IdOf(p) is { } id && previous.Contains(id, StringComparer.Ordinal)).ToList();
        if (named.Count != previous.Distinct(StringComparer.Ordinal).Count())
        {
            return new Problem("credentials/previous-proof-missing", "The proof follows another that is not there.");
        }

        unsecured["proof"] = new JsonArray([.. named.Select(p => (JsonNode?)JsonObject.Create(p))]);
        return unsecured;
    }

    /// <summary>The ids of <c>previousProof</c>: none, one text or a list of texts; null when it is anything else.</summary>
    public static IReadOnlyList<string>? PreviousOf(JsonElement proof)
    {
        if (!proof.TryGetProperty("previousProof", out var value))
        {
            return [];
        }

        return value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String) =>
                [.. value.EnumerateArray().Select(item => item.GetString()!)],
            _ => null,
        };
    }

    private static string? IdOf(JsonElement proof) =>
        proof.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null;
}
