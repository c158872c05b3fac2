using System.Text.Json.Serialization;

namespace Mortanba.Host.Witnessing;

/// <summary>How a witness stands, as it tells anybody at <c>/</c>.</summary>
/// <param name="Key">The public key that policies name (vkey).</param>
/// <param name="Ready">It has looked at each log since its start, and cosigns.</param>
/// <param name="Frozen">Why it cosigns nothing any more; null when it does.</param>
internal sealed record WitnessState(
    string Name, string Key, bool Ready, string? Frozen, IReadOnlyList<WitnessedLog> Logs, IReadOnlyList<WitnessFound> Findings);

/// <param name="Path">Where its copy is served, below the witness's address.</param>
/// <param name="Size">Entries of the checkpoint cosigned last.</param>
/// <param name="Copied">Entries copied by now.</param>
internal sealed record WitnessedLog(string Origin, string Path, long Size, DateTimeOffset? CosignedAt, long Copied);

/// <param name="Evidence">Where the proof is served; null when there is none that a stranger could check.</param>
internal sealed record WitnessFound(string Origin, string Code, DateTimeOffset At, string? Evidence);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WitnessState))]
internal sealed partial class WitnessStateJson : JsonSerializerContext;
