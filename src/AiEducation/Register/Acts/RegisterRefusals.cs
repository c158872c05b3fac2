using Mortanba.AiEducation.PersonalData;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>Refusals that several acts share.</summary>
internal static class RegisterRefusals
{
    public const int WordsLengthMax = 4_000;

    // Names stand in the register: who answers for a system. An organisation's own address has a field of its own.
    private static readonly PersonalDataKind[] NeverPublic =
        [PersonalDataKind.Iin, PersonalDataKind.Card, PersonalDataKind.Document, PersonalDataKind.BirthDate, PersonalDataKind.Phone];

    /// <summary>Who described, answered for, classed or assessed a system decides nothing about it.</summary>
    public static Problem OwnWork { get; } = new(
        "ai/own-work", "Whoever proposed, classed or assessed a system, or answers for its vendor, does not decide about it.");

    /// <summary>What is in use is not talked down while it is used.</summary>
    public static Problem SuspendFirst { get; } =
        new("ai/suspend-first", "It is in use: let the ministry or an approver suspend it first, so that all schools are told.");

    /// <summary>What was approved is not what stands there now.</summary>
    public static Problem ApproveAnew { get; } =
        new("ai/approve-anew", "Since it was approved, what was said of it asks for less care: somebody has to approve it anew.");

    public static Problem OtherState(AiSystem now) =>
        new("ai/other-state", $"The system is in another state ({now.State}) for that.", ("state", EventWords.Of(now.State)));

    /// <summary>What is assessed has been proposed and has not ended; null when that is so.</summary>
    public static Problem? NotOpen(AiSystem now) => now.State is AiSystemState.Offered or AiSystemState.Ended ? OtherState(now) : null;

    /// <summary>Words that must be there: trimmed, or the refusal. The register is public: numbers of persons do not stand in it.</summary>
    public static Outcome<string> Words(string? text, int lengthMax = WordsLengthMax) =>
        !SealedWords(text, lengthMax).TryGet(out var words, out var problem) ? problem
        : PersonalDataFilter.Find(words).Any(f => f.Confidence == Confidence.Certain && NeverPublic.Contains(f.Kind))
            ? new Problem("ai/personal-data-public", "The register is public: no number, phone or birth date of a person stands in it.")
        : words;

    /// <summary>Words that must be there and are sealed where they are kept: who reports harm may say how to be reached.</summary>
    public static Outcome<string> SealedWords(string? text, int lengthMax = WordsLengthMax)
    {
        var words = text?.Trim() ?? "";
        return words.Length == 0 ? new Problem("ai/no-words", "This needs words.")
            : words.Length > lengthMax ? new Problem("ai/too-long", $"At most {lengthMax} characters.", ("max", $"{lengthMax}"))
            : words;
    }

    /// <summary>Words that may stay blank: null then.</summary>
    public static Outcome<string?> Blank(string? text, int lengthMax = WordsLengthMax) =>
        string.IsNullOrWhiteSpace(text) ? Outcome<string?>.From((string?)null)
        : Words(text, lengthMax).TryGet(out var words, out var problem) ? words : problem;
}
