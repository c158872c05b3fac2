using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Verification;

/// <summary>In: whatever was presented, what is trusted, whom to ask. Out: a report of named checks and a verdict.</summary>
/// <remarks>
/// Reads the bytes, asks the live source, then runs <see cref="CheckTable"/> over what is known. Pure but for the port.
/// Safe to call from several threads; keys, checkpoints and authority entries are remembered within bounds.
/// </remarks>
public sealed class Verifier(TimeProvider time)
{
    /// <param name="presented">PDF, diploma file, SD-JWT, VC, paper QR text or its core.</param>
    /// <param name="trust">Null when the verifier has none: then nothing of the ledger is believed.</param>
    /// <param name="live">Null when offline.</param>
    /// <param name="cancel">Ends the questions to the live source.</param>
    public Task<Report> VerifyAsync(
        ReadOnlyMemory<byte> presented, TrustBundle? trust, ILiveSource? live, CancellationToken cancel) =>
        VerifyAsync(presented, trust, trust is null ? TrustState.Absent : TrustState.Given, live, cancel);

    /// <summary>The same, for a caller who knows that the bundle is missing because its source did not answer.</summary>
    public async Task<Report> VerifyAsync(
        ReadOnlyMemory<byte> presented,
        TrustBundle? trust,
        TrustState trustState,
        ILiveSource? live,
        CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        using var thing = PresentedThing.Recognise(presented, now);
        var parsedTrust = trust is null ? null : ParsedTrust.Of(trust);
        var @case = new VerificationCase(thing, parsedTrust, trustState, now);
        if (thing.Checkpoint is { } checkpoint)
        {
            @case.Carried = Read(thing.Entries, checkpoint, thing.File?.Anchor, parsedTrust);
        }

        @case.Gather();
        if (live is not null && parsedTrust?.Policy.IsDone == true)
        {
            await AskAsync(@case, live, cancel);
        }

        return Reports.Make(@case, CheckTable.Run(@case));
    }

    private static LedgerEvidence Read(
        IReadOnlyList<ProvenEntry> entries, string checkpoint, CarriedAnchor? anchor, ParsedTrust? trust, LedgerEvidence? known = null) =>
        trust is { Policy: { IsDone: true } policy }
            ? LedgerEvidence.Read(entries, checkpoint, anchor, policy.Value, known)
            : LedgerEvidence.Unproved(entries);

    private static async Task AskAsync(VerificationCase @case, ILiveSource live, CancellationToken cancel)
    {
        if (!AssetId.TryParse(@case.Presented.Asset, out var asset))
        {
            return;
        }

        var answer = await live.EvidenceAsync(asset, cancel);
        @case.LiveAnswer = answer.State;
        if (answer.State == LiveState.Absent && @case is { Carried.IsProved: true, Registered: not null })
        {
            // The log signed a tree with this diploma; whoever denies it shows another.
            @case.LiveProblem = new Problem(
                "verification/log-split-view", "The ledger says that it knows no such diploma; its own checkpoint proves one.");
        }

        if (answer is { State: LiveState.Found, Value: { } evidence })
        {
            var read = Read(evidence.Entries, evidence.Checkpoint, evidence.Anchor, @case.Trust, @case.Carried);
            @case.LiveProblem = WhyNotBelieved(read, @case.Carried);
            @case.Live = @case.LiveProblem is null ? read : null;
            @case.Gather();
        }

        @case.StatusReadings = await StatusListReader.ReadAsync(
            @case.Presented.Forms.SelectMany(form => form.Statuses),
            live,
            @case.Keys,
            @case.OperatorDid,
            @case.Now,
            cancel);
    }

    /// <summary>A live answer counts when it is proved, and the tree that came along can be an earlier one of the same log.</summary>
    private static Problem? WhyNotBelieved(LedgerEvidence live, LedgerEvidence? carried)
    {
        if (live.Checkpoint is not { } newer || live.EntryProblem is not null || live.CheckpointProblem is not null)
        {
            return live.EntryProblem ?? live.CheckpointProblem;
        }

        if (live.Anchor is { Problem: { } misfit })
        {
            return misfit;
        }

        if (carried?.Checkpoint is not { } older)
        {
            return null;
        }

        if (older.Checkpoint.Origin != newer.Checkpoint.Origin)
        {
            // Two trusted logs count their entries apart: an index of one says nothing in the other.
            return new Problem(
                "verification/live-other-log", "The live answer is of another log than the file: it is not taken for news.");
        }

        if (newer.Checkpoint.Size < older.Checkpoint.Size)
        {
            return new Problem(
                "verification/live-older", "The live answer is older than the file: it is not taken for news.");
        }

        return Contradicts(live, carried, newer.Checkpoint, older.Checkpoint)
            ? new Problem(
                "verification/log-split-view", "The log shows the file one tree and the live source another.")
            : null;
    }

    // Without a consistency proof two trees are compared where they overlap: equal sizes, equal indices.
    private static bool Contradicts(LedgerEvidence live, LedgerEvidence carried, Checkpoint newer, Checkpoint older) =>
        (newer.Size == older.Size && newer.Root != older.Root)
        || live.Entries.Any(entry => carried.Entries.Any(
            other => other.Index == entry.Index && !other.Entry.Bytes.Span.SequenceEqual(entry.Entry.Bytes.Span)));
}
