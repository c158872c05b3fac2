namespace Mortanba.Rules;

/// <summary>One step of the scale.</summary>
/// <param name="PercentFrom">0 to 100, included.</param>
/// <param name="PercentUntil">Included.</param>
public sealed record Grade(string Letter, decimal Points, int PercentFrom, int PercentUntil);

/// <summary>Letters, points and percent of the national scale; every whole percent has exactly one letter.</summary>
public sealed record GradeScale(IReadOnlyList<Grade> Grades, int PassPercent)
{
    private const int PercentMax = 100;

    private readonly Grade[] byPercent = ByPercent(Grades);

    /// <summary>The grade of a percentage; throws outside 0 to 100, which the importer refuses before.</summary>
    public Grade OfPercent(int percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, PercentMax);
        return byPercent[percent];
    }

    public Grade? OfLetter(string letter) => Grades.FirstOrDefault(g => g.Letter == letter);

    public bool Passes(int percent) => percent >= PassPercent;

    internal static GradeScale Read(PackNode node)
    {
        var grades = node["grades"].List(n =>
            new Grade(n["letter"].Text, n["points"].Decimal, n["from"].Integer, n["until"].Integer));
        for (var percent = 0; percent <= PercentMax; percent++)
        {
            if (grades.Count(g => percent >= g.PercentFrom && percent <= g.PercentUntil) != 1)
            {
                throw node.Wrong($"{percent} percent has no letter, or more than one");
            }
        }

        return new GradeScale(grades, node["passPercent"].Integer);
    }

    private static Grade[] ByPercent(IReadOnlyList<Grade> grades) =>
        [.. Enumerable.Range(0, PercentMax + 1).Select(p =>
            grades.First(g => p >= g.PercentFrom && p <= g.PercentUntil))];
}

/// <summary>How the grade point average is computed: Σ(credits × points) / Σ credits, then rounded.</summary>
/// <param name="DifferenceMax">By how much an average that a list states may differ through rounding alone.</param>
public sealed record GpaRounding(int Decimals, MidpointRounding Rounding, decimal DifferenceMax)
{
    /// <summary>Null when no course carries credits.</summary>
    public decimal? Gpa(IEnumerable<(int Credits, decimal Points)> courses)
    {
        var (credits, sum) = (0, 0m);
        foreach (var course in courses)
        {
            credits += course.Credits;
            sum += course.Credits * course.Points;
        }

        return credits == 0 ? null : Math.Round(sum / credits, Decimals, Rounding);
    }

    internal static GpaRounding Read(PackNode node) => new(
        node["decimals"].Integer,
        node["rounding"].Text switch
        {
            "half-up" => MidpointRounding.AwayFromZero,
            "half-even" => MidpointRounding.ToEven,
            _ => throw node["rounding"].Wrong("'rounding' must be half-up or half-even"),
        },
        node["differenceMax"].Decimal);
}

public enum FacetAction
{
    Refuse,
    Warn,
    Ignore,
}

/// <summary>What to do when a part of an IIN does not fit (requirement X-12): the checksum is strict, facets
/// warn.</summary>
public sealed record IinFacets(FacetAction Checksum, FacetAction BirthDate, FacetAction Sex)
{
    internal static IinFacets Read(PackNode node) =>
        new(node["checksum"].OneOf<FacetAction>(),
            node["birthDate"].OneOf<FacetAction>(), node["sex"].OneOf<FacetAction>());
}

/// <summary>Whether a diploma runs out.</summary>
/// <param name="Years">Years after the award; null: it never does.</param>
public sealed record DiplomaExpiry(int? Years)
{
    /// <summary>Last day of force; null for a diploma without end.</summary>
    public DateOnly? LastDay(DateOnly awarded) => Years is { } years ? awarded.AddYears(years).AddDays(-1) : null;

    internal static DiplomaExpiry Read(PackNode node) => node["expires"].Text switch
    {
        "never" => new DiplomaExpiry((int?)null),
        "after-years" => new DiplomaExpiry(node["years"].Integer),
        _ => throw node["expires"].Wrong("'expires' must be never or after-years"),
    };
}
