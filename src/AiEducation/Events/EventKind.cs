using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.AiEducation;

/// <summary>One kind of part that is kept as events: systems, regulations, tasks, cases, portfolios.</summary>
public abstract class EventKind(string name, bool isPersonal)
{
    private const int IdLengthEnd = 40;

    internal static readonly JsonSerializerOptions Json = new()
    {
        // Cyrillic as itself: a third of the bytes of its escapes.
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower), new BinJson(), new CommitmentJson() },
    };

    /// <summary>Stands before the random part of every id, and in the record.</summary>
    public string Name { get; } = name;

    /// <summary>Its events are sealed under a key of their own: destroying that key destroys them.</summary>
    public bool IsPersonal { get; } = isPersonal;

    /// <summary>The id that a form was given when it was shown (<see cref="EventStore.NewId"/>); null for a text that is no id of this kind.</summary>
    public string? IdOf(string text) => text.Length > Name.Length + 1 && text.Length < IdLengthEnd && text.StartsWith(Name + "-", StringComparison.Ordinal)
        && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? text : null;

    private sealed class BinJson : JsonConverter<Bin>
    {
        public override Bin Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Bin.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Bin value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
    }

    // The hash of the pack in each rule that an event names.
    private sealed class CommitmentJson : JsonConverter<Commitment>
    {
        public override Commitment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Commitment.TryParse(reader.GetString(), out var hash) ? hash : throw new JsonException("This is no hash.");

        public override void Write(Utf8JsonWriter writer, Commitment value, JsonSerializerOptions options) => writer.WriteStringValue($"{value}");
    }
}

/// <inheritdoc/>
/// <param name="fold">Makes the part of its events; throws <see cref="InvalidDataException"/> when they are those of none.</param>
/// <param name="summary">What lists show.</param>
/// <param name="facts">The facts of one event; the part as it is after it.</param>
/// <param name="school">The school a part belongs to now, of a kind that is handed on; null for the one it was opened at.</param>
/// <typeparam name="TState">The part.</typeparam>
/// <typeparam name="TEvent">Base of the events, with <see cref="JsonDerivedTypeAttribute"/> for each.</typeparam>
public sealed class EventKind<TState, TEvent>(
    string name, bool isPersonal, Func<string, IEnumerable<TEvent>, TState> fold, Func<TState, StreamSummary> summary,
    Func<TState, TEvent, IEnumerable<EventFact>> facts, Func<TState, Bin?>? school = null) : EventKind(name, isPersonal)
    where TState : IFolded
    where TEvent : IHappened
{
    private readonly Dictionary<Type, string> words = typeof(TEvent).GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false)
        .ToDictionary(a => a.DerivedType, a => (string)a.TypeDiscriminator!);

    public TState Fold(string id, IEnumerable<TEvent> events) => fold(id, events);

    public StreamSummary Summary(TState now) => summary(now);

    /// <summary>Null when it stays where it was opened.</summary>
    public Bin? SchoolOf(TState now) => school?.Invoke(now);

    public IEnumerable<EventFact> Facts(TState after, TEvent happened) => facts(after, happened);

    /// <summary>Word of an event, as it stands in its JSON and in the record.</summary>
    public string Word(TEvent happened) => words[happened.GetType()];

    public byte[] Write(TEvent happened) => JsonSerializer.SerializeToUtf8Bytes(happened, Json);

    /// <summary>Throws <see cref="JsonException"/> for what is no event of this kind.</summary>
    public TEvent Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<TEvent>(json, Json)!;
}
