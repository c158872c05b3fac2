using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The structure of an Open Badges 3.0 AchievementCredential, on top of that of any credential.</summary>
/// <remarks>
/// 1EdTech Open Badges 3.0 appendix B and its JSON Schema: each object's type and required members. Members beyond
/// the standard are allowed, as there. A text may also be a language map, which JSON-LD allows.
/// </remarks>
public static class AchievementCredential
{
    public const string TypeName = "AchievementCredential";
    public const string OldTypeName = "OpenBadgeCredential";

    /// <summary>Checks both structures; the answer names the first member out of form by its path.</summary>
    public static Outcome<VerifiableCredential> Read(JsonElement root)
    {
        if (!VerifiableCredential.Read(root).TryGet(out var credential, out var problem))
        {
            return problem;
        }

        if (!credential.Types.Contains(TypeName, StringComparer.Ordinal)
            && !credential.Types.Contains(OldTypeName, StringComparer.Ordinal))
        {
            return new Problem("credentials/not-an-achievement", "The type is not AchievementCredential.");
        }

        return FirstWrong(root) is { } path
            ? new Problem(
                "credentials/malformed-achievement", $"The member {path} is absent or out of form.", ("member", path))
            : credential;
    }

    private static string? FirstWrong(JsonElement root)
    {
        foreach (var name in (ReadOnlySpan<string>)["id", "validFrom"])
        {
            if (Json.Text(root, name) is null)
            {
                return name;
            }
        }

        if (!root.TryGetProperty("credentialSubject", out var subject) || subject.ValueKind != JsonValueKind.Object)
        {
            return "credentialSubject";
        }

        return Each(root, "issuer", Profile, textAllowed: true)
            ?? Each(root, "evidence", Evidence)
            ?? Subject(subject);
    }

    private static string? Subject(JsonElement subject)
    {
        if (!Json.HasType(subject, "AchievementSubject"))
        {
            return "credentialSubject.type";
        }

        if (!subject.TryGetProperty("id", out _) && !subject.TryGetProperty("identifier", out _))
        {
            return "credentialSubject.id";
        }

        if (!subject.TryGetProperty("achievement", out var achievement) || achievement.ValueKind != JsonValueKind.Object)
        {
            return "credentialSubject.achievement";
        }

        return Under("credentialSubject", Each(subject, "achievement", Achievement)
            ?? Each(subject, "identifier", Identity)
            ?? Each(subject, "result", Result)
            ?? Each(subject, "source", Profile));
    }

    private static string? Achievement(JsonElement item) =>
        Wrong(item, "Achievement", urls: ["id"], words: ["name", "description"])
            ?? (item.TryGetProperty("criteria", out var criteria) && criteria.ValueKind == JsonValueKind.Object
                ? null
                : "criteria")
            ?? Each(item, "creator", Profile)
            ?? Each(item, "resultDescription", ResultDescription)
            ?? Each(item, "alignment", Alignment)
            ?? Each(item, "otherIdentifier", IdentifierEntry);

    private static string? Profile(JsonElement item) =>
        Wrong(item, "Profile", urls: ["id"], words: [])
            ?? Each(item, "parentOrg", Profile)
            ?? Each(item, "otherIdentifier", IdentifierEntry);

    private static string? Identity(JsonElement item) =>
        Wrong(item, "IdentityObject", urls: [], words: ["identityHash", "identityType"])
            ?? (item.TryGetProperty("hashed", out var hashed)
                && hashed.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "hashed");

    private static string? Result(JsonElement item) =>
        Wrong(item, "Result", urls: [], words: []) ?? Each(item, "alignment", Alignment);

    private static string? ResultDescription(JsonElement item) =>
        Wrong(item, "ResultDescription", urls: ["id"], words: ["name", "resultType"])
            ?? Each(item, "alignment", Alignment)
            ?? Each(item, "rubricCriterionLevel", RubricLevel);

    private static string? RubricLevel(JsonElement item) =>
        Wrong(item, "RubricCriterionLevel", urls: ["id"], words: ["name"]) ?? Each(item, "alignment", Alignment);

    private static string? Alignment(JsonElement item) =>
        Wrong(item, "Alignment", urls: ["targetUrl"], words: ["targetName"]);

    private static string? IdentifierEntry(JsonElement item) =>
        Wrong(item, "IdentifierEntry", urls: [], words: ["identifier", "identifierType"]);

    private static string? Evidence(JsonElement item) => Wrong(item, "Evidence", urls: [], words: []);

    // One object: its type, then members that must be URLs, then members that must be words.
    private static string? Wrong(
        JsonElement item, string type, ReadOnlySpan<string> urls, ReadOnlySpan<string> words)
    {
        if (!Json.HasType(item, type))
        {
            return "type";
        }

        foreach (var name in urls)
        {
            if (!Json.IsUrl(Json.Text(item, name)))
            {
                return name;
            }
        }

        foreach (var name in words)
        {
            if (!item.TryGetProperty(name, out var value) || !AreWords(value))
            {
                return name;
            }
        }

        return null;
    }

    private static bool AreWords(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => true,
        JsonValueKind.Object => value.GetPropertyCount() > 0
            && value.EnumerateObject().All(m => m.Value.ValueKind == JsonValueKind.String),
        _ => false,
    };

    // The member may be absent, one object or a list of objects.
    private static string? Each(JsonElement item, string name, Func<JsonElement, string?> check, bool textAllowed = false)
    {
        if (!item.TryGetProperty(name, out var value) || (textAllowed && value.ValueKind == JsonValueKind.String))
        {
            return null;
        }

        foreach (var one in Json.Items(value))
        {
            if (check(one) is { } wrong)
            {
                return Under(name, wrong);
            }
        }

        return null;
    }

    private static string? Under(string name, string? path) => path is null ? null : name + "." + path;
}
