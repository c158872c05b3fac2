using Mortanba.Intake;
using Xunit;

namespace Mortanba.Flow.Tests.Intake;

public class CellRulesTests
{
    [Fact]
    [Trait("Requirement", "DA-9")]
    public async Task A_sound_list_gives_every_diploma_with_the_gpa_computed_again()
    {
        using var list = new SampleList().WriteCsv();
        var result = (await list.ReadAsync()).Value;
        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        var diplomas = result.ReadDiplomas().ToList();
        Assert.Equal(["BD 00412867", "BD 00412868"], diplomas.Select(d => d.FullNumber));
        var first = diplomas[0];
        Assert.Equal(2, first.Row);
        Assert.Equal("Әбдірахманова Айгерім Серікқызы", first.Name.In(Foundation.Language.Kk));
        Assert.Equal(new DateOnly(2026, 6, 30), first.AwardDate);
        Assert.Equal((3.00m, 240, 30), (first.Gpa, first.Credits, first.Courses.Count));
        Assert.Equal(("B", 3.0m, 82), (first.Courses[0].Letter, first.Courses[0].Points, first.Courses[0].Percent));
        Assert.Equal(StudyForm.FullTime, diplomas[1].Form);
        Assert.Equal(Foundation.Language.Ru, diplomas[1].Instruction);
    }

    [Theory]
    [InlineData("number", "", "cell-empty")]
    [InlineData("number", "BD 412867", "number-format")]
    [InlineData("number", "MD 00412867", "series-not-for-kind")]
    [InlineData("number", "ВD 00412867", "series-letters")]
    [InlineData("iin", "061211600013", "iin-checksum")]
    [InlineData("iin", "61211600012", "iin-zero-lost")]
    [InlineData("iin", "O61211600012", "iin-format")]
    [InlineData("family-kk", "", "cell-empty")]
    [InlineData("family-kk", "Әбдiрахманова", "look-alike-letter")]
    [InlineData("family-ru", "Абдрaхманова", "look-alike-letter")]
    [InlineData("family-en", "Аbdirakhmanova", "look-alike-letter")]
    [InlineData("family-en", "Жabdirakhmanova", "wrong-letter")]
    [InlineData("given-kk", "Айгер?м", "letter-lost")]
    [InlineData("given-kk", "Айгерім2", "wrong-letter")]
    [InlineData("given-kk", "Айге\u200Bрім", "invisible-character")]
    [InlineData("given-kk", "Айгерім-", "name-ends-oddly")]
    [InlineData("given-kk", "=1+1", "formula-like")]
    [InlineData("patronymic-en", "", "patronymic-incomplete")]
    [InlineData("passport-family", "ÄBDIRAKHMANOVA", "passport-character")]
    [InlineData("birth-date", "12/11/2006", "date-format")]
    [InlineData("birth-date", "31.02.2006", "date-format")]
    [InlineData("birth-date", "11.12.2016", "birth-date-implausible")]
    [InlineData("student-number", "", "cell-empty")]
    [InlineData("programme-code", "6B99999", "unknown-programme")]
    [InlineData("kind", "титул", "unknown-word")]
    [InlineData("form", "lying down", "unknown-word")]
    [InlineData("instruction", "", "cell-empty")]
    [InlineData("minutes-number", "", "cell-empty")]
    [InlineData("minutes-date", "01.07.2026", "award-before-minutes")]
    [InlineData("award-date", "30.07.2026", "award-in-future")]
    [InlineData("study-from", "15.06.2026", "study-dates-swapped")]
    [InlineData("study-until", "01.07.2026", "study-after-award")]
    [InlineData("honours", "maybe", "unknown-word")]
    [InlineData("honours", "yes", "honours-not-earned")]
    [InlineData("credits", "239", "credits-differ")]
    [InlineData("gpa", "3.4", "gpa-differs")]
    [InlineData("gpa", "4.1", "gpa-format")]
    [Trait("Requirement", "X-12")]
    [Trait("Requirement", "DA-9")]
    public async Task A_bad_cell_is_named_with_row_column_and_rule(string field, string value, string code)
    {
        using var list = new SampleList().Set(field, value).WriteCsv();
        var result = (await list.ReadAsync()).Value;
        var finding = result.Errors[0];
        Assert.Equal($"intake/{code}", finding.Code);
        Assert.Equal(2, finding.Row);
        Assert.Contains(result.Errors, error => error.Code == finding.Code && error.Part == ListPart.Graduates);
        Assert.False(result.IsValid);
        Assert.Throws<InvalidOperationException>(() => result.ReadDiplomas());
    }

    [Fact]
    public async Task A_look_alike_letter_is_named_with_its_place()
    {
        using var list = new SampleList().Set("family-ru", "Абдрaхманова");
        var finding = await list.OnlyErrorAsync();
        Assert.Equal("5", finding.Args["position"]);
        Assert.Equal("U+0061", finding.Args["code"]);
        Assert.Equal("family-ru", finding.Column);
        Assert.Equal("Абдрaхманова", finding.Value);
    }

    [Fact]
    public async Task The_text_of_a_finding_for_logs_holds_no_value()
    {
        using var list = new SampleList().Set("iin", "061211600013");
        Assert.DoesNotContain("061211600013", (await list.OnlyErrorAsync()).ToString());
    }

    [Theory]
    [InlineData("percent", "82.5", "percent-not-whole")]
    [InlineData("percent", "101", "percent-not-whole")]
    [InlineData("percent", "", "cell-empty")]
    [InlineData("percent", "49", "course-not-passed")]
    [InlineData("letter", "A", "letter-differs")]
    [InlineData("course-credits", "8.5", "credits-not-whole")]
    [InlineData("course-name-kk", "", "cell-empty")]
    [InlineData("course-name-kk", "Қазақстан ??хы", "letter-lost")]
    [InlineData("course-code", "CS002", "course-twice")]
    public async Task A_bad_course_is_named_in_the_courses(string field, string value, string code)
    {
        using var list = new SampleList().SetCourse(field, value).WriteCsv();
        var errors = (await list.ReadAsync()).Value.Errors;
        Assert.Equal($"intake/{code}", errors[0].Code);
        Assert.Equal(ListPart.Courses, errors[0].Part);
    }

    [Theory]
    [InlineData("birth-date", "12.12.2006", "birth-date-differs-from-iin")]
    [InlineData("family-ru", "Әбдрахманова", "kazakh-letter-in-russian")]
    [InlineData("gpa", "3.01", "gpa-rounded")]
    [Trait("Requirement", "X-12")]
    public async Task A_doubtful_cell_warns_and_stops_nothing(string field, string value, string code)
    {
        using var list = new SampleList().Set(field, value).WriteCsv();
        var result = (await list.ReadAsync()).Value;
        Assert.True(result.IsValid);
        Assert.Equal($"intake/{code}", Assert.Single(result.Warnings).Code);
        Assert.Equal(2, result.ReadDiplomas().Count());
    }

    [Fact]
    public async Task Missing_credits_are_found_when_a_course_is_missing()
    {
        using var list = new SampleList().Set("credits", "");
        list.Courses.RemoveAt(3);
        var finding = await list.OnlyErrorAsync();
        Assert.Equal("intake/credits-too-few", finding.Code);
        Assert.Equal("232", finding.Args["sum"]);
    }

    [Theory]
    [InlineData("number", "BD 00412867", "number-twice")]
    [InlineData("iin", "061211600012", "graduate-twice")]
    [InlineData("student-number", "S0001", "student-number-twice")]
    [Trait("Requirement", "DA-9")]
    public async Task What_stands_twice_names_the_earlier_row(string field, string value, string code)
    {
        using var list = new SampleList().Set(field, value, row: 1).WriteCsv();
        var errors = (await list.ReadAsync()).Value.Errors;
        Assert.Contains(errors, error => error.Code == $"intake/{code}" && error.Row == 3 && error.Args["row"] == "2");
    }

    [Fact]
    public async Task Courses_in_any_order_are_put_together()
    {
        using var list = new SampleList();
        list.Courses.Reverse();
        (list.Courses[0], list.Courses[40]) = (list.Courses[40], list.Courses[0]);
        var result = (await list.WriteCsv().ReadAsync()).Value;
        Assert.Empty(result.Errors);
        Assert.All(result.ReadDiplomas(), diploma => Assert.Equal(30, diploma.Courses.Count));
    }

    [Fact]
    public async Task Courses_without_a_graduate_and_a_graduate_without_courses_are_both_found()
    {
        using var list = new SampleList();
        for (var row = 30; row < 60; row++)
        {
            list.SetCourse("student-number", "S0009", row);
        }

        var errors = (await list.WriteCsv().ReadAsync()).Value.Errors;
        Assert.Equal(["intake/no-courses", "intake/courses-without-graduate"], errors.Select(error => error.Code));
    }

    [Theory]
    [InlineData(IssuedMatch.NumberTaken, "intake/number-issued")]
    [InlineData(IssuedMatch.HolderHasProgramme, "intake/graduate-issued")]
    public async Task What_was_issued_before_stops_the_list(IssuedMatch match, string code)
    {
        using var list = new SampleList { Issued = new Before(match) };
        Assert.Equal(code, (await list.OnlyErrorAsync()).Code);
    }

    [Fact]
    public async Task The_same_diploma_is_passed_over_when_a_list_runs_again()
    {
        using var list = new SampleList { Issued = new Before(IssuedMatch.SameDiploma) };
        var result = (await list.WriteCsv().ReadAsync()).Value;
        Assert.True(result.IsValid);
        Assert.Equal(1, result.AlreadyIssuedCount);
        Assert.Equal("BD 00412868", Assert.Single(result.ReadDiplomas()).FullNumber);
    }

    [Fact]
    public async Task Findings_beyond_the_limit_are_counted_and_not_kept()
    {
        using var list = new SampleList { Limits = new IntakeLimits { FindingsKept = 10 } };
        foreach (var course in list.Courses)
        {
            course[6] = "x";
        }

        var result = (await list.WriteCsv().ReadAsync()).Value;
        Assert.Equal(10, result.Errors.Count);
        Assert.Equal(60, result.ErrorCount);
    }

    /// <summary>Says of the first row that it was issued.</summary>
    private sealed class Before(IssuedMatch match) : IIssuedDiplomas
    {
        public Task<IReadOnlyList<IssuedMatch>> FindAsync(IReadOnlyList<DiplomaKey> keys, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<IssuedMatch>>(
                [.. keys.Select(key => key.Number == "00412867" ? match : IssuedMatch.None)]);
    }
}
