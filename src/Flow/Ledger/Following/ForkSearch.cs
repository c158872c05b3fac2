using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>Finds out whether two checkpoints that a log signed can both be true.</summary>
public static class ForkSearch
{
    /// <summary>
    /// What shows that they cannot; null when the larger continues the smaller. A problem when one is not signed by that log, or
    /// when whoever shows the larger one does not serve the tree of it: then nothing is known, either way.
    /// </summary>
    /// <param name="oneSource">Where the tree of <paramref name="one"/> is served.</param>
    public static async Task<Outcome<ForkEvidence?>> BetweenAsync(
        NoteVerifier logKey, string one, RemoteLog oneSource, string other, RemoteLog otherSource, CancellationToken cancel = default)
    {
        if (!Checkpoint.Open(one, logKey, logKey.Name).TryGet(out var first, out var problem)
            || !Checkpoint.Open(other, logKey, logKey.Name).TryGet(out var second, out problem))
        {
            return problem;
        }

        if (first.Size > second.Size)
        {
            return await BetweenAsync(logKey, other, otherSource, one, oneSource, cancel);
        }

        if (first.Size == 0 || first == second)
        {
            return Outcome<ForkEvidence?>.From((ForkEvidence?)null);
        }

        if (first.Size == second.Size)
        {
            return new ForkEvidence(one, other, second.Root, []);
        }

        var tree = otherSource.Tree(second.Size);
        if (!(await tree.RootAtAsync(first.Size, cancel)).TryGet(out var then, out problem)
            || !(await tree.ConsistencyProofAsync(first.Size, cancel)).TryGet(out var proof, out problem))
        {
            return problem;
        }

        var evidence = new ForkEvidence(one, other, then, proof);
        return evidence.Confirm(logKey).TryGet(out _, out problem) ? evidence
            : problem.Code == "log/fork-not-shown" ? Outcome<ForkEvidence?>.From((ForkEvidence?)null)
            : problem;
    }
}
