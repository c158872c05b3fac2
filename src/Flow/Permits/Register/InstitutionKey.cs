using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>A public key of an organisation and the time it may be relied on.</summary>
/// <param name="Kid">DID URL: <c>did:web:…#key-1</c>.</param>
/// <param name="Multibase">Multikey text.</param>
/// <param name="Ended">When it was retired or found compromised; null while in use.</param>
/// <param name="Compromised">True: what it signed proves nothing, unless the ledger shows it was signed before.</param>
public sealed record InstitutionKey(
    Bin Bin, string Kid, string Multibase, DateTimeOffset Since, DateTimeOffset? Ended, bool Compromised)
{
    private const string NumberMark = "#key-";

    public bool IsActiveAt(DateTimeOffset at) => Since <= at && (Ended is null || at < Ended);

    /// <summary>Keys of an organisation are numbered from 1, in the order they came: <c>#key-2</c>; 0 for an id of another shape.</summary>
    public int Number =>
        Kid.LastIndexOf(NumberMark, StringComparison.Ordinal) is >= 0 and var at
        && int.TryParse(Kid.AsSpan(at + NumberMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;

    /// <summary>The key that an organisation signs with at a time: the newest that is in force; null when none is.</summary>
    public static InstitutionKey? Signing(IEnumerable<InstitutionKey> keys, DateTimeOffset at) =>
        keys.Where(k => k.IsActiveAt(at)).MaxBy(k => k.Number);

    /// <summary>Id of the key of that number.</summary>
    public static string KidOf(string did, int number) => did + NumberMark + number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Where the ledger registered a key and where it ended it.</summary>
/// <param name="End">Index of the first entry that ends it; null while it is in use.</param>
/// <param name="Compromised">The entry that says somebody else may have had it; null when none does.</param>
public sealed record KeySpan(long First, long? End, LedgerEntry? Compromised = null);

/// <summary>Port to the formats: true when the P-256 key of that Multikey text signed the data (64 bytes
/// r||s).</summary>
public delegate bool SignatureVerifier(string multibase, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature);
