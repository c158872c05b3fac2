namespace Mortanba.Intake;

/// <summary>Where one graduation list lies. CSV or XLSX, told apart by content, never by the file name.</summary>
/// <param name="GraduatesFile">One row a graduate. In a workbook the first sheet, or the one named so.</param>
/// <param name="CoursesFile">
/// One row a course, keyed by student number. Null: the workbook's second sheet, or for <c>NAME.csv</c> the file
/// <c>NAME.courses.csv</c> beside it.
/// </param>
/// <param name="MappingFile">
/// Confirmed columns. Null: <c>FILE.mapping.json</c> beside the list when it exists, else the headers are guessed.
/// </param>
public sealed record GraduationList(string GraduatesFile, string? CoursesFile = null, string? MappingFile = null)
{
    public ListPurpose Purpose { get; init; }

    /// <summary>Writes the guessed columns to <c>FILE.mapping.json</c> when they need a person's decision.</summary>
    public bool WritesMappingProposal { get; init; } = true;

    /// <summary>The tables themselves when they lie in no file: a draft in the database. The names are then only shown.</summary>
    internal ListTables? Tables { get; init; }

    /// <summary>It lies in the database and not in files.</summary>
    public bool IsDraft => Tables is not null;

    internal string MappingPath => MappingFile ?? GraduatesFile + ".mapping.json";
}

public enum ListPurpose
{
    /// <summary>First issue: a number that was issued before stops the list, the same diploma again is passed over.</summary>
    Issue,

    /// <summary>Correction of issued diplomas (requirement DA-25): the numbers are expected to be known already.</summary>
    Correct,
}

/// <summary>Which of the two tables of a list.</summary>
public enum ListPart
{
    Graduates,
    Courses,
}

/// <summary>What a list may weigh. Beyond it the list is refused before it is read further.</summary>
public sealed record IntakeLimits
{
    /// <summary>About 200,000 graduates. Courses have their own, larger limit.</summary>
    public long GraduatesFileMaxBytes { get; init; } = 100_000_000;

    public long CoursesFileMaxBytes { get; init; } = 2_000_000_000;

    public long WorkbookMaxBytes { get; init; } = 100_000_000;

    /// <summary>Sum of what the archive's entries unpack to, as declared and as met.</summary>
    public long WorkbookUnpackedMaxBytes { get; init; } = 1_500_000_000;

    public int WorkbookEntriesMax { get; init; } = 2_000;

    /// <summary>Unpacked size by packed size of an entry above a mebibyte; real sheets stay below 60.</summary>
    public int WorkbookRatioMax { get; init; } = 250;

    public int ColumnsMax { get; init; } = 200;

    public int RowMaxChars { get; init; } = 262_144;

    public int CellMaxChars { get; init; } = 32_767;

    public int FindingsKept { get; init; } = 10_000;
}
