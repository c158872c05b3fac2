using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Permits;
using Xunit;

namespace Mortanba.Flow.Tests.Intake;

/// <summary>The enrolment register as a file: read whole, or refused row by row.</summary>
public sealed class LearnerFileTests
{
    private const string Good = "061211600012";

    [Theory]
    [Trait("Requirement", "DA-8")]
    [InlineData("ИИН;Код программы;Год поступления;Статус\r\n061211600012;6B06103;2022;обучается\r\n050101600808;6b06103;01.09.2023;отчислен\r\n")]
    [InlineData("ЖСН,Аты,Бағдарлама коды,Түскен жылы,Мәртебесі\n061211600012,Бір,6B06103,2022,оқиды\n050101600808,Екі,6B06103,2023-09-01,шығарылды\n")]
    [InlineData("status\tyear\tprogramme\tiin\nstudying\t2022\t6B06103\t061211600012\nexpelled\t2023\t6B06103\t050101600808\n")]
    public void Reads_a_register_in_each_language_and_passes_other_columns_over(string text)
    {
        var list = Read(text).Value;

        Assert.Equal(
            [(2, "6B06103", 2022, EnrolmentStatus.Studying), (3, "6B06103", 2023, EnrolmentStatus.Left)],
            list.Rows.Select(r => (r.Row, r.Programme, r.Year, r.Status)));
        Assert.Equal(64, list.Hash.Length);
    }

    [Fact]
    public void Reads_a_workbook()
    {
        var file = Path.GetTempFileName();
        try
        {
            WorkbookWriter.Write(file, ("Learners", [["iin", "programme", "year", "status"], [Good, "6B06103", "2022", "studying"]]));
            Assert.Equal(Good, Assert.Single(LearnerFile.Read(ListBytes.OfFile(file), 2026).Value.Rows).Iin.Value);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("061211600013;6B06103;2022;studying", "intake/learner-iin")]
    [InlineData("061211600012;;2022;studying", "intake/learner-programme")]
    [InlineData("061211600012;6B06103;1980;studying", "intake/learner-year")]
    [InlineData("061211600012;6B06103;2027;studying", "intake/learner-year")]
    [InlineData("061211600012;6B06103;2022;dreaming", "intake/learner-status")]
    [InlineData("061211600012;6B06103;2022;studying\n061211600012;6B06103;2023;studying", "intake/learner-twice")]
    public void Names_the_row_and_what_is_wrong_and_takes_nothing(string row, string code)
    {
        var refused = Assert.IsType<LearnersHaveErrors>(Read("iin;programme;year;status\n" + row).Problem);

        Assert.Equal(code, Assert.Single(refused.Findings).Code);
        Assert.DoesNotContain(Good, refused.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iin;programme;year\n1;2;3", "intake/learners-column")]
    [InlineData("iin;iin;programme;year;status\n1;1;2;3;4", "intake/learners-column")]
    [InlineData("iin;programme;year;status\n", "intake/no-rows")]
    [InlineData("", "intake/file-empty")]
    [InlineData("%PDF-1.7", "intake/not-a-list")]
    public void Refuses_what_is_no_register(string text, string code) => Assert.Equal(code, Read(text).Problem?.Code);

    private static Outcome<LearnerList> Read(string text) =>
        LearnerFile.Read(ListBytes.OfMemory("learners.csv", Encoding.UTF8.GetBytes(text)), 2026);
}
