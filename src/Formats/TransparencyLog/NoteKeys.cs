using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Foundation;

namespace Mortanba.TransparencyLog;

/// <summary>The four bytes that, with the name, pick a key out of a note (C2SP signed-note, "Signatures").</summary>
public readonly record struct NoteKeyId(uint Value)
{
    public NoteKeyId(ReadOnlySpan<byte> bytes)
        : this(BinaryPrimitives.ReadUInt32BigEndian(bytes))
    {
    }

    public void Write(Span<byte> bytes) => BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);

    public override string ToString() => Value.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>SHA-256(name || 0x0A || type || public key), the first four bytes.</summary>
    public static NoteKeyId Of(string name, NoteKeyType type, ReadOnlySpan<byte> publicKey) =>
        new(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. publicKey]));
}

/// <summary>The signature types in use here (C2SP signed-note, "Signature types").</summary>
public enum NoteKeyType : byte
{
    /// <summary>Ed25519 over the note text: the log's own signature.</summary>
    Ed25519 = 0x01,

    /// <summary>Timestamped Ed25519 cosignature of a witness (C2SP tlog-cosignature).</summary>
    CosignatureV1 = 0x04,
}

/// <summary>A public key that signs notes.</summary>
public sealed class NoteVerifier : IDisposable
{
    private readonly Ed25519PublicKey key;

    public NoteVerifier(string name, NoteKeyType type, ReadOnlySpan<byte> publicKey)
    {
        NoteKeyName.Require(name);
        Name = name;
        Type = type;
        KeyId = NoteKeyId.Of(name, type, publicKey);
        key = new Ed25519PublicKey(publicKey);
    }

    public string Name { get; }

    public NoteKeyType Type { get; }

    public NoteKeyId KeyId { get; }

    public ReadOnlyMemory<byte> PublicKey => key.Raw;

    /// <summary>Reads <c>name+id+base64(type || key)</c> ("Verifier keys"); refuses a key id that is not the key's.</summary>
    public static Outcome<NoteVerifier> Parse(string vkey)
    {
        if (!NoteKeyName.TrySplit(vkey, out var name, out var id, out var bytes))
        {
            return Malformed("it is not name, id and key");
        }

        if (bytes.Length != 1 + Ed25519PublicKey.KeySizeBytes
            || (NoteKeyType)bytes[0] is not (NoteKeyType.Ed25519 or NoteKeyType.CosignatureV1))
        {
            return new Problem("log/key-type-unknown", "The verifier key is not of a signature type that is known here.");
        }

        var type = (NoteKeyType)bytes[0];
        if (NoteKeyId.Of(name, type, bytes.AsSpan(1)) != id)
        {
            return Malformed("the key id is not the key's");
        }

        try
        {
            return new NoteVerifier(name, type, bytes.AsSpan(1));
        }
        catch (CryptographicException)
        {
            return Malformed("the key is not one of Ed25519");
        }
    }

    /// <summary>The text form, <c>name+id+base64(type || key)</c>.</summary>
    public string ToVkey() => $"{Name}+{KeyId}+{Convert.ToBase64String([(byte)Type, .. key.Raw.Span])}";

    /// <summary>True when the signature (without key id) is this key's over the note text.</summary>
    public bool Verify(ReadOnlySpan<byte> noteText, ReadOnlySpan<byte> signature) => Type switch
    {
        NoteKeyType.Ed25519 => key.Verify(noteText, signature),
        NoteKeyType.CosignatureV1 => Cosignature.Verify(key, noteText, signature),
    };

    /// <summary>The time a cosignature carries; null for the log's own kind. Only after <see cref="Verify"/>.</summary>
    internal DateTimeOffset? TimeOf(ReadOnlySpan<byte> signature) =>
        Type == NoteKeyType.CosignatureV1 ? Cosignature.TimeOf(signature) : null;

    public void Dispose() => key.Dispose();

    private static Problem Malformed(string why) => new("log/key-malformed", $"This is not a verifier key: {why}.");
}

/// <summary>A private key that signs notes under a name. The key itself stays behind <see cref="ISigner"/>.</summary>
public sealed class NoteSigner
{
    private const string PrivatePrefix = "PRIVATE+KEY+";

    private readonly ISigner key;

    public NoteSigner(string name, ISigner key)
    {
        NoteKeyName.Require(name);
        if (key.Kind != KeyKind.Ed25519)
        {
            throw new ArgumentException("Notes are signed with Ed25519.", nameof(key));
        }

        Name = name;
        this.key = key;
    }

    public string Name { get; }

    /// <summary>The key's public half; a witness publishes it as <see cref="NoteKeyType.CosignatureV1"/>.</summary>
    public NoteVerifier Verifier(NoteKeyType type = NoteKeyType.Ed25519) => new(Name, type, key.PublicKey.Span);

    /// <summary>Reads <c>PRIVATE+KEY+name+id+base64(type || seed)</c>, the form of Go's sumdb/note. The caller disposes the key.</summary>
    public static Outcome<NoteSigner> Parse(string skey)
    {
        if (skey.StartsWith(PrivatePrefix, StringComparison.Ordinal)
            && NoteKeyName.TrySplit(skey[PrivatePrefix.Length..], out var name, out var id, out var bytes)
            && bytes.Length == 1 + Ed25519PrivateKey.SeedSizeBytes
            && bytes[0] == (byte)NoteKeyType.Ed25519)
        {
            var key = new Ed25519PrivateKey(bytes.AsSpan(1));
            if (NoteKeyId.Of(name, NoteKeyType.Ed25519, key.PublicKey.Span) == id)
            {
                return new NoteSigner(name, key);
            }

            key.Dispose();
        }

        return new Problem("log/key-malformed", "This is not a signer key.");
    }

    /// <summary>An Ed25519 signature over the note text, which ends with a newline.</summary>
    public NoteSignature Sign(string noteText) => new(
        Name,
        NoteKeyId.Of(Name, NoteKeyType.Ed25519, key.PublicKey.Span),
        key.Sign(Encoding.UTF8.GetBytes(noteText)));

    /// <summary>A cosignature/v1 over a checkpoint's text at that second (C2SP tlog-cosignature).</summary>
    public NoteSignature Cosign(string checkpointText, DateTimeOffset at) => new(
        Name,
        NoteKeyId.Of(Name, NoteKeyType.CosignatureV1, key.PublicKey.Span),
        Cosignature.Sign(key, Encoding.UTF8.GetBytes(checkpointText), at));
}

internal static class NoteKeyName
{
    private const int SizeMaxChars = 255;

    /// <summary>Not empty, no Unicode space, no plus.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > SizeMaxChars)
        {
            return false;
        }

        foreach (var letter in name)
        {
            if (letter == '+' || char.IsWhiteSpace(letter) || char.IsControl(letter))
            {
                return false;
            }
        }

        return true;
    }

    public static void Require(string name)
    {
        if (!IsValid(name))
        {
            throw new ArgumentException("A key name is not empty and has neither spaces nor '+'.", nameof(name));
        }
    }

    public static bool TrySplit(
        string text, out string name, out NoteKeyId id, [NotNullWhen(true)] out byte[]? bytes)
    {
        (name, id, bytes) = (string.Empty, default, null);
        var parts = text.Split('+', 3);
        if (parts.Length != 3
            || !IsValid(parts[0])
            || parts[1].Length != 8
            || !uint.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            || !StrictBase64.TryDecode(parts[2], out bytes))
        {
            return false;
        }

        (name, id) = (parts[0], new NoteKeyId(value));
        return true;
    }
}
