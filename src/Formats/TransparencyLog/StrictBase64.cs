using System.Diagnostics.CodeAnalysis;

namespace Mortanba.TransparencyLog;

/// <summary>Standard base64 with padding (RFC 4648 section 4), one encoding for each value: no spaces, no stray bits.</summary>
internal static class StrictBase64
{
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text.Length % 4 != 0)
        {
            return false;
        }

        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, buffer, out var written)
            || !Convert.ToBase64String(buffer, 0, written).AsSpan().SequenceEqual(text))
        {
            return false;
        }

        bytes = buffer.AsSpan(0, written).ToArray();
        return true;
    }
}
