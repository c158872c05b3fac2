using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.Host.Monitoring;

/// <summary>What an institution itself has approved, from its own books: the monitor compares the ledger with it (docs/witness.md).</summary>
/// <param name="Decisions">Decisions on issue by their id, with the number of diplomas ordered under each.</param>
/// <param name="Keys">Public keys of its own, as multibase.</param>
/// <param name="Changes">
/// What it has ordered for a diploma (asset id): <c>suspended</c>, <c>reinstated</c>, <c>annulled</c>, <c>superseded</c>,
/// <c>erased</c>; for a key (multibase): <c>retired</c>, <c>compromised</c>; for a decision on issue: <c>confirmed</c>. Another kind than the ordered one is told.
/// </param>
internal sealed record OwnOrders(
    IReadOnlyDictionary<string, int> Decisions, IReadOnlyList<string> Keys, IReadOnlyDictionary<string, IReadOnlyList<string>> Changes)
{
    private static readonly HashSet<string> Kinds = new HashSet<string>(StringComparer.Ordinal)
    {
        "suspended", "reinstated", "annulled", "superseded", "erased", "retired", "compromised", "confirmed",
    };

    /// <summary>True when a change of this type (<c>asset.annulled</c> …) was ordered for a diploma or key.</summary>
    public bool Allows(string subject, string entryType) =>
        Changes.TryGetValue(subject, out var kinds)
        && kinds.Contains(KindOf(entryType));

    /// <summary><c>annulled</c> of <c>asset.annulled</c>.</summary>
    public static string KindOf(string entryType) => entryType[(entryType.IndexOf('.', StringComparison.Ordinal) + 1)..];

    public static Outcome<OwnOrders> Read(string file)
    {
        try
        {
            var orders = JsonSerializer.Deserialize(File.ReadAllBytes(file), OwnOrdersJson.Default.OwnOrders);
            return orders is null
                ? Malformed(file, "null")
                : orders.Changes.Values.SelectMany(kinds => kinds).FirstOrDefault(kind => !Kinds.Contains(kind)) is { } strange
                    ? Malformed(file, $"'{strange}'")
                    : orders;
        }
        catch (JsonException fault)
        {
            return Malformed(file, fault.Message);
        }
    }

    private static Problem Malformed(string file, string reason) =>
        new("monitor/orders-malformed", $"The file of orders cannot be read: {reason}.", ("file", file), ("reason", reason));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OwnOrders))]
internal sealed partial class OwnOrdersJson : JsonSerializerContext;
