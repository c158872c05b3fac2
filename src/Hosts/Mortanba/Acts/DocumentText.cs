using System.Text;

namespace Mortanba.Host.Acts;

/// <summary>What could be read of a file.</summary>
/// <param name="Text">Null when there is none.</param>
/// <param name="IsUnreadable">A PDF that is locked, damaged or asks for too much: whether it has text is not known.</param>
public readonly record struct FileText(string? Text, bool IsUnreadable = false);

/// <summary>
/// The text of a document of a case, as evaluators and tools read it: the same characters for both, so that the place of a proposal is its
/// place on the page.
/// </summary>
public static class DocumentText
{
    /// <summary>Larger files are opened by a person.</summary>
    public const int SizeMaxBytes = 8 << 20;

    public static bool IsPdf(ReadOnlySpan<byte> bytes) => bytes.StartsWith("%PDF-"u8);

    /// <summary>The text of a file: as it stands, or of the first pages of a PDF (<see cref="PdfText"/>).</summary>
    public static async Task<FileText> OfAsync(byte[] bytes, CancellationToken cancel = default)
    {
        if (IsPdf(bytes))
        {
            return await PdfText.OfAsync(bytes, cancel);
        }

        try
        {
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
            return new FileText(text.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? null : text);
        }
        catch (DecoderFallbackException)
        {
            return default;
        }
    }
}
