using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Mortanba.Foundation;

namespace Mortanba.Permits;

/// <summary>An initiator's order on graduation: its number, its day, and how many graduates of each programme.</summary>
/// <param name="Number">As it stands on the order.</param>
/// <param name="Programmes">Graduates by programme code; each at least one.</param>
public sealed partial record GraduationOrder(string Number, DateOnly Date, IReadOnlyDictionary<string, int> Programmes)
{
    private const int NumberMaxLength = 64;
    private const string TypeName = "MortanbaGraduationOrder";

    /// <summary>All graduates of the order: what the decision on issue says in the clear.</summary>
    public int Count => Programmes.Values.Sum();

    /// <summary>Canonical JSON: what the decision commits to, behind 32 random bytes.</summary>
    public byte[] Write() => Jcs.Canonicalize(new JsonObject
    {
        ["v"] = 1,
        ["type"] = TypeName,
        ["number"] = Number,
        ["date"] = PermitRegister.Text(Date),
        ["count"] = Count,
        ["programmes"] = new JsonObject(Programmes.Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value))),
    });

    /// <summary>An order that can be committed to; refused when it is empty or a figure is none.</summary>
    public static Outcome<GraduationOrder> Make(string number, DateOnly date, IReadOnlyDictionary<string, int> programmes) =>
        string.IsNullOrWhiteSpace(number) || number.Length > NumberMaxLength || programmes.Count == 0
            || programmes.Any(p => !Code().IsMatch(p.Key) || p.Value < 1)
            || programmes.Values.Sum(n => (long)n) > int.MaxValue
            ? new Problem("permits/malformed-order", "An order has a number, and at least one graduate of each programme it names.")
            : new GraduationOrder(number.Trim(), date, programmes);

    internal static GraduationOrder Read(byte[] stored)
    {
        using var json = JsonDocument.Parse(stored);
        var root = json.RootElement;
        return new GraduationOrder(
            root.GetProperty("number").GetString()!,
            DateOnly.Parse(root.GetProperty("date").GetString()!, System.Globalization.CultureInfo.InvariantCulture),
            root.GetProperty("programmes").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal));
    }

    [GeneratedRegex("^[0-9A-Za-z.-]{1,32}$", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}

/// <summary>What a decision on issue says of its order for everyone to read.</summary>
/// <param name="Commitment">Over 32 random bytes and <see cref="GraduationOrder.Write"/>: number and day stay with the initiator.</param>
/// <param name="Count">Graduates of the order; no more assets may be registered under the decision, replacements aside.</param>
public sealed record OrderReference(Commitment Commitment, int Count);

/// <summary>An order with the random bytes that open its commitment.</summary>
public sealed record OpenedOrder(GraduationOrder Order, ReadOnlyMemory<byte> Salt)
{
    public OrderReference Reference => new(Commitment.OfSalted(Salt.Span, Order.Write()), Order.Count);

    public static OpenedOrder New(GraduationOrder order) =>
        new(order, System.Security.Cryptography.RandomNumberGenerator.GetBytes(Commitment.SaltSizeBytes));
}
