using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Mortanba.AiEducation;

/// <summary>
/// One SHA-256 over all facts that were read, in their order: two computations with one hash have read the same. Each fact is its place and
/// time (64 bits each, big-endian; the time in UTC ticks), then type, school, subject, stream, number and the values by name, each ended by
/// the byte 0x1F, an absent one by 0x1E; the fact by 0x0A.
/// </summary>
internal sealed class FactHash : IDisposable
{
    private const byte End = 0x1F;
    private const byte Absent = 0x1E;
    private const int BufferSizeBytes = 1 << 16;

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] buffer = new byte[BufferSizeBytes];
    private int length;

    public void Append(KeptFact fact)
    {
        Number(fact.Seq);
        Number(fact.At.UtcTicks);
        Word(fact.Fact.Type);
        Word(fact.School);
        Word(fact.Fact.Subject);
        Word(fact.Stream);
        Number(fact.Number);
        IEnumerable<KeyValuePair<string, string>> values = fact.Fact.Values;
        foreach (var (name, value) in fact.Fact.Values.Count < 2 ? values : values.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            Word(name);
            Word(value);
        }

        Room(1)[0] = (byte)'\n';
        length++;
        if (length >= BufferSizeBytes / 2)
        {
            Flush();
        }
    }

    /// <summary>By which the same fact is known again, however often it is told: the beginning of a SHA-256 over its event, type, subject and values.</summary>
    public static UInt128 Of(KeptFact fact)
    {
        var text = new StringBuilder(fact.Stream).Append((char)End).Append(CultureInfo.InvariantCulture, $"{fact.Number}")
            .Append((char)End).Append(fact.Fact.Type).Append((char)End).Append(fact.Fact.Subject);
        foreach (var (name, value) in fact.Fact.Values)
        {
            text.Append((char)End).Append(name).Append((char)End).Append(value);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()), digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }

    /// <summary>Of everything so far, in hexadecimal.</summary>
    public string Now()
    {
        Flush();
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    public void Dispose() => hash.Dispose();

    private void Flush()
    {
        hash.AppendData(buffer, 0, length);
        length = 0;
    }

    private void Number(long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(Room(sizeof(long)), number);
        length += sizeof(long);
    }

    private void Word(string? word)
    {
        if (word is not null)
        {
            length += Encoding.UTF8.GetBytes(word, Room(Encoding.UTF8.GetMaxByteCount(word.Length)));
        }

        Room(1)[0] = word is null ? Absent : End;
        length++;
    }

    private Span<byte> Room(int size)
    {
        if (buffer.Length - length < size)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, length + size));
        }

        return buffer.AsSpan(length);
    }
}
