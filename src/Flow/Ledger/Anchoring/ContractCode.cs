using System.Text.Json;

namespace Mortanba.Ledger.Anchoring;

/// <summary>
/// A contract as data: the selectors of its functions, the topics of its events, the names of its errors and its creation
/// code. They come from <c>contracts/abi</c>, which the contracts' own tests compare with the build; so this side hashes no Keccak-256,
/// which .NET does not have.
/// </summary>
public sealed class ContractCode
{
    private readonly Dictionary<string, string> functions;
    private readonly Dictionary<string, string> events;
    private readonly Dictionary<string, string> errors;

    private ContractCode(JsonElement root)
    {
        functions = Texts(root, "functions");
        events = Texts(root, "events");
        errors = Texts(root, "errors").ToDictionary(e => e.Value, e => e.Key[..e.Key.IndexOf('(', StringComparison.Ordinal)]);
        Creation = root.GetProperty("bytecode").GetString()!;
    }

    public static ContractCode CheckpointAnchor { get; } = Load("CheckpointAnchor");

    public static ContractCode DiplomaToken { get; } = Load("DiplomaToken");

    /// <summary>Creation code, <c>0x…</c>; the constructor's arguments follow it.</summary>
    public string Creation { get; }

    /// <summary>The call of a function, ready for its arguments. The signature is as in Solidity, <c>rootAt(bytes32,uint64)</c>.</summary>
    public CallData Call(string signature) => new(functions[signature]);

    /// <summary>The first topic of an event, <c>0x…</c>, 32 bytes.</summary>
    public string Topic(string signature) => events[signature];

    /// <summary>The name of the error that reverted with these bytes (<c>0x…</c>); null when it is none of the contract's.</summary>
    public string? ErrorOf(string? data) => data is { Length: >= 10 } ? errors.GetValueOrDefault(data[..10]) : null;

    private static ContractCode Load(string name)
    {
        using var stream = typeof(ContractCode).Assembly.GetManifestResourceStream(name + ".json")!;
        using var document = JsonDocument.Parse(stream);
        return new ContractCode(document.RootElement);
    }

    private static Dictionary<string, string> Texts(JsonElement root, string name) =>
        root.GetProperty(name).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);
}
