using System.Data.Common;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Permits;

/// <summary>A published decision on issue: all the public page shows and all a stranger needs to check it.</summary>
/// <param name="Bytes">The exact signed document.</param>
/// <param name="Salt">32 bytes; the ledger's commitment runs over salt and document.</param>
/// <param name="Signature">Detached JWS of the initiator.</param>
/// <param name="ClosedAt">Null while the decision is open.</param>
/// <param name="LedgerIndex">Where <c>decision.published</c> stands in the log; null inside the publishing transaction
/// only.</param>
public sealed record IssueDecision(
    DecisionDocument Document,
    ReadOnlyMemory<byte> Bytes,
    ReadOnlyMemory<byte> Salt,
    Commitment Commitment,
    string Signature,
    DateTimeOffset PublishedAt,
    DateTimeOffset? ClosedAt,
    long? LedgerIndex)
{
    /// <summary>The signature that counts since the key of the first one was compromised; null when there is none.</summary>
    public DecisionConfirmation? Confirmed { get; init; }

    public bool IsOpenAt(DateTimeOffset at) => PublishedAt <= at && (ClosedAt is null || at < ClosedAt);
}

/// <param name="Signature">Detached JWS of the initiator over the same document, with another key.</param>
public sealed record DecisionConfirmation(string Signature, DateTimeOffset At);

/// <summary>Reads decisions; public, without a login (article 7(1)).</summary>
public static class IssueDecisions
{
    private const string Columns = """
        SELECT d.document, d.salt, d.document_commitment, d.signature, d.published_at, d.closed_at, e.ledger_index, d.confirmed_signature, d.confirmed_at
        FROM issue_decisions d
        LEFT JOIN authority_entries e ON e.decision = d.id AND e.type = 'decision.published'
        """;

    public static async Task<IssueDecision?> FindAsync(ReadFrom from, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync(Columns + " WHERE d.id = @id", Read, cancel, ("id", id))).FirstOrDefault();

    /// <summary>All decisions, the newest first. Closed ones stay readable.</summary>
    public static Task<List<IssueDecision>> ListAsync(ReadFrom from, CancellationToken cancel = default) =>
        from.QueryAsync(Columns + " ORDER BY d.published_at DESC, d.id", Read, cancel);

    private static IssueDecision Read(DbDataReader row)
    {
        var bytes = row.GetBytes(0);
        return new IssueDecision(
            DecisionDocument.Parse(bytes).Value,
            bytes,
            row.GetBytes(1),
            Commitment.TryParse(row.GetString(2), out var commitment)
                ? commitment
                : throw new InvalidOperationException("A stored decision has no readable commitment."),
            row.GetString(3),
            PermitRegister.Time(row, 4),
            PermitRegister.TimeOrNull(row, 5),
            row.IsDBNull(6) ? null : row.GetInt64(6))
        {
            Confirmed = row.GetStringOrNull(7) is { } signature && !row.IsDBNull(8) ? new DecisionConfirmation(signature, PermitRegister.Time(row, 8)) : null,
        };
    }
}
