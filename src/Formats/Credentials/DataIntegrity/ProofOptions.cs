using System.Buffers;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>What a proof says beside its signature (Data Integrity 1.0 section 2.1).</summary>
/// <param name="VerificationMethod">DID URL of the signing key.</param>
public sealed record ProofOptions(string VerificationMethod, DateTimeOffset? Created)
{
    /// <summary><c>assertionMethod</c> for a credential, <c>authentication</c> for a presentation.</summary>
    public string Purpose { get; init; } = ProofPurposes.AssertionMethod;

    public DateTimeOffset? Expires { get; init; }

    public string? Id { get; init; }

    public string? Domain { get; init; }

    public string? Challenge { get; init; }

    /// <summary>Ids of proofs this one signs too (a proof chain); empty for none.</summary>
    public IReadOnlyList<string> PreviousProofs { get; init; } = [];

    /// <summary>
    /// The canonical proof without its value, and where <c>"proofValue":"…",</c> belongs: before the member type.
    /// </summary>
    internal (byte[] Config, int ValueAt) Render(ReadOnlySpan<byte> canonicalContext, string cryptosuite)
    {
        // Members in canonical order (RFC 8785 section 3.2.3), so that the bytes need no sorting.
        var output = new ArrayBufferWriter<byte>(640);
        output.Write("{"u8);
        if (!canonicalContext.IsEmpty)
        {
            output.Write("\"@context\":"u8);
            output.Write(canonicalContext);
            output.Write(","u8);
        }

        Member(output, "challenge", Challenge);
        Member(output, "created", Created is { } created ? DateTimeStamp.Write(created) : null);
        Member(output, "cryptosuite", cryptosuite);
        Member(output, "domain", Domain);
        Member(output, "expires", Expires is { } expires ? DateTimeStamp.Write(expires) : null);
        Member(output, "id", Id);
        if (PreviousProofs.Count > 0)
        {
            output.Write("\"previousProof\":["u8);
            for (var i = 0; i < PreviousProofs.Count; i++)
            {
                if (i > 0)
                {
                    output.Write(","u8);
                }

                Jcs.WriteString(PreviousProofs[i], output);
            }

            output.Write("],"u8);
        }

        Member(output, "proofPurpose", Purpose);
        var valueAt = output.WrittenCount;
        Member(output, "type", DataIntegrity.ProofType);
        output.Write("\"verificationMethod\":"u8);
        Jcs.WriteString(VerificationMethod, output);
        output.Write("}"u8);
        return (output.WrittenSpan.ToArray(), valueAt);
    }

    private static void Member(ArrayBufferWriter<byte> output, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        Jcs.WriteString(name, output);
        output.Write(":"u8);
        Jcs.WriteString(value, output);
        output.Write(","u8);
    }
}

/// <summary>The relationships a key may stand under (Controlled Identifiers 1.0 section 2.3).</summary>
public static class ProofPurposes
{
    public const string AssertionMethod = "assertionMethod";
    public const string Authentication = "authentication";
}
