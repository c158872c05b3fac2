using Mortanba.Foundation;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Witnessing;

/// <summary>
/// Follows one log: copies what it signs, compares what it shows to others, and keeps the proof when it contradicts itself.
/// Not for concurrent use.
/// </summary>
/// <param name="copies">The database of the mirror, migrated to <see cref="LedgerSchema"/>.</param>
/// <param name="peers">The same log as other witnesses mirror it.</param>
public sealed class LogFollower(Witness witness, NoteVerifier logKey, Database copies, RemoteLog log, IReadOnlyList<RemoteLog> peers)
{
    private LogMirror mirror = new(copies, log);
    private readonly LogReader reader = new(copies);

    public NoteVerifier LogKey => logKey;

    internal int StepMax
    {
        init => mirror = new LogMirror(copies, log) { StepMax = value };
    }

    /// <summary>The copy, to be served.</summary>
    public LogReader Copy => reader;

    /// <summary>
    /// One look at the log and at what its other witnesses have of it. Before a witness has looked once since its start it knows
    /// no better than its backup did.
    /// </summary>
    /// <returns>What was found now; empty when all is as it should be. Who cannot be reached is no finding, and is named.</returns>
    public async Task<FollowReport> LookAsync(CancellationToken cancel = default)
    {
        var away = new List<string>();
        var findings = new List<string>();
        foreach (var source in (RemoteLog[])[log, .. peers])
        {
            string? note;
            try
            {
                note = await source.CheckpointAsync(cancel);
            }
            catch (Exception e) when (IsAway(e, cancel))
            {
                away.Add(source.Address);
                continue;
            }

            if (note is null)
            {
                continue;
            }

            if (await witness.FreezesAsync(note, cancel))
            {
                return new FollowReport(away, ["witness/restored"]);
            }

            if (!Checkpoint.Open(note, logKey, logKey.Name).TryGet(out var shown, out var unsigned))
            {
                await FindAsync(unsigned.Code, null, findings, cancel);
                continue;
            }

            try
            {
                await CompareAsync(source, shown, note, findings, cancel);
            }
            catch (Exception e) when (IsAway(e, cancel))
            {
                away.Add(source.Address);
            }
        }

        return new FollowReport(away, findings);
    }

    private static bool IsAway(Exception fault, CancellationToken cancel) =>
        fault is HttpRequestException || (fault is TaskCanceledException && !cancel.IsCancellationRequested);

    private async Task CompareAsync(RemoteLog source, Checkpoint shown, string note, List<string> findings, CancellationToken cancel)
    {
        var size = await mirror.SizeAsync(cancel);
        if (shown.Size <= size)
        {
            await CompareOlderAsync(shown, note, findings, cancel);
        }
        else if (await WrongAsync(source, shown, note, cancel) is { } wrong)
        {
            var evidence = await reader.CheckpointAsync(cancel) is { } mine
                ? await ForkSearch.BetweenAsync(logKey, mine, source, note, source, cancel)
                : null;
            await FindAsync(evidence is null ? "witness/" + wrong.Code.Split('/')[^1] : "witness/fork", evidence, findings, cancel);
        }
    }

    /// <summary>Null when what is shown continues what was copied, and it is copied now.</summary>
    private async Task<Problem?> WrongAsync(RemoteLog source, Checkpoint shown, string note, CancellationToken cancel)
    {
        if (source == log)
        {
            return await mirror.CatchUpAsync(shown, note, cancel);
        }

        // A peer is ahead, or was shown something else: what it has must continue what was copied here.
        if (await reader.CheckpointAsync(cancel) is not { } mine || Open(mine) is not { Size: > 0 } last)
        {
            return null;
        }

        return (await source.Tree(shown.Size).ConsistencyProofAsync(last.Size, cancel)).TryGet(out var proof, out var problem)
            ? ConsistencyProof.Verify(last.Size, shown.Size, proof, last.Root, shown.Root)
            : problem;
    }

    /// <summary>What is shown is no larger than the copy: then the copy knows which root it must have.</summary>
    private async Task CompareOlderAsync(Checkpoint shown, string note, List<string> findings, CancellationToken cancel)
    {
        if (shown.Size == 0 || await reader.CheckpointAsync(cancel) is not { } mine || Open(mine) is not { } last || last.Size < shown.Size)
        {
            return;
        }

        var then = await new LogProver(copies, shown.Size).RootAsync(cancel);
        if (then == shown.Root)
        {
            return;
        }

        var proof = shown.Size == last.Size ? [] : await reader.Prover(last.Size).ConsistencyProofAsync(shown.Size, cancel);
        await FindAsync("witness/fork", new ForkEvidence(note, mine, then, proof), findings, cancel);
    }

    private async Task FindAsync(string code, ForkEvidence? evidence, List<string> findings, CancellationToken cancel)
    {
        findings.Add(code);
        await witness.FindAsync(logKey.Name, code, evidence, cancel);
    }

    private Checkpoint? Open(string note) => Checkpoint.Open(note, logKey, logKey.Name).TryGet(out var open, out _) ? open : null;
}

/// <param name="Away">Addresses that did not answer.</param>
/// <param name="Findings">Codes of what was found.</param>
public sealed record FollowReport(IReadOnlyList<string> Away, IReadOnlyList<string> Findings);
