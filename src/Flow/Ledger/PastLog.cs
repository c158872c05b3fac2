using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger;

/// <summary>
/// A log that ended, because its key was lost or stolen, and that this one goes on from with the same entries: what it signed up to its
/// end stays good, what bears its name beyond that is nobody's.
/// </summary>
/// <param name="Size">Entries it had when the new log started.</param>
public sealed record PastLog(NoteVerifier Key, long Size)
{
    /// <summary>Opens a checkpoint of the log itself, or of one before it that had no more entries than that one ever had.</summary>
    public static Outcome<Checkpoint> Open(string note, NoteVerifier key, IReadOnlyList<PastLog> past)
    {
        var own = Checkpoint.Open(note, key, key.Name);
        if (own.IsDone)
        {
            return own;
        }

        foreach (var one in past)
        {
            if (Checkpoint.Open(note, one.Key, one.Key.Name) is { IsDone: true } before && before.Value.Size <= one.Size)
            {
                return before;
            }
        }

        return own;
    }
}
