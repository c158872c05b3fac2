using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;

namespace Mortanba.Host.Monitoring;

/// <summary>What an institution itself has approved, from its own books: the monitor compares the ledger with it (docs/witness.md).</summary>
/// <param name="Decisions">Decisions on issue by their id, with the number of diplomas ordered under each.</param>
/// <param name="Keys">Public keys of its own, as multibase.</param>
/// <param name="Changes">Diplomas (asset ids) that it has ordered to be suspended, annulled, replaced or erased.</param>
internal sealed record OwnOrders(IReadOnlyDictionary<string, int> Decisions, IReadOnlyList<string> Keys, IReadOnlyList<string> Changes)
{
    public static Outcome<OwnOrders> Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), OwnOrdersJson.Default.OwnOrders) is { } orders
                ? orders
                : new Problem("monitor/orders-malformed", "The file of orders is empty.", ("file", file), ("reason", "null"));
        }
        catch (JsonException fault)
        {
            return new Problem("monitor/orders-malformed", fault.Message, ("file", file), ("reason", fault.Message));
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OwnOrders))]
internal sealed partial class OwnOrdersJson : JsonSerializerContext;
