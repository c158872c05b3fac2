using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Witnessing;

/// <summary>Compares what a log shows with what its witnesses hold of it, and writes the proof when the log signed two trees.</summary>
internal sealed class WitnessComparison(HttpClient http, string log, NoteVerifier logKey, FileInfo evidence)
{
    private int forks;

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
                return new Problem("audit/witness-away", "The witness holds nothing of this log.", ("witness", witness));
            }

            if (!Checkpoint.Open(held, logKey, logKey.Name).IsDone)
            {
                return new Problem("audit/witness-other-log", "The witness holds a checkpoint that this log did not sign.", ("witness", witness));
            }

            // A witness is asked before strangers are shown anything, and copies a little later: first the log's own tree is asked.
            var fork = await ForkAsync(own, held, own);
            if (!fork.IsDone)
            {
                fork = await ForkAsync(own, held, copy);
            }

            if (!fork.TryGet(out var proof, out var unknown))
            {
                return new Problem(
                    "audit/not-comparable", $"What the log shows and what {witness} holds could not be compared: {unknown.Detail}",
                    ("witness", witness), ("reason", unknown.Detail));
            }

            if (proof is null)
            {
                return null;
            }

            var file = forks++ == 0 ? evidence.FullName : Path.ChangeExtension(evidence.FullName, $"{forks}{evidence.Extension}");
            await File.WriteAllBytesAsync(file, proof.Write(), cancel);
            return new Problem(
                "audit/fork",
                $"The log signed two trees: what it shows and what {witness} holds contradict each other. Proof: {file}",
                ("witness", witness), ("file", file));
        }
        catch (Exception e) when (RemoteLog.IsAway(e, cancel))
        {
            return new Problem("audit/witness-away", "The witness could not be asked.", ("witness", witness));
        }

        async Task<Outcome<ForkEvidence?>> ForkAsync(RemoteLog log, string held, RemoteLog source)
        {
            try
            {
                return await ForkSearch.BetweenAsync(logKey, shown, log, held, source, cancel);
            }
            catch (HttpRequestException) when (source == own)
            {
                return new Problem("audit/witness-away", "The log does not serve the tree that the witness holds.", ("witness", witness));
            }
        }
    }
}
