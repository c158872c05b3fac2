using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>
/// Two checkpoints that one log signed and that cannot both be true, with what shows it (docs/formats/fork-evidence.md). Whoever
/// has the log's public key confirms it, offline and years later.
/// </summary>
/// <param name="Earlier">The signed note over fewer entries; of two over as many, either.</param>
/// <param name="Later">The signed note over more entries, or over as many.</param>
/// <param name="RootThen">The root that the later tree had at the earlier size; of the same size, its root.</param>
/// <param name="Proof">
/// That <paramref name="RootThen"/> is that root: the consistency proof (RFC 6962 section 2.1.2) of the later tree from the
/// earlier size; empty for the same size.
/// </param>
public sealed record ForkEvidence(string Earlier, string Later, TreeHash RootThen, IReadOnlyList<TreeHash> Proof)
{
    public const string Type = "MortanbaForkEvidence";
    private const int Version = 1;
    private const int SizeMaxBytes = 2 * SignedNote.SizeMaxBytes;

    /// <summary>The two checkpoints when they do contradict each other; else why they do not show it.</summary>
    public Outcome<ConfirmedFork> Confirm(NoteVerifier logKey)
    {
        if (!Checkpoint.Open(Earlier, logKey, logKey.Name).TryGet(out var earlier, out var problem)
            || !Checkpoint.Open(Later, logKey, logKey.Name).TryGet(out var later, out problem))
        {
            return problem;
        }

        if (ConsistencyProof.Verify(earlier.Size, later.Size, [.. Proof], RootThen, later.Root) is { } wrong)
        {
            return wrong;
        }

        return RootThen == earlier.Root
            ? new Problem("log/fork-not-shown", "Both checkpoints are signed, and the later one continues the earlier one.")
            : new ConfirmedFork(earlier, later);
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(
        new ForkEvidenceFile(Version, Type, Earlier, Later, RootThen.ToBase64(), [.. Proof.Select(hash => hash.ToBase64())]),
        ForkEvidenceJson.Default.ForkEvidenceFile);

    /// <summary>Reads a file of evidence; <see cref="Confirm"/> says whether it shows anything.</summary>
    public static Outcome<ForkEvidence> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > SizeMaxBytes)
        {
            return Malformed("it is too long");
        }

        try
        {
            var file = JsonSerializer.Deserialize(bytes.Span, ForkEvidenceJson.Default.ForkEvidenceFile);
            if (file is not { V: Version, Type: Type })
            {
                return Malformed("it is of another type or version");
            }

            if (!TreeHash.TryParse(file.RootThen, out var rootThen))
            {
                return Malformed("rootThen is not 32 bytes of base64");
            }

            var proof = new TreeHash[file.Proof.Length];
            for (var i = 0; i < proof.Length; i++)
            {
                if (!TreeHash.TryParse(file.Proof[i], out proof[i]))
                {
                    return Malformed($"hash {i + 1} of the proof is not 32 bytes of base64");
                }
            }

            return new ForkEvidence(file.Earlier, file.Later, rootThen, proof);
        }
        catch (JsonException fault)
        {
            return Malformed(fault.Message);
        }
    }

    private static Problem Malformed(string why) =>
        new("log/fork-evidence-malformed", $"This is not evidence of a fork: {why}.", ("reason", why));
}

/// <summary>What the log signed, and cannot have signed honestly.</summary>
public sealed record ConfirmedFork(Checkpoint Earlier, Checkpoint Later);

internal sealed record ForkEvidenceFile(int V, string Type, string Earlier, string Later, string RootThen, string[] Proof);
