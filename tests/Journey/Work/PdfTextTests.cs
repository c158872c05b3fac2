using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Mortanba.Host.Acts;
using Mortanba.Journey.Tests.EndToEnd;
using Mortanba.Journey.Tests.Site;

namespace Mortanba.Journey.Tests.Work;

/// <summary>PDFs of strangers: those that have a text are read, and none takes the site with it.</summary>
[Trait("Requirement", "RQ-26")]
public sealed class PdfTextTests
{
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_text_comes_back_and_a_page_without_any_is_no_fault()
    {
        Assert.Equal(new FileText("Module on safety, 12 ECTS\n"), await ReadAsync(OnePagePdf.Of("Module on safety, 12 ECTS")));
        Assert.Equal(default, await ReadAsync(OnePagePdf.Of("")));
    }

    [Fact]
    public async Task A_PDF_that_is_locked_cannot_be_read_and_says_so()
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-");
        try
        {
            var (open, locked) = (Path.Combine(folder.FullName, "open.pdf"), Path.Combine(folder.FullName, "locked.pdf"));
            await File.WriteAllBytesAsync(open, OnePagePdf.Of("secret"), Cancel);
            try
            {
                using var qpdf = Process.Start("qpdf", ["--encrypt", "user", "owner", "256", "--", open, locked]);
                await qpdf.WaitForExitAsync(Cancel);
                // 3: done, with warnings about the file that was made by hand.
                Assert.True(qpdf.ExitCode is 0 or 3);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Assert.Skip("The program qpdf is not installed.");
            }

            Assert.Equal(new FileText(null, IsUnreadable: true), await ReadAsync(await File.ReadAllBytesAsync(locked, Cancel)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_PDF_that_asks_for_any_memory_time_or_depth_is_given_up()
    {
        var unreadable = new FileText(null, IsUnreadable: true);
        Assert.Equal(unreadable, await DocumentText.OfAsync("%PDF-1.4\nnothing of the kind"u8.ToArray(), Cancel));
        Assert.Equal(unreadable, await DocumentText.OfAsync(Nested(2_000_000), Cancel));
        // The library takes a stream for which there is no memory for an empty one.
        Assert.Null((await DocumentText.OfAsync(Deflated(600_000_000), Cancel)).Text);
        var watch = Stopwatch.StartNew();
        Assert.Equal(unreadable, await PdfText.OfAsync(Laughs(12), Cancel, TimeSpan.FromSeconds(2)));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        // And the next one is read.
        Assert.NotNull((await ReadAsync(OnePagePdf.Of("still here"))).Text);
    }

    // A machine that is busy elsewhere starts the reader late, and the file is not at fault.
    private static Task<FileText> ReadAsync(byte[] pdf) => PdfText.OfAsync(pdf, Cancel, Chromium.Patience);

    // Arrays within arrays.
    private static byte[] Nested(int deep) => Pdf(["<</Length 0>>\nstream\n\nendstream"u8.ToArray()], "/X " + new string('[', deep) + new string(']', deep));

    // A page whose words are megabytes when they are packed.
    private static byte[] Deflated(int length)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var part = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("(a) Tj ", 100_000)));
            zlib.Write("BT /F1 12 Tf "u8);
            for (var written = 0; written < length; written += part.Length)
            {
                zlib.Write(part);
            }
        }

        return Pdf([[.. Encoding.ASCII.GetBytes($"<</Filter/FlateDecode/Length {packed.Length}>>\nstream\n"), .. packed.ToArray(), .. "\nendstream"u8]]);
    }

    // Each form draws the next one ten times.
    private static byte[] Laughs(int deep)
    {
        const int first = 6;
        var words = string.Concat(Enumerable.Repeat("/X Do ", 10));
        byte[] Stream(string head, string text) => Encoding.ASCII.GetBytes($"<<{head}/Length {text.Length}>>\nstream\n{text}\nendstream");
        var forms = Enumerable.Range(0, deep).Select(i => Stream(
            $"/Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>/XObject<</X {first + i + 1} 0 R>>>>", i == deep - 1 ? "BT /F1 12 Tf (ha) Tj ET" : words));
        return Pdf([Stream("", words), .. forms], "", $"/XObject<</X {first} 0 R>>");
    }

    // Objects: catalogue, pages, page, its content, its font, what else there is.
    private static byte[] Pdf(IReadOnlyList<byte[]> content, string inCatalogue = "", string resources = "")
    {
        using var pdf = new MemoryStream();
        pdf.Write("%PDF-1.4\n"u8);
        var places = new List<long>();
        var parts = new List<byte[]>
        {
            Encoding.ASCII.GetBytes($"<</Type/Catalog/Pages 2 0 R{inCatalogue}>>"), "<</Type/Pages/Kids[3 0 R]/Count 1>>"u8.ToArray(),
            Encoding.ASCII.GetBytes($"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>{resources}>>>>"),
            content[0], "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"u8.ToArray(),
        };
        foreach (var part in parts.Concat(content.Skip(1)))
        {
            places.Add(pdf.Position);
            pdf.Write([.. Encoding.ASCII.GetBytes($"{places.Count} 0 obj\n"), .. part, .. "\nendobj\n"u8]);
        }

        var table = pdf.Position;
        var end = new StringBuilder().Append(CultureInfo.InvariantCulture, $"xref\n0 {places.Count + 1}\n0000000000 65535 f \n");
        foreach (var at in places)
        {
            end.Append(CultureInfo.InvariantCulture, $"{at:D10} 00000 n \n");
        }

        end.Append(CultureInfo.InvariantCulture, $"trailer\n<</Size {places.Count + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n");
        pdf.Write(Encoding.ASCII.GetBytes(end.ToString()));
        return pdf.ToArray();
    }
}
