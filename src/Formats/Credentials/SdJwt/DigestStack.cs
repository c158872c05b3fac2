using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Mortanba.Credentials;

/// <summary>Digests of the claims of open containers, innermost last: base64url, 43 characters each.</summary>
internal sealed class DigestStack
{
    public const int TextSize = 43;

    private readonly Utf8Buffer digests = new(4 * 1024);

    /// <summary>Size in bytes; marks where a container's digests begin.</summary>
    public int Length => digests.Length;

    public void Clear() => digests.Clear();

    public void Push(ReadOnlySpan<byte> digestText) => digests.Write(digestText);

    /// <summary>
    /// Writes the digests above a mark as a JSON array and takes them off: sorted, so that their order says nothing about
    /// the order of the claims (RFC 9901 section 4.2.4.1).
    /// </summary>
    public void PopTo(int start, Utf8Buffer json)
    {
        var list = digests.Writable[start..];
        MemoryMarshal.Cast<byte, DigestText>(list).Sort();
        json.Write("["u8);
        for (var at = 0; at < list.Length; at += TextSize)
        {
            json.Write(at == 0 ? "\""u8 : ",\""u8);
            json.Write(list.Slice(at, TextSize));
            json.Write("\""u8);
        }

        json.Write("]"u8);
        digests.CutTo(start);
    }

    [InlineArray(TextSize)]
    private struct DigestText : IComparable<DigestText>
    {
        private byte first;

        public readonly int CompareTo(DigestText other) => ((ReadOnlySpan<byte>)this).SequenceCompareTo(other);
    }
}
