using Mortanba.Rules;

namespace Mortanba.Recognition;

/// <summary>What has to be known of an award to say by which law it is recognised. Nothing of the person.</summary>
/// <param name="Countries">Codes of the awarding states, ISO 3166; several for a joint degree.</param>
/// <param name="Holder">Whose qualification it is.</param>
/// <param name="Rankings">Where the institution stands; empty when nothing is known.</param>
/// <param name="Filer">Who files: it changes what is to be brought, not the law.</param>
public sealed record AwardQuestion(
    IReadOnlyList<string> Countries,
    DateOnly Awarded,
    RecognitionPurpose Purpose,
    HolderKind Holder,
    EducationLevel Level = EducationLevel.Higher,
    StudyExtent Extent = StudyExtent.Whole,
    StudyMode Mode = StudyMode.Usual,
    IReadOnlyList<RankingPosition>? Rankings = null,
    Filer Filer = Filer.Holder)
{
    /// <summary>A joint degree of more states than this is a slip of the pen.</summary>
    public const int CountriesMax = 6;

    public IReadOnlyList<RankingPosition> Rankings { get; init; } = Rankings ?? [];
}

/// <summary>A place in one edition of a ranking.</summary>
/// <param name="Edition">As the ranking calls it, for example <c>2026</c>; null when it was only stated.</param>
/// <param name="Published">Null: taken as the newest, because somebody stated it so.</param>
/// <param name="Position">Counted from 1.</param>
public sealed record RankingPosition(RankingSystem System, int Position, string? Edition = null, DateOnly? Published = null);
