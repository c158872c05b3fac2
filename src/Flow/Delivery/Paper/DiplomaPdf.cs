using System.Globalization;
using System.Text;
using Mortanba.Documents;
using Mortanba.Foundation;
using Mortanba.Issuance;

namespace Mortanba.Delivery;

/// <summary>The diploma as a PDF/A-3b: page 1 the diploma, then the eight-section supplement, and the diploma file inside.</summary>
public static class DiplomaPdf
{
    private const int Drawing = 2;
    private const int DigitsMax = 6;

    /// <summary>
    /// Names the drawing: a number that goes up whenever the same record would give other bytes; a test holds it to that. It
    /// stands in each file, so that an older drawing is told from a changed file.
    /// </summary>
    public static string Renderer { get; } = Drawing.ToString(CultureInfo.InvariantCulture);

    /// <summary>By which drawing a file was made; null when it does not say so.</summary>
    public static string? RendererOf(ReadOnlySpan<byte> pdf)
    {
        var at = pdf.IndexOf("Mortanba renderer "u8);
        var name = at < 0 ? default : pdf[(at + "Mortanba renderer ".Length)..];
        var length = name.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return length is > 0 and <= DigitsMax ? Encoding.ASCII.GetString(name[..length]) : null;
    }

    /// <summary>True for a drawing that this program, or one before it, once made.</summary>
    public static bool IsOlder(string? renderer) =>
        int.TryParse(renderer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and < Drawing;

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
