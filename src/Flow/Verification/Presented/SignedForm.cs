using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>One signed form of a diploma as it was presented. Nothing in it is verified when it is made.</summary>
internal abstract class SignedForm(string mediaType) : IDisposable
{
    public const string SdJwtMediaType = "application/dc+sd-jwt";
    public const string VcMediaType = "application/vc";
    public const string PaperMediaType = "application/vnd.mortanba.paper+jwt";

    /// <summary>Key of the form's commitment in <c>asset.registered</c>.</summary>
    public string MediaType { get; } = mediaType;

    /// <summary>Why the form cannot be read by its own rules; null when it can.</summary>
    public Problem? Malformed { get; protected init; }

    /// <summary>What it is a credential of; null when it is too broken to tell.</summary>
    public CredentialKind? Kind { get; protected init; }

    public string? Asset { get; protected init; }

    /// <summary>DID URL of the key that is said to have signed.</summary>
    public string? KeyId { get; protected init; }

    /// <summary>The institution as the form names it: its BIN; null when the form names it by DID only.</summary>
    public string? IssuerBin { get; protected init; }

    /// <summary>Where the form says its state is published.</summary>
    public IReadOnlyList<StatusReference> Statuses { get; protected init; } = [];

    /// <summary>Why the status references cannot all be read; null when they can.</summary>
    public Problem? StatusProblem { get; protected init; }

    /// <summary>The DID before the fragment of <see cref="KeyId"/>.</summary>
    public string? IssuerDid => KeyId is null ? null : DidOf(KeyId);

    /// <summary>The exact bytes the ledger commits to.</summary>
    public abstract ReadOnlySpan<byte> Committed { get; }

    public abstract Problem? CheckSignature(PublicKey key, DateTimeOffset now);

    public static string DidOf(string keyId) =>
        keyId.IndexOf('#', StringComparison.Ordinal) is >= 0 and var end ? keyId[..end] : keyId;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}

/// <summary>The kinds of published status that are understood.</summary>
internal enum StatusKind
{
    Token,
    Revocation,
    Suspension,
}

internal sealed record StatusReference(StatusKind Kind, string Uri, long Index);
