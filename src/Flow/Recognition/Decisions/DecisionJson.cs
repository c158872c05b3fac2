using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mortanba.Recognition;

/// <summary>The JSON of a <see cref="RecognitionDecisionFacts"/> at rest: only ever inside an encrypted payload.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RecognitionDecisionFacts))]
internal sealed partial class DecisionJson : JsonSerializerContext;

/// <summary>Facts as bytes, and back.</summary>
public static class StoredFacts
{
    public static byte[] Write(RecognitionDecisionFacts facts) =>
        JsonSerializer.SerializeToUtf8Bytes(facts, DecisionJson.Default.RecognitionDecisionFacts);

    /// <summary>Throws <see cref="JsonException"/> for bytes that <see cref="Write"/> did not make.</summary>
    public static RecognitionDecisionFacts Read(ReadOnlySpan<byte> bytes) =>
        JsonSerializer.Deserialize(bytes, DecisionJson.Default.RecognitionDecisionFacts)!;
}
