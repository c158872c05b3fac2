using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Mortanba.Intake;
using Mortanba.Permits;

namespace Mortanba.Issuance;

/// <summary>Writes the JSON of records; what the records of one list share is written once and copied after that.</summary>
/// <remarks>
/// Permission, programme and course results are told apart by reference. What is written is what
/// <see cref="RecordJson"/> alone would write. One object serves one thread.
/// </remarks>
internal sealed class RecordWriter
{
    private readonly JsonTypeInfo<DiplomaRecord> type;

    public RecordWriter()
    {
        var options = new JsonSerializerOptions(RecordJson.Default.Options);
        options.Converters.Add(new WrittenOnce<CourseResult>());
        options.Converters.Add(new WrittenOnce<Programme>());
        options.Converters.Add(new WrittenOnce<IssuePermission>());
        type = (JsonTypeInfo<DiplomaRecord>)options.GetTypeInfo(typeof(DiplomaRecord));
    }

    public void Write(DiplomaRecord record, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, RecordJson.Layout);
        JsonSerializer.Serialize(json, record, type);
    }

    private sealed class WrittenOnce<T> : JsonConverter<T>
        where T : class
    {
        private const int KeptMax = 20_000;

        private readonly Dictionary<T, byte[]> kept = new(ReferenceEqualityComparer.Instance);
        private readonly JsonTypeInfo<T> plain = (JsonTypeInfo<T>)RecordJson.Default.GetTypeInfo(typeof(T))!;

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
        {
            if (!kept.TryGetValue(value, out var json))
            {
                if (kept.Count == KeptMax)
                {
                    kept.Clear();
                }

                kept[value] = json = Written(value);
            }

            writer.WriteRawValue(json, skipInputValidation: true);
        }

        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize(ref reader, plain);

        private byte[] Written(T value)
        {
            var output = new ArrayBufferWriter<byte>(512);
            using (var json = new Utf8JsonWriter(output, RecordJson.Layout))
            {
                JsonSerializer.Serialize(json, value, plain);
            }

            return output.WrittenSpan.ToArray();
        }
    }
}
