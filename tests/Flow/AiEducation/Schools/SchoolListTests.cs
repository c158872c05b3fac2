using System.Text;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Flow.Tests.AiEducation.Schools;

/// <summary>The ministry's list of schools: what is read, that one wrong value keeps everything out, and what a list changes.</summary>
public sealed class SchoolListTests
{
    private const string List =
        """
        bin;name_kk;name_ru;name_en;region;district;kind;setting;languages;connectivity;department
        990140001015;№ 1 мектеп;Школа № 1;;KZ-61;Арыс;school;rural;kk ru;weak;
        990140002013;Басқарма;Управление;Department;KZ-61;;;;;;yes
        """;

    /// <summary>Each spoils one thing, and names row, column and refusal.</summary>
    public static TheoryData<string, string, int, string, string> Wrong => new()
    {
        { "990140001015", "990140001016", 2, "bin", "schools/list-bin" },
        { "990140001015", "", 2, "bin", "connections/roster-missing" },
        { "990140002013", "990140001015", 3, "bin", "connections/roster-twice" },
        { "№ 1 мектеп", "", 2, "name_kk", "connections/roster-missing" },
        { "Школа № 1", "Шко\u202Eла", 2, "name_ru", "connections/roster-control" },
        { "KZ-61;Арыс", "Туркестан;Арыс", 2, "region", "schools/list-region" },
        { "KZ-61;Арыс", "KZ-61;", 2, "district", "connections/roster-missing" },
        { "school;rural", "castle;rural", 2, "kind", "connections/roster-word" },
        { "school;rural", "school;", 2, "setting", "connections/roster-missing" },
        { "kk ru", "қазақша", 2, "languages", "schools/list-language" },
        { "kk ru", "", 2, "languages", "connections/roster-missing" },
        { "weak", "slow", 2, "connectivity", "connections/roster-word" },
        { ";yes", ";maybe", 3, "department", "connections/roster-word" },
        { ";department", ";departement", 1, "department", "connections/roster-column-missing" },
        { "№ 1", "\"№ 1", 0, "", "connections/roster-quote" },
    };

    [Fact]
    [Trait("Requirement", "AI-24")]
    public void A_list_gives_schools_and_departments()
    {
        var rows = Read(List).Rows;
        var school = rows[0].Place;
        Assert.Equal(
            (2, "990140001015", "Школа № 1", "KZ-61", "Арыс", SchoolKind.School, Setting.Rural, Connectivity.Weak, false),
            (rows[0].Row, school.Bin.Value, school.Name.En, school.Region, school.District, school.Kind, school.Setting, school.Connectivity, school.IsDepartment));
        Assert.Equal(["kk", "ru"], school.Languages);
        Assert.Equal((3, "Department", true), (rows[1].Row, rows[1].Place.Name.En, rows[1].Place.IsDepartment));
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public void One_wrong_value_keeps_everything_out_and_is_named_by_row_and_column(string from, string to, int row, string column, string code)
    {
        var at = List.IndexOf(from, StringComparison.Ordinal);
        var faults = Assert.IsType<RosterHasFaults>(
            SchoolList.Read(Encoding.UTF8.GetBytes(string.Concat(List.AsSpan(0, at), to, List.AsSpan(at + from.Length)))).Problem).Faults;
        Assert.Contains(faults, f => (f.Row, f.Field, f.Problem.Code) == (row, column, code));
    }

    [Fact]
    public void A_file_without_rows_is_no_list() =>
        Assert.Equal("schools/list-empty", SchoolList.Read(Encoding.UTF8.GetBytes(List.Split('\n')[0])).Problem?.Code);

    [Fact]
    public void The_same_list_again_changes_nothing_a_school_that_is_known_is_updated_and_no_department_becomes_one()
    {
        var list = Read(List);
        var first = SchoolListPlan.Of(list, new Dictionary<Bin, School>()).Value;
        Assert.Equal((2, 0), (first.Changes.Count(c => c.IsNew), first.Unchanged));

        var known = list.Rows.ToDictionary(r => r.Place.Bin, r => r.Place);
        var again = SchoolListPlan.Of(Read(List), known).Value;
        Assert.Equal((0, 2), (again.Changes.Count, again.Unchanged));

        var changed = SchoolListPlan.Of(Read(List.Replace("weak", "good", StringComparison.Ordinal)), known).Value;
        Assert.Equal(["connectivity"], Assert.Single(changed.Changes).Fields);
        Assert.Equal(3, new[] { first.Fingerprint, again.Fingerprint, changed.Fingerprint }.Distinct().Count());

        var turned = SchoolListPlan.Of(Read(List.Replace("weak;", "weak;yes", StringComparison.Ordinal)), known).Problem;
        var fault = Assert.Single(Assert.IsType<RosterHasFaults>(turned).Faults);
        Assert.Equal((2, "department", "schools/list-department"), (fault.Row, fault.Field, fault.Problem.Code));
    }

    private static SchoolList Read(string text) => SchoolList.Read(Encoding.UTF8.GetBytes(text)).Value;
}
