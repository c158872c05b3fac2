using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Refusals that several acts share.</summary>
internal static class TaskRefusals
{
    public const int WordsLengthMax = 4_000;
    public const int WorkLengthMax = 40_000;

    /// <summary>No act of a program has effect on a grade (requirement AI-14).</summary>
    public static Problem Program { get; } = new("tasks/person-decides", "A grade is a person's own decision; a program may only propose one.");

    /// <summary>Nobody proposes a grade for what they did not read.</summary>
    public static Problem NotRead { get; } = new("tasks/not-read", "This system was not given the text of this work, or could not read it; it proposes nothing.");

    public static Problem OtherState { get; } = new("tasks/other-state", "The work is in another state for that; read it again.");

    /// <summary>A form or a message that came twice.</summary>
    public static Problem SameAgain { get; } = new("tasks/same-again", "This was handed in already; it counts once.");

    public static Problem ScoreRange(int max) => new("tasks/score-range", $"The score is a whole number from 0 to {max}.", ("max", $"{max}"));

    /// <summary>Words that must be there: trimmed, or the refusal.</summary>
    public static Outcome<string> Words(string? text, int lengthMax = WordsLengthMax) =>
        string.IsNullOrWhiteSpace(text) ? new Problem("tasks/no-words", "This needs words.")
        : text.Trim() is var words && words.Length <= lengthMax ? words
        : new Problem("tasks/too-long", $"At most {lengthMax} characters.", ("max", $"{lengthMax}"));
}
