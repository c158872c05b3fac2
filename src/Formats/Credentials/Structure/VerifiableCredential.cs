using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A credential whose structure is right: what VC Data Model 2.0 demands before any signature is looked at.</summary>
/// <remarks>
/// W3C VC Data Model 2.0 sections 4.3 to 4.12. Structure only: dates in the past or future, status and proof are other
/// questions.
/// </remarks>
/// <param name="IssuerId">The issuer's URL, for ours a DID.</param>
public sealed record VerifiableCredential(
    JsonElement Root,
    string? Id,
    IReadOnlyList<string> Types,
    string IssuerId,
    DateTimeOffset? ValidFrom,
    DateTimeOffset? ValidUntil)
{
    public const string TypeName = "VerifiableCredential";

    /// <summary>Every entry of <c>credentialStatus</c>, each read or with the reason why not.</summary>
    public IReadOnlyList<Outcome<BitstringStatusEntry>> StatusEntries => BitstringStatusEntry.ReadAll(Root);

    /// <summary>Checks the structure, rule by rule; the first that is broken is the answer.</summary>
    /// <param name="root">Strict JSON (<see cref="StrictJson"/>).</param>
    public static Outcome<VerifiableCredential> Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Malformed("credential");
        }

        if (!ContextRules.Check(root).TryGet(out var terms, out var problem))
        {
            return problem;
        }

        var types = Json.Texts(root, "type");
        if (!types.Contains(TypeName, StringComparer.Ordinal))
        {
            return new Problem("credentials/not-a-credential", "The type is not VerifiableCredential.");
        }

        if (types.Any(type => !terms.Defines(type) && !Json.IsUrl(type)))
        {
            return new Problem("credentials/unknown-type", "A type is neither defined by the contexts nor a URL.");
        }

        if (IssuerOf(root) is not { } issuer)
        {
            return Malformed("issuer");
        }

        if (MemberProblem(root) is { } member)
        {
            return Malformed(member);
        }

        if (!Json.Time(root, "validFrom", out var from))
        {
            return Malformed("validFrom");
        }

        if (!Json.Time(root, "validUntil", out var until))
        {
            return Malformed("validUntil");
        }

        if (until < from)
        {
            return new Problem("credentials/validity-reversed", "The credential ends before it begins.");
        }

        return RelatedResources.Check(root) is { } related
            ? related
            : new VerifiableCredential(root, Json.Text(root, "id"), types, issuer, from, until);
    }

    internal static Problem Malformed(string member) => new(
        "credentials/malformed-member", $"The member {member} is absent or out of form.", ("member", member));

    private static string? IssuerOf(JsonElement root)
    {
        if (!root.TryGetProperty("issuer", out var issuer))
        {
            return null;
        }

        var id = issuer.ValueKind == JsonValueKind.String ? issuer.GetString() : Json.Text(issuer, "id");
        return Json.IsUrl(id) && IsWords(issuer, "name") && IsWords(issuer, "description") ? id : null;
    }

    // Name of the first member out of form; null when all are right.
    private static string? MemberProblem(JsonElement root)
    {
        if (root.TryGetProperty("id", out _) && !Json.IsUrl(Json.Text(root, "id")))
        {
            return "id";
        }

        if (!root.TryGetProperty("credentialSubject", out var subjects) || !AreSubjects(subjects))
        {
            return "credentialSubject";
        }

        if (!IsWords(root, "name"))
        {
            return "name";
        }

        if (!IsWords(root, "description"))
        {
            return "description";
        }

        if (!AreTyped(root, "credentialStatus", idRequired: false))
        {
            return "credentialStatus";
        }

        if (!AreTyped(root, "credentialSchema", idRequired: true))
        {
            return "credentialSchema";
        }

        return Array.Find(TypedMembers, name => !AreTyped(root, name, idRequired: false));
    }

    private static readonly string[] TypedMembers = ["refreshService", "termsOfUse", "evidence"];

    private static bool AreSubjects(JsonElement subjects)
    {
        var count = 0;
        foreach (var subject in Json.Items(subjects))
        {
            count++;
            if (subject.ValueKind != JsonValueKind.Object || subject.GetPropertyCount() == 0
                || (subject.TryGetProperty("id", out _) && !Json.IsUrl(Json.Text(subject, "id"))))
            {
                return false;
            }
        }

        return count > 0;
    }

    // Section 4.8 and others: an object or list of objects, each with a type, and an id that is a URL if there is one.
    private static bool AreTyped(JsonElement root, string name, bool idRequired)
    {
        if (!root.TryGetProperty(name, out var value))
        {
            return true;
        }

        foreach (var item in Json.Items(value))
        {
            var hasId = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("id", out _);
            if (Json.Texts(item, "type").Count == 0 || (idRequired && !hasId) || (hasId && !Json.IsUrl(Json.Text(item, "id"))))
            {
                return false;
            }
        }

        return true;
    }

    // Section 4.5: text, a language object, or a list of those; a language object has no further member.
    private static bool IsWords(JsonElement item, string name)
    {
        if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty(name, out var value))
        {
            return true;
        }

        foreach (var words in Json.Items(value))
        {
            if (words.ValueKind == JsonValueKind.String)
            {
                continue;
            }

            if (words.ValueKind != JsonValueKind.Object || Json.Text(words, "@value") is null
                || words.EnumerateObject().Any(m => m.Name is not ("@value" or "@language" or "@direction")
                    || m.Value.ValueKind != JsonValueKind.String))
            {
                return false;
            }
        }

        return true;
    }
}
