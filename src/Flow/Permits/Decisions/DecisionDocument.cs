using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>The text of a decision on issue: what the initiator signs (Law on Digital Assets, articles 5(1)(2), 6(7),
/// 7).</summary>
/// <remarks>Its bytes are canonical JSON, so that anyone who has the text can check the signature and the
/// commitment.</remarks>
/// <param name="Id">Letters, digits, dot, dash: it stands in public addresses.</param>
/// <param name="TypeCode">A code of the rule <c>recognised-types</c>.</param>
/// <param name="Text">What is decided, in three languages.</param>
/// <param name="Scope">Kind and scope of the rights the assets certify (article 6(7)).</param>
/// <param name="UnitOfAccount">The initiator's own statement on article 5(1)(3); an honest one is false.</param>
/// <param name="FinancialInstrument">The same on article 5(1)(4).</param>
/// <param name="Order">The graduation order it rests on; null in decisions from before they were committed to.</param>
public sealed partial record DecisionDocument(
    string Id,
    Bin Initiator,
    Bin Operator,
    string TypeCode,
    LocalizedText Text,
    LocalizedText Scope,
    bool UnitOfAccount = false,
    bool FinancialInstrument = false,
    OrderReference? Order = null)
{
    private const int Version = 1;
    private const string TypeName = "MortanbaIssueDecision";

    public byte[] Write()
    {
        var document = Common();
        if (Order is { } order)
        {
            document["order"] = new JsonObject { ["commitment"] = order.Commitment.ToString(), ["count"] = order.Count };
        }

        return Jcs.Canonicalize(document);
    }

    private JsonObject Common() => new()
    {
        ["v"] = Version,
        ["type"] = TypeName,
        ["decision"] = Id,
        ["initiator"] = Initiator.Value,
        ["operator"] = Operator.Value,
        ["typeCode"] = TypeCode,
        ["text"] = PublicRecord.Json(Text),
        ["scope"] = PublicRecord.Json(Scope),
        ["unitOfAccount"] = UnitOfAccount,
        ["financialInstrument"] = FinancialInstrument,
    };

    /// <summary>Reads a document; refuses one that is not exactly what <see cref="Write"/> makes, or leaves a text
    /// empty.</summary>
    public static Outcome<DecisionDocument> Parse(ReadOnlyMemory<byte> bytes)
    {
        if (!StrictJson.Parse(bytes).TryGet(out var json, out var problem))
        {
            return problem;
        }

        using (json)
        {
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || Member(root, "decision") is not { } id || !IdPattern().IsMatch(id)
                || !Bin.TryParse(Member(root, "initiator"), out var initiator)
                || !Bin.TryParse(Member(root, "operator"), out var issuer)
                || Member(root, "typeCode") is not { Length: > 0 } typeCode
                || Localized(root, "text") is not { } text
                || Localized(root, "scope") is not { } scope
                || Flag(root, "unitOfAccount") is not { } unitOfAccount
                || Flag(root, "financialInstrument") is not { } financialInstrument
                || !TryOrder(root, out var order))
            {
                return Malformed();
            }

            var document = new DecisionDocument(
                id, initiator, issuer, typeCode, text, scope, unitOfAccount, financialInstrument, order);
            return document.Write().AsSpan().SequenceEqual(bytes.Span) ? document : Malformed();
        }
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex IdPattern();

    private static Problem Malformed() => new(
        "permits/malformed-decision", "The decision is not a complete document in canonical form.");

    private static string? Member(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool? Flag(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : null;

    private static bool TryOrder(JsonElement root, out OrderReference? order)
    {
        order = null;
        if (!root.TryGetProperty("order", out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Object
            || !Commitment.TryParse(Member(value, "commitment"), out var commitment)
            || !value.TryGetProperty("count", out var number) || number.ValueKind != JsonValueKind.Number
            || !number.TryGetInt32(out var count) || count < 1)
        {
            return false;
        }

        order = new OrderReference(commitment, count);
        return true;
    }

    private static LocalizedText? Localized(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
        && Member(value, "kk") is { } kk && Member(value, "ru") is { } ru && Member(value, "en") is { } en
        && !string.IsNullOrWhiteSpace(kk) && !string.IsNullOrWhiteSpace(ru) && !string.IsNullOrWhiteSpace(en)
            ? new LocalizedText(kk, ru, en)
            : null;
}
