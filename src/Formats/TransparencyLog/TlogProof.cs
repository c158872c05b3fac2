using System.Globalization;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>A proof of one entry that needs no network: index, inclusion proof, checkpoint (C2SP tlog-proof v1).</summary>
/// <param name="Extra">Opaque and not authenticated; null when absent.</param>
/// <param name="Checkpoint">The signed and cosigned note, verbatim.</param>
public sealed record TlogProof(ReadOnlyMemory<byte>? Extra, long Index, IReadOnlyList<TreeHash> Hashes, string Checkpoint)
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1";
    private const int ExtraMaxChars = 64 * 1024;

    /// <summary>The file's text.</summary>
    public string Write()
    {
        var text = new StringBuilder(FirstLine).Append('\n');
        if (Extra is { } extra)
        {
            text.Append("extra ").Append(Convert.ToBase64String(extra.Span)).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"index {Index}\n");
        foreach (var hash in Hashes)
        {
            text.Append(hash.ToBase64()).Append('\n');
        }

        return text.Append('\n').Append(Checkpoint).ToString();
    }

    public static Outcome<TlogProof> Parse(string text)
    {
        if (text.Length > SignedNote.SizeMaxBytes + ExtraMaxChars)
        {
            return Malformed("it is too long");
        }

        var gap = text.IndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0)
        {
            return Malformed("there is no empty line before the checkpoint");
        }

        var lines = text[..gap].Split('\n');
        var next = 0;
        if (lines[next++] != FirstLine)
        {
            return Malformed("the first line is another");
        }

        byte[]? extra = null;
        if (next < lines.Length && lines[next].StartsWith("extra ", StringComparison.Ordinal)
            && !StrictBase64.TryDecode(lines[next++].AsSpan("extra ".Length), out extra))
        {
            return Malformed("the extra data is not base64");
        }

        if (next == lines.Length
            || !lines[next].StartsWith("index ", StringComparison.Ordinal)
            || !StrictDecimal.TryParse(lines[next++].AsSpan("index ".Length), out var index))
        {
            return Malformed("the index is missing or not a plain number");
        }

        var hashes = new List<TreeHash>();
        for (; next < lines.Length; next++)
        {
            if (hashes.Count == InclusionProof.HashesMax || !TreeHash.TryParse(lines[next], out var hash))
            {
                return Malformed("a proof line is not a hash, or one too many");
            }

            hashes.Add(hash);
        }

        return new TlogProof(extra is null ? (ReadOnlyMemory<byte>?)null : extra, index, hashes, text[(gap + 2)..]);
    }

    /// <summary>Checks that the entry is in the checkpoint and that the policy accepts the checkpoint.</summary>
    public Outcome<CheckpointEvidence> Verify(ReadOnlySpan<byte> entry, LogPolicy policy)
    {
        if (!policy.Evaluate(Checkpoint).TryGet(out var evidence, out var problem))
        {
            return problem;
        }

        if (evidence.QuorumProblem is not null)
        {
            return evidence.QuorumProblem;
        }

        problem = InclusionProof.Verify(
            MerkleTree.Leaf(entry), Index, evidence.Checkpoint.Size, Hashes.ToArray(), evidence.Checkpoint.Root);
        return problem is null ? evidence : problem;
    }

    private static Problem Malformed(string why) => new("log/proof-malformed", $"This is not a tlog-proof: {why}.");
}
