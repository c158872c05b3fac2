using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Intake;

namespace Mortanba.Issuance;

/// <summary>The JSON of a <see cref="DiplomaRecord"/> at rest: only ever inside an encrypted payload.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(IinConverter), typeof(BinConverter), typeof(AssetIdConverter)])]
[JsonSerializable(typeof(DiplomaRecord))]
[JsonSerializable(typeof(ValidatedDiploma))]
[JsonSerializable(typeof(GraduateName))]
[JsonSerializable(typeof(ChangeOrderWords))]
internal sealed partial class RecordJson : JsonSerializerContext
{
    /// <summary>Letters as themselves: escaped Cyrillic would be three times as long before compression.</summary>
    public static JsonWriterOptions Layout { get; } = new()
    {
        SkipValidation = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal sealed class IinConverter : JsonConverter<Iin>
    {
        public override Iin Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Foundation.Iin.TryParse(reader.GetString(), out var iin) ? iin : throw new JsonException("A stored IIN is malformed.");

        public override void Write(Utf8JsonWriter writer, Iin value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }

    internal sealed class BinConverter : JsonConverter<Bin>
    {
        public override Bin Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Foundation.Bin.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Bin value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }

    internal sealed class AssetIdConverter : JsonConverter<AssetId>
    {
        public override AssetId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Foundation.AssetId.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, AssetId value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
