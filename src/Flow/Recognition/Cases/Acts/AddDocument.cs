using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// A file joins the case: the applicant's as long as nothing is decided, and afterwards proof of the conditions of a decision; the body's
/// own evidence from the filing on.
/// </summary>
public static class AddDocument
{
    /// <summary>Of each side: an applicant cannot fill the place of the body's evidence.</summary>
    public const int DocumentsMax = 100;

    /// <param name="forApplicant">An officer adds what the applicant brought on paper: it stays the applicant's.</param>
    public static Outcome<CaseEvent> Of(RecognitionCase now, string by, CaseDocument document, DateTimeOffset at, bool forApplicant = false)
    {
        var isProof = now.HasConditions() && now.Decision!.Decision.Measures.Any(m => document.Item == DocumentItems.ConditionOf(m.Element));
        // Else a certificate whose conditions nobody fulfilled would last as long as somebody goes on uploading.
        if (isProof && !now.TakesProof())
        {
            return new Problem(
                "recognition/condition-late", "The last day of the condition is over.", ("day", $"{now.ConditionUntil():yyyy-MM-dd}"));
        }

        if (now.Stage != CaseStage.Draft && !now.Stage.IsOpen() && now.Stage is not (CaseStage.Appealed or CaseStage.Unanswered) && !isProof)
        {
            return now.Unless()!;
        }

        var isApplicant = document.Source == EvidenceSource.Applicant;
        return (isApplicant && !forApplicant) != (now.Applicant == by) || (forApplicant && (!isApplicant || now.Applicant == by || now.Stage == CaseStage.Draft)) || (!isApplicant && now.Stage == CaseStage.Draft) ? CaseRefusals.NotYours
            : now.Documents.Count(d => d.Source == document.Source) >= DocumentsMax ? new Problem("recognition/too-many-documents", "The case holds 100 documents of this side already.")
            : now.Documents.Any(d => d.Sha256 == document.Sha256 && d.Item == document.Item)
                ? new Problem("recognition/document-there", "This very file is in the case already.", ("file", document.FileName))
            // What the applicant brought does not become the body's own evidence by a second upload.
            : now.Documents.Any(d => d.Sha256 == document.Sha256 && d.Source != document.Source)
                ? new Problem("recognition/document-of-other-side", "The other side brought this very file already; it is in the case.", ("file", document.FileName))
            // What was found is about the diploma that lay there; another one in its place would be recognised on that word.
            : isApplicant && document.Item == DocumentItems.Qualification && now.Authenticity is { Result: not Authenticity.NotAnswered }
                ? new Problem("recognition/authenticity-found", "Whether the diploma is authentic is found already: add another document under “other documents”; a finding can be made anew with it.")
            : isApplicant && !isProof && !IsAllowed(now, document.Item) ? new Problem("recognition/no-item", "There is no such item in the list of documents.")
            : new DocumentAdded(at, by, document);
    }

    private static bool IsAllowed(RecognitionCase now, string item) =>
        item is DocumentItems.Other or DocumentItems.BackgroundPaper or DocumentItems.Answer
        || (now.Terms is null ? item is not (DocumentItems.Interview or DocumentItems.RegisterExtract) && !DocumentItems.IsCondition(item) : now.Terms.Items.Any(i => i.Id == item));
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
