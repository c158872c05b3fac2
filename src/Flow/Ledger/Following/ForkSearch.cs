using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>Finds out whether two checkpoints that a log signed can both be true.</summary>
public static class ForkSearch
{
    /// <summary>
    /// What shows that they cannot; null when the larger continues the smaller, when one is not signed by that log, or when whoever
    /// shows the larger one does not serve the tree of it (then nothing can be shown, either way).
    /// </summary>
    /// <param name="oneSource">Where the tree of <paramref name="one"/> is served.</param>
    public static async Task<ForkEvidence?> BetweenAsync(
        NoteVerifier logKey, string one, RemoteLog oneSource, string other, RemoteLog otherSource, CancellationToken cancel = default)
    {
        if (!Checkpoint.Open(one, logKey, logKey.Name).TryGet(out var first, out _)
            || !Checkpoint.Open(other, logKey, logKey.Name).TryGet(out var second, out _))
        {
            return null;
        }

        if (first.Size > second.Size)
        {
            return await BetweenAsync(logKey, other, otherSource, one, oneSource, cancel);
        }

        if (first.Size == 0 || first == second)
        {
            return null;
        }

        if (first.Size == second.Size)
        {
            return Confirmed(new ForkEvidence(one, other, second.Root, []), logKey);
        }

        var tree = otherSource.Tree(second.Size);
        return (await tree.RootAtAsync(first.Size, cancel)).TryGet(out var then, out _)
            && (await tree.ConsistencyProofAsync(first.Size, cancel)).TryGet(out var proof, out _)
                ? Confirmed(new ForkEvidence(one, other, then, proof), logKey)
                : null;
    }

    private static ForkEvidence? Confirmed(ForkEvidence evidence, NoteVerifier logKey) => evidence.Confirm(logKey).IsDone ? evidence : null;
}
