namespace Mortanba.Intake.Drafts;

/// <summary>Which rows of a table are shown.</summary>
public enum GridFilter
{
    /// <summary>Rows with an error.</summary>
    ToRepair,

    /// <summary>Rows with a warning.</summary>
    Warnings,

    /// <summary>Rows in which a cell was put right.</summary>
    Repaired,

    All,
}

/// <summary>One question to the table of a draft.</summary>
/// <param name="Rule">Only findings of this code; null for all.</param>
/// <param name="Search">A text in any cell, whatever its case, or a row number.</param>
/// <param name="Sort">Wire name of a field; null for the order of the list.</param>
/// <param name="Page">From 1.</param>
/// <param name="Of">Of the courses only those of the graduate in this row.</param>
public sealed record GridQuery(
    ListPart Part, GridFilter Filter, string? Rule, string? Search, string? Sort, bool IsDescending, int Page, int? Of);

/// <param name="Index">From 0, among the columns of the draft.</param>
/// <param name="Field">Wire name.</param>
public sealed record GridColumn(int Index, string Header, string Field);

/// <param name="Was">What stood in the file, when a person put the cell right; null otherwise.</param>
/// <param name="Alike">Rows in which the same wrong value stands in this column, this one among them; 0 for a good cell.</param>
public sealed record GridCell(string Value, string? Was, IReadOnlyList<Finding> Findings, int Alike);

/// <summary>A graduate's average as the last check computed it from the courses.</summary>
/// <param name="Difference">What the list states less what was computed; null when it states none that can be read.</param>
public sealed record GridGpa(decimal Computed, decimal? Difference);

/// <summary>A row with the cells of the shown columns, in their order.</summary>
/// <param name="Findings">Those of no one cell.</param>
/// <param name="Gpa">Null for a course, and where the courses are not whole.</param>
public sealed record GridRow(int Row, IReadOnlyList<GridCell> Cells, IReadOnlyList<Finding> Findings, GridGpa? Gpa);

/// <summary>Rows of a table in which one value stands in one column.</summary>
/// <param name="Value">Personal data.</param>
public sealed record GridAlike(GridColumn Column, string Value, IReadOnlyList<int> Rows, int Version);

/// <summary>One page of a table, as the draft stood at <paramref name="Version"/>.</summary>
/// <param name="First">Position of the first row among those found, from 1.</param>
/// <param name="Found">Rows the question found.</param>
/// <param name="Rules">Findings of both tables by code: errors before warnings, the most frequent first.</param>
public sealed record GridPage(
    int Version,
    IReadOnlyList<GridColumn> AllColumns,
    IReadOnlyList<GridColumn> Columns,
    IReadOnlyList<GridRow> Rows,
    int First,
    int Found,
    int Page,
    int PageCount,
    IReadOnlyList<GridRule> Rules,
    GridCounts Graduates,
    GridCounts Courses,
    IReadOnlyList<Finding> OfColumns,
    IReadOnlyList<Removal> Removed,
    int SaveCount,
    int RepairedCells,
    Replacement? Replaced);

public sealed record GridRule(ListPart Part, string Code, FindingSeverity Severity, int Count);

/// <summary>Rows of one table by how they stand.</summary>
public sealed record GridCounts(int ToRepair, int Warnings, int Repaired, int All);
