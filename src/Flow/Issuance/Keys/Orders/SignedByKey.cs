using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Storage;

namespace Mortanba.Issuance;

/// <summary>What stands of a compromised key: what is dated before a time and has a place in the log below a size.</summary>
/// <param name="Since">From when somebody else may have had the key; what is dated at that very second falls, as verifiers read it.</param>
/// <param name="Size">Entries of the last checkpoint shown before; <see cref="long.MaxValue"/> where the entry names none.</param>
public sealed record KeyLoss(DateTimeOffset Since, long Size)
{
    /// <summary>Everything stands.</summary>
    public static KeyLoss None { get; } = new(DateTimeOffset.MaxValue, long.MaxValue);
}

/// <summary>How far a compromise reaches.</summary>
/// <param name="Stood">The ledger had them before.</param>
/// <param name="Fell">The ledger had them not yet, or they are dated from then on: no verifier calls them genuine.</param>
/// <param name="InForce">Of the fallen, those in force: these are replaced. One that is suspended was doubted by somebody, and waits for them.</param>
/// <param name="Series">Series of these, in order: each takes new numbers of its own.</param>
public sealed record KeyReach(int Stood, int Fell, int InForce, IReadOnlyList<string> Series);

/// <summary>
/// The diplomas that one key signed, told by the ledger alone: between the entry that registered the key and the one that ended it no
/// other key of the institution signs.
/// </summary>
public sealed class SignedByKey(CredentialStore store)
{
    private const string Where =
        """
        initiator = @bin AND EXISTS (
            SELECT 1 FROM asset_entries e WHERE e.credential = credentials.id AND e.type = 'asset.registered'
                AND e.ledger_index > @first AND e.ledger_index < @end)
        """;

    // Both are asked: a run that began before may append after, and whoever has the key writes any time.
    private const string Fell =
        """
        (issued_at >= @since OR EXISTS (
            SELECT 1 FROM asset_entries p WHERE p.credential = credentials.id AND p.type = 'asset.registered' AND p.ledger_index >= @size))
        """;

    public static async Task<KeyReach> ReachAsync(
        ReadFrom from, Bin institution, KeySpan span, KeyLoss loss, CancellationToken cancel = default)
    {
        var counts = (await from.QueryAsync(
            $"""
            SELECT COALESCE(SUM(CASE WHEN NOT {Fell} THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN {Fell} THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN {Fell} AND state = 'active' THEN 1 ELSE 0 END), 0)
            FROM credentials WHERE {Where}
            """,
            r => (Stood: r.GetInt32(0), Fell: r.GetInt32(1), InForce: r.GetInt32(2)), cancel, Args(institution, span, loss))).Single();
        var series = await from.QueryAsync(
            $"""
            SELECT DISTINCT series FROM credentials WHERE {Fell} AND state = 'active' AND {Where} ORDER BY series
            """,
            r => r.GetString(0), cancel, Args(institution, span, loss));
        return new KeyReach(counts.Stood, counts.Fell, counts.InForce, series);
    }

    /// <summary>A page of the fallen, or of those that stand, in the order of issue.</summary>
    public async Task<IReadOnlyList<CredentialSummary>> PageAsync(
        ReadFrom from, Bin institution, KeySpan span, KeyLoss loss, bool fallen, int skip, int count,
        CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"""
            SELECT {CredentialStore.SummaryColumns} FROM credentials WHERE {(fallen ? "" : "NOT ")}{Fell} AND {Where}
            ORDER BY id LIMIT @count OFFSET @skip
            """,
            store.Summary, cancel, [.. Args(institution, span, loss), ("count", count), ("skip", skip)]);

    /// <summary>The fallen that are in force, in the order of issue.</summary>
    public async Task<IReadOnlyList<CredentialSummary>> InForceAsync(
        ReadFrom from, Bin institution, KeySpan span, KeyLoss loss, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"""
            SELECT {CredentialStore.SummaryColumns} FROM credentials
            WHERE {Fell} AND state = 'active' AND {Where} ORDER BY id
            """,
            store.Summary, cancel, Args(institution, span, loss));

    private static (string, object?)[] Args(Bin institution, KeySpan span, KeyLoss loss) =>
    [
        ("bin", institution.Value), ("first", span.First), ("end", span.End ?? long.MaxValue), ("since", LedgerEntry.Time(loss.Since)),
        ("size", loss.Size),
    ];
}
