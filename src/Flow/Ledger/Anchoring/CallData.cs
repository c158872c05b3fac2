using System.Buffers.Binary;
using System.Text;
using Mortanba.TransparencyLog;

namespace Mortanba.Ledger.Anchoring;

/// <summary>Arguments of a contract's function in the order of its signature.</summary>
/// <remarks>
/// Solidity, "Contract ABI Specification", section "Formal Specification of the Encoding": one word of 32 bytes for each
/// argument; what has no fixed length stands behind them all, and its word says how many bytes from the start.
/// </remarks>
/// <param name="selector"><c>0x</c> and eight digits; empty for a constructor or the inside of a struct.</param>
public sealed class CallData(string selector)
{
    private const int WordSizeBytes = 32;

    private readonly List<(byte[] Bytes, bool IsDynamic)> arguments = [];

    /// <summary>A <c>bytesN</c>: left-aligned.</summary>
    public CallData Bytes32(ReadOnlySpan<byte> value)
    {
        var word = new byte[WordSizeBytes];
        value.CopyTo(word);
        return Add(word, isDynamic: false);
    }

    /// <summary>A <c>uint64</c> or smaller.</summary>
    public CallData Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return Add(Word(value), isDynamic: false);
    }

    public CallData Address(ChainAddress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var word = new byte[WordSizeBytes];
        value.Bytes.Span.CopyTo(word.AsSpan(WordSizeBytes - ChainAddress.SizeBytes));
        return Add(word, isDynamic: false);
    }

    public CallData Bytes(ReadOnlySpan<byte> value)
    {
        var padded = new byte[(value.Length + WordSizeBytes - 1) / WordSizeBytes * WordSizeBytes];
        value.CopyTo(padded);
        return Add([.. Word(value.Length), .. padded], isDynamic: true);
    }

    public CallData Text(string value) => Bytes(Encoding.UTF8.GetBytes(value));

    /// <summary>A <c>bytes32[]</c>.</summary>
    public CallData Hashes(IReadOnlyList<TreeHash> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Add([.. Word(value.Count), .. value.SelectMany(h => h.ToArray())], isDynamic: true);
    }

    /// <summary>A struct with a part of no fixed length.</summary>
    public CallData Struct(CallData inside)
    {
        ArgumentNullException.ThrowIfNull(inside);
        return Add(inside.Body(), isDynamic: true);
    }

    /// <summary><c>0x…</c></summary>
    public string ToHex() => (selector.Length == 0 ? "0x" : selector) + Convert.ToHexStringLower(Body());

    private static byte[] Word(long value)
    {
        var word = new byte[WordSizeBytes];
        BinaryPrimitives.WriteInt64BigEndian(word.AsSpan(WordSizeBytes - sizeof(long)), value);
        return word;
    }

    private CallData Add(byte[] bytes, bool isDynamic)
    {
        arguments.Add((bytes, isDynamic));
        return this;
    }

    private byte[] Body()
    {
        var head = new List<byte>();
        var tail = new List<byte>();
        foreach (var (bytes, isDynamic) in arguments)
        {
            head.AddRange(isDynamic ? Word((arguments.Count * WordSizeBytes) + tail.Count) : bytes);
            if (isDynamic)
            {
                tail.AddRange(bytes);
            }
        }

        return [.. head, .. tail];
    }
}
