using System.IO.Compression;
using System.Text;
using Mortanba.Intake;
using Xunit;

namespace Mortanba.Flow.Tests.Intake;

public class BadFilesTests
{
    [Fact]
    public async Task Refuses_an_empty_file() => Assert.Equal("intake/file-empty", await RefusalOf([]));

    [Fact]
    public async Task Refuses_a_header_without_a_graduate()
    {
        using var list = new SampleList();
        list.Graduates.Clear();
        list.Courses.Clear();
        list.WriteCsv();
        Assert.Equal("intake/no-rows", (await list.RefusalAsync()).Code);
    }

    [Fact]
    public async Task Refuses_binary() =>
        Assert.Equal("intake/not-a-list", await RefusalOf([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 9]));

    [Fact]
    public async Task Refuses_an_old_workbook() =>
        Assert.Equal("intake/old-or-protected-workbook", await RefusalOf([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]));

    [Fact]
    public async Task Refuses_a_list_cut_inside_quotation_marks()
    {
        using var list = new SampleList().WriteCsv();
        File.AppendAllText(list.Csv, "\"BD 0041");
        var problem = await list.RefusalAsync();
        Assert.Equal("intake/quote-unclosed", problem.Code);
        Assert.Equal("4", problem.Args["row"]);
    }

    [Fact]
    public async Task A_list_cut_inside_a_row_reports_the_empty_cells()
    {
        using var list = new SampleList().WriteCsv();
        var bytes = File.ReadAllBytes(list.Csv);
        File.WriteAllBytes(list.Csv, bytes[..^60]);
        var result = (await list.ReadAsync()).Value;
        Assert.Contains(result.Errors, error => error is { Row: 3, Code: "intake/cell-empty" });
    }

    [Fact]
    public async Task Refuses_text_after_a_closing_quotation_mark()
    {
        using var list = new SampleList().WriteCsv();
        File.AppendAllText(list.Csv, "\"BD\" 00412869;");
        Assert.Equal("intake/quote-misplaced", (await list.RefusalAsync()).Code);
    }

    [Fact]
    public async Task Refuses_a_hundred_megabytes_before_reading_them()
    {
        using var list = new SampleList().WriteCsv();
        using (var file = File.OpenWrite(list.Csv))
        {
            file.SetLength(100_000_001);
        }

        var problem = await list.RefusalAsync();
        Assert.Equal("intake/file-too-large", problem.Code);
        Assert.Equal("100", problem.Args["maxMb"]);
    }

    [Fact]
    public async Task Refuses_one_endless_line()
    {
        using var list = new SampleList().WriteCsv();
        File.AppendAllText(list.Csv, string.Concat(Enumerable.Repeat("a b ", 200_000)));
        Assert.Equal("intake/row-too-long", (await list.RefusalAsync()).Code);
    }

    [Fact]
    public async Task Refuses_ten_thousand_columns()
    {
        using var list = new SampleList();
        list.HeaderRow = [.. Enumerable.Range(0, 10_000).Select(i => $"c{i}")];
        list.WriteCsv();
        Assert.Equal("intake/too-many-columns", (await list.RefusalAsync()).Code);
        list.WriteXlsx();
        Assert.Equal("intake/too-many-columns", (await list.RefusalAsync(list.Xlsx)).Code);
    }

    [Fact]
    public async Task Refuses_damaged_utf8_and_names_the_byte()
    {
        using var list = new SampleList().WriteCsv(new UTF8Encoding(false));
        var bytes = File.ReadAllBytes(list.Csv);
        var at = bytes.Length - 400;
        while (bytes[at] < 0xC0)
        {
            at++;
        }

        bytes[at] = 0xFF;
        File.WriteAllBytes(list.Csv, bytes);
        var problem = await list.RefusalAsync();
        Assert.Equal("intake/undecodable-byte", problem.Code);
        Assert.Equal($"{at}", problem.Args["offset"]);
        Assert.Equal("0xFF", problem.Args["byte"]);
    }

    [Fact]
    public async Task Refuses_the_one_byte_that_Windows_1251_lacks()
    {
        using var list = WithRussianLettersOnly();
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        list.WriteCsv(Encoding.GetEncoding(1251));
        File.AppendAllText(list.Csv, "x");
        var bytes = File.ReadAllBytes(list.Csv);
        bytes[^1] = 0x98;
        File.WriteAllBytes(list.Csv, bytes);
        Assert.Equal("0x98", (await list.RefusalAsync()).Args["byte"]);
    }

    [Fact]
    public async Task Refuses_a_missing_courses_file()
    {
        using var list = new SampleList().WriteCsv();
        File.Delete(list.CoursesCsv);
        Assert.Equal("intake/courses-file-missing", (await list.RefusalAsync()).Code);
    }

    [Fact]
    public async Task Refuses_a_truncated_workbook()
    {
        using var list = new SampleList().WriteXlsx();
        var bytes = File.ReadAllBytes(list.Xlsx);
        File.WriteAllBytes(list.Xlsx, bytes[..(bytes.Length / 2)]);
        Assert.Equal("intake/workbook-damaged", (await list.RefusalAsync(list.Xlsx)).Code);
    }

    [Fact]
    public async Task A_formula_is_named_by_its_cell()
    {
        using var list = new SampleList().WriteXlsx();
        Change(list.Xlsx, "sheet", xml => ReplaceFirst(
            xml, "BD 00412867", text => text, cell => cell.Replace("<x:is>", "<x:f>1+1</x:f><x:is>")));
        var result = (await list.ReadAsync(list.Xlsx)).Value;
        var finding = result.Errors[0];
        Assert.Equal("intake/formula-cell", finding.Code);
        Assert.Equal("A2", finding.Args["cell"]);
    }

    [Fact]
    public async Task Refuses_merged_cells_by_name()
    {
        using var list = new SampleList().WriteXlsx();
        Change(list.Xlsx, "sheet", xml => xml.Replace(
            "</x:sheetData>", "</x:sheetData><x:mergeCells><x:mergeCell ref=\"A2:B3\"/></x:mergeCells>"));
        var problem = await list.RefusalAsync(list.Xlsx);
        Assert.Equal("intake/merged-cells", problem.Code);
        Assert.Equal("A2:B3", problem.Args["cells"]);
    }

    [Fact]
    public async Task Refuses_a_document_type_declaration()
    {
        using var list = new SampleList().WriteXlsx();
        Change(list.Xlsx, "sheet", xml => xml.Replace(
            "<x:worksheet", "<!DOCTYPE w [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><x:worksheet"));
        Assert.Equal("intake/workbook-damaged", (await list.RefusalAsync(list.Xlsx)).Code);
    }

    [Fact]
    public async Task Refuses_a_zip_bomb_before_unpacking()
    {
        using var list = new SampleList().WriteXlsx();
        using (var zip = ZipFile.Open(list.Xlsx, ZipArchiveMode.Update))
        {
            using var bomb = zip.CreateEntry("xl/bomb.xml", CompressionLevel.SmallestSize).Open();
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 20; i++)
            {
                bomb.Write(zeros);
            }
        }

        Assert.Equal("intake/workbook-bomb", (await list.RefusalAsync(list.Xlsx)).Code);
    }

    [Theory]
    [InlineData("xl/vbaProject.bin", "intake/workbook-macros")]
    [InlineData("xl/externalLinks/externalLink1.xml", "intake/workbook-links")]
    public async Task Refuses_a_workbook_that_reaches_out(string entry, string code)
    {
        using var list = new SampleList().WriteXlsx();
        using (var zip = ZipFile.Open(list.Xlsx, ZipArchiveMode.Update))
        {
            zip.CreateEntry(entry);
        }

        Assert.Equal(code, (await list.RefusalAsync(list.Xlsx)).Code);
    }

    [Fact]
    public async Task A_list_that_changes_after_validation_is_not_issued()
    {
        using var list = new SampleList().WriteCsv();
        var result = (await list.ReadAsync()).Value;
        File.WriteAllText(list.Csv, File.ReadAllText(list.Csv).Replace("Ivanov", "Petrov", StringComparison.Ordinal));
        Assert.Throws<ListChangedException>(() => result.ReadDiplomas().Count());
    }

    internal static SampleList WithRussianLettersOnly()
    {
        var list = new SampleList();
        list.Graduates.RemoveAt(0);
        list.Courses.RemoveRange(0, 30);
        return list;
    }

    private static async Task<string> RefusalOf(byte[] bytes)
    {
        using var list = new SampleList().WriteCsv();
        File.WriteAllBytes(list.Csv, bytes);
        return (await list.RefusalAsync()).Code;
    }

    private static string ReplaceFirst(string xml, string marker, Func<string, string> keep, Func<string, string> change)
    {
        var at = xml.IndexOf(marker, StringComparison.Ordinal);
        if (at < 0)
        {
            return keep(xml);
        }

        var start = xml.LastIndexOf("<x:c ", at, StringComparison.Ordinal);
        return xml[..start] + change(xml[start..at]) + xml[at..];
    }

    private static void Change(string path, string part, Func<string, string> change)
    {
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        foreach (var entry in zip.Entries.Where(e => e.FullName.Contains($"worksheets/{part}")).ToList())
        {
            string text;
            using (var reader = new StreamReader(entry.Open()))
            {
                text = reader.ReadToEnd();
            }

            var name = entry.FullName;
            entry.Delete();
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(change(text));
        }
    }
}
