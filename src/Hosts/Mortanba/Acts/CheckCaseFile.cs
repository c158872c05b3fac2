using Mortanba.Credentials;
using Mortanba.Foundation;
using Mortanba.Host.Receipts;
using Mortanba.Host.Web;
using Mortanba.Recognition;
using Mortanba.Verification;

namespace Mortanba.Host.Acts;

/// <summary>
/// Checks one file of a recognition case (requirement RQ-8): in seconds what it is, what was checked and what it says. What comes out is a
/// proposal; the finding is a person's (<see cref="FindAuthenticity"/>).
/// </summary>
/// <param name="receipts">Null where the site gives no receipts.</param>
public sealed class CheckCaseFile(OnlineVerifier verifier, IPublicRegistry registry, VerificationReceipts? receipts, TimeProvider time)
{
    /// <param name="trustedSigners">Signers whom the body trusts (<see cref="FileSigner.Id"/>); null when it keeps no list.</param>
    public async Task<CheckedFile> CheckAsync(
        ReadOnlyMemory<byte> bytes, string fileName, CancellationToken cancel, IReadOnlySet<string>? trustedSigners = null)
    {
        var file = DroppedFile.Read(bytes, fileName, time.GetUtcNow(), trustedSigners);
        return new CheckedFile(file, file.IsForVerifier ? await verifier.VerifyAsync(bytes, cancel) : null);
    }

    /// <summary>
    /// The signed receipt of the verification, to be kept in the case as evidence: who has it checks years later that this file gave this
    /// answer. <c>foreign/no-receipt</c> for a file that the verifier did not verify.
    /// </summary>
    public async Task<Outcome<byte[]>> ReceiptAsync(CheckedFile file, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        if (file.Report is not { } report || receipts is null)
        {
            return new Problem("foreign/no-receipt", "Receipts are given for diplomas of this system only.");
        }

        var checkpoint = (await registry.LedgerAsync(0, cancel)).Checkpoint;
        return await receipts.KeepAsync(
            VerificationReceipt.Of(report, bytes.Span, registry.Trust, checkpoint.Length == 0 ? null : checkpoint, time.GetUtcNow()), cancel);
    }
}

/// <summary>A file of a case and what the machine found in it.</summary>
/// <param name="Report">The verifier's answer; null for a file of another system and for an attachment.</param>
public sealed record CheckedFile(DroppedFile File, Report? Report)
{
    /// <summary>
    /// What a person may find from it; null when the file alone decides nothing, so that register, information centre or letter have to be asked.
    /// A diploma out of force or expired is genuine or not all the same: that is no proposal either.
    /// </summary>
    public Authenticity? Proposed => Report is { } report
        ? report.Verdict switch
        {
            Verdict.InForce => Authenticity.Confirmed,
            Verdict.NotGenuine => Authenticity.NotConfirmed,
            Verdict.NotInForce or Verdict.CouldNotCheck => null,
        }
        : File.Reading.Conclusion switch
        {
            FileConclusion.Confirmed => Authenticity.Confirmed,
            FileConclusion.Broken when WasChanged => Authenticity.NotConfirmed,
            FileConclusion.Broken or FileConclusion.Unproved or FileConclusion.SignatureOnly => null,
        };

    /// <summary>Key of the words for <see cref="Proposed"/>.</summary>
    public string Words => Proposed switch
    {
        Authenticity.Confirmed => "foreign/proposal.confirmed",
        Authenticity.NotConfirmed => "foreign/proposal.not-confirmed",
        _ => Report?.Verdict == Verdict.NotInForce ? "foreign/proposal.not-in-force" : "foreign/proposal.ask",
    };

    // Out of form or out of time is not forged.
    private bool WasChanged => File.Reading.Checks.Any(check => check is
    {
        State: FileCheckState.Failed,
        Name: FileCheckName.Integrity or FileCheckName.Batch or FileCheckName.Signature or FileCheckName.SignerIsIssuer,
    });
}
