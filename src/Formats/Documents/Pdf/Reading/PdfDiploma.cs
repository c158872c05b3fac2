using System.Text;
using Mortanba.Foundation;

namespace Mortanba.Documents;

/// <summary>Finds the diploma file in a stranger's PDF again.</summary>
/// <remarks>
/// Reads the newest revision through tables, cross-reference streams and object streams, so a file that qpdf or a mail
/// archive rewrote still gives its attachment. What the pages show is not read: whoever verifies shows the content of the
/// attachment, so altered pages are seen beside it.
/// </remarks>
public static class PdfDiploma
{
    public const int PdfSizeMaxBytes = 32 * 1024 * 1024;
    private const int NameNodeCountMax = 10_000;
    private const int AttachmentCountMax = 1_000;

    /// <summary>True when the bytes begin as a PDF does, junk of up to 1,024 bytes before it allowed.</summary>
    public static bool LooksLikePdf(ReadOnlySpan<byte> file) =>
        file[..Math.Min(file.Length, 1024)].IndexOf("%PDF-"u8) >= 0;

    /// <summary>The bytes of the embedded <c>diploma.json</c>, not yet looked at.</summary>
    /// <remarks>
    /// Refusals: <c>documents/not-a-pdf</c>, <c>pdf-too-large</c>, <c>pdf-truncated</c>, <c>pdf-damaged</c>,
    /// <c>pdf-encrypted</c>, <c>pdf-over-limit</c>, <c>pdf-unsupported</c>, <c>pdf-no-diploma</c>,
    /// <c>pdf-two-diplomas</c>. Never throws.
    /// </remarks>
    public static Outcome<byte[]> Find(ReadOnlyMemory<byte> pdf)
    {
        if (pdf.Length > PdfSizeMaxBytes)
        {
            return new Problem(
                "documents/pdf-too-large", $"A PDF of {pdf.Length} bytes; at most {PdfSizeMaxBytes} are read.");
        }

        try
        {
            var file = new PdfFile(pdf);
            var found = Attachments(file).Where(spec => IsDiploma(file, spec)).Select(Stream).Distinct().ToList();
            return found switch
            {
                [] => new Problem("documents/pdf-no-diploma", "No diploma file is embedded in this PDF."),
                [{ } stream] => file.StreamContent(stream.Id) is { } content
                    ? content
                    : new Problem("documents/pdf-damaged", "Damaged PDF: the attachment has no content."),
                _ => new Problem("documents/pdf-two-diplomas", "More than one diploma file is embedded in this PDF."),
            };
        }
        catch (PdfRefusedException refused)
        {
            return new Problem(refused.Code, refused.Message);
        }
    }

    // Two copies under F and UF could show two readers two diplomas: they count as two (Stream gives null).
    private static PdfReference? Stream(PdfDictionary files) => (files.Get("F"), files.Get("UF")) switch
    {
        (PdfReference one, PdfReference other) when one != other => null,
        (PdfReference one, _) => one,
        (_, PdfReference other) => other,
        _ => null,
    };

    private static bool IsDiploma(PdfFile file, PdfDictionary files) =>
        files.ContainsKey("name")
        || new[] { files.Get("F"), files.Get("UF") }.Any(stream =>
            file.Resolve(stream) is PdfDictionary embedded
            && file.Resolve(embedded.Get("Subtype")) is PdfName { Value: DiplomaFile.MediaType });

    /// <summary>The EF dictionaries of all file specifications; the key <c>name</c> marks one that is called diploma.json.</summary>
    private static List<PdfDictionary> Attachments(PdfFile file)
    {
        if (file.Resolve(file.Trailer.Get("Root")) is not PdfDictionary catalog)
        {
            throw PdfRefusedException.Damaged("no catalogue");
        }

        var specifications = new List<object?>();
        if (file.Resolve(catalog.Get("AF")) is List<object?> associated)
        {
            specifications.AddRange(associated);
        }

        if (file.Resolve(catalog.Get("Names")) is PdfDictionary names)
        {
            WalkNames(file, names.Get("EmbeddedFiles"), specifications, []);
        }

        if (specifications.Count > AttachmentCountMax)
        {
            throw PdfRefusedException.TooBig("attachments");
        }

        return [.. specifications.Distinct().Select(spec => Files(file, spec)).OfType<PdfDictionary>()];
    }

    private static PdfDictionary? Files(PdfFile file, object? specification)
    {
        if (file.Resolve(specification) is not PdfDictionary spec || file.Resolve(spec.Get("EF")) is not PdfDictionary ef)
        {
            return null;
        }

        var files = new PdfDictionary { ["F"] = ef.Get("F"), ["UF"] = ef.Get("UF") };
        if (files.Values.All(stream => stream is not PdfReference))
        {
            return null;
        }

        if (new[] { "F", "UF" }.Any(key => IsDiplomaName(file.Resolve(spec.Get(key)))))
        {
            files["name"] = true;
        }

        return files;
    }

    private static bool IsDiplomaName(object? value)
    {
        if (value is not byte[] name)
        {
            return false;
        }

        var text = name is [0xfe, 0xff, ..] ? Encoding.BigEndianUnicode.GetString(name, 2, name.Length - 2)
            : Encoding.Latin1.GetString(name);
        return text.AsSpan(text.LastIndexOfAny(['/', '\\', ':']) + 1)
            .Equals(DiplomaFile.EmbeddedName, StringComparison.OrdinalIgnoreCase);
    }

    // A name tree (ISO 32000-1 section 7.9.6), walked without recursion.
    private static void WalkNames(PdfFile file, object? root, List<object?> specifications, HashSet<PdfReference> seen)
    {
        var open = new Stack<object?>([root]);
        var count = 0;
        while (open.TryPop(out var node))
        {
            if (++count > NameNodeCountMax)
            {
                throw PdfRefusedException.TooBig("names");
            }

            if ((node is PdfReference reference && !seen.Add(reference))
                || file.Resolve(node) is not PdfDictionary dictionary)
            {
                continue;
            }

            if (file.Resolve(dictionary.Get("Names")) is List<object?> names)
            {
                specifications.AddRange(names.Where((_, i) => i % 2 == 1));
            }

            if (file.Resolve(dictionary.Get("Kids")) is List<object?> kids)
            {
                foreach (var kid in kids)
                {
                    open.Push(kid);
                }
            }
        }
    }
}
