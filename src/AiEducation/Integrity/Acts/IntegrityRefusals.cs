using System.Globalization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Refusals that several acts share.</summary>
internal static class IntegrityRefusals
{
    public const int WordsLengthMax = 4_000;

    /// <summary>No act of a program has effect on a case (requirement AI-23).</summary>
    public static Problem Program { get; } = new("integrity/person-decides", "Only people act in a case of academic integrity; a program cannot.");

    /// <summary>The score of a detector alone decides nothing (requirement AI-22).</summary>
    public static Problem DetectorAlone { get; } = new(
        "integrity/detector-alone", "A detector's score is no evidence. No breach can be found without a ground that does not depend on it.");

    public static Problem OtherState { get; } = new("integrity/other-state", "The case is at another step; read it again.");

    /// <summary>A term of the rules is over: against the learner nothing can be done any more.</summary>
    public static Problem TermOver(DateOnly last) => new(
        "integrity/term-over", $"The term ended on {Text(last)}. Against the learner nothing can be done any more.", ("last", Text(last)));

    /// <summary>Words that must be there: trimmed, or the refusal.</summary>
    public static Outcome<string> Words(string? text) =>
        string.IsNullOrWhiteSpace(text) ? new Problem("integrity/no-words", "This needs words; the learner will read them.")
        : text.Trim() is { Length: <= WordsLengthMax } words ? words
        : new Problem("integrity/too-long", $"At most {WordsLengthMax} characters.", ("max", $"{WordsLengthMax}"));

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
