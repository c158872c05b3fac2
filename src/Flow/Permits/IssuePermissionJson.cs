using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mortanba.Permits;

/// <summary>
/// A permission inside a stored record, encrypted there: read and written here, since a serializer of another stage cannot
/// call the constructor.
/// </summary>
public sealed class IssuePermissionJson : JsonConverter<IssuePermission>
{
    public override IssuePermission Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        var root = document.RootElement;
        string Text(string name) => root.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null.");
        Organisation Party(string name) => root.GetProperty(name).Deserialize(Organisations(options))
            ?? throw new JsonException($"'{name}' is null.");
        return new IssuePermission(
            Party("initiator"),
            Party("operator"),
            Text("permit"),
            Text("decision"),
            Text("legalClass"),
            Text("gateRule"),
            Text("hashAlgorithm"),
            root.GetProperty("at").GetDateTimeOffset());
    }

    public override void Write(Utf8JsonWriter writer, IssuePermission value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("initiator"u8);
        JsonSerializer.Serialize(writer, value.Initiator, Organisations(options));
        writer.WritePropertyName("operator"u8);
        JsonSerializer.Serialize(writer, value.Operator, Organisations(options));
        writer.WriteString("permit"u8, value.Permit);
        writer.WriteString("decision"u8, value.Decision);
        writer.WriteString("legalClass"u8, value.LegalClass);
        writer.WriteString("gateRule"u8, value.GateRule);
        writer.WriteString("hashAlgorithm"u8, value.HashAlgorithm);
        writer.WriteString("at"u8, value.At);
        writer.WriteEndObject();
    }

    private static JsonTypeInfo<Organisation> Organisations(JsonSerializerOptions options) =>
        (JsonTypeInfo<Organisation>)options.GetTypeInfo(typeof(Organisation));
}
