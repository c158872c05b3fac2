using Mortanba.Foundation;

namespace Mortanba.Issuance;

/// <summary>What the ledger commits to of one diploma: a hash of each signed form.</summary>
internal readonly record struct FormCommitments(Commitment SdJwt, Commitment Vc, Commitment Paper)
{
    /// <summary>The same form of several diplomas is hashed together: they are nearly of one length.</summary>
    /// <param name="algorithm">Value of the rule <c>record-hash</c>.</param>
    public static FormCommitments[] Of(ReadOnlySpan<SignedForms> forms, string algorithm)
    {
        var sdJwt = Of(forms, algorithm, f => f.SdJwt.AsMemory(0, Credentials.SdJwt.CommittedPart(f.SdJwt).Length));
        var vc = Of(forms, algorithm, f => f.Vc);
        var paper = Of(forms, algorithm, f => f.Paper);
        var commitments = new FormCommitments[forms.Length];
        for (var i = 0; i < forms.Length; i++)
        {
            commitments[i] = new FormCommitments(sdJwt[i], vc[i], paper[i]);
        }

        return commitments;
    }

    private static Commitment[] Of(
        ReadOnlySpan<SignedForms> forms, string algorithm, Func<SignedForms, ReadOnlyMemory<byte>> part)
    {
        var parts = new ReadOnlyMemory<byte>[forms.Length];
        for (var i = 0; i < forms.Length; i++)
        {
            parts[i] = part(forms[i]);
        }

        return Commitment.OfSigned(parts, algorithm);
    }
}
