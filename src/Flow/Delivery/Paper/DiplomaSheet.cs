using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Delivery;

/// <summary>Page 1 of the paper as words, for a page that shows it as it hangs on a wall: the same texts as the PDF.</summary>
/// <param name="Title">Diploma, or diploma with honours.</param>
/// <param name="Holder">Full name, Kazakh and Russian in the order of documents, English given name first.</param>
/// <param name="Lines">Label and value in three languages, as the columns carry them; a value without a label stands alone.</param>
/// <param name="Day">Award date in words.</param>
/// <param name="CodeText">What the QR on the paper says.</param>
public sealed record DiplomaSheet(
    LocalizedText Republic,
    LocalizedText Institution,
    LocalizedText Title,
    LocalizedText Holder,
    LocalizedText Certifies,
    IReadOnlyList<(LocalizedText? Label, LocalizedText Value)> Lines,
    LocalizedText HeadTitle,
    LocalizedText Signed,
    LocalizedText City,
    LocalizedText Day,
    string Number,
    string? CodeText)
{
    /// <param name="codeText">Null for a preview that nobody has signed yet.</param>
    public static DiplomaSheet Of(DiplomaRecord record, string? codeText)
    {
        var content = record.Content;
        var programme = content.Programme;
        return new DiplomaSheet(
            PaperWords.Republic,
            record.Initiator.Name,
            DiplomaPage.Title(record),
            new LocalizedText(content.Name.In(Language.Kk), content.Name.In(Language.Ru), content.Name.In(Language.En)),
            PaperWords.Certifies,
            [
                (PaperWords.LabelOfQualification(content.Kind), programme.Qualification),
                (PaperWords.Programme, new LocalizedText(
                    $"{programme.Code} {programme.Name.Kk}", $"{programme.Code} {programme.Name.Ru}", $"{programme.Code} {programme.Name.En}")),
                (PaperWords.Form, PaperWords.Of(content.Form)),
                (null, PaperWords.Minutes(content.MinutesNumber, content.MinutesDate)),
            ],
            record.Initiator.HeadTitle,
            PaperWords.SignedElectronically,
            record.Initiator.City,
            PaperWords.Date(content.AwardDate),
            content.FullNumber,
            codeText);
    }
}

/// <summary>The eight sections of the diploma supplement as words; the table of courses is taken from the record.</summary>
public sealed record SupplementText(int Number, LocalizedText Title, IReadOnlyList<SupplementItem> Items)
{
    public static IReadOnlyList<SupplementText> Of(DiplomaRecord record, SupplementWording wording) =>
        [.. Supplement.Of(record, wording).Select(section => new SupplementText(
            section.Number, section.Title, [.. section.Items.Select(i => new SupplementItem(i.Number, i.Label, i.Paragraphs))]))];
}

/// <param name="Number">As printed: <c>4.3</c>; empty for a line that belongs to the one before.</param>
public sealed record SupplementItem(string Number, LocalizedText Label, IReadOnlyList<LocalizedText> Paragraphs);
