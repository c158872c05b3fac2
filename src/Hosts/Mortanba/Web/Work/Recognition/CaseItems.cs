using Mortanba.Credentials;
using Mortanba.Recognition;

namespace Mortanba.Host.Web.Work.Recognition;

/// <summary>Names of documents by what they are, not by what their senders call them.</summary>
internal static class CaseItems
{
    /// <summary>In the words that were published when the case was filed, or in ours.</summary>
    public static string Name(PageContext page, RecognitionCase one, string item) =>
        one.Terms?.Items.FirstOrDefault(i => i.Id == item)?.Text.In(page.Language)
        ?? CaseWords.Proof(page, item) ?? page.Texts.GetOr(page.Language, "recognition/item." + item, item, []);

    /// <summary>What a machine found in a document: the verifier's word where it verified it, else that of the readers of foreign files.</summary>
    public static string Found(PageContext page, CaseDocument document, FileReading reading) =>
        page.T(document.Receipt is null ? "recognition/reading." + BasisRecord.Code(reading.Conclusion) : "cases/doc.verified");

    /// <summary>With a number where several documents are the same thing.</summary>
    public static string Name(PageContext page, RecognitionCase one, CaseDocument document)
    {
        var like = one.Documents.Where(d => d.Item == document.Item).ToList();
        return Name(page, one, document.Item) + (like.Count > 1 ? $" ({like.IndexOf(document) + 1})" : "");
    }
}
