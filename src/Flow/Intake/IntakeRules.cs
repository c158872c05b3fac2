namespace Mortanba.Intake;

/// <summary>The values of the rule packs that a list is checked against, resolved by the host for the award's date.</summary>
/// <param name="Grades">Grade scale, in any order; the lowest band starts at 0.</param>
/// <param name="PassMinPercent">A course below it does not count as done.</param>
/// <param name="HonoursMinGpa">Diploma with distinction: least GPA.</param>
/// <param name="HonoursMinPercent">Diploma with distinction: least percent in every course.</param>
public sealed record IntakeRules(
    IReadOnlyDictionary<string, KindRule> Kinds,
    IReadOnlyList<GradeBand> Grades,
    int PassMinPercent,
    decimal HonoursMinGpa,
    int HonoursMinPercent)
{
    /// <summary>Digits of a number from the state module.</summary>
    public int NumberDigits { get; init; } = 8;
}

/// <summary>One document kind: its series, and how the codes of its programmes begin (null: not checked).</summary>
public sealed record KindRule(IReadOnlyList<string> Series, string? ProgrammePrefix = null);

/// <summary>One step of the grade scale: from this percent up to the next band.</summary>
public sealed record GradeBand(string Letter, decimal Points, int FromPercent);
