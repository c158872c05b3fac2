using System.Text;
using Mortanba.TransparencyLog;

namespace Mortanba.Faults.Tests.Fuzz.Targets;

/// <summary>The transparency log's formats.</summary>
internal static class LogTargets
{
    public static readonly FuzzTarget[] All =
    [
        new("note", Note, "\n\n", "\n", "— ", "— name AAAAAAAAAA==\n", "\u00a0", "\r"),
        new("note-keys", Keys, "+", "PRIVATE+KEY+", "+AQ==", "+BI", "==", " "),
        new("checkpoint", ReadCheckpoint, "\n", "\n\n", "0", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "+1"),
        new("tlog-proof", Proof, "c2sp.org/tlog-proof@v1\n", "extra ", "index 0\n", "\n\n", "AAAA"),
        new("policy", Policy, "log ", "witness ", "group ", "quorum ", "any", "all", "none", "2", "#", "\n", "\t", "g g g"),
        new("tile-path", TilePath, "tile/", "entries", "/x001", "/000", ".p/255", ".p/256", "x", "999"),
        new("entry-bundle", Bundle),
        new("frontier", ReadFrontier),
    ];

    private static readonly LogPolicy AnyPolicy = LogPolicy.Parse(Encoding.UTF8.GetString(Corpus.Of("policy")[0].Bytes)).Value;

    private static bool Note(byte[] bytes)
    {
        if (!SignedNote.Parse(bytes).TryGet(out var note, out _))
        {
            return false;
        }

        var written = SignedNote.Write(note.Text, note.Signatures);
        BrokenPromiseException.Unless(Encoding.UTF8.GetBytes(written).AsSpan().SequenceEqual(bytes), "two texts for one note");
        if (AnyPolicy.Evaluate(written).TryGet(out var evidence, out _))
        {
            BrokenPromiseException.Unless(
                Corpus.Of("note").Any(file => Encoding.UTF8.GetString(file.Bytes).StartsWith(note.Text, StringComparison.Ordinal)),
                $"a checkpoint of size {evidence.Checkpoint.Size} was believed that no log signed");
        }

        return true;
    }

    private static bool Keys(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (NoteSigner.Parse(text).TryGet(out var signer, out _))
        {
            _ = signer.Verifier();
            return true;
        }

        if (!NoteVerifier.Parse(text).TryGet(out var key, out _))
        {
            return false;
        }

        using (key)
        {
            // The id is hexadecimal in either case; all else has one text.
            BrokenPromiseException.Unless(key.ToVkey().Equals(text, StringComparison.OrdinalIgnoreCase), "another key");
            _ = key.Verify("text"u8, new byte[64]);
            return true;
        }
    }

    private static bool ReadCheckpoint(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (!Checkpoint.Parse(text).TryGet(out var checkpoint, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(checkpoint.Text() == text, "two texts for one checkpoint");
        return true;
    }

    private static bool Proof(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (!TlogProof.Parse(text).TryGet(out var proof, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(proof.Write() == text, "two texts for one proof");
        _ = proof.Verify("entry"u8, AnyPolicy);
        return true;
    }

    private static bool Policy(byte[] bytes)
    {
        if (!LogPolicy.Parse(Encoding.UTF8.GetString(bytes)).TryGet(out var policy, out _))
        {
            return false;
        }

        foreach (var (_, note) in Corpus.Of("note").Take(2))
        {
            _ = policy.Evaluate(Encoding.UTF8.GetString(note));
        }

        return true;
    }

    private static bool TilePath(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (!TileId.Parse(text).TryGet(out var tile, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(tile.Path() == text, "two paths for one tile");
        BrokenPromiseException.Unless(TileId.WidthAt(tile.Level, tile.Index, long.MaxValue) is >= 0 and <= 256, "a width out of range");
        return true;
    }

    // The first byte says how many entries the tree's size asks for.
    private static bool Bundle(byte[] bytes)
    {
        if (bytes.Length == 0 || !EntryBundle.Parse(bytes.AsMemory(1), bytes[0] + 1).TryGet(out var entries, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(EntryBundle.Write(entries).AsSpan().SequenceEqual(bytes.AsSpan(1)), "another bundle");
        return true;
    }

    // The size as a line of digits, then the saved hashes.
    private static bool ReadFrontier(byte[] bytes)
    {
        var end = bytes.AsSpan().IndexOf((byte)'\n');
        if (end < 0 || !long.TryParse(bytes.AsSpan(0, end), out var size)
            || !Frontier.Load(size, bytes.AsSpan(end + 1)).TryGet(out var frontier, out _))
        {
            return false;
        }

        BrokenPromiseException.Unless(frontier.Save().AsSpan().SequenceEqual(bytes.AsSpan(end + 1)), "another frontier");
        _ = frontier.Root();
        return true;
    }
}
