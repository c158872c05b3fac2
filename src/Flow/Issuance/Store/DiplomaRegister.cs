using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Issuance;

public enum RegisterSort
{
    Newest,
    Number,
    Programme,
    State,
}

/// <summary>What somebody looks for among the diplomas of an institution; null leaves a value open.</summary>
/// <param name="Number">Digits of a number, or its beginning.</param>
/// <param name="Claimed">Whether the diploma was transferred to its holder.</param>
public sealed record RegisterQuery(
    DiplomaState? State = null,
    string? Programme = null,
    string? Kind = null,
    int? Year = null,
    string? Batch = null,
    bool? Claimed = null,
    string? Series = null,
    string? Number = null,
    RegisterSort Sort = RegisterSort.Newest);

/// <summary>The issued diplomas of one institution without what is personal: pages, filters, numbers.</summary>
public sealed class DiplomaRegister(CredentialStore store)
{
    private const int LookupSize = 400;

    /// <summary>One page and the number of all that match.</summary>
    public async Task<(IReadOnlyList<CredentialSummary> Rows, int Count)> PageAsync(
        ReadFrom from, Bin institution, RegisterQuery query, int skip, int count, CancellationToken cancel = default)
    {
        var (where, args) = Where(institution, query);
        var order = query.Sort switch
        {
            RegisterSort.Newest => "id DESC",
            RegisterSort.Number => "series, number",
            RegisterSort.Programme => "programme, series, number",
            RegisterSort.State => "state, state_at DESC, id",
        };
        var rows = await from.QueryAsync(
            $"SELECT {CredentialStore.SummaryColumns} FROM credentials WHERE {where} ORDER BY {order} LIMIT @count OFFSET @skip",
            store.Summary, cancel, [.. args, ("count", count), ("skip", skip)]);
        var all = (await from.QueryAsync(
            $"SELECT COUNT(*) FROM credentials WHERE {where}", r => r.GetInt32(0), cancel, [.. args])).Single();
        return (rows, all);
    }

    /// <summary>Diplomas of the institution among these; others are left out.</summary>
    public async Task<IReadOnlyList<CredentialSummary>> OfAssetsAsync(
        ReadFrom from, Bin institution, IReadOnlyList<AssetId> assets, CancellationToken cancel = default)
    {
        var found = new List<CredentialSummary>();
        foreach (var part in assets.Chunk(LookupSize))
        {
            found.AddRange(await from.QueryAsync(
                $"SELECT {CredentialStore.SummaryColumns} FROM credentials WHERE asset IN ({CredentialStore.Places("a", part.Length)})",
                store.Summary, cancel, [.. part.Select((a, i) => ($"a{i}", (object?)a.ToString()))]));
        }

        return [.. found.Where(c => c.Initiator == institution)];
    }

    /// <summary>Diplomas of the institution by series and number.</summary>
    public async Task<IReadOnlyList<CredentialSummary>> OfNumbersAsync(
        ReadFrom from, Bin institution, IReadOnlyList<(string Series, string Number)> numbers, CancellationToken cancel = default)
    {
        var found = new List<CredentialSummary>();
        foreach (var series in numbers.Distinct().GroupBy(n => n.Series, n => n.Number, StringComparer.Ordinal))
        {
            foreach (var part in series.Chunk(LookupSize))
            {
                found.AddRange(await from.QueryAsync(
                    $"""
                    SELECT {CredentialStore.SummaryColumns} FROM credentials
                    WHERE initiator = @bin AND series = @series AND number IN ({CredentialStore.Places("n", part.Length)})
                    """,
                    store.Summary, cancel,
                    [("bin", institution.Value), ("series", series.Key), .. part.Select((n, i) => ($"n{i}", (object?)n))]));
            }
        }

        return found;
    }

    /// <summary>The numbers of a series that are taken, from one of the same length on.</summary>
    public static async Task<IReadOnlyList<string>> NumbersFromAsync(
        ReadFrom from, Bin institution, string series, string first, CancellationToken cancel = default) =>
        await from.QueryAsync(
            """
            SELECT number FROM credentials
            WHERE initiator = @bin AND series = @series AND number >= @first AND LENGTH(number) = @length
            """,
            r => r.GetString(0), cancel, ("bin", institution.Value), ("series", series), ("first", first), ("length", first.Length));

    /// <summary>All diplomas of a batch in force or suspended, in the order of issue: replaced ones stand under their batch too.</summary>
    public async Task<IReadOnlyList<CredentialSummary>> OfBatchAsync(
        ReadFrom from, Bin institution, string batch, CancellationToken cancel = default) =>
        await from.QueryAsync(
            $"""
            SELECT {CredentialStore.SummaryColumns} FROM credentials
            WHERE initiator = @bin AND batch = @batch AND state IN ('active', 'suspended') ORDER BY id
            """,
            store.Summary, cancel, ("bin", institution.Value), ("batch", batch));

    /// <summary>
    /// Diplomas in force of one holder. Found by the keyed fingerprint of holder and programme, which goes when a diploma is
    /// annulled, replaced or erased: older ones are not found so.
    /// </summary>
    public async Task<IReadOnlyList<CredentialSummary>> OfHolderAsync(
        ReadFrom from, Bin institution, Iin iin, IReadOnlyList<string> programmes, CancellationToken cancel = default)
    {
        var found = new List<CredentialSummary>();
        foreach (var part in programmes.Distinct(StringComparer.Ordinal).Chunk(LookupSize))
        {
            found.AddRange(await from.QueryAsync(
                $"SELECT {CredentialStore.SummaryColumns} FROM credentials WHERE holder IN ({CredentialStore.Places("h", part.Length)})",
                store.Summary, cancel,
                [.. part.Select((p, i) => ($"h{i}", (object?)store.FingerprintOfHolder(institution, iin, p)))]));
        }

        return found;
    }

    /// <summary>
    /// True when another diploma of the same holder and programme is not erased: in force or suspended, or one that replaced this one or
    /// was replaced by it, whatever its state.
    /// </summary>
    public async Task<bool> IsAwardKeptAsync(DbTransaction transaction, CredentialSummary diploma, Iin holder, CancellationToken cancel = default)
    {
        if ((await OfHolderAsync(transaction, diploma.Initiator, holder, [diploma.Programme], cancel)).Any(c => c.Asset != diploma.Asset))
        {
            return true;
        }

        foreach (var next in (Func<CredentialSummary, AssetId?>[])[c => c.Supersedes, c => c.SupersededBy])
        {
            for (var asset = next(diploma); asset is { } at;)
            {
                var link = await store.FindAsync(transaction, at, cancel);
                if (link is { State: not DiplomaState.Erased } && link.Programme == diploma.Programme)
                {
                    return true;
                }

                asset = link is null ? null : next(link);
            }
        }

        return false;
    }

    /// <summary>Batches of the institution with their numbers of diplomas, newest first.</summary>
    public static async Task<IReadOnlyList<(string Batch, DateTimeOffset At, int Count)>> BatchesAsync(
        ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        await from.QueryAsync(
            "SELECT id, prepared_at, issued_count FROM issue_batches WHERE initiator = @bin AND issued_count > 0 ORDER BY prepared_at DESC, id",
            r => (r.GetString(0), LedgerEntry.TimeOf(r.GetString(1)), r.GetInt32(2)), cancel, ("bin", institution.Value));

    /// <summary>First and last year of award; null when nothing was issued.</summary>
    public static async Task<(int First, int Last)?> YearsAsync(ReadFrom from, Bin institution, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            "SELECT MIN(award_date), MAX(award_date) FROM credentials WHERE initiator = @bin",
            r => r.IsDBNull(0)
                ? ((int, int)?)null
                : (int.Parse(r.GetString(0)[..4], CultureInfo.InvariantCulture), int.Parse(r.GetString(1)[..4], CultureInfo.InvariantCulture)),
            cancel, ("bin", institution.Value))).Single();

    private static (string Where, List<(string, object?)> Args) Where(Bin institution, RegisterQuery query)
    {
        var (parts, args) = (new List<string> { "initiator = @bin" }, new List<(string, object?)> { ("bin", institution.Value) });
        void Add(string part, string name, object? value)
        {
            if (value is not null)
            {
                parts.Add(part);
                args.Add((name, value));
            }
        }

        Add("state = @state", "state", query.State?.Word());
        Add("programme = @programme", "programme", query.Programme);
        Add("kind = @kind", "kind", query.Kind);
        Add("award_date >= @from", "from", query.Year is { } y ? y.ToString("0000", CultureInfo.InvariantCulture) + "-01-01" : null);
        Add("award_date <= @until", "until", query.Year is { } z ? z.ToString("0000", CultureInfo.InvariantCulture) + "-12-31" : null);
        Add("batch = @batch", "batch", query.Batch);
        Add("series = @series", "series", query.Series);
        // Digits only: neither pattern letters nor an end that sorts elsewhere.
        Add("number >= @number", "number", query.Number);
        Add("number < @beyond", "beyond", query.Number is { } n ? n + ":" : null);
        if (query.Claimed is { } claimed)
        {
            parts.Add($"transferred_at IS {(claimed ? "NOT " : "")}NULL");
        }

        return (string.Join(" AND ", parts), args);
    }
}
