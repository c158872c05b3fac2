using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>Refusals that several acts share.</summary>
internal static class CaseRefusals
{
    public const int WordsLengthMax = 4_000;

    public static Problem NotYours { get; } = new("recognition/no-case", "There is no such case.");

    public static Problem StillWaiting { get; } = new("recognition/still-waiting", "An answer is waited for; end the wait first.");

    /// <summary>Words that must be there: trimmed, or the refusal.</summary>
    public static Outcome<string> Words(string? text) =>
        string.IsNullOrWhiteSpace(text) ? new Problem("recognition/no-words", "This needs words.")
        : text.Trim() is { Length: <= WordsLengthMax } words ? words
        : new Problem("recognition/too-long", $"At most {WordsLengthMax} characters.", ("max", $"{WordsLengthMax}"));

    /// <summary>A last day for something that is to be done, which is over already.</summary>
    /// <param name="today">Civil day at the body.</param>
    public static Problem? Past(IEnumerable<Measure> measures, DateOnly today) => measures.FirstOrDefault(m => m.Until < today) is { } past
        ? new Problem("recognition/measure-past", "A day by which something is to be done lies in the past.", ("element", BasisRecord.Code(past.Element)))
        : null;

    /// <summary>One of these documents of the case is what the body learned from others; an interview is what the holder said.</summary>
    public static bool IsOwn(RecognitionCase now, IEnumerable<string> documents) =>
        documents.Any(id => now.Document(id) is { Source: EvidenceSource.Authority, Item: not DocumentItems.Interview });

    public static Problem? NoDocument(RecognitionCase now, IEnumerable<string> documents) =>
        documents.FirstOrDefault(id => now.Document(id) is null) is { } missing
            ? new Problem("recognition/no-document", "There is no such document in the case.", ("document", missing))
            : null;
}
