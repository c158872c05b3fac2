using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Mortanba.Ledger.Anchoring;

/// <summary>How JSON-RPC writes numbers and bytes: both as <c>0x</c> and hexadecimal digits (ethereum/execution-apis, "Hex encoding").</summary>
internal static class ChainNumbers
{
    public static string Quantity(long number) => "0x" + number.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>A number from 0 to 2^63 - 1.</summary>
    public static bool TryQuantity(string? text, out long number)
    {
        number = 0;
        return text is { Length: > 2 and <= 18 } && text.StartsWith("0x", StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            && number >= 0;
    }

    public static bool TryBytes(string? text, int sizeBytes, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        if (text is null || sizeBytes < 0 || text.Length != 2 + (2 * sizeBytes) || !text.StartsWith("0x", StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            bytes = Convert.FromHexString(text.AsSpan(2));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
