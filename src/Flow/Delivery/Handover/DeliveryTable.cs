using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Storage;

namespace Mortanba.Delivery;

/// <summary>What somebody looks for among the deliveries of an institution; null leaves a value open.</summary>
/// <param name="State">A word of <see cref="DeliveryStates"/>, or <c>locked</c>, <c>no-address</c>, <c>unclaimed</c>.</param>
/// <param name="Number">The beginning of a number: digits.</param>
public sealed record DeliveryFilter(string? State = null, string? Programme = null, string? Series = null, string? Number = null)
{
    public const string Locked = "locked";
    public const string NoAddress = "no-address";
    public const string Unclaimed = "unclaimed";

    public static IReadOnlyList<string> States { get; } =
        [.. Enum.GetValues<DeliveryState>().Select(s => s.Word()), Unclaimed, NoAddress, Locked];
}

/// <summary>One diploma and its delivery; prepared without a row of its own when there is neither contact nor letter yet.</summary>
/// <param name="CredentialId">Row number of the diploma in the store: the order of the table.</param>
/// <param name="State"><see cref="DeliveryState.Claimed"/> also for a diploma that was handed over without a link.</param>
public sealed record DeliveryLine(
    long CredentialId, AssetId Asset, string Series, string Number, string Programme, DiplomaState DiplomaState,
    DateTimeOffset? TransferredAt, DeliveryState State, DeliveryRow? Row);

/// <summary>How many are where.</summary>
/// <param name="OldestSentAt">When the first message went out whose diploma is not claimed yet.</param>
public sealed record DeliveryCounts(
    int Diplomas, int Claimed, int Waiting, int Sendable, int Bounced, int Locked, DateTimeOffset? OldestSentAt);

/// <summary>The deliveries of one institution in pages: what a person claims is among them, what was annulled is not.</summary>
public static class DeliveryTable
{
    /// <summary>In force or suspended: a diploma that was annulled, replaced or erased is delivered to nobody.</summary>
    private const string From =
        """
        FROM credentials c LEFT JOIN deliveries d ON d.credential = c.asset
        WHERE c.initiator = @bin AND c.state IN ('active', 'suspended')
        """;

    public static async Task<(IReadOnlyList<DeliveryLine> Lines, int Count)> PageAsync(
        ReadFrom from, Bin institution, DeliveryFilter filter, int skip, int count, CancellationToken cancel = default)
    {
        var (where, args) = Where(institution, filter);
        var lines = await from.QueryAsync(
            $"{Select} {From}{where} ORDER BY c.id DESC LIMIT @count OFFSET @skip", Read, cancel, [.. args, ("count", count), ("skip", skip)]);
        var all = (await from.QueryAsync($"SELECT COUNT(*) {From}{where}", r => r.GetInt32(0), cancel, [.. args])).Single();
        return (lines, all);
    }

    /// <summary>These diplomas of the institution, in the order of issue; others are left out.</summary>
    public static async Task<IReadOnlyList<DeliveryLine>> OfAssetsAsync(
        ReadFrom from, Bin institution, IReadOnlyList<AssetId> assets, CancellationToken cancel = default)
    {
        const int LookupSize = 400;
        var found = new List<DeliveryLine>();
        foreach (var part in assets.Distinct().Chunk(LookupSize))
        {
            found.AddRange(await from.QueryAsync(
                $"{Select} {From} AND c.asset IN ({string.Join(", ", part.Select((_, i) => $"@a{i}"))})", Read, cancel,
                [("bin", institution.Value), .. part.Select((a, i) => ($"a{i}", (object?)a.ToString()))]));
        }

        return [.. found.OrderBy(l => l.CredentialId)];
    }

    /// <summary>The next of a filter behind a row number, in the order of issue: for what goes through all of them.</summary>
    public static async Task<IReadOnlyList<DeliveryLine>> AfterAsync(
        ReadFrom from, Bin institution, DeliveryFilter filter, long afterId, int count, CancellationToken cancel = default)
    {
        var (where, args) = Where(institution, filter);
        return await from.QueryAsync(
            $"{Select} {From}{where} AND c.id > @after ORDER BY c.id LIMIT @count", Read, cancel,
            [.. args, ("after", afterId), ("count", count)]);
    }

    public static async Task<int> CountAsync(ReadFrom from, Bin institution, DeliveryFilter filter, CancellationToken cancel = default)
    {
        var (where, args) = Where(institution, filter);
        return (await from.QueryAsync($"SELECT COUNT(*) {From}{where}", r => r.GetInt32(0), cancel, [.. args])).Single();
    }

    public static async Task<DeliveryCounts> CountsAsync(ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"""
            SELECT COUNT(*),
                COALESCE(SUM(CASE WHEN {IsClaimed} THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN NOT ({IsClaimed}) AND d.state IN ('sent', 'opened') THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN NOT ({IsClaimed}) AND d.state = 'prepared' AND d.contact IS NOT NULL THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN NOT ({IsClaimed}) AND d.state = 'bounced' THEN 1 ELSE 0 END), 0),
                COALESCE(SUM(CASE WHEN NOT ({IsClaimed}) AND d.code_attempts >= {ClaimCode.AttemptsMax} THEN 1 ELSE 0 END), 0),
                MIN(CASE WHEN NOT ({IsClaimed}) AND d.state IN ('sent', 'opened') THEN d.sent_at END)
            {From}
            """,
            r => new DeliveryCounts(
                Int(r, 0), Int(r, 1), Int(r, 2), Int(r, 3), Int(r, 4), Int(r, 5),
                r.GetStringOrNull(6) is { } oldest ? LedgerEntry.TimeOf(oldest) : null),
            cancel, ("bin", institution.Value))).Single();

    /// <summary>Programmes of the institution's diplomas, for the choice.</summary>
    public static async Task<IReadOnlyList<string>> ProgrammesAsync(ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT DISTINCT programme FROM credentials WHERE initiator = @bin ORDER BY programme", r => r.GetString(0), cancel,
            ("bin", institution.Value));

    private const string IsClaimed = "c.transferred_at IS NOT NULL OR COALESCE(d.state, '') = 'claimed'";

    private static string Select =>
        $"SELECT c.id, c.asset, c.series, c.number, c.programme, c.state, c.transferred_at, {Deliveries.Columns}";

    private static (string Where, List<(string, object?)> Args) Where(Bin institution, DeliveryFilter filter)
    {
        var (where, args) = ("", new List<(string, object?)> { ("bin", institution.Value) });
        void Add(string part, string name, object? value)
        {
            if (value is not null)
            {
                where += " AND " + part;
                args.Add((name, value));
            }
        }

        where += filter.State switch
        {
            null => "",
            "prepared" => $" AND NOT ({IsClaimed}) AND COALESCE(d.state, 'prepared') = 'prepared'",
            "sent" or "opened" or "bounced" => $" AND NOT ({IsClaimed}) AND d.state = '{filter.State}'",
            "claimed" => $" AND ({IsClaimed})",
            DeliveryFilter.Unclaimed => $" AND NOT ({IsClaimed}) AND d.state IN ('sent', 'opened')",
            DeliveryFilter.NoAddress => $" AND NOT ({IsClaimed}) AND d.contact IS NULL",
            DeliveryFilter.Locked => $" AND NOT ({IsClaimed}) AND d.code_attempts >= {ClaimCode.AttemptsMax}",
            _ => " AND 1 = 0",
        };
        Add("c.programme = @programme", "programme", filter.Programme);
        Add("c.series = @series", "series", filter.Series);
        // Digits only: the end sorts right behind them.
        Add("c.number >= @number", "number", filter.Number);
        Add("c.number < @beyond", "beyond", filter.Number is { } n ? n + ":" : null);
        return (where, args);
    }

    private static DeliveryLine Read(DbDataReader r)
    {
        var transferred = r.GetStringOrNull(6) is { } at ? LedgerEntry.TimeOf(at) : (DateTimeOffset?)null;
        var row = r.IsDBNull(7) ? null : Deliveries.Read(r, 7);
        return new DeliveryLine(
            r.GetInt64(0), AssetId.Parse(r.GetString(1)), r.GetString(2), r.GetString(3), r.GetString(4),
            DiplomaStates.Parse(r.GetString(5)), transferred,
            transferred is not null ? DeliveryState.Claimed : row?.State ?? DeliveryState.Prepared, row);
    }

    private static int Int(DbDataReader r, int column) => Convert.ToInt32(r.GetValue(column), CultureInfo.InvariantCulture);
}
