using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Refusals that several acts share.</summary>
internal static class RegisterRefusals
{
    public const int WordsLengthMax = 4_000;

    /// <summary>Who described, classed or assessed a system decides nothing about it.</summary>
    public static Problem OwnWork { get; } = new("ai/own-work", "Whoever proposed, classed or assessed a system does not decide about it.");

    public static Problem OtherState(AiSystem now) =>
        new("ai/other-state", $"The system is in another state ({now.State}) for that.", ("state", $"{now.State}"));

    /// <summary>Words that must be there: trimmed, or the refusal.</summary>
    public static Outcome<string> Words(string? text) =>
        string.IsNullOrWhiteSpace(text) ? new Problem("ai/no-words", "This needs words.")
        : text.Trim() is { Length: <= WordsLengthMax } words ? words
        : new Problem("ai/too-long", $"At most {WordsLengthMax} characters.", ("max", $"{WordsLengthMax}"));
}
