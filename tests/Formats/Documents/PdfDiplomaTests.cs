using System.Text;
using Mortanba.Documents;
using Xunit;

namespace Mortanba.Formats.Tests.Documents;

public sealed class PdfDiplomaTests
{
    [Fact]
    public void Finds_the_file_in_our_own_pdf() =>
        Assert.Equal(PdfSample.Json, PdfDiploma.Find(PdfSample.Pdf(PdfSample.Diploma())).Value);

    [Theory]
    [InlineData("--object-streams=generate")]
    [InlineData("--object-streams=disable")]
    [InlineData("--linearize")]
    [InlineData("--linearize", "--object-streams=generate")]
    [InlineData("--qdf")]
    [InlineData("--stream-data=uncompress")]
    [InlineData("--recompress-flate", "--compression-level=9")]
    public void Finds_the_file_after_qpdf_rewrote_the_pdf(params string[] options)
    {
        using var folder = new ScratchFolder();
        var pdf = folder.Write("a.pdf", PdfSample.Pdf(PdfSample.Diploma(), Other));
        var (exitCode, output) = Tool.Run("qpdf", [.. options, pdf, folder.File("b.pdf")]);
        Assert.True(exitCode == 0, output);
        Assert.Equal(PdfSample.Json, PdfDiploma.Find(File.ReadAllBytes(folder.File("b.pdf"))).Value);
    }

    [Fact]
    public void The_last_revision_wins()
    {
        var file = PdfSample.Pdf(PdfSample.Diploma());
        var changed = Append(file, "{\"second\":1}");
        Assert.Equal("{\"second\":1}", Encoding.UTF8.GetString(PdfDiploma.Find(changed).Value));
    }

    [Fact]
    public void Junk_before_and_white_space_after_do_not_matter()
    {
        byte[] file = [.. "From: mail\r\n\r\n"u8, .. PdfSample.Pdf(PdfSample.Diploma()), .. "\r\n\r\n"u8];
        Assert.Equal(PdfSample.Json, PdfDiploma.Find(file).Value);
    }

    [Fact]
    public void A_pdf_without_the_attachment_is_refused()
    {
        Assert.Equal("documents/pdf-no-diploma", Code(PdfSample.Pdf()));
        Assert.Equal("documents/pdf-no-diploma", Code(PdfSample.Pdf(Other)));
    }

    [Fact]
    public void Two_attachments_of_the_kind_are_refused()
    {
        Assert.Equal(
            "documents/pdf-two-diplomas", Code(PdfSample.Pdf(PdfSample.Diploma(), PdfSample.Diploma("other.json"))));
        Assert.Equal(
            "documents/pdf-two-diplomas",
            Code(PdfSample.Pdf(PdfSample.Diploma(), PdfSample.Diploma("Diploma.JSON", "text/plain"))));
    }

    [Fact]
    public void An_encrypted_pdf_is_refused()
    {
        using var folder = new ScratchFolder();
        var pdf = folder.Write("a.pdf", PdfSample.Pdf(PdfSample.Diploma()));
        Tool.Run("qpdf", "--encrypt", "", "owner", "256", "--", pdf, folder.File("b.pdf"));
        Assert.Equal("documents/pdf-encrypted", Code(File.ReadAllBytes(folder.File("b.pdf"))));
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_refused_and_never_throws()
    {
        var file = PdfSample.Pdf(PdfSample.Diploma());
        for (var size = 0; size < file.Length - 2; size += size > file.Length - 400 ? 1 : 997)
        {
            Assert.False(PdfDiploma.Find(file.AsMemory(0, size)).IsDone, $"at {size}");
        }

        Assert.Equal("documents/pdf-truncated", Code(file[..(file.Length / 2)]));
    }

    [Theory]
    [InlineData("", "documents/not-a-pdf")]
    [InlineData("{\"type\":\"MortanbaDiploma\"}", "documents/not-a-pdf")]
    [InlineData("%PDF-1.7\n", "documents/pdf-truncated")]
    [InlineData("%PDF-1.7\nstartxref\n99999\n%%EOF", "documents/pdf-damaged")]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer<</Prev 9>>\nstartxref\n9\n%%EOF", "documents/pdf-damaged")]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer<</Root 1 0 R/Encrypt 2 0 R>>\nstartxref\n9\n%%EOF", "documents/pdf-encrypted")]
    [InlineData("%PDF-1.7\nxref\n0 0\ntrailer<</Root 1 0 R/Root 2 0 R>>\nstartxref\n9\n%%EOF", "documents/pdf-damaged")]
    [InlineData("%PDF-1.7\nxref\n0 99999999\n", "documents/pdf-truncated")]
    public void Refuses_what_it_cannot_read(string text, string code) =>
        Assert.Equal(code, Code(Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void Deep_nesting_and_large_arrays_are_refused()
    {
        Assert.Equal("documents/pdf-over-limit", Code(WithTrailer("<</Root " + new string('[', 10_000))));
        Assert.Equal(
            "documents/pdf-over-limit",
            Code(WithTrailer("<</Root[" + string.Concat(Enumerable.Repeat("0 ", 600_000)) + "]>>")));
    }

    [Fact]
    public void An_attachment_that_inflates_without_end_is_refused()
    {
        var bomb = new byte[PdfStreams.DecodedMaxBytes + 1];
        var file = PdfSample.Pdf(new PdfAttachment(DiplomaFile.EmbeddedName, DiplomaFile.MediaType, "", "Data", bomb));
        Assert.Equal("documents/pdf-over-limit", Code(file));
    }

    [Fact]
    public void One_changed_byte_never_throws()
    {
        var file = PdfSample.Pdf(PdfSample.Diploma());
        var random = new Random(20260626);
        for (var i = 0; i < 3000; i++)
        {
            var changed = (byte[])file.Clone();
            for (var times = random.Next(1, 4); times > 0; times--)
            {
                // The references stand at the end: half of the changes hit there.
                var at = random.Next(2) == 0 ? random.Next(file.Length) : file.Length - 1 - random.Next(1500);
                changed[at] = (byte)random.Next(256);
            }

            _ = PdfDiploma.Find(changed);
        }
    }

    private static PdfAttachment Other => new("readme.txt", "text/plain", "Other", "Supplement", "hello"u8.ToArray());

    private static string? Code(byte[] file) => PdfDiploma.Find(file).Problem?.Code;

    private static byte[] WithTrailer(string trailer) =>
        Encoding.Latin1.GetBytes($"%PDF-1.7\nxref\n0 0\ntrailer{trailer}\nstartxref\n9\n%%EOF");

    // An incremental update by hand: the embedded file object again, with another content, in a classic table.
    private static byte[] Append(byte[] file, string content)
    {
        var text = Encoding.Latin1.GetString(file);
        var at = text.LastIndexOf("/Type/EmbeddedFile", StringComparison.Ordinal);
        var header = text[..at].LastIndexOf('\n', text[..at].LastIndexOf(" obj", StringComparison.Ordinal)) + 1;
        var id = text[header..text.IndexOf(' ', header)];
        var previous = text[(text.LastIndexOf("startxref\n", StringComparison.Ordinal) + 10)..].Split('\n')[0];
        var root = text[text.LastIndexOf("/Root ", StringComparison.Ordinal)..].Split('/')[1];
        var body = $"{id} 0 obj\n<</Type/EmbeddedFile/Length {content.Length}>>\nstream\n{content}\nendstream\nendobj\n";
        var table = $"xref\n{id} 1\n{file.Length:D10} 00000 n \ntrailer\n<</Size 9999/{root}/Prev {previous}>>\n"
            + $"startxref\n{file.Length + body.Length}\n%%EOF\n";
        return [.. file, .. Encoding.Latin1.GetBytes(body + table)];
    }
}
