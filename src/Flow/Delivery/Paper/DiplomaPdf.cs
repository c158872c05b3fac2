using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Delivery;

/// <summary>The diploma as a PDF/A-3b: page 1 the diploma, then the eight-section supplement, and the diploma file inside.</summary>
public static class DiplomaPdf
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>
    /// Names the build that draws: 16 hexadecimal digits that change with the code of the pages or of the PDF writer. It
    /// stands in each file, so that an older rendering is told from a changed one.
    /// </summary>
    public static string Renderer { get; } = Convert.ToHexStringLower(SHA256.HashData(
        [.. typeof(DiplomaPdf).Module.ModuleVersionId.ToByteArray(), .. typeof(PdfDocument).Module.ModuleVersionId.ToByteArray()]))[..16];

    /// <summary>Which build drew a file; null when it does not say so.</summary>
    public static string? RendererOf(ReadOnlySpan<byte> pdf)
    {
        var at = pdf.IndexOf("Mortanba renderer "u8);
        var name = at < 0 ? default : pdf[(at + "Mortanba renderer ".Length)..];
        return name.Length >= 16 && !name[..16].ContainsAnyExcept(HexDigits)
            ? Encoding.ASCII.GetString(name[..16])
            : null;
    }

    /// <summary>Renders one diploma. In: the record and what was signed. Out: PDF bytes, the same for the same input.</summary>
    /// <param name="diplomaFile">Embedded as <c>diploma.json</c>.</param>
    /// <param name="paperQrText">Whole text of the printed code: link and signed core.</param>
    /// <param name="forHolder">False for a copy that others may fetch: it tells neither day of birth nor student number.</param>
    public static byte[] Render(
        DiplomaRecord record, byte[] diplomaFile, string paperQrText, SupplementWording wording, bool forHolder = true)
    {
        var title = DiplomaPage.Title(record);
        var number = record.Content.FullNumber;
        var qualification = record.Content.Programme.Qualification;
        var document = new PdfDocument(new PdfMetadata(
            new($"{title.Kk} {number}", $"{title.Ru} {number}", $"{title.En} {number}"),
            qualification,
            record.Initiator.Name.Kk,
            $"Mortanba renderer {Renderer}",
            record.IssuedAt,
            Language.Kk));
        DiplomaPage.Draw(document, record, paperQrText);
        SupplementPages.Draw(document, record, wording, forHolder);
        document.Attach(new PdfAttachment(
            DiplomaFile.EmbeddedName,
            DiplomaFile.MediaType,
            "Қол қойылған деректер · Подписанные данные · Signed data",
            "Data",
            diplomaFile));
        return document.Save();
    }
}
