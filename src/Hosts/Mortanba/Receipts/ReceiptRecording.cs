using Mortanba.Host.Beats;

namespace Mortanba.Host.Receipts;

/// <summary>Commits to the receipts that were asked for, an entry an hour at most.</summary>
internal sealed class ReceiptRecording(Installation home, VerificationReceipts receipts, ILogger<ReceiptRecording> log)
    : BeatingService(TimeSpan.FromMinutes(1), home.Time, log)
{
    protected override Task BeatAsync(CancellationToken cancel) => receipts.RecordIfDueAsync(VerificationReceipts.RecordedAfter, cancel);
}
