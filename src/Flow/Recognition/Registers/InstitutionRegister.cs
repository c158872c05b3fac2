using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>Where one reading of an entry comes from, and while it was what the register knew.</summary>
/// <param name="Source">Address, or the words that lead there.</param>
/// <param name="Read">Day somebody read it there.</param>
/// <param name="KnownFrom">Moment it was imported.</param>
/// <param name="KnownUntil">Moment another reading replaced it, or it was withdrawn; null while it stands.</param>
public sealed record Reading(string Source, DateOnly Read, DateTimeOffset KnownFrom, DateTimeOffset? KnownUntil, string Import);

/// <summary>An institution abroad that awards qualifications, as one reading has it.</summary>
/// <param name="Id">Stable: names change, the id does not.</param>
/// <param name="Country">ISO 3166; the code of a former state when it existed there only.</param>
/// <param name="Name">In its own language and script.</param>
/// <param name="Latin">The name in Latin letters; null when the name itself is.</param>
/// <param name="Founded">First day, as far as known; null: not known.</param>
/// <param name="Closed">Last day; null while it exists, or not known.</param>
/// <param name="Predecessors">Ids of the institutions it continues.</param>
public sealed record ForeignInstitution(
    string Id, string Country, string Name, string? Latin, string? Kk, string? Ru, string? En, IReadOnlyList<string> Aliases,
    DateOnly? Founded, DateOnly? Closed, IReadOnlyList<string> Predecessors, IReadOnlyList<string> Successors, Reading Reading)
{
    /// <summary>The name for a reader: in their language when there is one, else in Latin letters, else as it is at home.</summary>
    public string NameIn(Language language) => language switch
    {
        Language.Kk => Kk,
        Language.Ru => Ru,
        Language.En => En,
    } ?? Latin ?? Name;
}

/// <summary>A time in which an institution, or one of its programmes, was recognised or accredited.</summary>
/// <param name="Programme">Name or code as the register has it; empty: the whole institution.</param>
/// <param name="Level">What it is bound to; <see cref="AwardLevel.All"/>: to none.</param>
/// <param name="Until">Last day; null: open when it was read.</param>
public sealed record RegisterPeriod(
    string Id, string Institution, PeriodKind Kind, string Programme, AwardLevel Level, DateOnly From, DateOnly? Until, string GrantedBy,
    Reading Reading)
{
    public bool Covers(DateOnly day) => From <= day && !(Until < day);
}

/// <param name="Text">Words that are all in the names, in any spelling; null or blank: every institution.</param>
/// <param name="Skip">How many of the first are passed over.</param>
public sealed record InstitutionQuery(string? Text = null, string? Country = null, int Skip = 0, int Size = 50);

/// <param name="Total">Of all pages.</param>
public sealed record InstitutionPage(IReadOnlyList<ForeignInstitution> Found, int Total);

/// <summary>
/// Reads the register of institutions abroad. Every question takes a moment <c>knownAt</c>: null for what is known now, else for what
/// was known then, whatever was imported since.
/// </summary>
public static class InstitutionRegister
{
    private const string InstitutionColumns =
        "id, country, name, name_latin, name_kk, name_ru, name_en, aliases, founded, closed, predecessors, successors, source, read_on, known_from, known_until, import";

    private const string PeriodColumns =
        "id, institution, kind, programme, level, valid_from, valid_until, granted_by, source, read_on, known_from, known_until, import";

    public static async Task<ForeignInstitution?> FindAsync(
        ReadFrom from, string id, DateTimeOffset? knownAt = null, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"SELECT {InstitutionColumns} FROM foreign_institutions WHERE id = @id AND {Known(knownAt)} ORDER BY version DESC",
            Institution, cancel, [("id", id), .. Moment(knownAt)])).FirstOrDefault();

    /// <summary>Institutions by country and name.</summary>
    public static async Task<InstitutionPage> SearchAsync(
        ReadFrom from, InstitutionQuery query, DateTimeOffset? knownAt = null, CancellationToken cancel = default)
    {
        var words = SearchText.Words(query.Text);
        var where = string.Concat(words.Select((_, i) => $" AND search LIKE @w{i}")) + (query.Country is null ? "" : " AND country = @country");
        (string, object?)[] args =
        [
            .. Moment(knownAt), .. words.Select((w, i) => ($"w{i}", (object?)$"%{w}%")),
            .. query.Country is { } country ? new (string, object?)[] { ("country", country) } : [],
        ];
        var total = (await from.QueryAsync(
            $"SELECT COUNT(*) FROM foreign_institutions WHERE {Known(knownAt)}{where}", r => r.GetInt64(0), cancel, args)).Single();
        var found = await from.QueryAsync(
            $"SELECT {InstitutionColumns} FROM foreign_institutions WHERE {Known(knownAt)}{where} ORDER BY country, search, id LIMIT @size OFFSET @skip",
            Institution, cancel, [.. args, ("size", query.Size), ("skip", query.Skip)]);
        return new InstitutionPage(found, (int)total);
    }

    /// <summary>
    /// Institutions with their id in the register, where exactly one of their country has that very name among its names. The others stay
    /// as they are: an officer looks.
    /// </summary>
    public static async Task<IReadOnlyList<AwardingInstitution>> LinkAsync(
        ReadFrom from, IReadOnlyList<AwardingInstitution> named, CancellationToken cancel = default)
    {
        const int someMax = 50;
        var linked = new List<AwardingInstitution>();
        foreach (var one in named)
        {
            var name = SearchText.Fold(one.Name);
            var page = name.Length == 0 ? null : await SearchAsync(from, new InstitutionQuery(one.Name, one.Country, Size: someMax), null, cancel);
            var same = page?.Found.Where(i => i.Aliases.Concat(new[] { i.Name, i.Latin, i.Kk, i.Ru, i.En }.OfType<string>())
                .Any(n => SearchText.Fold(n) == name)).ToList();
            linked.Add(one with { Id = same is [var only] ? only.Id : null });
        }

        return linked;
    }

    /// <summary>
    /// Institutions to choose from for one that was named: of its country, at most so many, those first whose names share its rarest words. The
    /// register of a large country has more of them than a list can show.
    /// </summary>
    public static async Task<IReadOnlyList<ForeignInstitution>> LikeAsync(
        ReadFrom from, AwardingInstitution named, int count, CancellationToken cancel = default)
    {
        const int wordsMax = 4;
        var found = (await SearchAsync(from, new InstitutionQuery(null, named.Country, Size: count), null, cancel)).Found
            .Select(i => (Institution: i, Weight: 0.0)).ToList();
        foreach (var word in SearchText.Words(named.Name).OrderByDescending(w => w.Length).Take(wordsMax))
        {
            var page = await SearchAsync(from, new InstitutionQuery(word, named.Country, Size: count), null, cancel);
            found.AddRange(page.Found.Select(i => (i, 1.0 / page.Total)));
        }

        return [.. found.GroupBy(f => f.Institution.Id).OrderByDescending(f => f.Sum(one => one.Weight)).Select(f => f.First().Institution).Take(count)];
    }

    /// <summary>Codes of the states that have an institution in the register.</summary>
    public static Task<List<string>> CountriesAsync(ReadFrom from, CancellationToken cancel = default) => from.QueryAsync(
        "SELECT DISTINCT country FROM foreign_institutions WHERE known_until IS NULL ORDER BY country", r => r.GetString(0), cancel);

    /// <summary>The periods of some institutions, oldest first.</summary>
    public static async Task<IReadOnlyList<RegisterPeriod>> PeriodsAsync(
        ReadFrom from, IReadOnlyList<string> institutions, DateTimeOffset? knownAt = null, CancellationToken cancel = default) =>
        institutions.Count == 0 ? [] : await from.QueryAsync(
            $"""
            SELECT {PeriodColumns} FROM institution_periods
            WHERE institution IN ({string.Join(", ", institutions.Select((_, i) => $"@k{i}"))}) AND {Known(knownAt)}
            ORDER BY valid_from, kind, programme, level, id
            """,
            Period, cancel, [.. Moment(knownAt), .. institutions.Select((id, i) => ($"k{i}", (object?)id))]);

    /// <summary>Every reading of an institution and of its periods that was replaced or withdrawn, newest first.</summary>
    public static async Task<(IReadOnlyList<ForeignInstitution> Names, IReadOnlyList<RegisterPeriod> Periods)> ReplacedAsync(
        ReadFrom from, string id, CancellationToken cancel = default) =>
        (await from.QueryAsync(
            $"SELECT {InstitutionColumns} FROM foreign_institutions WHERE id = @id AND known_until IS NOT NULL ORDER BY known_until DESC",
            Institution, cancel, ("id", id)),
        await from.QueryAsync(
            $"SELECT {PeriodColumns} FROM institution_periods WHERE institution = @id AND known_until IS NOT NULL ORDER BY known_until DESC, id",
            Period, cancel, ("id", id)));

    /// <summary>What <see cref="EntitledThen"/> needs of the named institutions.</summary>
    public static async Task<EntitlementFacts> FactsAsync(
        ReadFrom from, IReadOnlyList<string> institutions, DateTimeOffset? knownAt = null, CancellationToken cancel = default)
    {
        var ids = institutions.Distinct().ToList();
        var found = ids.Count == 0 ? [] : await from.QueryAsync(
            $"""
            SELECT {InstitutionColumns} FROM foreign_institutions
            WHERE id IN ({string.Join(", ", ids.Select((_, i) => $"@k{i}"))}) AND {Known(knownAt)} ORDER BY version
            """,
            Institution, cancel, [.. Moment(knownAt), .. ids.Select((id, i) => ($"k{i}", (object?)id))]);
        return new EntitlementFacts(found, await PeriodsAsync(from, ids, knownAt, cancel));
    }

    /// <summary>Institutions by id, to be called by their names; what the register does not have is left out.</summary>
    public static async Task<IReadOnlyDictionary<string, ForeignInstitution>> NamedAsync(
        ReadFrom from, IReadOnlyList<string> ids, DateTimeOffset? knownAt = null, CancellationToken cancel = default) =>
        ids.Count == 0 ? new Dictionary<string, ForeignInstitution>()
            : (await FactsAsync(from, ids, knownAt, cancel)).Institutions.GroupBy(i => i.Id).ToDictionary(i => i.Key, i => i.Last());

    internal static string Known(DateTimeOffset? at) =>
        at is null ? "known_until IS NULL" : "known_from <= @at AND (known_until IS NULL OR known_until > @at)";

    internal static (string Name, object? Value)[] Moment(DateTimeOffset? at) => at is { } then ? [("at", then.ToUnixTimeSeconds())] : [];

    internal static Reading ReadingOf(DbDataReader r, int at) => new(
        r.GetString(at), Day(r.GetString(at + 1)), DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(at + 2)),
        r.IsDBNull(at + 3) ? null : DateTimeOffset.FromUnixTimeSeconds(r.GetInt64(at + 3)), r.GetString(at + 4));

    internal static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static ForeignInstitution Institution(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetStringOrNull(3), r.GetStringOrNull(4), r.GetStringOrNull(5), r.GetStringOrNull(6),
        Parts(r.GetStringOrNull(7)), DayOrNull(r.GetStringOrNull(8)), DayOrNull(r.GetStringOrNull(9)), Parts(r.GetStringOrNull(10)),
        Parts(r.GetStringOrNull(11)), ReadingOf(r, 12));

    private static RegisterPeriod Period(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), BasisRecord.Parse<PeriodKind>(r.GetString(2))!.Value, r.GetString(3),
        BasisRecord.Parse<AwardLevel>(r.GetString(4))!.Value, Day(r.GetString(5)), DayOrNull(r.GetStringOrNull(6)), r.GetString(7), ReadingOf(r, 8));

    private static DateOnly? DayOrNull(string? text) => text is null ? null : Day(text);

    private static string[] Parts(string? text) => text is { Length: > 0 } ? text.Split('|') : [];
}
