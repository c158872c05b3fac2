using System.IO.Compression;
using System.Security.Cryptography;
using Mortanba.Delivery;
using Mortanba.Documents;
using Mortanba.Formats.Tests.Documents;
using Xunit;

namespace Mortanba.Flow.Tests.Delivery;

public sealed class DiplomaPdfTests
{
    [Fact]
    public void The_diploma_file_comes_out_of_the_pdf_unchanged() =>
        Assert.Equal(SampleDiploma.File, PdfDiploma.Find(Render()).Value);

    /// <summary>
    /// When this fails, the drawing has changed: raise the number in <see cref="DiplomaPdf"/>, so that files drawn before are
    /// told from changed ones, and put the new value here. Streams are compared unpacked: another zlib packs otherwise.
    /// </summary>
    [Fact]
    public void Another_drawing_has_another_number() =>
        Assert.Equal("2 62f6b8d9cd10bb41", $"{DiplomaPdf.Renderer} {Convert.ToHexStringLower(SHA256.HashData(Unpacked(Render())))[..16]}");

    [Fact]
    public void The_same_record_gives_the_same_bytes() => Assert.Equal(Render(), Render());

    [Fact]
    [Trait("Requirement", "RQ-26")]
    public void All_eight_sections_stand_in_three_languages()
    {
        var text = Text(Render());
        for (var section = 1; section <= 8; section++)
        {
            Assert.Contains($"{section}. {section}-бөлім", text, StringComparison.Ordinal);
            Assert.Contains($"Раздел {section} · Section {section}", text, StringComparison.Ordinal);
        }

        foreach (var number in new[]
        {
            "1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3",
            "4.1", "4.2", "4.3", "4.4", "4.5", "5.1", "5.2", "6.1", "6.2", "7.1", "7.2", "7.3", "7.4",
        })
        {
            Assert.Matches($@"(?m)(^|\f){number}\s\p{{L}}", text);
        }
    }

    [Fact]
    public void What_the_law_asks_for_stands_on_the_first_page_as_text()
    {
        var text = Text(Render(), lastPage: 1);
        foreach (var part in new[]
        {
            "«Қазына» политехникалық университеті", "Сәрсенова Айдана Ерланқызы", "Сарсенова Айдана Ерлановна",
            "Aidana Yerlankyzy Sarsenova", "6B06103", "№ 14 хаттамасы", "2026 жылғы 22 маусым", "26 июня 2026 года", "күндізгі",
            "BD 00412867", "Қарағанды", "IQAA", "Ректор", "https://mortanba.example",
        })
        {
            Assert.Contains(part, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void No_national_number_of_the_person_is_printed()
    {
        var text = Text(Render());
        Assert.DoesNotContain(SampleDiploma.Record().Content.Iin.ToString(), text, StringComparison.Ordinal);
        Assert.DoesNotContain("061211600012", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_code_of_a_full_core_scans_at_200_dots_an_inch()
    {
        using var folder = new ScratchFolder();
        Tool.Run("pdftoppm", "-r", "200", "-gray", "-l", "1", folder.Write("a.pdf", Render()), folder.File("p"));
        var page = Directory.GetFiles(Path.GetDirectoryName(folder.File("x"))!, "p*.pgm").Single();
        Assert.Contains(SampleDiploma.QrText, Tool.Run("zbarimg", "-q", "--raw", page).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Qpdf_finds_nothing_to_say()
    {
        using var folder = new ScratchFolder();
        var (exitCode, output) = Tool.Run("qpdf", "--check", folder.Write("a.pdf", Render()));
        Assert.True(exitCode == 0 && !output.Contains("WARNING", StringComparison.Ordinal), output);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(120)]
    public void Any_number_of_courses_fits(int courses)
    {
        var pdf = DiplomaPdf.Render(
            SampleDiploma.Record(courses: courses), SampleDiploma.File, SampleDiploma.QrText, SampleDiploma.Wording);
        Assert.True(PdfDiploma.Find(pdf).IsDone);
    }

    [Fact]
    public void A_very_long_name_is_made_smaller_and_never_cut()
    {
        var name = string.Join('-', Enumerable.Repeat("Әлқожаұлы", 9));
        var pdf = DiplomaPdf.Render(
            SampleDiploma.Record(familyKk: name), SampleDiploma.File, SampleDiploma.QrText, SampleDiploma.Wording);
        Assert.Contains(name, Text(pdf, lastPage: 1), StringComparison.Ordinal);
    }

    [Fact]
    public void Honours_are_named_on_the_paper()
    {
        var pdf = DiplomaPdf.Render(
            SampleDiploma.Record(honours: true), SampleDiploma.File, SampleDiploma.QrText, SampleDiploma.Wording);
        Assert.Contains("Үздік диплом", Text(pdf, lastPage: 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_pdf_with_thirty_courses_takes_at_most_100_kilobytes() => Assert.InRange(Render().Length, 20_000, 100_000);

    private static byte[] Render() =>
        DiplomaPdf.Render(SampleDiploma.Record(), SampleDiploma.File, SampleDiploma.QrText, SampleDiploma.Wording);

    private static string Text(byte[] pdf, int lastPage = 99)
    {
        using var folder = new ScratchFolder();
        return Tool.Run("pdftotext", "-l", $"{lastPage}", folder.Write("a.pdf", pdf), "-").Output;
    }

    /// <summary>Every compressed stream of a file, unpacked, one behind the other.</summary>
    private static byte[] Unpacked(byte[] pdf)
    {
        using var all = new MemoryStream();
        var at = 0;
        while (pdf.AsSpan(at).IndexOf(">>\nstream\n"u8) is var found and >= 0)
        {
            var begin = at + found + ">>\nstream\n".Length;
            var length = pdf.AsSpan(begin).IndexOf("endstream"u8);
            var head = pdf.AsSpan(0, begin)[pdf.AsSpan(0, begin).LastIndexOf(" obj"u8)..];
            if (head.IndexOf("/FlateDecode"u8) >= 0)
            {
                using var packed = new ZLibStream(new MemoryStream(pdf, begin, length), CompressionMode.Decompress);
                packed.CopyTo(all);
            }

            at = begin + length;
        }

        Assert.True(all.Length > 50_000, $"{all.Length}");
        return all.ToArray();
    }
}
