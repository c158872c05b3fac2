using System.Text.Json;
using System.Text.Json.Nodes;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A controller document: the keys of a DID and what each is for.</summary>
/// <remarks>Controlled Identifiers 1.0 section 2; DID Core 1.0 section 5. Ids are absolute DID URLs after reading.</remarks>
/// <param name="AssertionMethods">Ids of keys that may sign credentials.</param>
/// <param name="Authentications">Ids of keys that may sign presentations.</param>
public sealed record DidDocument(
    string Id,
    IReadOnlyList<VerificationMethod> Methods,
    IReadOnlyList<string> AssertionMethods,
    IReadOnlyList<string> Authentications)
{
    private const int MethodCountMax = 64;

    /// <summary>Reads a document that was fetched for <paramref name="did"/>; its id must be that DID.</summary>
    public static Outcome<DidDocument> Parse(JsonElement root, string did)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "id") is not { } id)
        {
            return Malformed("id");
        }

        if (id != did)
        {
            return new Problem("did/id-mismatch", "The document is about another identifier.");
        }

        var methods = new List<VerificationMethod>();
        if (root.TryGetProperty("verificationMethod", out var list))
        {
            if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MethodCountMax)
            {
                return Malformed("verificationMethod");
            }

            foreach (var item in list.EnumerateArray())
            {
                // A key of a kind we do not know harms nobody: it verifies nothing here.
                if (ReadMethod(item, did).TryGet(out var method, out var problem))
                {
                    methods.Add(method);
                }
                else if (problem.Code != "credentials/unknown-key-type" && problem.Code != "did/unsupported-key-form")
                {
                    return problem;
                }
            }
        }

        if (methods.DistinctBy(m => m.Id).Count() != methods.Count)
        {
            return new Problem("did/method-repeated", "Two keys of the document have the same id.");
        }

        return Relationship(root, ProofPurposes.AssertionMethod, did, methods) is { } assertions
            && Relationship(root, ProofPurposes.Authentication, did, methods) is { } authentications
                ? new DidDocument(id, methods, assertions, authentications)
                : Malformed("assertionMethod");
    }

    /// <summary>The key of that DID URL, if the document lists it under the purpose.</summary>
    public Outcome<VerificationMethod> Find(string verificationMethod, string purpose)
    {
        if (Methods.FirstOrDefault(m => m.Id == verificationMethod) is not { } method)
        {
            return new Problem("did/method-not-found", "The document of the identifier has no such key.");
        }

        var allowed = purpose switch
        {
            ProofPurposes.AssertionMethod => AssertionMethods,
            ProofPurposes.Authentication => Authentications,
            _ => [],
        };
        return allowed.Contains(verificationMethod, StringComparer.Ordinal)
            ? method
            : new Problem(
                "did/method-not-for-purpose",
                $"The controller does not list the key under {purpose}.",
                ("purpose", purpose));
    }

    /// <summary>The document as canonical JSON, keys as Multikey.</summary>
    public byte[] ToJson()
    {
        var root = new JsonObject
        {
            ["@context"] = new JsonArray("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"),
            ["id"] = Id,
            ["verificationMethod"] = new JsonArray([.. Methods.Select(Write)]),
        };
        Add(root, ProofPurposes.AssertionMethod, AssertionMethods);
        Add(root, ProofPurposes.Authentication, Authentications);
        return Jcs.Canonicalize(root);
    }

    private static void Add(JsonObject root, string name, IReadOnlyList<string> ids)
    {
        if (ids.Count > 0)
        {
            root[name] = new JsonArray([.. ids.Select(id => (JsonNode)id)]);
        }
    }

    private static JsonObject Write(VerificationMethod method)
    {
        var node = new JsonObject
        {
            ["id"] = method.Id,
            ["type"] = "Multikey",
            ["controller"] = method.Controller,
            ["publicKeyMultibase"] = method.Key.Multibase,
        };
        if (method.Expires is { } expires)
        {
            node["expires"] = DateTimeStamp.Write(expires);
        }

        if (method.Revoked is { } revoked)
        {
            node["revoked"] = DateTimeStamp.Write(revoked);
        }

        return node;
    }

    private static Outcome<VerificationMethod> ReadMethod(JsonElement item, string did)
    {
        if (item.ValueKind != JsonValueKind.Object || Absolute(Text(item, "id"), did) is not { } id
            || Text(item, "controller") is not { } controller)
        {
            return Malformed("verificationMethod");
        }

        // The id must lie in the document's own name space, or a document could speak for another's key.
        if (!id.StartsWith(did + "#", StringComparison.Ordinal) || controller != did)
        {
            return new Problem("did/foreign-method", "A key of the document belongs to another identifier.");
        }

        if (!TryTime(item, "expires", out var expires) || !TryTime(item, "revoked", out var revoked))
        {
            return Malformed("revoked");
        }

        var key = Text(item, "type") switch
        {
            "Multikey" => PublicKey.FromMultibase(Text(item, "publicKeyMultibase")),
            "JsonWebKey" or "JsonWebKey2020" when item.TryGetProperty("publicKeyJwk", out var jwk) => PublicKey.FromJwk(jwk),
            _ => new Problem("did/unsupported-key-form", "The key is neither Multikey nor JsonWebKey."),
        };
        return key.Then<VerificationMethod>(k => new VerificationMethod(id, controller, k, expires, revoked));
    }

    // Ids of the relationship; a method may also stand there itself and is added to the list. Null when malformed.
    private static List<string>? Relationship(JsonElement root, string name, string did, List<VerificationMethod> methods)
    {
        var ids = new List<string>();
        if (!root.TryGetProperty(name, out var list))
        {
            return ids;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > MethodCountMax)
        {
            return null;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                ids.Add(Absolute(item.GetString(), did)!);
            }
            else if (ReadMethod(item, did).TryGet(out var method, out _) && methods.TrueForAll(m => m.Id != method.Id))
            {
                methods.Add(method);
                ids.Add(method.Id);
            }
            else
            {
                return null;
            }
        }

        return ids;
    }

    private static string? Absolute(string? id, string did) =>
        id is not null && id.StartsWith('#') ? did + id : id;

    private static Problem Malformed(string member) => new(
        "did/malformed-document", $"The document's {member} is absent or out of form.", ("member", member));

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool TryTime(JsonElement item, string name, out DateTimeOffset? at)
    {
        at = null;
        if (!item.TryGetProperty(name, out _))
        {
            return true;
        }

        var read = DateTimeStamp.TryParse(Text(item, name), out var time);
        at = read ? time : null;
        return read;
    }
}
