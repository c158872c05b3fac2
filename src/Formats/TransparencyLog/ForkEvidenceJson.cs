using System.Text.Json.Serialization;

namespace Mortanba.TransparencyLog;

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ForkEvidenceFile))]
internal sealed partial class ForkEvidenceJson : JsonSerializerContext;
