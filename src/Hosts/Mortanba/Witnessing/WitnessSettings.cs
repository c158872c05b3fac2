using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;

namespace Mortanba.Host.Witnessing;

/// <summary>What a witness node is: written once into <c>DIR/witness.json</c>, read at every start (docs/witness.md).</summary>
/// <param name="Profile"><c>demo</c> keeps the vault's passphrase beside it; <c>production</c> reads it from the environment only.</param>
/// <param name="Name">The name of its key in notes: a schema-less address, the same for ever.</param>
/// <param name="Logs">The logs it follows.</param>
/// <param name="Peers">Base addresses of other witnesses of the same logs, whose copies are compared with its own.</param>
internal sealed record WitnessSettings(string Profile, string Name, IReadOnlyList<FollowedLog> Logs, IReadOnlyList<string> Peers)
{
    public const string FileName = "witness.json";
    private const string Address = "https://HOST/PATH, http://HOST/PATH";

    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, FileName));

    /// <summary>Reads and checks the file; a value that cannot be is refused with its name.</summary>
    public static Outcome<WitnessSettings> Load(string directory)
    {
        var path = Path.Combine(directory, FileName);
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), WitnessSettingsJson.Default.WitnessSettings) is { } settings
                ? settings.Checked()
                : new Problem("host/settings-unreadable", $"{path} is empty.", ("file", path), ("reason", "null"));
        }
        catch (JsonException fault)
        {
            return new Problem("host/settings-unreadable", fault.Message, ("file", path), ("reason", fault.Message));
        }
    }

    public void Save(string directory)
    {
        Settings.CreateDirectory(directory);
        var unfinished = Path.Combine(directory, FileName + ".part");
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(this, WitnessSettingsJson.Default.WitnessSettings));
        File.Move(unfinished, Path.Combine(directory, FileName), overwrite: true);
    }

    /// <summary>These settings when each value can be; else the first that cannot.</summary>
    public Outcome<WitnessSettings> Checked()
    {
        foreach (var log in Logs)
        {
            if (!NoteVerifier.Parse(log.Key).TryGet(out _, out var problem))
            {
                return Wrong("logs.key", log.Key, problem.Detail);
            }

            if (!IsAddress(log.Address))
            {
                return Wrong("logs.address", log.Address, Address);
            }
        }

        if (Logs.GroupBy(l => NoteVerifier.Parse(l.Key).Value.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            return Wrong("logs.key", twice.Key, "each log once");
        }

        return Profile is not ("demo" or "production") ? Wrong("profile", Profile, "demo, production")
            : Logs.Count == 0 ? Wrong("logs", "", "one or more")
            : Name.Length == 0 || Name.Any(c => c == '+' || char.IsWhiteSpace(c)) ? Wrong("name", Name, "neither spaces nor +")
            : Peers.FirstOrDefault(peer => !IsAddress(peer)) is { } wrong ? Wrong("peers", wrong, Address)
            : this;
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && !text.EndsWith('/');

    private static Problem Wrong(string name, string value, string why) =>
        new("host/settings-value", $"'{name}' cannot be '{value}': {why}", ("name", name), ("value", value), ("allowed", why));
}

/// <param name="Key">The log's public key (vkey); its name is the log's origin.</param>
/// <param name="Address">Base address of its tiles, without a slash at the end.</param>
internal sealed record FollowedLog(string Key, string Address);

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(WitnessSettings))]
internal sealed partial class WitnessSettingsJson : JsonSerializerContext;
