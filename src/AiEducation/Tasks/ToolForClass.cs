namespace Mortanba.AiEducation;

/// <summary>
/// How an AI tool fits the learners of a class by their ages (requirement AI-9), as the directory knows them. Counts alone: each learner is asked for
/// at the use.
/// </summary>
/// <param name="System">Id in the register.</param>
/// <param name="Learners">How many are in the class; 0 when the directory knows none, which says nothing.</param>
/// <param name="Outside">How many may not use it at their age, under a teacher's eyes neither.</param>
/// <param name="Unknown">Of how many the day of birth is not known: none of them may use it.</param>
public sealed record ToolForClass(string System, string Name, int Learners, int Outside, int Unknown)
{
    /// <summary>Everybody's age is known, and nobody's fits.</summary>
    public bool IsForNobody => Learners > 0 && Outside == Learners;

    /// <param name="ages">Whole years of each learner; null where the day of birth is not known.</param>
    /// <param name="mayAt">Whether a learner of an age may use it.</param>
    public static ToolForClass Of(string system, string name, IReadOnlyCollection<int?> ages, Func<int, bool> mayAt) =>
        new(system, name, ages.Count, ages.Count(a => a is { } age && !mayAt(age)), ages.Count(a => a is null));
}
