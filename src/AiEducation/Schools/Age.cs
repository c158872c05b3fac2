namespace Mortanba.AiEducation;

/// <summary>Ages in whole years, exact on birthdays (requirement AI-9).</summary>
public static class Age
{
    /// <summary>
    /// Whole years on a civil day. Who was born on 29 February is a year older on 1 March of a common year: only then is the year whole,
    /// and a protection that ends with an age ends no day too early.
    /// </summary>
    public static int On(DateOnly born, DateOnly day)
    {
        var years = day.Year - born.Year;
        return (day.Month, day.Day).CompareTo((born.Month, born.Day)) < 0 ? years - 1 : years;
    }
}
