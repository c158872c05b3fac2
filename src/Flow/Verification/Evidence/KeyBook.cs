using System.Globalization;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>A public key and why it is taken for the one of that id.</summary>
/// <param name="Registered">The ledger entry; null when only the trust bundle names the key.</param>
/// <param name="Trusted">The key of the trust bundle; null when only the ledger names it.</param>
internal sealed record KnownKey(PublicKey Key, ReadEntry? Registered, TrustedKey? Trusted);

/// <summary>When a key stopped to count, and whether somebody else may have it.</summary>
internal sealed record KeyEnd(DateTimeOffset Since, bool IsCompromised);

/// <summary>Finds keys by id: in the ledger entries at hand, then in the trust bundle.</summary>
internal sealed class KeyBook(IReadOnlyList<ReadEntry> entries, ParsedTrust? trust)
{
    private const int RememberedKeysMax = 4096;

    // Reading a key takes a square root modulo p; an institution's key comes with each of its diplomas.
    private static readonly BoundedCache<string, PublicKey> Read = new(RememberedKeysMax);

    /// <summary>Null when nobody names the key, or what they name is no key.</summary>
    public KnownKey? Find(string? keyId)
    {
        if (keyId is null)
        {
            return null;
        }

        ReadEntry? registered = null;
        foreach (var entry in entries)
        {
            if (entry.Entry.Type == LedgerEntryTypes.KeyRegistered && entry.Entry.Has("kid", keyId)
                && (registered is null || entry.Index < registered.Index))
            {
                registered = entry;
            }
        }

        var trusted = trust?.Key(keyId);
        var multibase = registered?.Entry.Text("publicKeyMultibase") ?? trusted?.PublicKeyMultibase;
        return ReadKey(multibase) is { } key ? new KnownKey(key, registered, trusted) : null;
    }

    /// <summary>The end of a key by the ledger, else by trust; a compromise counts before a retirement.</summary>
    public KeyEnd? EndOf(string keyId)
    {
        KeyEnd? end = trust?.Key(keyId)?.Until is { } until ? new KeyEnd(until, IsCompromised: false) : null;
        foreach (var entry in entries)
        {
            if (entry.Entry.Type is LedgerEntryTypes.KeyRetired or LedgerEntryTypes.KeyCompromised
                && entry.Entry.Text("kid") == keyId)
            {
                var one = new KeyEnd(SinceOf(entry.Entry), entry.Entry.Type == LedgerEntryTypes.KeyCompromised);
                var isGraver = one.IsCompromised && end?.IsCompromised == false;
                end = end is null || isGraver || (one.IsCompromised == end.IsCompromised && one.Since < end.Since) ? one : end;
            }
        }

        return end;
    }

    /// <summary>The day an entry about a key reaches to; its own time when it names none.</summary>
    public static DateTimeOffset SinceOf(LedgerEntry entry) => DateTimeOffset.TryParse(
        entry.Text("since"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) ? since : entry.At;

    public static PublicKey? ReadKey(string? multibase)
    {
        if (multibase is null)
        {
            return null;
        }

        if (Read.TryGet(multibase, out var known))
        {
            return known;
        }

        if (!PublicKey.FromMultibase(multibase).TryGet(out var key, out _))
        {
            return null;
        }

        Read.Add(multibase, key);
        return key;
    }
}
