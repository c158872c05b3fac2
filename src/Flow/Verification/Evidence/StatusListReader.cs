using System.Runtime.CompilerServices;
using Mortanba.Credentials;
using Mortanba.Foundation;

namespace Mortanba.Verification;

/// <summary>What one status list says about one index.</summary>
/// <param name="State">Whether the list could be had at all.</param>
/// <param name="Bad"><c>suspended</c> or <c>invalid</c>; null when the list says that all is well, or says nothing.</param>
/// <param name="Problem">Why a list that was had cannot be believed; null when it can.</param>
/// <param name="IssuedAt">When the list was signed.</param>
internal sealed record StatusReading(
    StatusReference Reference, LiveState State, string? Bad, Problem? Problem, DateTimeOffset? IssuedAt);

/// <summary>Reads published status lists; only the operator's signature counts.</summary>
/// <remarks>
/// A list of 131,072 entries takes longer to check than a diploma, and the host gives the same bytes again and again: what
/// was read from one byte array is kept as long as the array lives. Times are judged anew each time.
/// </remarks>
internal static class StatusListReader
{
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);
    private static readonly ConditionalWeakTable<byte[], ReadList> Kept = [];

    public static async Task<IReadOnlyList<StatusReading>> ReadAsync(
        IEnumerable<StatusReference> references,
        ILiveSource live,
        KeyBook keys,
        string? operatorDid,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        var readings = new List<StatusReading>();
        foreach (var reference in references.Distinct())
        {
            var answer = await live.StatusListAsync(reference.Uri, cancel);
            readings.Add(answer is { State: LiveState.Found, Value: { } bytes }
                ? Read(reference, bytes, keys, operatorDid, now)
                : new StatusReading(reference, answer.State, null, null, null));
        }

        return readings;
    }

    private static StatusReading Read(
        StatusReference reference, byte[] bytes, KeyBook keys, string? operatorDid, DateTimeOffset now)
    {
        if (!Open(reference, bytes, keys, operatorDid, now).TryGet(out var list, out var problem))
        {
            return new StatusReading(reference, LiveState.Found, null, problem, null);
        }

        if (list.GoodUntil is not { } until)
        {
            problem = new Problem(
                "verification/status-list-undated", "The status list does not say how long it is good: it may be of any age.");
            return new StatusReading(reference, LiveState.Found, null, problem, list.IssuedAt);
        }

        if (now >= until + ClockSkew)
        {
            problem = new Problem("verification/status-list-expired", "The status list has expired.");
            return new StatusReading(reference, LiveState.Found, null, problem, list.IssuedAt);
        }

        return list.Get(reference.Index).TryGet(out var status, out problem)
            ? new StatusReading(reference, LiveState.Found, Meaning(reference.Kind, status), null, list.IssuedAt)
            : new StatusReading(reference, LiveState.Found, null, problem, list.IssuedAt);
    }

    private static string? Meaning(StatusKind kind, int status) => (kind, status) switch
    {
        (_, 0) => null,
        (StatusKind.Token, (int)TokenStatus.Suspended) => "suspended",
        (StatusKind.Token, _) => "invalid",
        (StatusKind.Revocation, _) => "invalid",
        (StatusKind.Suspension, _) => "suspended",
    };

    private static Outcome<ReadList> Open(
        StatusReference reference, byte[] bytes, KeyBook keys, string? operatorDid, DateTimeOffset now)
    {
        // Naming the signer takes a parse of the whole list: a kept one names its own.
        Problem? problem = null;
        if (!(Kept.TryGetValue(bytes, out var kept) && kept.Reference == reference with { Index = 0 }))
        {
            kept = null;
        }

        var keyId = kept?.KeyId;
        if (keyId is null && !SignerOf(reference, bytes).TryGet(out keyId, out problem))
        {
            return problem;
        }

        // The key must be the operator's by the ledger or by trust; one that the list brings along proves nothing.
        if (operatorDid is null || SignedForm.DidOf(keyId) != operatorDid || keys.Find(keyId) is not { } known)
        {
            return new Problem(
                "verification/status-list-not-operators", "The status list is not signed by the operator's known key.");
        }

        if (kept is null || !kept.Key.Equals(known.Key))
        {
            if (!Verify(reference, bytes, known.Key, keyId, now).TryGet(out kept, out problem))
            {
                return problem;
            }

            Kept.AddOrUpdate(bytes, kept);
        }

        return keys.EndOf(keyId) is { } end && HasEnded(end, kept.IssuedAt, now)
            ? new Problem(
                "verification/status-list-key-ended",
                "The status list is signed with a key that was retired or compromised by then.",
                ("key", keyId),
                ("since", LedgerEntry.Time(end.Since)))
            : kept;
    }

    // Whoever holds a compromised key writes any date; a retired one is held by nobody else.
    private static bool HasEnded(KeyEnd end, DateTimeOffset? issuedAt, DateTimeOffset now) =>
        end.IsCompromised ? now >= end.Since : issuedAt is not { } at || at >= end.Since;

    private static Outcome<string> SignerOf(StatusReference reference, byte[] bytes)
    {
        if (reference.Kind == StatusKind.Token)
        {
            return Jws.Parse(bytes).TryGet(out var jws, out var problem)
                ? jws.Header.KeyId is { } keyId
                    ? keyId
                    : new Problem("verification/status-list-not-operators", "The status list names no key.")
                : problem;
        }

        using var form = VcForm.Read(bytes);
        return form.KeyId is { } method
            ? method
            : form.Malformed ?? new Problem("verification/status-list-not-operators", "The status list names no key.");
    }

    private static Outcome<ReadList> Verify(
        StatusReference reference, byte[] bytes, PublicKey key, string keyId, DateTimeOffset now)
    {
        var address = reference with { Index = 0 };
        Problem? problem;
        if (reference.Kind == StatusKind.Token)
        {
            return StatusListToken.Read(bytes, key, reference.Uri, now, ClockSkew).TryGet(out var token, out problem)
                ? new ReadList(address, keyId, key, token.IssuedAt, token.ExpiresAt ?? token.IssuedAt + token.TimeToLive, token.List.Get)
                : problem;
        }

        using var form = VcForm.Read(bytes);
        if ((form.Malformed ?? form.CheckSignature(key, now)) is { } refused)
        {
            return refused;
        }

        if (!BitstringStatusList.Read(form.Root!.Value).TryGet(out var bits, out problem))
        {
            return problem;
        }

        // A list that does not say where it belongs could be shown for any other.
        if (bits.Id != reference.Uri)
        {
            return new Problem("credentials/status-list-mismatch", "The status list is not the one the entry names.");
        }

        if (bits.ValidFrom > now + ClockSkew)
        {
            return new Problem("verification/status-list-from-future", "The status list is not valid yet.");
        }

        var purpose = reference.Kind == StatusKind.Revocation ? "revocation" : "suspension";
        return new ReadList(
            address,
            keyId,
            key,
            bits.ValidFrom,
            bits.ValidUntil ?? bits.ValidFrom + bits.TimeToLive,
            index => ValueOf(bits, purpose, reference.Uri, index));
    }

    private static Outcome<int> ValueOf(BitstringStatusList list, string purpose, string uri, long index) =>
        list.StatusOf(new BitstringStatusEntry(purpose, index, uri, 1, new Dictionary<int, string>()))
            .TryGet(out var status, out var problem)
                ? status.Value
                : problem;

    private sealed record ReadList(
        StatusReference Reference,
        string KeyId,
        PublicKey Key,
        DateTimeOffset? IssuedAt,
        DateTimeOffset? GoodUntil,
        Func<long, Outcome<int>> Get);
}
