using System.Text;
using Mortanba.Documents;
using Xunit;

namespace Mortanba.Formats.Tests.Documents;

public sealed class PdfWriterTests
{
    [Fact]
    public void Qpdf_finds_nothing_to_say()
    {
        using var folder = new ScratchFolder();
        var (exitCode, output) = Tool.Run("qpdf", "--check", folder.Write("a.pdf", PdfSample.Pdf(PdfSample.Diploma())));
        Assert.True(exitCode == 0 && !output.Contains("WARNING", StringComparison.Ordinal), output);
    }

    [Fact]
    public void Kazakh_letters_can_be_copied_as_text()
    {
        using var folder = new ScratchFolder();
        var (_, output) = Tool.Run("pdftotext", folder.Write("a.pdf", PdfSample.Pdf()), "-");
        foreach (var face in Enum.GetValues<FontFace>())
        {
            Assert.Contains($"{PdfSample.KazakhLetters} {face}", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_printed_code_can_be_scanned()
    {
        using var folder = new ScratchFolder();
        var pdf = folder.Write("a.pdf", PdfSample.Pdf());
        Tool.Run("pdftoppm", "-r", "200", "-gray", pdf, folder.File("page"));
        var (_, output) = Tool.Run("zbarimg", "-q", "--raw", folder.File("page-1.pgm"));
        Assert.Contains(PdfSample.QrText, output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_attachment_is_listed_and_comes_out_unchanged()
    {
        using var folder = new ScratchFolder();
        var pdf = folder.Write("a.pdf", PdfSample.Pdf(PdfSample.Diploma()));
        Assert.Contains("1: diploma.json", Tool.Run("pdfdetach", "-list", pdf).Output, StringComparison.Ordinal);
        Tool.Run("pdfdetach", "-save", "1", "-o", folder.File("out.json"), pdf);
        Assert.Equal(PdfSample.Json, File.ReadAllBytes(folder.File("out.json")));
    }

    [Fact]
    public void Poppler_sees_tags_a_title_and_no_script()
    {
        using var folder = new ScratchFolder();
        var pdf = folder.Write("a.pdf", PdfSample.Pdf());
        var (_, info) = Tool.Run("pdfinfo", pdf);
        Assert.Matches("Tagged: +yes", info);
        Assert.Matches("JavaScript: +no", info);
        Assert.Matches("Encrypted: +no", info);
        Assert.Contains("Диплом BD 1", info, StringComparison.Ordinal);
        var (_, fonts) = Tool.Run("pdffonts", pdf);
        Assert.Equal(4, fonts.Split('\n').Count(line => line.Contains("Identity-H       yes yes yes", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes() =>
        Assert.Equal(PdfSample.Pdf(PdfSample.Diploma()), PdfSample.Pdf(PdfSample.Diploma()));

    // ISO 19005-3: 6.6.4 (identification), 6.2.2 (output intent), 6.8 (embedded files), 6.7 (language, marks).
    [Theory]
    [InlineData("<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>")]
    [InlineData("<rdf:li xml:lang=\"kk\">Диплом BD 1</rdf:li>")]
    [InlineData("<rdf:li xml:lang=\"en\">Subject &lt;&amp;&gt;</rdf:li>")]
    [InlineData("/GTS_PDFA1")]
    [InlineData("/AFRelationship/Data")]
    [InlineData("/Subtype/application#2Fvnd.mortanba.diploma+json")]
    [InlineData("/AF[")]
    [InlineData("/Lang(kk)")]
    [InlineData("/MarkInfo<</Marked true>>")]
    [InlineData("/DisplayDocTitle true")]
    [InlineData("/ID[<")]
    public void Carries_what_the_archive_profile_asks_for(string part) => Assert.True(
        PdfSample.Pdf(PdfSample.Diploma()).AsSpan().IndexOf(Encoding.UTF8.GetBytes(part)) > 0);

    [Fact]
    public void The_colour_profile_is_whole()
    {
        var profile = SrgbProfile.Bytes;
        Assert.Equal(profile.Length, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(profile));
        Assert.Equal("acsp"u8.ToArray(), profile[36..40]);
        Assert.InRange(profile.Length, 500, 2000);
    }

    [Fact]
    public void A_character_no_face_has_shows_as_a_visible_mark() =>
        Assert.True(new TextStyle(FontFace.SerifBold, 10, default).Width("漢") > 0);
}
