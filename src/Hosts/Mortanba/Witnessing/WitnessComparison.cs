using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Witnessing;

/// <summary>Compares what a log shows with what its witnesses hold of it, and writes the proof when the log signed two trees.</summary>
internal sealed class WitnessComparison(HttpClient http, string log, NoteVerifier logKey, FileInfo evidence)
{
    /// <summary>The report with what the witnesses add to it; one that cannot be asked is a finding, for then nothing was compared.</summary>
    public async Task<AuditReport> AddAsync(AuditReport report, IReadOnlyList<string> witnesses, CancellationToken cancel)
    {
        var findings = new List<Problem>(report.Findings);
        var own = new RemoteLog(http, log);
        if (await own.CheckpointAsync(cancel) is not { } shown)
        {
            return report;
        }

        foreach (var witness in witnesses)
        {
            if (await CompareAsync(own, shown, witness.TrimEnd('/'), cancel) is { } finding)
            {
                findings.Add(finding);
            }
        }

        return report with { Findings = findings };
    }

    private async Task<Problem?> CompareAsync(RemoteLog own, string shown, string witness, CancellationToken cancel)
    {
        var copy = new RemoteLog(http, $"{witness}/{WitnessNode.PathOf(logKey.Name)}");
        try
        {
            if (await copy.CheckpointAsync(cancel) is not { } held)
            {
                return null;
            }

            if (!Checkpoint.Open(held, logKey, logKey.Name).IsDone)
            {
                return new Problem("audit/witness-other-log", "The witness holds a checkpoint that this log did not sign.", ("witness", witness));
            }

            if (await ForkSearch.BetweenAsync(logKey, shown, own, held, copy, cancel) is not { } fork)
            {
                return null;
            }

            await File.WriteAllBytesAsync(evidence.FullName, fork.Write(), cancel);
            return new Problem(
                "audit/fork",
                $"The log signed two trees: what it shows and what {witness} holds contradict each other. Proof: {evidence.FullName}",
                ("witness", witness), ("file", evidence.FullName));
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            return new Problem("audit/witness-away", "The witness could not be asked.", ("witness", witness));
        }
    }
}
