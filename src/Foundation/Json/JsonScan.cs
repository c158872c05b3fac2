using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Mortanba.Foundation;

/// <summary>What one pass over a JSON text saw of it. Holds only together with a parser that accepts the same bytes.</summary>
internal enum JsonTraits
{
    /// <summary>Nothing is known: the slower ways must tell.</summary>
    Unknown,

    /// <summary>No name stands twice in one object, no number loses digits, no surrogate is alone.</summary>
    Unambiguous,

    /// <summary>All that, and the bytes are the canonical form (RFC 8785) as they stand.</summary>
    Canonical,
}

/// <summary>Sees in one pass over the bytes that a JSON text is canonical, as nearly all of ours are, or at least unambiguous.</summary>
/// <remarks>
/// Escapes with <c>u</c>, escapes in names, exponents, long numbers, white space, deep or wide objects are left to the slower ways. Names
/// that rise in byte order cannot repeat; a name that does not rise is compared with those before it.
/// </remarks>
internal static class JsonScan
{
    private const int DepthMax = StrictJson.DepthMax + 1;
    private const int NamesMax = 256;

    // Comparing each with each must stay cheap whoever wrote the text.
    private const int UnsortedNamesMax = 32;

    // Numbers of so many digits, without sign, point and exponent, are their own shortest form and below 2^53.
    private const int PlainDigitsMax = 15;

    /// <summary>True: canonical. False: not, or not seen here. The bytes must be one value that a parser accepted.</summary>
    public static bool IsPlainlyCanonical(ReadOnlySpan<byte> json) =>
        Utf8.IsValid(json) && Of(json) == JsonTraits.Canonical;

    /// <param name="json">Valid UTF-8; need not be JSON, but the answer holds only if a parser accepts it.</param>
    public static JsonTraits Of(ReadOnlySpan<byte> json)
    {
        Span<Name> names = stackalloc Name[NamesMax];
        Span<Container> containers = stackalloc Container[DepthMax + 1];
        var (depth, nameCount, at) = (0, 0, 0);
        var isCanonical = true;
        while (at < json.Length)
        {
            switch (json[at])
            {
                case (byte)',' or (byte)':':
                    at++;
                    break;
                case (byte)'"':
                    var end = StringEnd(json, at + 1, out var hasEscapes, ref isCanonical);
                    if (end < 0)
                    {
                        return JsonTraits.Unknown;
                    }

                    // Without white space only a name stands before a colon.
                    if (end < json.Length && json[end] == ':')
                    {
                        var name = new Name(at + 1, end - at - 2);
                        if (hasEscapes || nameCount == NamesMax
                            || !Add(json, names, nameCount++, ref containers[depth], name, ref isCanonical))
                        {
                            return JsonTraits.Unknown;
                        }
                    }

                    at = end;
                    break;
                case (byte)'{' or (byte)'[':
                    if (++depth > DepthMax)
                    {
                        return JsonTraits.Unknown;
                    }

                    containers[depth] = new Container(nameCount, -1);
                    at++;
                    break;
                case (byte)'}' or (byte)']':
                    if (depth == 0)
                    {
                        return JsonTraits.Unknown;
                    }

                    nameCount = containers[depth--].First;
                    at++;
                    break;
                case >= (byte)'0' and <= (byte)'9':
                    var start = at;
                    at = DigitsEnd(json, at);
                    if (at - start > PlainDigitsMax || (at < json.Length && (json[at] | 0x20) == 'e'))
                    {
                        return JsonTraits.Unknown;
                    }

                    break;
                case (byte)'-' or (byte)'.':
                    isCanonical = false;
                    at++;
                    break;
                case (byte)'t' or (byte)'n':
                    at += 4;
                    break;
                case (byte)'f':
                    at += 5;
                    break;
                default:
                    return JsonTraits.Unknown;
            }
        }

        return isCanonical ? JsonTraits.Canonical : JsonTraits.Unambiguous;
    }

    // False when the name may stand there already.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Add(
        ReadOnlySpan<byte> json, Span<Name> names, int count, ref Container container, Name name, ref bool isCanonical)
    {
        var text = name.In(json);
        names[count] = name;
        if (container.Highest < 0 || names[container.Highest].In(json).SequenceCompareTo(text) < 0)
        {
            container = container with { Highest = count };

            // Bytes sort as UTF-16 does, but for U+E000-U+FFFF (lead bytes EE and EF): those are left to the writer.
            isCanonical = isCanonical && !text.ContainsAny((byte)0xee, (byte)0xef);
            return true;
        }

        isCanonical = false;
        return count - container.First < UnsortedNamesMax && !IsAmong(json, names[container.First..count], text);
    }

    private static bool IsAmong(ReadOnlySpan<byte> json, ReadOnlySpan<Name> names, ReadOnlySpan<byte> text)
    {
        foreach (var name in names)
        {
            if (name.In(json).SequenceEqual(text))
            {
                return true;
            }
        }

        return false;
    }

    // Behind the closing quote; -1 when there is none, or an escape that this pass does not read.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int StringEnd(ReadOnlySpan<byte> json, int at, out bool hasEscapes, ref bool isCanonical)
    {
        hasEscapes = false;
        while (true)
        {
            at = QuoteOrBackslash(json, at);
            if (at >= json.Length)
            {
                return -1;
            }

            if (json[at] == '"')
            {
                return at + 1;
            }

            hasEscapes = true;
            if (at + 1 >= json.Length || json[at + 1] == 'u')
            {
                return -1;
            }

            // The other short escapes stand for what must be escaped.
            isCanonical &= json[at + 1] != '/';
            at += 2;
        }
    }

    // Most strings end within the first block: a call for each would cost more than the search.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int QuoteOrBackslash(ReadOnlySpan<byte> json, int at)
    {
        if (json.Length - at >= Vector256<byte>.Count)
        {
            var block = Vector256.Create(json.Slice(at, Vector256<byte>.Count));
            var hits = (Vector256.Equals(block, Vector256.Create((byte)'"'))
                | Vector256.Equals(block, Vector256.Create((byte)'\\'))).ExtractMostSignificantBits();
            if (hits != 0)
            {
                return at + BitOperations.TrailingZeroCount(hits);
            }

            at += Vector256<byte>.Count;
        }

        var next = at < json.Length ? json[at..].IndexOfAny((byte)'"', (byte)'\\') : -1;
        return next < 0 ? json.Length : at + next;
    }

    private static int DigitsEnd(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is >= (byte)'0' and <= (byte)'9')
        {
            at++;
        }

        return at;
    }

    private readonly record struct Name(int At, int Length)
    {
        public ReadOnlySpan<byte> In(ReadOnlySpan<byte> json) => json.Slice(At, Length);
    }

    /// <param name="First">Place of its first name among the names.</param>
    /// <param name="Highest">Place of the name that sorts last so far; -1 when there is none.</param>
    private readonly record struct Container(int First, int Highest);
}
