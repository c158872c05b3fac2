using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>The rules for <c>@context</c>: base first, the rest known or harmless.</summary>
/// <remarks>VC Data Model 2.0 section 4.3; JSON-LD 1.1 section 4.1.11 (protected terms).</remarks>
internal static class ContextRules
{
    private const int ContextCountMax = 16;

    /// <summary>The terms the credential's contexts define; or why they are refused.</summary>
    public static Outcome<Terms> Check(JsonElement root)
    {
        if (!root.TryGetProperty("@context", out var contexts) || contexts.ValueKind != JsonValueKind.Array
            || contexts.GetArrayLength() is 0 or > ContextCountMax)
        {
            return VerifiableCredential.Malformed("@context");
        }

        if (contexts[0].ValueKind != JsonValueKind.String || !contexts[0].ValueEquals(Contexts.BaseUrl))
        {
            return new Problem("credentials/base-context-missing", $"The first context is not {Contexts.BaseUrl}.");
        }

        var terms = new Terms();
        foreach (var context in contexts.EnumerateArray())
        {
            var problem = context.ValueKind switch
            {
                JsonValueKind.String => AddKnown(context.GetString()!, terms),
                JsonValueKind.Object => AddOwn(context, terms),
                _ => VerifiableCredential.Malformed("@context"),
            };
            if (problem is not null)
            {
                return problem;
            }
        }

        return terms;
    }

    private static Problem? AddKnown(string url, Terms terms)
    {
        // The address is a stranger's words: it is not repeated in the refusal.
        if (Contexts.Find(url) is not { } known)
        {
            return new Problem("credentials/unknown-context", "A context is not among those that ship with this program.");
        }

        terms.Known.Add(known);
        return null;
    }

    // A context written into the credential may add terms; it may not change what a protected term means.
    private static Problem? AddOwn(JsonElement context, Terms terms)
    {
        var isProtected = context.TryGetProperty("@protected", out var flag) && flag.ValueKind == JsonValueKind.True;
        foreach (var definition in context.EnumerateObject())
        {
            if (definition.Name is "@protected" or "@version")
            {
                continue;
            }

            // @vocab gives every word a meaning, @import fetches, @base moves every relative id.
            if (definition.Name.StartsWith('@'))
            {
                return VerifiableCredential.Malformed("@context");
            }

            var raw = definition.Value.GetRawText();
            if (terms.Known.Exists(k => k.Terms.Contains(definition.Name))
                || (terms.OwnProtected.TryGetValue(definition.Name, out var earlier) && earlier != raw))
            {
                return new Problem("credentials/context-redefines-term", "A context gives a protected term another meaning.");
            }

            if (!Json.IsUrl(MappedTo(definition.Value)))
            {
                return VerifiableCredential.Malformed("@context");
            }

            terms.Own.Add(definition.Name);
            if (isProtected || IsProtected(definition.Value))
            {
                terms.OwnProtected[definition.Name] = raw;
            }
        }

        return null;
    }

    private static string? MappedTo(JsonElement definition) =>
        definition.ValueKind == JsonValueKind.String ? definition.GetString() : Json.Text(definition, "@id");

    private static bool IsProtected(JsonElement definition) =>
        definition.ValueKind == JsonValueKind.Object && definition.TryGetProperty("@protected", out var flag)
            && flag.ValueKind == JsonValueKind.True;
}

/// <summary>The outermost terms that a credential's contexts define.</summary>
internal sealed class Terms
{
    public List<KnownContext> Known { get; } = [];

    public HashSet<string> Own { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> OwnProtected { get; } = new(StringComparer.Ordinal);

    public bool Defines(string term)
    {
        foreach (var context in Known)
        {
            if (context.Terms.Contains(term))
            {
                return true;
            }
        }

        return Own.Contains(term);
    }
}
