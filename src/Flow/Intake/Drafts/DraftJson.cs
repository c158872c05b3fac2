using System.Text.Json.Serialization;

namespace Mortanba.Intake.Drafts;

/// <summary>What is sealed in a draft beside its rows.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DraftHead))]
[JsonSerializable(typeof(StepContent))]
[JsonSerializable(typeof(CheckedPage))]
internal sealed partial class DraftJson : JsonSerializerContext;

/// <summary>The sealed part of a step.</summary>
internal sealed record StepContent(IReadOnlyList<CellRepair> Cells, IReadOnlyList<Removal> Removals);

/// <summary>A part of what a check found.</summary>
internal sealed record CheckedPage(IReadOnlyList<CheckedRow> Rows, IReadOnlyList<Finding> Findings);

/// <summary>Where a graduate's courses lie, as the check met them; zero when there are none.</summary>
/// <param name="Gpa">Computed from the courses; null when they are not whole.</param>
public sealed record CheckedRow(int Row, int FirstCourse, int LastCourse, decimal? Gpa = null);
