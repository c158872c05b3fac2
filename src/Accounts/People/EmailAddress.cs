using System.Diagnostics.CodeAnalysis;
using System.Net.Mail;

namespace Mortanba.Accounts;

/// <summary>Reads an e-mail address as people type it; refuses what could add a header or a second recipient to a message.</summary>
public static class EmailAddress
{
    private const int LengthMax = 254;

    public static bool TryParse(string? text, [NotNullWhen(true)] out string? address)
    {
        var trimmed = text?.Trim() ?? "";
        // The library accepts display names and comments; a bare address comes back the same.
        var isBare = trimmed.Length is > 0 and <= LengthMax && !trimmed.Any(char.IsControl) && !trimmed.Any(char.IsWhiteSpace)
            && MailAddress.TryCreate(trimmed, out var parsed) && parsed.Address == trimmed && parsed.Host.Contains('.', StringComparison.Ordinal);
        address = isBare ? trimmed : null;
        return isBare;
    }
}
