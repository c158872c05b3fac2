using System.Text;
using Mortanba.Documents;
using Mortanba.Foundation;

namespace Mortanba.Formats.Tests.Documents;

/// <summary>A small document that uses every feature of the writer.</summary>
internal static class PdfSample
{
    public const string KazakhLetters = "Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі";
    public const string QrText = "https://mortanba.example/q/AAAAAAAAAAAAAAAAAAAAAA";
    public static readonly byte[] Json = Encoding.UTF8.GetBytes("{\"name\":\"Әділет\",\"pad\":\"" + new string('x', 3000) + "\"}");

    public static byte[] Pdf(params PdfAttachment[] attachments)
    {
        var document = new PdfDocument(new PdfMetadata(
            new LocalizedText("Диплом BD 1", "Диплом BD 1 ру", "Diploma BD 1"),
            new LocalizedText("Тақырып", "Тема", "Subject <&>"),
            "Университет",
            "Mortanba",
            new DateTimeOffset(2026, 6, 26, 5, 0, 0, TimeSpan.Zero),
            Language.Kk));
        var page = document.AddPage(PdfDocument.A4Long, PdfDocument.A4Short);
        var ink = new PdfColor(17, 37, 45);
        page.BeginArtifact();
        page.Frame(20, 20, 800, 555, 1, new PdfColor(185, 139, 42));
        page.End();
        foreach (var (face, y) in Enum.GetValues<FontFace>().Select((face, i) => (face, 60 + (40 * i))))
        {
            page.Begin("P", document.Root.Add("P", Language.Kk));
            page.Text(50, y, new TextStyle(face, 18, ink), KazakhLetters + " " + face);
            page.End();
        }

        page.Begin("Figure", document.Root.Add("Figure", alternative: "QR"));
        page.Qr(QrMatrix.Encode(QrText), 50, 300, 120, ink);
        page.End();
        page.Begin("Link", document.Root.Add("P").Add("Link"));
        page.Text(300, 300, new TextStyle(FontFace.SansRegular, 10, ink), QrText);
        page.End();
        page.Link(document.Root.Add("P").Add("Link"), 300, 290, 200, 12, QrText, "Verify");
        document.AddBookmark("Диплом", page, 0);
        document.AddBookmark("Қосымша", page, 200);
        foreach (var attachment in attachments)
        {
            document.Attach(attachment);
        }

        return document.Save();
    }

    public static PdfAttachment Diploma(string name = DiplomaFile.EmbeddedName, string mediaType = DiplomaFile.MediaType) =>
        new(name, mediaType, "Diploma file", "Data", Json);
}
