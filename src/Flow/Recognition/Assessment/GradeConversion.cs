using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>A grading scale between the best grade and the lowest that passes; either may be the larger number.</summary>
public sealed record GradeScale(decimal Best, decimal LowestPass)
{
    internal bool Passes(decimal grade) => Best > LowestPass ? grade >= LowestPass : grade <= LowestPass;

    internal bool IsWithin(decimal grade) => Best > LowestPass ? grade <= Best : grade >= Best;
}

/// <summary>
/// Carries a grade from one scale to another by the modified Bavarian formula (requirement RQ-25): the same share of the way from the
/// best grade to the lowest that passes. Indicative: grades are given differently in different places, and no decision rests on it
/// alone.
/// </summary>
public static class GradeConversion
{
    private const int Decimals = 2;

    /// <returns>The grade in the other scale, to two decimals, or a refusal that names what is wrong. A grade that does not pass at home
    /// becomes none.</returns>
    public static Outcome<decimal> Convert(decimal grade, GradeScale from, GradeScale to)
    {
        if (from.Best == from.LowestPass || to.Best == to.LowestPass)
        {
            return new Problem("recognition/no-scale", "The best grade and the lowest that passes are the same.");
        }

        if (!from.IsWithin(grade))
        {
            return new Problem("recognition/beyond-scale", "The grade is better than the best of its scale.");
        }

        if (!from.Passes(grade))
        {
            return new Problem("recognition/fails", "The grade does not pass in its own scale and becomes none in another.");
        }

        var way = (from.Best - grade) / (from.Best - from.LowestPass);
        return Math.Round(to.Best - (way * (to.Best - to.LowestPass)), Decimals, MidpointRounding.AwayFromZero);
    }
}
