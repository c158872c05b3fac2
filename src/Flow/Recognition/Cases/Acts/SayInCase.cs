using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>A remark in the file: of the applicant, or of the body.</summary>
public static class AddRemark
{
    public const int RemarksMax = 500;

    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string text, bool isForApplicant, DateTimeOffset at) =>
        now.Stage == CaseStage.Draft || now.Stage.IsOver() ? now.Unless()!
        : now.Remarks.Count >= RemarksMax ? new Problem("recognition/too-many-remarks", "The case holds 500 remarks already.")
        : CaseRefusals.Words(text).TryGet(out var words, out var problem) ? new RemarkAdded(at, by, words, isForApplicant || now.Applicant == by) : problem;
}

/// <summary>A tool proposes something that it read in a document (requirement RQ-27).</summary>
public static class Suggest
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, Suggestion suggestion, DateTimeOffset at) =>
        !now.Stage.IsOpen() ? now.Unless()!
        : CaseRefusals.NoDocument(now, [suggestion.Document]) is { } missing ? missing
        : now.Suggestions.Any(s => s.Id == suggestion.Id) ? new Problem("recognition/suggested", "This was proposed already.")
        : new SuggestionMade(at, by, suggestion with { ConfirmedBy = null, RejectedBy = null });
}

/// <summary>A person takes a proposal or turns it down; before that it counts for nothing.</summary>
public static class AnswerSuggestion
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string suggestion, bool isConfirmed, DateTimeOffset at) =>
        !now.Stage.IsOpen() ? now.Unless()!
        : now.Applicant == by ? CaseRefusals.NotYours
        : now.Suggestions.FirstOrDefault(s => s.Id == suggestion) is not { } one ? new Problem("recognition/no-suggestion", "There is no such proposal.")
        : one.ConfirmedBy is not null || one.RejectedBy is not null ? new Problem("recognition/suggestion-answered", "Somebody answered this proposal already.")
        : new SuggestionAnswered(at, by, suggestion, isConfirmed);
}
