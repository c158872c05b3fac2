using Mortanba.Foundation;
using Mortanba.Rules;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>One place of an institution in an edition, as a reading has it.</summary>
public sealed record RankedPlace(string Institution, RankingPosition Position, Reading Reading);

/// <summary>The edition of a ranking that counts, and where the institutions stand in it (requirement RQ-10).</summary>
/// <param name="Places">One for each institution that is in the edition.</param>
/// <param name="Position">The one that counts: of several institutions the lowest; null when one of them is not in the edition.</param>
public sealed record RankingUse(
    RankingSystem System, string Edition, DateOnly Published, IReadOnlyList<RankedPlace> Places, RankingPosition? Position);

/// <summary>The register of rankings by edition.</summary>
public static class RankingRegister
{
    private const string Columns = "institution, system, position, edition, published, source, read_on, known_from, known_until, import";

    /// <summary>
    /// The newest edition of each system by the day that the rule pack names, with the places of the institutions; keep it with the
    /// case. The positions for <see cref="AwardQuestion.Rankings"/> are <see cref="Positions"/> of it.
    /// </summary>
    /// <param name="at">Day of the application.</param>
    /// <param name="law">The day by which the rules are resolved; null for that of the application.</param>
    /// <returns>An empty list when no edition is registered; a problem when no pack says which edition counts.</returns>
    public static async Task<Outcome<IReadOnlyList<RankingUse>>> LookUpAsync(
        ReadFrom from, RuleBook rules, IReadOnlyList<string> institutions, DateOnly awarded, DateOnly at, DateTimeOffset? knownAt = null,
        DateOnly? law = null, CancellationToken cancel = default)
    {
        if (!rules.Resolve(RuleKeys.RankingEdition, law ?? at).TryGet(out var rule, out var problem))
        {
            return problem;
        }

        var day = rule.Value.NewestOn == EditionDay.Award ? awarded : at;
        var editions = await from.QueryAsync(
            $"SELECT DISTINCT system, edition, published FROM ranking_positions WHERE published <= @day AND {InstitutionRegister.Known(knownAt)}",
            r => (System: BasisRecord.Parse<RankingSystem>(r.GetString(0))!.Value, Edition: r.GetString(1), Published: r.GetString(2)),
            cancel, [("day", $"{day:yyyy-MM-dd}"), .. InstitutionRegister.Moment(knownAt)]);
        var places = await PlacesAsync(from, institutions, knownAt, cancel);
        // An institution that fell out of the newest edition has no place: an older one does not stand for it.
        return editions.GroupBy(e => e.System).OrderBy(s => s.Key)
            .Select(system => system.MaxBy(e => (e.Published, e.Edition)))
            .Select(newest => Use(newest.System, newest.Edition, InstitutionRegister.Day(newest.Published), places, institutions))
            .ToList();
    }

    /// <summary>
    /// The edition of a row of a ranking file, and the day it gives for it. An edition is published on one day: of two, the later would be the
    /// whole edition, and whoever has the other one would be out of it.
    /// </summary>
    internal static ((string System, string Edition) Of, string Published) EditionOf(RegisterLine line) =>
        (((string)line.Values[0]!, (string)line.Values[1]!), (string)line.Values[2]!);

    internal static Problem OtherDay(string day) => new(
        "recognition/register-edition-day", "The edition has another day of publication; an edition has one.", ("day", day));

    /// <summary>What the question on the legal basis takes.</summary>
    public static IReadOnlyList<RankingPosition> Positions(IEnumerable<RankingUse> used) => [.. used.Select(u => u.Position).OfType<RankingPosition>()];

    /// <summary>Every known place of some institutions, newest edition first.</summary>
    public static async Task<IReadOnlyList<RankedPlace>> PlacesAsync(
        ReadFrom from, IReadOnlyList<string> institutions, DateTimeOffset? knownAt = null, CancellationToken cancel = default) =>
        institutions.Count == 0 ? [] : await from.QueryAsync(
            $"""
            SELECT {Columns} FROM ranking_positions
            WHERE institution IN ({string.Join(", ", institutions.Select((_, i) => $"@k{i}"))}) AND {InstitutionRegister.Known(knownAt)}
            ORDER BY published DESC, system, institution
            """,
            r => new RankedPlace(
                r.GetString(0),
                new RankingPosition(
                    BasisRecord.Parse<RankingSystem>(r.GetString(1))!.Value, (int)r.GetInt64(2), r.GetString(3),
                    InstitutionRegister.Day(r.GetString(4))),
                InstitutionRegister.ReadingOf(r, 5)),
            cancel, [.. InstitutionRegister.Moment(knownAt), .. institutions.Select((id, i) => ($"k{i}", (object?)id))]);

    private static RankingUse Use(
        RankingSystem system, string edition, DateOnly published, IReadOnlyList<RankedPlace> places, IReadOnlyList<string> institutions)
    {
        var found = places.Where(p => p.Position.System == system && p.Position.Edition == edition && p.Position.Published == published).ToList();
        return new RankingUse(
            system, edition, published, found,
            institutions.All(i => found.Exists(p => p.Institution == i)) ? found.MaxBy(p => p.Position.Position)?.Position : null);
    }
}
