using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Recognition;

/// <summary>The one thing an inquiry wants to know (requirement RQ-24).</summary>
public enum EvidenceQuestion
{
    /// <summary>Was this document issued, and does it say what it said then?</summary>
    Genuine,

    /// <summary>Had the institution the right to award it on that day?</summary>
    Entitled,

    /// <summary>Where does the qualification stand in the country's system, and what does it open?</summary>
    Level,
    Other,
}

public enum CentreMessageKind
{
    Inquiry,
    Reminder,
    Reply,

    /// <summary>A document was found not to be authentic (requirement RQ-29); no answer is awaited.</summary>
    Notice,
}

/// <summary>What a centre answers.</summary>
public enum InquiryOutcome
{
    Confirmed,
    NotConfirmed,

    /// <summary>It looked and cannot tell: neither a yes nor a no.</summary>
    CannotSay,
}

/// <summary>
/// One message between two information centres: what is signed. Docs/formats: <c>docs/registers.md</c>, "Inquiries".
/// </summary>
/// <param name="Id">Of this message, given by its sender: taken once, then refused.</param>
/// <param name="Inquiry">Id of the inquiry it belongs to, given by whoever asked.</param>
/// <param name="From">Who sends it, as the receiver knows them.</param>
/// <param name="To">For whom it is: a message to another centre is refused.</param>
/// <param name="Facts">What the question needs and no more, by name: institution, day of award, number of the document.</param>
/// <param name="Outcome">Of a reply; null for the others.</param>
public sealed partial record CentreMessage(
    string Id, string Inquiry, CentreMessageKind Kind, string From, string To, DateTimeOffset At, EvidenceQuestion Question, string Words,
    IReadOnlyDictionary<string, string> Facts, InquiryOutcome? Outcome = null)
{
    /// <summary>Of the signed message as it is sent.</summary>
    public const int SizeMaxBytes = 64 * 1024;

    public const int WordsMaxChars = 4000;
    public const int FactsMax = 12;
    public const int FactMaxChars = 400;
    /// <summary>Of a sender and a receiver.</summary>
    public const int NameMaxChars = 200;

    /// <summary>Canonical JSON (RFC 8785): the bytes that are signed.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", 1);
            json.WriteString("id", Id);
            json.WriteString("inquiry", Inquiry);
            json.WriteString("kind", BasisRecord.Code(Kind));
            json.WriteString("from", From);
            json.WriteString("to", To);
            json.WriteString("at", LedgerEntry.Time(At));
            json.WriteString("question", BasisRecord.Code(Question));
            json.WriteString("words", Words);
            json.WriteStartObject("facts");
            foreach (var (name, value) in Facts)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
            if (Outcome is { } outcome)
            {
                json.WriteString("outcome", BasisRecord.Code(outcome));
            }

            json.WriteEndObject();
        }

        using var parsed = JsonDocument.Parse(buffer.WrittenMemory);
        return Jcs.Canonicalize(parsed.RootElement);
    }

    /// <summary>Reads a message; everything about it is checked but who signed it.</summary>
    public static Outcome<CentreMessage> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!StrictJson.Parse(bytes, SizeMaxBytes).TryGet(out var document, out _))
        {
            return Bad("json");
        }

        using (document)
        {
            var root = document.RootElement;
            string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("v", out var version) || version.ValueKind != JsonValueKind.Number
                || !version.TryGetInt32(out var number) || number != 1)
            {
                return Bad("v");
            }

            if (Text("id") is not { } id || !IdShape().IsMatch(id) || Text("inquiry") is not { } inquiry || !IdShape().IsMatch(inquiry))
            {
                return Bad("id");
            }

            if (Text("from") is not { Length: > 0 and <= NameMaxChars } from || Text("to") is not { Length: > 0 and <= NameMaxChars } to)
            {
                return Bad("from");
            }

            if (BasisRecord.Parse<CentreMessageKind>(Text("kind")) is not { } kind || BasisRecord.Parse<EvidenceQuestion>(Text("question")) is not { } question)
            {
                return Bad("kind");
            }

            var outcome = BasisRecord.Parse<InquiryOutcome>(Text("outcome"));
            if ((kind == CentreMessageKind.Reply) != outcome is not null)
            {
                return Bad("outcome");
            }

            if (!DateTimeOffset.TryParseExact(
                Text("at"), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            {
                return Bad("at");
            }

            if (Text("words") is not { Length: <= WordsMaxChars } words || FactsOf(root) is not { } facts)
            {
                return Bad("words");
            }

            return new CentreMessage(id, inquiry, kind, from, to, at, question, words, facts, outcome);
        }
    }

    private static Dictionary<string, string>? FactsOf(JsonElement root)
    {
        if (!root.TryGetProperty("facts", out var facts) || facts.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var fact in facts.EnumerateObject())
        {
            if (found.Count == FactsMax || fact.Name.Length > FactMaxChars || fact.Value.ValueKind != JsonValueKind.String
                || fact.Value.GetString() is not { Length: <= FactMaxChars } value)
            {
                return null;
            }

            found[fact.Name] = value;
        }

        return found;
    }

    private static Problem Bad(string member) =>
        new("recognition/centre-message-bad", $"The message is not in the agreed form ({member}).", ("member", member));

    [GeneratedRegex(@"^[0-9A-Za-z][0-9A-Za-z_-]{7,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex IdShape();
}
