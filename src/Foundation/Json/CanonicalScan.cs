using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Mortanba.Foundation;

/// <summary>Sees in one pass over the bytes that a JSON value is canonical (RFC 8785) already, as nearly all of ours are.</summary>
internal static class CanonicalScan
{
    private const int DepthMax = StrictJson.DepthMax + 1;

    // Numbers of so many digits, without sign, point and exponent, are their own shortest form.
    private const int PlainDigitsMax = 15;

    /// <summary>
    /// True: canonical. False: not, or not seen here (escapes, fractions, names that sort otherwise in UTF-16): the writer
    /// must tell. The bytes must be one value that a parser accepted.
    /// </summary>
    public static bool IsPlainlyCanonical(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        Span<Name> names = stackalloc Name[DepthMax + 1];
        var depth = 0;
        var at = 0;
        while (at < json.Length)
        {
            switch (json[at])
            {
                case (byte)'{' or (byte)'[':
                    if (++depth > DepthMax)
                    {
                        return false;
                    }

                    names[depth] = new Name(0, -1);
                    at++;
                    break;
                case (byte)'}' or (byte)']':
                    depth--;
                    at++;
                    break;
                case (byte)',' or (byte)':':
                    at++;
                    break;
                case (byte)'"':
                    var length = json[(at + 1)..].IndexOfAny((byte)'"', (byte)'\\');
                    var end = at + 1 + length;
                    if (json[end] == '\\')
                    {
                        return false;
                    }

                    // Without white space only a name stands before a colon.
                    if (end + 1 < json.Length && json[end + 1] == ':')
                    {
                        if (!Follows(json, names[depth], json.Slice(at + 1, length)))
                        {
                            return false;
                        }

                        names[depth] = new Name(at + 1, length);
                    }

                    at = end + 1;
                    break;
                case >= (byte)'0' and <= (byte)'9':
                    var digits = json[at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
                    digits = digits < 0 ? json.Length - at : digits;
                    at += digits;
                    if (digits > PlainDigitsMax || (at < json.Length && json[at] is (byte)'.' or (byte)'e' or (byte)'E'))
                    {
                        return false;
                    }

                    break;
                case (byte)'t' or (byte)'n':
                    at += 4;
                    break;
                case (byte)'f':
                    at += 5;
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    // Bytes sort as UTF-16 does, but for U+E000-U+FFFF (lead bytes EE and EF): those are left to the writer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Follows(ReadOnlySpan<byte> json, Name previous, ReadOnlySpan<byte> name) =>
        !name.ContainsAny((byte)0xee, (byte)0xef)
        && (previous.Length < 0 || json.Slice(previous.At, previous.Length).SequenceCompareTo(name) < 0);

    private readonly record struct Name(int At, int Length);
}
