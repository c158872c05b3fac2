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

    /// <summary>Where the log is.</summary>
    public string Address => log.Address;

    /// <summary>The copy, to be served.</summary>
    public LogReader Copy => reader;

    /// <summary>
    /// One look at the log, at what its other witnesses have of it, and at what this one cosigned. Before a witness has looked once
    /// since its start it knows no better than its backup did.
    /// </summary>
    /// <returns>What was found now; empty when all is as it should be. Who cannot be reached, or talks nonsense, is no finding against the log, and is named.</returns>
    public async Task<FollowReport> LookAsync(CancellationToken cancel = default)
    {
        var away = new List<string>();
        var findings = new List<string>();
        foreach (var source in (RemoteLog[])[log, .. peers])
        {
            try
            {
                // A peer keeps the log's notes with the lines of all witnesses: there this one may find a word of its own that it forgot.
                var note = await source.CheckpointAsync(cancel);
                var whole = source == log ? note : await source.ShownAsync(cancel);
                if ((note is not null && await witness.FreezesAsync(note, cancel)) || (whole is not null && await witness.FreezesAsync(whole, cancel)))
                {
                    return new FollowReport(away, ["witness/restored"]);
                }

                if (note is not null && !await JudgeAsync(source, note, findings, cancel))
                {
                    away.Add(source.Address);
                }
            }
            catch (Exception e) when (RemoteLog.IsAway(e, cancel))
            {
                away.Add(source.Address);
            }
        }

        if (await mirror.BegunAsync(await mirror.SizeAsync(cancel), cancel) is { } begun && Open(begun) is { } then)
        {
            await CompareOlderAsync(then, begun, findings, cancel);
        }

        if (await witness.LastAsync(logKey.Name, cancel) is { } cosigned && Open(cosigned.Note) is { } own)
        {
            // What the log had cosigned and what it shows must be one tree.
            await CompareOlderAsync(own, cosigned.Note, findings, cancel);
        }

        return new FollowReport(away, findings);
    }

    /// <summary>False when a peer shows what no checkpoint of the log is, or does not serve its tree: that says nothing about the log.</summary>
    private async Task<bool> JudgeAsync(RemoteLog source, string note, List<string> findings, CancellationToken cancel)
    {
        if (!Checkpoint.Open(note, logKey, logKey.Name).TryGet(out var shown, out var unsigned))
        {
            if (source == log)
            {
                await FindAsync(unsigned.Code, null, findings, cancel);
            }

            return source == log;
        }

        if (shown.Size <= await mirror.SizeAsync(cancel))
        {
            await CompareOlderAsync(shown, note, findings, cancel);
            return true;
        }

        var wrong = source == log ? await mirror.CatchUpAsync(shown, note, cancel) : null;
        var begun = await mirror.BegunAsync(shown.Size, cancel);
        if ((source == log && wrong is null) || (begun is not null && begun != note ? begun : await reader.CheckpointAsync(cancel)) is not { } mine)
        {
            if (wrong is not null)
            {
                await FindAsync(CodeOf(wrong), null, findings, cancel);
            }

            return true;
        }

        // What a peer is ahead with, or the log contradicts its copy with, must continue what was copied here.
        var fork = await ForkSearch.BetweenAsync(logKey, mine, source, note, source, cancel);
        if (fork.TryGet(out var evidence, out _) && evidence is not null)
        {
            await FindAsync("witness/fork", evidence, findings, cancel);
        }
        else if (wrong is not null)
        {
            await FindAsync(CodeOf(wrong), null, findings, cancel);
        }

        return source == log || fork.IsDone;
    }

    private static string CodeOf(Problem wrong) => "witness/" + wrong.Code.Split('/')[^1];

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
        var evidence = new ForkEvidence(note, mine, then, proof);
        // A copy that does not lead to its own signed checkpoint is this witness's own trouble, and accuses nobody.
        var isShown = evidence.Confirm(logKey).IsDone;
        await FindAsync(isShown ? "witness/fork" : "witness/copy-damaged", isShown ? evidence : null, findings, cancel);
    }

    private async Task FindAsync(string code, ForkEvidence? evidence, List<string> findings, CancellationToken cancel)
    {
        findings.Add(code);
        await witness.FindAsync(logKey.Name, code, evidence, cancel);
    }

    private Checkpoint? Open(string note) => Checkpoint.Open(note, logKey, logKey.Name).TryGet(out var open, out _) ? open : null;
}

/// <param name="Away">Addresses that did not answer, or not with the log.</param>
/// <param name="Findings">Codes of what was found.</param>
public sealed record FollowReport(IReadOnlyList<string> Away, IReadOnlyList<string> Findings);
