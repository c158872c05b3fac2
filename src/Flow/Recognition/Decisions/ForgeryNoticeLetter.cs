using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>
/// The notice to an institution that a document in its name was found not authentic, as a letter to be posted (requirement RQ-29): PDF/A-3b in
/// three languages. In: the message. Out: PDF bytes, the same for the same input.
/// </summary>
public static class ForgeryNoticeLetter
{
    /// <param name="body">Name of the recognition body.</param>
    /// <param name="day">Civil day of the notice.</param>
    public static byte[] Render(CentreMessage notice, LocalizedText body, DateOnly day)
    {
        var sheet = new LetterSheet(DecisionWords.NoticeTitle, notice.Inquiry, DecisionWords.NoticeTitle, body, notice.At);
        sheet.Field(DecisionWords.NoticeTo, LocalizedText.Same(notice.To), LetterSheet.Strong);
        sheet.Field(DecisionWords.DecidedOn, DecisionWords.Date(day));
        sheet.Columns(DecisionWords.NoticeText, LetterSheet.Plain);
        sheet.Section(DecisionWords.NoticeDocument);
        foreach (var (name, label) in new[]
        {
            ("institution", DecisionWords.Institution), ("qualification", DecisionWords.Qualification), ("awarded", DecisionWords.Awarded),
            ("holder", DecisionWords.Holder),
        })
        {
            sheet.Field(label, LocalizedText.Same(notice.Facts.GetValueOrDefault(name, "")));
        }

        sheet.Footers(notice.Inquiry);
        return sheet.Document.Save();
    }
}
