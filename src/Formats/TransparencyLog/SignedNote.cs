using System.Text;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>A text and the signatures under it (C2SP signed-note v1, "Format"). Parsed, not yet verified.</summary>
public sealed class SignedNote
{
    /// <summary>Verifiers must accept 16 signatures; a note of a sane log has fewer than this.</summary>
    public const int SignaturesMax = 64;

    /// <summary>64 post-quantum signatures of 5 kB fit.</summary>
    public const int SizeMaxBytes = 512 * 1024;

    private const string LineStart = "— "; // U+2014, space

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SignedNote(string text, IReadOnlyList<NoteSignature> signatures)
    {
        Text = text;
        Signatures = signatures;
    }

    /// <summary>What is signed: ends with a newline.</summary>
    public string Text { get; }

    public IReadOnlyList<NoteSignature> Signatures { get; }

    public static Outcome<SignedNote> Parse(ReadOnlySpan<byte> note)
    {
        if (note.Length > SizeMaxBytes)
        {
            return Malformed("it is too long");
        }

        try
        {
            return Parse(StrictUtf8.GetString(note));
        }
        catch (DecoderFallbackException)
        {
            return Malformed("it is not UTF-8");
        }
    }

    public static Outcome<SignedNote> Parse(string note)
    {
        if (note.Length > SizeMaxBytes)
        {
            return Malformed("it is too long");
        }

        if (note.AsSpan().ContainsAnyInRange('\0', '\t') || note.AsSpan().ContainsAnyInRange('\v', '\x1f'))
        {
            return Malformed("it has control characters");
        }

        var gap = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (gap < 0 || !note.EndsWith('\n') || gap + 2 == note.Length)
        {
            return Malformed("text, empty line and signatures are not there");
        }

        var signatures = new List<NoteSignature>();
        var rest = note.AsSpan(gap + 2);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('\n');
            if (signatures.Count == SignaturesMax || ParseLine(rest[..end]) is not { } signature)
            {
                return Malformed("a signature line is wrong or one too many");
            }

            signatures.Add(signature);
            rest = rest[(end + 1)..];
        }

        return new SignedNote(note[..(gap + 1)], signatures);
    }

    /// <summary>
    /// The signatures by these keys. A signature by any other key is ignored; one by a known key that fails rejects
    /// the whole note, and so does having none ("Signatures").
    /// </summary>
    public Outcome<IReadOnlyList<VerifiedSignature>> Verify(params IReadOnlyList<NoteVerifier> keys)
    {
        var text = Encoding.UTF8.GetBytes(Text);
        var verified = new List<VerifiedSignature>();
        foreach (var signature in Signatures)
        {
            var key = keys.FirstOrDefault(k => k.KeyId == signature.KeyId && k.Name == signature.Name);
            if (key is null || verified.Exists(v => v.Key == key))
            {
                continue;
            }

            if (!key.Verify(text, signature.Signature.Span))
            {
                return new Problem(
                    "log/note-signature-invalid",
                    $"The signature of the known key {key.Name} does not fit the text.",
                    ("name", key.Name));
            }

            verified.Add(new VerifiedSignature(key, key.TimeOf(signature.Signature.Span)));
        }

        return verified.Count == 0
            ? new Problem("log/note-unsigned", "No known key signed the note.")
            : Outcome<IReadOnlyList<VerifiedSignature>>.From(verified);
    }

    /// <summary>Puts text and signature lines together. Throws <see cref="ArgumentException"/> when the text is not a note's.</summary>
    public static string Write(string text, params IEnumerable<NoteSignature> signatures)
    {
        var note = new StringBuilder(text).Append('\n');
        foreach (var signature in signatures)
        {
            note.Append(signature.Line());
        }

        return Parse(note.ToString()).TryGet(out var parsed, out var problem) && parsed.Text == text
            ? note.ToString()
            : throw new ArgumentException(problem?.Detail ?? "The text holds what looks like signatures.", nameof(text));
    }

    /// <summary>The note with one more signature, in place of an older one by the same key.</summary>
    public string With(NoteSignature signature) =>
        Write(Text, [.. Signatures.Where(s => s.Name != signature.Name || s.KeyId != signature.KeyId), signature]);

    /// <summary>Reads one signature line with its newline: what a witness answers (C2SP tlog-witness).</summary>
    public static Outcome<NoteSignature> ParseSignatureLine(string line) =>
        line.EndsWith('\n') && line.IndexOf('\n', StringComparison.Ordinal) == line.Length - 1
            && ParseLine(line.AsSpan(0, line.Length - 1)) is { } signature
            ? signature
            : Malformed("the signature line is wrong");

    private static NoteSignature? ParseLine(ReadOnlySpan<char> line)
    {
        if (!line.StartsWith(LineStart, StringComparison.Ordinal))
        {
            return null;
        }

        line = line[LineStart.Length..];
        var space = line.IndexOf(' ');
        if (space < 0)
        {
            return null;
        }

        var name = line[..space].ToString();
        return NoteKeyName.IsValid(name)
            && StrictBase64.TryDecode(line[(space + 1)..], out var bytes)
            && bytes.Length > sizeof(uint)
            ? new NoteSignature(name, new NoteKeyId(bytes), bytes.AsMemory(sizeof(uint)))
            : null;
    }

    private static Problem Malformed(string why) => new("log/note-malformed", $"This is not a signed note: {why}.");
}

/// <summary>One signature line: whose it says it is, and the signature after the key id.</summary>
public sealed record NoteSignature(string Name, NoteKeyId KeyId, ReadOnlyMemory<byte> Signature)
{
    /// <summary><c>— name base64(key id || signature)</c> and a newline.</summary>
    public string Line()
    {
        var bytes = new byte[sizeof(uint) + Signature.Length];
        KeyId.Write(bytes);
        Signature.Span.CopyTo(bytes.AsSpan(sizeof(uint)));
        return $"— {Name} {Convert.ToBase64String(bytes)}\n";
    }
}

/// <summary>A signature that fits.</summary>
/// <param name="Time">When a cosigner says it signed, whole seconds; null for a plain signature.</param>
public sealed record VerifiedSignature(NoteVerifier Key, DateTimeOffset? Time);
