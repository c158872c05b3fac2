using System.Data.Common;
using System.Globalization;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.Recognition;

/// <summary>In what two cases are alike. The wire word (<see cref="BasisRecord.Code"/>) has its text at <c>recognition/similar/…</c>.</summary>
public enum Likeness
{
    Institution,
    Level,

    /// <summary>The same narrow field of ISCED-F.</summary>
    Field,

    /// <summary>The same broad field: its first two digits.</summary>
    BroadField,
    Country,
    Purpose,
    Extent,
    Mode,

    /// <summary>The titles have trigrams in common (<see cref="Trigrams"/>).</summary>
    Title,
}

/// <summary>What one likeness adds to the score.</summary>
public sealed record LikenessPoints(Likeness Likeness, int Points);

/// <summary>A decided case that is like another. Names nobody: evaluators see it.</summary>
/// <param name="Score">1 to 100, the sum of <paramref name="Because"/>.</param>
/// <param name="Because">Every point of the score, the weightiest first.</param>
/// <param name="Title">Empty when the case was erased.</param>
/// <param name="IsPrecedent">Alike enough that another end needs a reason (requirement RQ-21): level, purpose and extent are the same,
/// and the subject is near.</param>
public sealed record SimilarCase(
    string Id,
    string Number,
    RecognitionOutcome Outcome,
    DateTimeOffset DecidedAt,
    int Score,
    IReadOnlyList<LikenessPoints> Because,
    string Title,
    IReadOnlyList<string> Institutions,
    IReadOnlyList<string> Countries,
    bool IsPrecedent);

/// <summary>
/// Finds decided cases like one case (requirement RQ-21). In: a case. Out: the likest, each with what it is alike in, so that a person can
/// say whether it is one. Decisions under appeal and those about nothing are left out.
/// </summary>
/// <remarks>
/// Three ranges of indices give the newest candidates by institution, by level and field, and by country and level; they are ranked by
/// what stands in clear, and only the titles of the best are opened.
/// </remarks>
public sealed class SimilarCases(IKeyVault vault)
{
    /// <summary>Cases below this score are not shown.</summary>
    public const int ScoreMin = 40;

    /// <summary>From this score on a case is a precedent, if it is about the same.</summary>
    public const int PrecedentScoreMin = 60;

    private const int InstitutionPoints = 25;
    private const int LevelPoints = 20;
    private const int FieldPoints = 15;
    private const int BroadFieldPoints = 8;
    private const int CountryPoints = 10;
    private const int PurposePoints = 10;
    private const int ExtentPoints = 5;
    private const int ModePoints = 3;
    private const int TitlePoints = 12;
    private const int ProbeRows = 150;
    private const int OpenedMax = 48;
    private const double LikeTitle = 0.5;
    private const int BroadFieldDigits = 2;

    private const string Columns = "id, number, stage, outcome, decided_at, institution, isced, field, countries, purpose, extent, mode";

    private static readonly string Candidates = string.Join(
        " UNION ALL ",
        new[] { "institution = @institution", "isced = @isced AND field = @field AND purpose = @purpose", "countries = @countries AND isced = @isced" }
            .Select((like, i) => string.Create(
                CultureInfo.InvariantCulture,
                $"SELECT {Columns} FROM (SELECT {Columns} FROM recognition_cases WHERE {like} AND decided_at > '' ORDER BY decided_at DESC LIMIT {ProbeRows}) AS probe{i}")));

    /// <param name="one">The case; it is not found itself.</param>
    /// <param name="count">At most so many.</param>
    /// <returns>The likest first; of equals the newest.</returns>
    public async Task<IReadOnlyList<SimilarCase>> FindAsync(ReadFrom from, RecognitionCase one, int count, CancellationToken cancel = default)
    {
        var asked = new Traits(
            CaseStore.InstitutionKey(one.Qualification), one.Qualification.Isced, one.Qualification.Field,
            string.Join(' ', one.Qualification.Countries), BasisRecord.Code(one.Purpose), BasisRecord.Code(one.Qualification.Extent),
            BasisRecord.Code(one.Qualification.Mode));
        var candidates = await from.QueryAsync(
            Candidates, Read, cancel, ("institution", asked.Institution), ("isced", asked.Isced), ("field", asked.Field),
            ("purpose", asked.Purpose), ("countries", asked.Countries));
        var best = candidates.OfType<Candidate>().Where(c => c.Id != one.Id).DistinctBy(c => c.Id)
            .Select(c => (Candidate: c, Points: Points(asked, c.Traits)))
            .OrderByDescending(c => c.Points.Sum(p => p.Points)).ThenByDescending(c => c.Candidate.DecidedAt)
            .Take(OpenedMax).ToList();
        var heads = await HeadsAsync(from, [.. best.Select(b => b.Candidate.Id)], cancel);
        var title = Trigrams.Of(one.Qualification.Title);
        return
        [
            .. best.Select(b => Found(b.Candidate, asked, b.Points, heads.GetValueOrDefault(b.Candidate.Id), title))
                .Where(f => f.Score >= ScoreMin)
                .OrderByDescending(f => f.Score).ThenByDescending(f => f.DecidedAt).ThenBy(f => f.Id, StringComparer.Ordinal)
                .Take(count),
        ];
    }

    /// <summary>Those that a decision has to stand beside (<see cref="DecisionRules.Deviates"/>).</summary>
    public static IReadOnlyList<Precedent> Precedents(IEnumerable<SimilarCase> found) =>
        [.. found.Where(f => f.IsPrecedent).Select(f => new Precedent(f.Number, f.Outcome))];

    private static List<LikenessPoints> Points(Traits one, Traits other)
    {
        var points = new List<LikenessPoints>();
        void When(bool alike, Likeness likeness, int value)
        {
            if (alike)
            {
                points.Add(new LikenessPoints(likeness, value));
            }
        }

        When(one.Institution == other.Institution, Likeness.Institution, InstitutionPoints);
        When(one.Isced == other.Isced, Likeness.Level, LevelPoints);
        var areKnown = one.Field.Length > 0 && other.Field.Length > 0;
        When(areKnown && one.Field == other.Field, Likeness.Field, FieldPoints);
        When(
            areKnown && one.Field != other.Field && string.CompareOrdinal(one.Field, 0, other.Field, 0, BroadFieldDigits) == 0,
            Likeness.BroadField, BroadFieldPoints);
        When(one.Countries == other.Countries, Likeness.Country, CountryPoints);
        When(one.Purpose == other.Purpose, Likeness.Purpose, PurposePoints);
        When(one.Extent == other.Extent, Likeness.Extent, ExtentPoints);
        When(one.Mode == other.Mode, Likeness.Mode, ModePoints);
        return points;
    }

    private static SimilarCase Found(Candidate candidate, Traits asked, List<LikenessPoints> points, CaseHead? head, HashSet<string> title)
    {
        var likeness = head is null ? 0 : Trigrams.Likeness(title, Trigrams.Of(head.Title));
        if ((int)Math.Round(likeness * TitlePoints) is > 0 and var more)
        {
            points.Add(new LikenessPoints(Likeness.Title, more));
        }

        var score = points.Sum(p => p.Points);
        var isAboutTheSame = asked.Isced == candidate.Traits.Isced && asked.Purpose == candidate.Traits.Purpose && asked.Extent == candidate.Traits.Extent
            && (likeness >= LikeTitle || points.Any(p => p.Likeness is Likeness.Field or Likeness.BroadField));
        return new SimilarCase(
            candidate.Id, candidate.Number, candidate.Outcome, candidate.DecidedAt, score,
            [.. points.OrderByDescending(p => p.Points).ThenBy(p => p.Likeness)], head?.Title ?? "", head?.Institutions ?? [],
            candidate.Traits.Countries.Split(' '), isAboutTheSame && score >= PrecedentScoreMin);
    }

    private async Task<Dictionary<string, CaseHead>> HeadsAsync(ReadFrom from, List<string> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        var names = ids.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"@id{i}"));
        var rows = await from.QueryAsync(
            $"SELECT id, data_key, head FROM recognition_cases WHERE id IN ({string.Join(", ", names)})",
            r => (Id: r.GetString(0), Head: CaseHead.Open(vault, r.GetString(0), r.GetBytesOrNull(1), r.GetBytesOrNull(2))), cancel,
            [.. ids.Select((id, i) => (string.Create(CultureInfo.InvariantCulture, $"id{i}"), (object?)id))]);
        return rows.Where(r => r.Head is not null).ToDictionary(r => r.Id, r => r.Head!);
    }

    // Null for what is no precedent of anything: under appeal, withdrawn since, or decided about nothing.
    private static Candidate? Read(DbDataReader r) =>
        BasisRecord.Parse<CaseStage>(r.GetString(2)) is CaseStage.Issued or CaseStage.Closed or CaseStage.Condition
        && BasisRecord.Parse<RecognitionOutcome>(r.GetStringOrNull(3)) is { } outcome and not RecognitionOutcome.NoDecision
        && r.GetStringOrNull(1) is { } number
            ? new Candidate(
                r.GetString(0), number, outcome, LedgerEntry.TimeOf(r.GetString(4)),
                new Traits(r.GetString(5), r.GetInt32(6), r.GetString(7), r.GetString(8), r.GetString(9), r.GetString(10), r.GetString(11)))
            : null;

    // What two cases are compared in, as the row has it.
    private sealed record Traits(string Institution, int Isced, string Field, string Countries, string Purpose, string Extent, string Mode);

    private sealed record Candidate(string Id, string Number, RecognitionOutcome Outcome, DateTimeOffset DecidedAt, Traits Traits);
}
