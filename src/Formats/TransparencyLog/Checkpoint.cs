using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>What a log promises: its name, how many entries it has, and the root over them (C2SP tlog-checkpoint).</summary>
/// <param name="Origin">The log's identity, a schema-less address; also the name of its key.</param>
/// <param name="Extensions">Further lines, usually none; the log signs them, witnesses say nothing about them.</param>
public sealed record Checkpoint(string Origin, long Size, TreeHash Root, IReadOnlyList<string> Extensions)
{
    public Checkpoint(string origin, long size, TreeHash root)
        : this(origin, size, root, [])
    {
    }

    /// <summary>The note text: origin, size, base64 root, extensions, a line each.</summary>
    public string Text() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Root.ToBase64()}\n")
        + string.Concat(Extensions.Select(line => line + "\n"));

    /// <summary>The checkpoint as a note signed by the log's key.</summary>
    public string Sign(NoteSigner key) => SignedNote.Write(Text(), key.Sign(Text()));

    /// <summary>Reads a note text; signatures are not its matter.</summary>
    public static Outcome<Checkpoint> Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[^1].Length != 0 || lines[..^1].Any(line => line.Length == 0))
        {
            return Malformed("it is not three lines or more, each ended");
        }

        if (!StrictDecimal.TryParse(lines[1], out var size))
        {
            return Malformed("the size is not a plain number");
        }

        if (!TreeHash.TryParse(lines[2], out var root))
        {
            return Malformed("the root is not 32 bytes of base64");
        }

        return size == 0 && root != MerkleTree.EmptyRoot
            ? Malformed("an empty log has another root")
            : new Checkpoint(lines[0], size, root, lines[3..^1]);
    }

    /// <summary>Reads a signed checkpoint of exactly this log: signature by its key, origin as named.</summary>
    public static Outcome<Checkpoint> Open(string note, NoteVerifier logKey, string origin)
    {
        if (!SignedNote.Parse(note).TryGet(out var signed, out var problem)
            || !signed.Verify(logKey).TryGet(out _, out problem)
            || !Parse(signed.Text).TryGet(out var checkpoint, out problem))
        {
            return problem;
        }

        return checkpoint.Origin == origin
            ? checkpoint
            : new Problem(
                "log/checkpoint-other-origin",
                $"The checkpoint is of the log {checkpoint.Origin}, not of {origin}.",
                ("origin", checkpoint.Origin),
                ("expected", origin));
    }

    public bool Equals(Checkpoint? other) => other is not null && Text() == other.Text();

    public override int GetHashCode() => HashCode.Combine(Origin, Size, Root);

    private static Problem Malformed(string why) => new("log/checkpoint-malformed", $"This is not a checkpoint: {why}.");
}
