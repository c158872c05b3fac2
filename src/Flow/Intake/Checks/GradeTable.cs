namespace Mortanba.Intake.Checks;

/// <summary>The grade scale as a table by percent, 0 to 100.</summary>
internal sealed class GradeTable
{
    private readonly GradeBand[] byPercent = new GradeBand[101];

    public GradeTable(IReadOnlyList<GradeBand> bands)
    {
        var falling = bands.OrderByDescending(band => band.FromPercent).ToList();
        if (falling.Count == 0 || falling[^1].FromPercent != 0)
        {
            throw new ArgumentException("The grade scale does not begin at 0.", nameof(bands));
        }

        for (var percent = 0; percent <= 100; percent++)
        {
            byPercent[percent] = falling.First(band => band.FromPercent <= percent);
        }

        Letters = [.. bands.Select(band => band.Letter)];
    }

    public IReadOnlyList<string> Letters { get; }

    public GradeBand this[int percent] => byPercent[percent];

    /// <summary>Σ(credits × points)/Σ credits, two decimals, half away from zero.</summary>
    public static decimal Gpa(IReadOnlyList<CourseResult> courses)
    {
        long creditSum = 0;
        decimal pointSum = 0;
        foreach (var course in courses)
        {
            creditSum += course.Credits;
            pointSum += course.Credits * course.Points;
        }

        return creditSum == 0 ? 0 : Math.Round(pointSum / creditSum, 2, MidpointRounding.AwayFromZero);
    }
}
