using System.Numerics;
using System.Runtime.InteropServices;

namespace Mortanba.Credentials;

/// <summary>Finds a presented disclosure by the text of its digest: texts side by side in one array, found by their first bytes.</summary>
/// <remarks>Digests are evenly spread, and a sender who grinds them alike only lengthens the search among his own.</remarks>
internal sealed class DigestTable
{
    private readonly int textSize;
    private readonly byte[] texts;

    // One more than the index of a disclosure; 0 is free. At most half of the slots are ever taken.
    private readonly int[] slots;

    /// <param name="count">How many digests there will be at most.</param>
    /// <param name="textSize">Characters of one, at least 8.</param>
    public DigestTable(int count, int textSize)
    {
        this.textSize = textSize;
        texts = new byte[count * textSize];
        slots = new int[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2 * count, 4))];
    }

    /// <summary>False when the same text is there already.</summary>
    public bool TryAdd(ReadOnlySpan<byte> text, int index)
    {
        var slot = SlotOf(text);
        if (slots[slot] != 0)
        {
            return false;
        }

        slots[slot] = index + 1;
        text.CopyTo(texts.AsSpan(index * textSize));
        return true;
    }

    /// <summary>Index of the disclosure with this digest; -1 when there is none.</summary>
    public int IndexOf(ReadOnlySpan<byte> text) => text.Length == textSize ? slots[SlotOf(text)] - 1 : -1;

    // Where the text stands, or the free slot where it would.
    private int SlotOf(ReadOnlySpan<byte> text)
    {
        const ulong Spread = 0x9E3779B97F4A7C15;
        var mask = slots.Length - 1;
        var slot = (int)(unchecked(MemoryMarshal.Read<ulong>(text) * Spread) >> 33) & mask;
        while (slots[slot] != 0 && !texts.AsSpan((slots[slot] - 1) * textSize, textSize).SequenceEqual(text))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
