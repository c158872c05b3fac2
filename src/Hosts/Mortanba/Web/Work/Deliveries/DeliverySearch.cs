using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;

namespace Mortanba.Host.Web;

/// <summary>One page of deliveries with what a person of the institution may read: names, addresses in part.</summary>
/// <param name="Blocked">Those whose data are blocked: no name and no address of theirs is here.</param>
/// <param name="Count">All that match; null when only the first were looked for by name.</param>
public sealed record FoundDeliveries(
    IReadOnlyList<DeliveryLine> Lines, int? Count, int Page, IReadOnlyDictionary<AssetId, GraduateName> Names,
    IReadOnlyDictionary<AssetId, Recipient> Recipients, IReadOnlySet<AssetId> Blocked);

/// <summary>Finds deliveries by filter and number in the database, by name among opened records.</summary>
internal static class DeliverySearch
{
    public const int RowsOnPage = 50;
    private const int LookedAtMax = 20_000;
    private const int LookedAtOnce = 2000;

    /// <summary>Digits, with a series before them or not: a number. Null when it is something else.</summary>
    public static (string? Series, string Number)? NumberOf(string text)
    {
        var trimmed = text.Trim();
        var digits = trimmed.SkipWhile(c => !char.IsAsciiDigit(c)).ToArray();
        var series = trimmed[..^digits.Length].Trim().ToUpperInvariant();
        return digits.Length is > 0 and <= 12 && digits.All(char.IsAsciiDigit) && series.Length <= 6 && series.All(char.IsAsciiLetterUpper)
            ? (series.Length > 0 ? series : null, new string(digits))
            : null;
    }

    public static async Task<FoundDeliveries> FindAsync(
        Installation home, Bin institution, DeliveryFilter filter, string text, int page, CancellationToken cancel)
    {
        await using var connection = await home.Database.ConnectAsync(cancel);
        IReadOnlyList<DeliveryLine> lines;
        int? count;
        IReadOnlyDictionary<AssetId, GraduateName> names;
        IReadOnlySet<AssetId> blocked;
        var stored = new StoredNames(home.Vault);
        if (text.Trim().Length > 0 && NumberOf(text) is null)
        {
            (lines, names) = await ByNameAsync(connection, stored, institution, filter, text, cancel);
            (count, blocked) = (null, new HashSet<AssetId>());
        }
        else
        {
            var number = NumberOf(text);
            var narrowed = number is { } n ? filter with { Series = n.Series, Number = n.Number } : filter;
            (lines, count) = await DeliveryTable.PageAsync(connection, institution, narrowed, (page - 1) * RowsOnPage, RowsOnPage, cancel);
            (names, blocked) = await NamesAsync(connection, stored, lines, cancel);
        }

        return new FoundDeliveries(
            lines, count, page, names,
            await home.Deliveries.RecipientsAsync(connection, [.. lines.Where(l => l.Row?.HasContact == true && !blocked.Contains(l.Asset)).Select(l => l.Asset)], cancel),
            blocked);
    }

    /// <summary>Names that may be read: a diploma whose data are blocked has none here, and is found by none.</summary>
    private static async Task<(IReadOnlyDictionary<AssetId, GraduateName> Names, IReadOnlySet<AssetId> Blocked)> NamesAsync(
        System.Data.Common.DbConnection connection, StoredNames stored, IReadOnlyList<DeliveryLine> lines, CancellationToken cancel)
    {
        var blocked = await DataBlocks.AmongAsync(connection, [.. lines.Select(l => l.Asset)], cancel);
        return (await stored.OfAsync(connection, [.. lines.Select(l => l.Asset).Where(a => !blocked.Contains(a))], cancel), blocked);
    }

    /// <summary>The first page of a name, in the order of issue. Words may stand in any order and any language.</summary>
    private static async Task<(IReadOnlyList<DeliveryLine>, IReadOnlyDictionary<AssetId, GraduateName>)> ByNameAsync(
        System.Data.Common.DbConnection connection, StoredNames stored, Bin institution, DeliveryFilter filter, string text,
        CancellationToken cancel)
    {
        var words = text.Normalize().ToUpperInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (found, names) = (new List<DeliveryLine>(), new Dictionary<AssetId, GraduateName>());
        var after = 0L;
        for (var lookedAt = 0; lookedAt < LookedAtMax && found.Count < RowsOnPage; lookedAt += LookedAtOnce)
        {
            var part = await DeliveryTable.AfterAsync(connection, institution, filter, after, LookedAtOnce, cancel);
            var (opened, _) = await NamesAsync(connection, stored, part, cancel);
            foreach (var line in part.Where(l => opened.TryGetValue(l.Asset, out var name) && IsNamed(name, words)).Take(RowsOnPage - found.Count))
            {
                found.Add(line);
                names[line.Asset] = opened[line.Asset];
            }

            if (part.Count < LookedAtOnce)
            {
                break;
            }

            after = part[^1].CredentialId;
        }

        return (found, names);
    }

    private static bool IsNamed(GraduateName name, string[] words) => Languages.All.Any(language =>
    {
        var whole = name.In(language).ToUpperInvariant();
        return words.All(word => whole.Contains(word, StringComparison.Ordinal));
    });
}
