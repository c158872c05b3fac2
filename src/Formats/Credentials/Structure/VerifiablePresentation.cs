using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A presentation whose structure is right: what a holder shows, one or more credentials at once.</summary>
/// <remarks>
/// W3C VC Data Model 2.0 section 4.13. Structure only: the holder's proof (purpose <c>authentication</c>, with challenge
/// and domain) is <see cref="ProofVerifier"/>'s affair, and so is each credential's.
/// </remarks>
/// <param name="HolderId">URL of who presents; null when the presentation does not say.</param>
/// <param name="Credentials">In the order in which they stand.</param>
public sealed record VerifiablePresentation(
    JsonElement Root, string? Id, string? HolderId, IReadOnlyList<PresentedCredential> Credentials)
{
    public const string TypeName = "VerifiablePresentation";

    /// <summary>More credentials than this are no presentation of one person.</summary>
    public const int CredentialCountMax = 64;

    /// <summary>Checks the structure, rule by rule; the first that is broken is the answer.</summary>
    /// <param name="root">Strict JSON (<see cref="StrictJson"/>).</param>
    public static Outcome<VerifiablePresentation> Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return VerifiableCredential.Malformed("presentation");
        }

        if (!ContextRules.Check(root).TryGet(out var terms, out var problem))
        {
            return problem;
        }

        var types = Json.Texts(root, "type");
        if (!types.Contains(TypeName, StringComparer.Ordinal))
        {
            return new Problem("credentials/not-a-presentation", "The type is not VerifiablePresentation.");
        }

        if (types.Any(type => !terms.Defines(type) && !Json.IsUrl(type)))
        {
            return new Problem("credentials/unknown-type", "A type is neither defined by the contexts nor a URL.");
        }

        if (root.TryGetProperty("id", out _) && !Json.IsUrl(Json.Text(root, "id")))
        {
            return VerifiableCredential.Malformed("id");
        }

        string? holderId = null;
        if (root.TryGetProperty("holder", out var holder))
        {
            holderId = holder.ValueKind == JsonValueKind.String ? holder.GetString() : Json.Text(holder, "id");
            if (!Json.IsUrl(holderId))
            {
                return VerifiableCredential.Malformed("holder");
            }
        }

        return ReadCredentials(root).TryGet(out var credentials, out problem)
            ? new VerifiablePresentation(root, Json.Text(root, "id"), holderId, credentials)
            : problem;
    }

    private static Outcome<List<PresentedCredential>> ReadCredentials(JsonElement root)
    {
        var credentials = new List<PresentedCredential>();
        if (!root.TryGetProperty("verifiableCredential", out var presented))
        {
            return credentials;
        }

        foreach (var item in Json.Items(presented))
        {
            // Objects only: a text here is the 1.1 way of a JWT, which nothing would check.
            if (item.ValueKind != JsonValueKind.Object || credentials.Count == CredentialCountMax)
            {
                return VerifiableCredential.Malformed("verifiableCredential");
            }

            if (!ReadCredential(item).TryGet(out var credential, out var problem))
            {
                return problem;
            }

            credentials.Add(credential);
        }

        return credentials;
    }

    private static Outcome<PresentedCredential> ReadCredential(JsonElement item)
    {
        if (Json.HasType(item, EnvelopedVerifiableCredential.TypeName))
        {
            return EnvelopedVerifiableCredential.Read(item).TryGet(out var envelope, out var refused)
                ? new PresentedCredential(null, envelope)
                : refused;
        }

        if (!item.TryGetProperty("proof", out _))
        {
            return VerifiableCredential.Malformed("proof");
        }

        return VerifiableCredential.Read(item).TryGet(out var embedded, out var problem)
            ? new PresentedCredential(embedded, null)
            : problem;
    }
}

/// <summary>One of a presentation's credentials: with a proof inside, or enveloped. Exactly one is not null.</summary>
public sealed record PresentedCredential(VerifiableCredential? Embedded, EnvelopedVerifiableCredential? Enveloped);
