using System.IO.Compression;
using Mortanba.Intake;
using Xunit;

namespace Mortanba.Flow.Tests.Intake;

public class WorkbookTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_valid_list_means_the_same_as_CSV_and_as_workbook(int seed)
    {
        using var list = new SampleList();
        var random = new Random(seed);
        foreach (var course in list.Courses)
        {
            // Any grades of 80 to 84: the GPA stays as it is.
            course[6] = $"{80 + random.Next(5)}";
            course[2] = $"Пән \"{random.Next(100)}\"; {course[1]}";
        }

        var fromCsv = (await list.WriteCsv().ReadAsync()).Value;
        var fromXlsx = (await list.WriteXlsx().ReadAsync(list.Xlsx)).Value;
        Assert.Empty(fromXlsx.Errors);
        Assert.Equal(fromCsv.ReadDiplomas().Select(Flat), fromXlsx.ReadDiplomas().Select(Flat));
        Assert.NotEqual(fromCsv.ListHash, fromXlsx.ListHash);
    }

    [Fact]
    public async Task The_error_file_marks_the_cells_and_comes_back_repaired()
    {
        using var list = new SampleList().Set("family-ru", "Абдрaхманова").Set("minutes-number", "=1+1").WriteCsv();
        var bad = (await list.ReadAsync()).Value;
        Assert.Equal(2, bad.ErrorCount);
        ErrorFile.Write(list.Xlsx, bad, (key, _) => $"[{key}]");

        var again = (await list.ReadAsync(list.Xlsx)).Value;
        Assert.Equal(
            bad.Errors.Select(e => (e.Row, e.Column, e.Code)), again.Errors.Select(e => (e.Row, e.Column, e.Code)));
        Assert.Empty(again.Warnings);

        string xml;
        using (var zip = ZipFile.Open(list.Xlsx, ZipArchiveMode.Update))
        {
            var entry = zip.Entries.First(e => e.FullName.Contains("worksheets/sheet", StringComparison.Ordinal));
            using (var reader = new StreamReader(entry.Open()))
            {
                xml = reader.ReadToEnd();
            }

            var name = entry.FullName;
            entry.Delete();
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(xml.Replace("Абдрaхманова", "Абдрахманова", StringComparison.Ordinal)
                .Replace(">=1+1<", ">14<", StringComparison.Ordinal));
        }

        Assert.Contains("[intake/look-alike-letter]", xml, StringComparison.Ordinal);
        Assert.Contains("s=\"3\"", xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<x:f>", xml, StringComparison.Ordinal);
        var repaired = (await list.ReadAsync(list.Xlsx)).Value;
        Assert.True(repaired.IsValid);
        Assert.Empty(repaired.Warnings);
        Assert.Equal(2, repaired.ReadDiplomas().Count());
    }

    [Fact]
    public async Task Serial_dates_and_decimal_numbers_of_a_spreadsheet_are_read()
    {
        using var list = new SampleList().Set("award-date", "46203").Set("birth-date", "39062.0").Set("gpa", "2.9999999999999996");
        list.Set("birth-date", "39062");
        list.WriteXlsx();
        using (var zip = ZipFile.Open(list.Xlsx, ZipArchiveMode.Update))
        {
            var entry = zip.Entries.First(e => e.FullName.Contains("worksheets/sheet", StringComparison.Ordinal));
            string xml;
            using (var reader = new StreamReader(entry.Open()))
            {
                xml = reader.ReadToEnd();
            }

            var name = entry.FullName;
            entry.Delete();
            xml = System.Text.RegularExpressions.Regex.Replace(
                xml, "t=\"inlineStr\"><x:is><x:t[^>]*>(46203|39062|2\\.9+6)</x:t></x:is>", "><x:v>$1</x:v>");
            using var writer = new StreamWriter(zip.CreateEntry(name).Open());
            writer.Write(xml);
        }

        var result = (await list.ReadAsync(list.Xlsx)).Value;
        Assert.Empty(result.Errors);
        Assert.Equal(new DateOnly(2026, 6, 30), result.ReadDiplomas().First().AwardDate);
        Assert.Equal(new DateOnly(2006, 12, 11), result.ReadDiplomas().First().BirthDate);
    }

    private static string Flat(ValidatedDiploma diploma) =>
        string.Join('|', diploma with { Courses = [], Programme = null! }) + string.Join('|', diploma.Courses);
}
