using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A list of status values, a few bits each; index 0 is the left-most bit of the first byte.</summary>
/// <remarks>
/// Bitstring Status List 1.0 sections 2.2 and 3. Made: <see cref="Encode"/>, <see cref="WriteCredential"/>. Read:
/// <see cref="Read"/>; the list's proof is verified apart (<see cref="ProofVerifier"/>), before the list is believed.
/// </remarks>
public sealed class BitstringStatusList
{
    /// <summary>Fewer entries would let the list's reader guess the holder (section 4.1).</summary>
    public const int EntryCountMin = 131_072;

    /// <summary>Bits of the list after decompression are at most this many bytes: 64 M entries of one bit.</summary>
    public const int SizeMaxBytes = 8 * 1024 * 1024;

    public const string CredentialType = "BitstringStatusListCredential";
    public const string ListType = "BitstringStatusList";

    private readonly byte[] bits;

    private BitstringStatusList(string id, IReadOnlyList<string> purposes, byte[] bits)
    {
        Id = id;
        Purposes = purposes;
        this.bits = bits;
    }

    /// <summary>The address under which entries point to the list's credential; empty when it has no id.</summary>
    public string Id { get; }

    public IReadOnlyList<string> Purposes { get; }

    public long SizeBits => bits.Length * 8L;

    /// <summary>How long the list may be kept, when it says so.</summary>
    public TimeSpan? TimeToLive { get; private init; }

    public DateTimeOffset? ValidFrom { get; private init; }

    public DateTimeOffset? ValidUntil { get; private init; }

    /// <summary><c>u</c> + base64url of GZIP of the bits. At least <see cref="EntryCountMin"/> bits.</summary>
    public static string Encode(ReadOnlySpan<byte> bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits.Length, EntryCountMin / 8);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(bits);
        }

        return "u" + Base64Url.EncodeToString(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    /// <summary>Sets the value of one entry in a bit array that is to be encoded.</summary>
    public static void Set(Span<byte> bits, int index, bool value)
    {
        var mask = (byte)(0x80 >> (index & 7));
        bits[index >> 3] = (byte)(value ? bits[index >> 3] | mask : bits[index >> 3] & ~mask);
    }

    /// <summary>
    /// The canonical bytes of the unsigned list credential, one bit an entry: for <see cref="DataIntegrity"/>.
    /// </summary>
    /// <param name="url">Address at which it is served; id of the credential, and with <c>#list</c> of the list.</param>
    /// <param name="purpose"><c>revocation</c> or <c>suspension</c>.</param>
    public static byte[] WriteCredential(
        string url,
        string purpose,
        ReadOnlySpan<byte> bits,
        string issuerDid,
        DateTimeOffset validFrom,
        DateTimeOffset? validUntil = null,
        TimeSpan? timeToLive = null)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        output.Write("{\"@context\":[\""u8);
        output.Write(System.Text.Encoding.ASCII.GetBytes(Contexts.BaseUrl));
        output.Write("\"],\"credentialSubject\":{\"encodedList\":"u8);
        Jcs.WriteString(Encode(bits), output);
        output.Write(",\"id\":"u8);
        Jcs.WriteString(url + "#list", output);
        output.Write(",\"statusPurpose\":"u8);
        Jcs.WriteString(purpose, output);
        if (timeToLive is { } live)
        {
            output.Write(",\"ttl\":"u8);
            Jcs.WriteNumber(Math.Floor(live.TotalMilliseconds), output);
        }

        output.Write(",\"type\":\"BitstringStatusList\"},\"id\":"u8);
        Jcs.WriteString(url, output);
        output.Write(",\"issuer\":"u8);
        Jcs.WriteString(issuerDid, output);
        output.Write(",\"type\":[\"VerifiableCredential\",\"BitstringStatusListCredential\"],\"validFrom\":"u8);
        Jcs.WriteString(DateTimeStamp.Write(validFrom), output);
        if (validUntil is { } until)
        {
            output.Write(",\"validUntil\":"u8);
            Jcs.WriteString(DateTimeStamp.Write(until), output);
        }

        output.Write("}"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a list credential; its bits are unpacked up to <paramref name="sizeMaxBytes"/>.</summary>
    public static Outcome<BitstringStatusList> Read(JsonElement credential, int sizeMaxBytes = SizeMaxBytes)
    {
        if (!Json.HasType(credential, CredentialType) || !credential.TryGetProperty("credentialSubject", out var subject)
            || !Json.HasType(subject, ListType))
        {
            return Malformed("type");
        }

        var purposes = Json.Texts(subject, "statusPurpose");
        if (purposes.Count == 0)
        {
            return Malformed("statusPurpose");
        }

        if (Json.Text(subject, "encodedList") is not { Length: > 1 } encoded || encoded[0] != 'u'
            || !Base64Url.IsValid(encoded.AsSpan(1)))
        {
            return Malformed("encodedList");
        }

        if (!Json.Time(credential, "validFrom", out var from) || !Json.Time(credential, "validUntil", out var until))
        {
            return Malformed("validUntil");
        }

        if (!Unpack(Base64Url.DecodeFromChars(encoded.AsSpan(1)), sizeMaxBytes).TryGet(out var bits, out var problem))
        {
            return problem;
        }

        return bits.Length < EntryCountMin / 8
            ? new Problem(
                "credentials/status-list-too-short",
                $"The status list has {bits.Length * 8} bits; at least {EntryCountMin} are required.",
                ("size", $"{bits.Length * 8}"),
                ("limit", $"{EntryCountMin}"))
            : new BitstringStatusList(Json.Text(credential, "id") ?? "", purposes, bits)
            {
                TimeToLive = TimeToLiveOf(subject),
                ValidFrom = from,
                ValidUntil = until,
            };
    }

    /// <summary>The status of one entry, or why it cannot be told: never a guess.</summary>
    public Outcome<StatusResult> StatusOf(BitstringStatusEntry entry)
    {
        if (Id.Length > 0 && Id != entry.ListUri)
        {
            return new Problem("credentials/status-list-mismatch", "The status list is not the one the entry names.");
        }

        if (!Purposes.Contains(entry.Purpose, StringComparer.Ordinal))
        {
            return new Problem(
                "credentials/status-purpose-mismatch",
                $"The status list is not for {entry.Purpose}.",
                ("purpose", entry.Purpose));
        }

        // Sizes above one bit leave room for fewer entries; the herd must still be large enough (section 3.2).
        var entryCount = SizeBits / entry.SizeBits;
        if (entryCount < EntryCountMin)
        {
            return new Problem(
                "credentials/status-list-too-short",
                $"The status list has {entryCount} entries; at least {EntryCountMin} are required.",
                ("size", $"{entryCount}"),
                ("limit", $"{EntryCountMin}"));
        }

        if (entry.Index >= entryCount)
        {
            return new Problem("credentials/status-index-out-of-range", "The status index is beyond the end of the list.");
        }

        var value = ValueAt(entry.Index, entry.SizeBits);
        return new StatusResult(entry.Purpose, value, entry.Messages.GetValueOrDefault(value));
    }

    private int ValueAt(long index, int sizeBits)
    {
        var value = 0;
        for (var bit = index * sizeBits; bit < (index + 1) * sizeBits; bit++)
        {
            value = (value << 1) | ((bits[(int)(bit >> 3)] >> (int)(7 - (bit & 7))) & 1);
        }

        return value;
    }

    // Counts while it unpacks: a small file can hold gigabytes of zeros.
    private static Outcome<byte[]> Unpack(byte[] packed, int sizeMaxBytes)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            using var bits = new MemoryStream();
            var block = new byte[16 * 1024];
            int read;
            while ((read = gzip.Read(block)) > 0)
            {
                if (bits.Length + read > sizeMaxBytes)
                {
                    return new Problem(
                        "credentials/status-list-too-large",
                        $"The status list unpacks to more than {sizeMaxBytes} bytes.",
                        ("limit", $"{sizeMaxBytes}"));
                }

                bits.Write(block, 0, read);
            }

            return bits.ToArray();
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            return Malformed("encodedList");
        }
    }

    private static TimeSpan? TimeToLiveOf(JsonElement subject) =>
        subject.TryGetProperty("ttl", out var ttl) && ttl.ValueKind == JsonValueKind.Number
            && ttl.TryGetInt64(out var milliseconds) && milliseconds is > 0 and < int.MaxValue
                ? TimeSpan.FromMilliseconds(milliseconds)
                : null;

    private static Problem Malformed(string member) => new(
        "credentials/malformed-status-list",
        $"The status list's {member} is absent or out of form.",
        ("member", member));
}

/// <summary>What one entry says now.</summary>
/// <param name="Value">0 means: not revoked, not suspended, nothing to say.</param>
/// <param name="Message">The issuer's word for that value, for the purpose <c>message</c>.</param>
public sealed record StatusResult(string Purpose, int Value, string? Message);
