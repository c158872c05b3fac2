using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>Events and whole cases as JSON. A case as canonical JSON (RFC 8785) shows that two replays gave the same.</summary>
public static class CaseRecord
{
    public static byte[] Write(CaseEvent happened) => JsonSerializer.SerializeToUtf8Bytes(happened, CaseJson.Default.CaseEvent);

    /// <summary>Throws <see cref="JsonException"/> for what is no event.</summary>
    public static CaseEvent Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, CaseJson.Default.CaseEvent)!;

    /// <summary>The whole case in canonical bytes.</summary>
    public static byte[] Canonical(RecognitionCase one) => Jcs.Canonicalize(JsonSerializer.SerializeToNode(one, CaseJson.Default.RecognitionCase)!);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CaseEvent))]
[JsonSerializable(typeof(RecognitionCase))]
[JsonSerializable(typeof(CaseHead))]
internal sealed partial class CaseJson : JsonSerializerContext;
