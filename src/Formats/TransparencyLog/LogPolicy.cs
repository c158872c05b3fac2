using System.Collections.Concurrent;
using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>Which logs are trusted, and how many witnesses of whom must have cosigned (C2SP tlog-policy).</summary>
/// <remarks>
/// Checking a checkpoint costs a signature check for the log and each witness, and many files carry the same
/// checkpoint: the answers for the last few notes are kept. They never grow old, for no clock is asked. Safe for
/// concurrent use.
/// </remarks>
public sealed class LogPolicy
{
    private const int RememberedMax = 256;
    private const int RememberedMaxChars = 16 * 1024;

    private readonly ConcurrentDictionary<string, Outcome<CheckpointEvidence>> remembered = new(StringComparer.Ordinal);
    private readonly PolicyNode? quorum;
    private readonly NoteVerifier[] keys;

    internal LogPolicy(
        IReadOnlyList<NoteVerifier> logs, IReadOnlyList<PolicyWitness> witnesses, string quorumName, PolicyNode? quorum)
    {
        Logs = logs;
        Witnesses = witnesses;
        QuorumName = quorumName;
        this.quorum = quorum;
        keys = [.. logs, .. witnesses.Select(w => w.Key)];
    }

    public IReadOnlyList<NoteVerifier> Logs { get; }

    public IReadOnlyList<PolicyWitness> Witnesses { get; }

    /// <summary>The name on the quorum line; <c>none</c> when no cosignature is asked for.</summary>
    public string QuorumName { get; }

    /// <summary>Reads a policy; a problem names its line.</summary>
    /// <param name="logKey">A log key known from elsewhere, trusted beside those listed; null for none.</param>
    public static Outcome<LogPolicy> Parse(string text, string? logKey = null) => LogPolicyReader.Read(text, logKey);

    /// <summary>
    /// Opens a checkpoint that a listed log signed and says which witnesses cosigned it and whether they suffice. A
    /// signature of a known key that does not fit rejects the note; a missing quorum is told in the evidence.
    /// </summary>
    public Outcome<CheckpointEvidence> Evaluate(string note)
    {
        if (remembered.TryGetValue(note, out var known))
        {
            return known;
        }

        var answer = EvaluateAnew(note);
        // Refusals are not kept: anybody can make them, and so could push the good ones out.
        if (answer.IsDone && note.Length <= RememberedMaxChars)
        {
            if (remembered.Count >= RememberedMax)
            {
                remembered.Clear();
            }

            remembered[note] = answer;
        }

        return answer;
    }

    private Outcome<CheckpointEvidence> EvaluateAnew(string note)
    {
        if (!SignedNote.Parse(note).TryGet(out var signed, out var problem)
            || !signed.Verify(keys).TryGet(out var signatures, out problem)
            || !Checkpoint.Parse(signed.Text).TryGet(out var checkpoint, out problem))
        {
            return problem;
        }

        if (signatures.FirstOrDefault(s => Logs.Contains(s.Key)) is not { } bySome)
        {
            return new Problem("log/note-unsigned", "No log of the policy signed the checkpoint.");
        }

        // The key's name must be the origin: else one trusted log could speak for another ("Defining a log").
        if (signatures.FirstOrDefault(s => Logs.Contains(s.Key) && s.Key.Name == checkpoint.Origin) is not { } byLog)
        {
            return new Problem(
                "log/checkpoint-other-origin",
                $"The checkpoint is of the log {checkpoint.Origin}, not of {bySome.Key.Name}.",
                ("origin", checkpoint.Origin),
                ("expected", bySome.Key.Name));
        }

        var cosigned = signatures
            .Where(s => s.Time is not null)
            .Select(s => new WitnessCosignature(Witnesses.First(w => w.Key == s.Key).Name, s.Key, s.Time!.Value))
            .ToList();
        var names = cosigned.Select(c => c.Witness).ToHashSet(StringComparer.Ordinal);
        var isMet = quorum is null || quorum.IsMetBy(names);
        return new CheckpointEvidence(
            checkpoint,
            byLog.Key,
            cosigned,
            isMet
                ? null
                : new Problem(
                    "log/quorum-not-met",
                    $"The {cosigned.Count} cosignatures do not make the quorum {QuorumName}.",
                    ("quorum", QuorumName),
                    ("count", cosigned.Count.ToString(CultureInfo.InvariantCulture))));
    }
}

/// <param name="Name">The witness's name within the policy.</param>
/// <param name="Url">Where it takes checkpoints; null when the policy does not say.</param>
public sealed record PolicyWitness(string Name, NoteVerifier Key, string? Url);

/// <summary>What stands behind a checkpoint.</summary>
/// <param name="QuorumProblem">Null when the witnesses that the policy asks for have cosigned.</param>
public sealed record CheckpointEvidence(
    Checkpoint Checkpoint, NoteVerifier LogKey, IReadOnlyList<WitnessCosignature> Cosignatures, Problem? QuorumProblem);

public sealed record WitnessCosignature(string Witness, NoteVerifier Key, DateTimeOffset At);

/// <summary>A witness (no members) or a group that needs k of its members.</summary>
internal sealed record PolicyNode(string Name, int Threshold, IReadOnlyList<PolicyNode> Members)
{
    public bool IsMetBy(IReadOnlySet<string> cosigners) => Members.Count == 0
        ? cosigners.Contains(Name)
        : Members.Count(member => member.IsMetBy(cosigners)) >= Threshold;
}
