using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.Intake;

/// <summary>A list in numbers: what an approver compares with the last one. No name, no number of a person.</summary>
/// <param name="ByKind">Diplomas by document kind; the other four by programme code, study form and language of study.</param>
/// <param name="GpaBars">How many diplomas have a GPA in each of <see cref="BarCount"/> equal parts of 0 to 4.</param>
public sealed record CohortFigures(
    int Count,
    int Honours,
    decimal GpaMean,
    IReadOnlyDictionary<string, int> ByKind,
    IReadOnlyList<ProgrammeFigures> Programmes,
    IReadOnlyDictionary<string, int> ByForm,
    IReadOnlyDictionary<string, int> ByLanguage,
    IReadOnlyList<int> GpaBars)
{
    public const int BarCount = 16;

    public const decimal BarWidth = 4m / BarCount;

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, CohortFiguresJson.Default.CohortFigures);

    public static CohortFigures Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, CohortFiguresJson.Default.CohortFigures)
        ?? throw new InvalidDataException("Stored figures are empty.");
}

/// <param name="CreditsUsual">Median of the credits in the list.</param>
public sealed record ProgrammeFigures(
    string Code, LocalizedText Name, string Kind, int Count, int Honours, decimal GpaMean, int CreditsUsual);

[JsonSerializable(typeof(CohortFigures))]
internal sealed partial class CohortFiguresJson : JsonSerializerContext;
