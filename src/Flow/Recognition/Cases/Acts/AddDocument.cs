using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>A file joins the case: the applicant's as long as nothing is decided, the body's own evidence from the filing on.</summary>
public static class AddDocument
{
    public const int DocumentsMax = 200;

    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, CaseDocument document, DateTimeOffset at)
    {
        if (now.Stage != CaseStage.Draft && !now.Stage.IsOpen() && now.Stage is not CaseStage.Appealed)
        {
            return now.Unless()!;
        }

        var isApplicant = document.Source == EvidenceSource.Applicant;
        return isApplicant != (now.Applicant == by) || (!isApplicant && now.Stage == CaseStage.Draft) ? CaseRefusals.NotYours
            : now.Documents.Count >= DocumentsMax ? new Problem("recognition/too-many-documents", "The case holds 200 documents already.")
            : now.Documents.Any(d => d.Sha256 == document.Sha256 && d.Item == document.Item)
                ? new Problem("recognition/document-there", "This very file is in the case already.", ("file", document.FileName))
            : isApplicant && !IsAllowed(now, document.Item) ? new Problem("recognition/no-item", "There is no such item in the list of documents.")
            : new DocumentAdded(at, by, document);
    }

    private static bool IsAllowed(RecognitionCase now, string item) =>
        item is DocumentItems.Other or DocumentItems.BackgroundPaper or DocumentItems.Answer
        || now.Terms is null || now.Terms.Items.Any(i => i.Id == item);
}

/// <summary>The applicant takes a file back before filing; afterwards it is evidence.</summary>
public static class RemoveDocument
{
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, string document, DateTimeOffset at) =>
        now.Applicant != by ? CaseRefusals.NotYours
        : now.Unless(CaseStage.Draft) is { } wrong ? wrong
        : CaseRefusals.NoDocument(now, [document]) is { } missing ? missing
        : new DocumentRemoved(at, by, document);
}
