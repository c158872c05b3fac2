using System.Globalization;
using System.Text.Json;
using Mortanba.Foundation;

namespace Mortanba.Credentials;

/// <summary>A pointer from a credential into a status list (Bitstring Status List 1.0 section 2.1).</summary>
/// <param name="Purpose"><c>revocation</c>, <c>suspension</c>, <c>refresh</c> or <c>message</c>.</param>
/// <param name="ListUri">Where the list's credential is served.</param>
/// <param name="SizeBits">Bits of one value, 1 to 8.</param>
/// <param name="Messages">The issuer's words by value; empty unless the purpose is <c>message</c>.</param>
public sealed record BitstringStatusEntry(
    string Purpose, long Index, string ListUri, int SizeBits, IReadOnlyDictionary<int, string> Messages)
{
    public const string EntryType = "BitstringStatusListEntry";
    public const int SizeMaxBits = 8;
    private const int EntryCountMax = 16;

    /// <summary>
    /// Every entry of <c>credentialStatus</c>, each read or with the reason why not: an entry that could not be read is
    /// never taken for "in force". Empty when the credential has none.
    /// </summary>
    public static IReadOnlyList<Outcome<BitstringStatusEntry>> ReadAll(JsonElement credential)
    {
        if (credential.ValueKind != JsonValueKind.Object || !credential.TryGetProperty("credentialStatus", out var status))
        {
            return [];
        }

        if (status.ValueKind != JsonValueKind.Array)
        {
            return [Read(status)];
        }

        // An empty list or too long a one is no statement that there is no status.
        var count = status.GetArrayLength();
        return count is 0 or > EntryCountMax
            ? [Malformed("credentialStatus")]
            : [.. status.EnumerateArray().Select(Read)];
    }

    public static Outcome<BitstringStatusEntry> Read(JsonElement entry)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            return Malformed("credentialStatus");
        }

        if (!Json.HasType(entry, EntryType))
        {
            return new Problem("credentials/unknown-status-type", "The credential's status is of a type not known here.");
        }

        // The index is text (section 2.1): digits only, so that "+1", " 1" and "1e3" have no meaning.
        if (Json.Text(entry, "statusListIndex") is not { } text
            || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > int.MaxValue)
        {
            return Malformed("statusListIndex");
        }

        if (Json.Text(entry, "statusPurpose") is not { Length: > 0 } purpose)
        {
            return Malformed("statusPurpose");
        }

        if (Json.Text(entry, "statusListCredential") is not { } uri || !Json.IsUrl(uri))
        {
            return Malformed("statusListCredential");
        }

        if (entry.TryGetProperty("id", out _) && (Json.Text(entry, "id") is not { } id || id == uri))
        {
            return Malformed("id");
        }

        return Size(entry) is not { } size
            ? Malformed("statusSize")
            : Words(entry, purpose, size) is { } messages
                ? new BitstringStatusEntry(purpose, index, uri, size, messages)
                : Malformed("statusMessage");
    }

    private static int? Size(JsonElement entry)
    {
        if (!entry.TryGetProperty("statusSize", out var value))
        {
            return 1;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size is >= 1 and <= SizeMaxBits
            ? size
            : null;
    }

    // Section 2.1: with more than one bit, or for the purpose message, every value needs its word.
    private static Dictionary<int, string>? Words(JsonElement entry, string purpose, int size)
    {
        var messages = new Dictionary<int, string>();
        if (!entry.TryGetProperty("statusMessage", out var list))
        {
            return size == 1 && purpose != "message" ? messages : null;
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != 1 << size)
        {
            return null;
        }

        foreach (var item in list.EnumerateArray())
        {
            if (Json.Text(item, "status") is not { } text || !text.StartsWith("0x", StringComparison.Ordinal)
                || !int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
                || value >= 1 << size || Json.Text(item, "message") is not { } message || !messages.TryAdd(value, message))
            {
                return null;
            }
        }

        return messages;
    }

    private static Problem Malformed(string member) => new(
        "credentials/malformed-status", $"The status entry's {member} is absent or out of form.", ("member", member));
}
