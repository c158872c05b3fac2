using System.Text;
using Mortanba.Recognition;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Core;

namespace Mortanba.Host.Acts;

/// <summary>
/// The text of a document of a case, as evaluators and tools read it: the same characters for both, so that the place of a proposal is its
/// place on the page.
/// </summary>
public static class DocumentText
{
    /// <summary>Larger files are opened by a person.</summary>
    public const int SizeMaxBytes = 8 << 20;

    private const int PagesMax = 60;

    public static bool IsPdf(ReadOnlySpan<byte> bytes) => bytes.StartsWith("%PDF-"u8);

    /// <summary>The text of a file: as it stands, or of the first pages of a PDF; null when there is none.</summary>
    public static string? Of(byte[] bytes)
    {
        if (IsPdf(bytes))
        {
            return OfPdf(bytes);
        }

        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? null : text;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? OfPdf(byte[] bytes)
    {
        try
        {
            using var pdf = PdfDocument.Open(bytes);
            var text = new StringBuilder();
            for (var page = 1; page <= Math.Min(pdf.NumberOfPages, PagesMax) && text.Length < SuggestionQuestion.TextLengthMax; page++)
            {
                double? line = null;
                foreach (var word in pdf.GetPage(page).GetWords())
                {
                    var box = word.BoundingBox;
                    text.Append(line is null ? "" : Math.Abs(box.Bottom - line.Value) > box.Height / 2 ? "\n" : " ").Append(word.Text);
                    line = box.Bottom;
                }

                text.Append('\n');
            }

            // Pages that are pictures give empty lines.
            return string.IsNullOrWhiteSpace(text.ToString()) ? null : text.ToString();
        }
        catch (Exception fault) when (fault is PdfDocumentFormatException or InvalidOperationException or ArgumentException or IndexOutOfRangeException
            or NotSupportedException or FormatException or KeyNotFoundException or InvalidDataException or OverflowException or NullReferenceException)
        {
            // A file that its library cannot read is a picture to us: a person opens it. Nothing was proposed, nothing is lost.
            return null;
        }
    }
}
