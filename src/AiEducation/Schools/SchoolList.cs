using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>One row of a list of schools.</summary>
/// <param name="Row">As a spreadsheet shows it, header = 1.</param>
public sealed record SchoolRow(int Row, School Place);

/// <summary>
/// Schools, colleges, universities and departments of education as the ministry brings them in: CSV in UTF-8, one place a row, every column of
/// <see cref="Columns"/> in any order; others are not read. Everything is read before anything is taken; one value wrong and nothing is.
/// </summary>
/// <param name="Hash">SHA-256 of the bytes, hex.</param>
public sealed partial record SchoolList(IReadOnlyList<SchoolRow> Rows, string Hash)
{
    /// <summary>Ten thousand places are about 2 MB.</summary>
    public const int SizeMaxBytes = 8 << 20;

    internal const string FileName = "schools.csv";
    internal const string Department = "department";

    // Of a department nobody asks how it teaches.
    private static readonly School Blank = new(
        default, LocalizedText.Same(""), "", "", SchoolKind.School, Setting.Urban, [], Connectivity.Good);

    /// <summary>Headers of such a file, in the order the documentation shows.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["bin", "name_kk", "name_ru", "name_en", "region", "district", "kind", "setting", "languages", "connectivity", Department];

    /// <returns>The list, or <see cref="RosterHasFaults"/> with what is wrong by row and column.</returns>
    public static Outcome<SchoolList> Read(byte[] file)
    {
        if (file.Length > SizeMaxBytes)
        {
            return TooLarge;
        }

        var faults = new List<RosterFault>();
        var table = RosterTable.Read(FileName, file, faults, [.. Columns]).Index("bin");
        var rows = table.Rows.Select(r => new SchoolRow(r.Row, Place(table, r))).ToList();
        return faults.Count > 0 ? RosterHasFaults.Of(faults)
            : rows.Count == 0 ? new Problem("schools/list-empty", "The file has no row below its header.")
            : new SchoolList(rows, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <summary>The refusal of a file over the bound.</summary>
    public static Problem TooLarge { get; } = new(
        "connections/roster-too-large", $"A file has at most {SizeMaxBytes >> 20} MB.", ("max", $"{SizeMaxBytes >> 20}"));

    private static School Place(RosterTable table, CsvRow row)
    {
        if (!Bin.TryParse(table.Cell(row, "bin"), out var bin) && table.Cell(row, "bin").Length > 0)
        {
            table.Bad(row, "bin", new Problem("schools/list-bin", "A BIN has twelve digits, the last of which checks the others."));
        }

        var (kk, ru) = (table.Text(row, "name_kk"), table.Text(row, "name_ru"));
        var place = Blank with
        {
            Bin = bin,
            Name = new LocalizedText(kk, ru, table.Optional(row, "name_en") ?? ru),
            Region = Region(table, row),
            District = table.Optional(row, "district") ?? "",
            IsDepartment = table.Cell(row, Department).Length > 0 && table.Word(row, Department, "yes", "no") == "yes",
        };
        return place.IsDepartment ? place : place with
        {
            District = table.Text(row, "district"),
            Kind = Word<SchoolKind>(table, row, "kind"),
            Setting = Word<Setting>(table, row, "setting"),
            Languages = Languages(table, row),
            Connectivity = Word<Connectivity>(table, row, "connectivity"),
        };
    }

    private static string Region(RosterTable table, CsvRow row)
    {
        var region = table.Cell(row, "region");
        if (!RegionCode().IsMatch(region))
        {
            table.Bad(row, "region", region.Length == 0 ? RosterTable.Missing : new Problem(
                "schools/list-region", "A region is written by its code of ISO 3166-2, for example KZ-61."));
        }

        return region;
    }

    private static T Word<T>(RosterTable table, CsvRow row, string column)
        where T : struct, Enum =>
        EventWords.Parse<T>(table.Word(row, column, [.. Enum.GetValues<T>().Select(EventWords.Of)])) ?? default;

    private static string[] Languages(RosterTable table, CsvRow row)
    {
        var languages = table.Cell(row, "languages").Split([' ', ',', ';', '|'], StringSplitOptions.RemoveEmptyEntries).Distinct().ToArray();
        if (languages.Length == 0)
        {
            table.Bad(row, "languages", RosterTable.Missing);
        }
        else if (!languages.All(l => LanguageCode().IsMatch(l)))
        {
            table.Bad(row, "languages", new Problem("schools/list-language", "Languages are written by their codes with spaces between: kk ru."));
        }

        return languages;
    }

    [GeneratedRegex("^[A-Z]{2}-[A-Z0-9]{1,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex RegionCode();

    [GeneratedRegex("^[a-z]{2,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageCode();
}
