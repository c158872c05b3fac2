using System.Data.Common;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Host.Web.Ai.Indicators;

/// <summary>The indicators as they stand: definitions, counts, directory, how far they go.</summary>
/// <param name="Blocks">Names of the teachers' blocks, by their id.</param>
/// <param name="Standing">Null before anything was counted.</param>
/// <param name="Published">The newest closed part of a school year; null before the first was closed.</param>
/// <param name="Live">The part that runs.</param>
public sealed record BoardView(
    Resolved<AiIndicators> Rules, YearParts Parts, IndicatorTables Tables, IReadOnlyDictionary<string, School> Schools,
    IReadOnlyDictionary<string, LocalizedText> Blocks, IndicatorStanding? Standing, int? Published, int Live, DateTimeOffset Now)
{
    /// <summary>What may be read of a school year: all that is published of it, or all that has happened.</summary>
    /// <param name="year">First calendar year; null for the newest.</param>
    public Reading? Of(int? year, bool isLive)
    {
        int? last = isLive ? Live : Published;
        return last is not { } newest ? null
            : year is not { } asked ? new Reading(newest, isLive)
            : Parts.PartsOf(asked).Where(p => p <= newest).DefaultIfEmpty(-1).Last() is >= 0 and var part ? new Reading(part, isLive && part == newest) : null;
    }

    /// <summary>The moment up to which a reading counts.</summary>
    public DateTimeOffset AsOf(Reading reading) => reading.IsLive ? Now : Parts.EndOf(reading.Part).AddTicks(-1);

    /// <summary>School years of which something may be read, the newest first.</summary>
    public IReadOnlyList<int> Years(bool isLive) => (isLive ? Live : Published) is { } last
        ? [.. Enumerable.Range(0, last + 1).Select(Parts.YearOf).Distinct().OrderDescending()]
        : [];
}

/// <summary>
/// The indicators for pages and programs: the stored counts, of which only those are read that have changed since the last time. Safe to share.
/// </summary>
/// <param name="directory">Places of learning by BIN; asked again with every new fact, and after a minute.</param>
internal sealed class IndicatorBoard(
    Database database, RuleBook book, TimeProvider time, Func<DbTransaction, CancellationToken, Task<IReadOnlyDictionary<string, School>>> directory) : IDisposable
{
    private static readonly TimeSpan DirectoryTerm = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim one = new(1, 1);
    private Dictionary<string, SchoolCounts> counts = [];
    private DateTimeOffset directoryAt = DateTimeOffset.MinValue;
    private BoardView? view;

    /// <summary>The board of an installation.</summary>
    public static IndicatorBoard Of(Installation home) => new(
        home.Database, home.Rules, home.Time,
        async (from, cancel) => (await SchoolDirectory.AllAsync(from, cancel: cancel)).ToDictionary(s => s.Bin.Value, StringComparer.Ordinal));

    public async Task<BoardView> NowAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await one.WaitAsync(cancel);
        try
        {
            return view = await database.ReadAsync(from => ReadAsync(from, now, cancel), cancel);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Settles the newest published part before anybody asks for it: at millions of facts that takes longer than a reader should wait.</summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        var now = await NowAsync(cancel);
        if (now.Published is { } part)
        {
            now.Tables.Settle(new Reading(part, IsLive: false), cancel);
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<BoardView> ReadAsync(DbTransaction from, DateTimeOffset now, CancellationToken cancel)
    {
        var calendar = new WorkingCalendar(book);
        var day = calendar.DateOf(now).Value;
        var rules = book.Resolve(RuleKeys.AiIndicators, day).Value;
        var standing = await IndicatorStore.StandingAsync(from, cancel);
        var closings = (await IndicatorStore.ClosingsAsync(from, cancel)).Count;
        var published = closings > 0 ? closings - 1 : (int?)null;
        var isSame = view is not null && view.Rules.Reference.PackText == rules.Reference.PackText && view.Standing?.Run == standing?.Run;
        var parts = isSame ? view!.Parts : new YearParts(rules.Value, calendar.TimeAt(now).Value);
        var live = Math.Clamp(parts.Of(now), 0, parts.Count - 1);
        if (isSame && view!.Standing?.Seq == standing?.Seq && now >= directoryAt && now - directoryAt < DirectoryTerm)
        {
            return view with { Standing = standing, Published = published, Live = live, Now = now };
        }

        // Other objects than those of the last view: it may still be read.
        counts = isSame ? new(counts, StringComparer.Ordinal) : new(StringComparer.Ordinal);
        foreach (var (school, its) in standing is null ? [] : await IndicatorStore.CountsAsync(from, isSame ? view!.Standing?.Seq ?? -1 : -1, cancel))
        {
            counts[school] = its;
        }

        var schools = await directory(from, cancel);
        directoryAt = now;
        var measures = new MeasureList(rules.Value);
        var areas = new AreaCounts(measures, parts, counts, bin => schools.TryGetValue(bin, out var school) ? SchoolPlace.Of(school) : null);
        var isSamePlaces = isSame && view!.Schools.All(s => schools.TryGetValue(s.Key, out var place) && SchoolPlace.Of(place) == SchoolPlace.Of(s.Value));
        var tables = new IndicatorTables(rules.Value, measures, parts, areas, closings, isSamePlaces ? view!.Tables : null);
        var blocks = book.Resolve(RuleKeys.TeacherCompetences, day).Value.Value.Blocks.ToDictionary(b => b.Id, b => b.Name, StringComparer.Ordinal);
        return new BoardView(rules, parts, tables, schools, blocks, standing, published, live, now);
    }
}
