using System.Globalization;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>
/// What a log asks a witness to cosign (C2SP tlog-witness, "add-checkpoint"): the size it last knows of the witness, the
/// consistency proof from there, an empty line, the signed checkpoint.
/// </summary>
/// <param name="OldSize">Entries of the checkpoint the witness cosigned last; 0 for the first.</param>
/// <param name="Proof">From <paramref name="OldSize"/> to the checkpoint; empty for the first and for the same size.</param>
/// <param name="Note">The checkpoint with the log's signature.</param>
public sealed record AddCheckpoint(long OldSize, IReadOnlyList<TreeHash> Proof, string Note)
{
    /// <summary>"Between zero and 63" hashes.</summary>
    private const int HashesMax = 63;

    private const string OldStart = "old ";

    public string Text()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{OldStart}{OldSize}\n");
        foreach (var hash in Proof)
        {
            text.Append(hash.ToBase64()).Append('\n');
        }

        return text.Append('\n').Append(Note).ToString();
    }

    /// <summary>Reads a request's body; the note inside is not looked at yet.</summary>
    public static Outcome<AddCheckpoint> Parse(string body)
    {
        var gap = body.IndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0)
        {
            return Malformed("the empty line before the checkpoint is not there");
        }

        var lines = body[..gap].Split('\n');
        if (!lines[0].StartsWith(OldStart, StringComparison.Ordinal)
            || !StrictDecimal.TryParse(lines[0].AsSpan(OldStart.Length), out var oldSize))
        {
            return Malformed("its first line is not 'old' and a plain number");
        }

        if (lines.Length - 1 > HashesMax)
        {
            return Malformed("the proof has more than 63 hashes");
        }

        var proof = new TreeHash[lines.Length - 1];
        for (var i = 0; i < proof.Length; i++)
        {
            if (!TreeHash.TryParse(lines[i + 1], out proof[i]))
            {
                return Malformed($"line {i + 2} is not 32 bytes of base64");
            }
        }

        return new AddCheckpoint(oldSize, proof, body[(gap + 2)..]);
    }

    /// <summary>Reads the body of a 409: the size to prove from, and a newline.</summary>
    public static bool TryParseSize(string body, out long size)
    {
        size = 0;
        return body.EndsWith('\n') && StrictDecimal.TryParse(body.AsSpan(0, body.Length - 1), out size);
    }

    private static Problem Malformed(string why) =>
        new("log/add-checkpoint-malformed", $"This is not a request to cosign a checkpoint: {why}.", ("reason", why));
}
