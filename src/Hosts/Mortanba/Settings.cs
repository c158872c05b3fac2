using System.Text.Json;
using System.Text.Json.Serialization;
using Mortanba.Foundation;
using Mortanba.Host.Mail;
using Mortanba.Host.Telemetry;

namespace Mortanba.Host;

/// <summary>What an installation is: written once by set-up into <c>DIR/settings.json</c>, read by every command.</summary>
/// <param name="Profile"><c>demo</c> or <c>production</c>; production refuses demo ports and a region other than KZ.</param>
/// <param name="Region">Where personal data is stored (requirement X-3).</param>
/// <param name="Database"><c>sqlite:PATH</c> or <c>postgres:…</c>; a relative SQLite path counts from DIR.</param>
/// <param name="Site">Public base address without a slash at the end.</param>
/// <param name="Origin">Name of the log: the schema-less address of its tiles (C2SP tlog-checkpoint).</param>
/// <param name="OperatorBin">The permit holder that runs this installation.</param>
public sealed record Settings(
    string Profile, string Region, string Database, string Site, string Origin, string OperatorBin)
{
    /// <summary>An outside sign-in (OpenID Connect); none when it is absent.</summary>
    public Web.OidcSettings? Oidc { get; init; }

    public const string FileName = "settings.json";

    /// <summary>How mail leaves; without it, messages stay in <c>DIR/mail/</c>.</summary>
    public MailSettings? Mail { get; init; }

    /// <summary>
    /// Folder with the roots (and revocation lists) whose digital signatures sign people in, from DIR; <c>eds</c> when it is
    /// absent. Without such a folder the way is not offered.
    /// </summary>
    public string? EdsFolder { get; init; }

    /// <summary>An outside issuer of tokens for programs; none when it is absent (docs/accounts.md).</summary>
    public Web.ApiIssuerSettings? ApiIssuer { get; init; }

    /// <summary>Who must hold a second factor beyond those who always must; it can only be made stricter (docs/accounts.md).</summary>
    public Web.SecondFactorSettings? SecondFactor { get; init; }

    /// <summary>Where traces, measurements and logs are sent; without it they stay on this machine.</summary>
    public TelemetrySettings? Telemetry { get; init; }

    /// <summary>Look-ups by number or code that one client may make in a minute; 60 when it is absent.</summary>
    public int? LookupsPerMinute { get; init; }

    /// <summary>Evidence and status lists that one client may fetch in a minute; 1,200 when it is absent.</summary>
    public int? FetchesPerMinute { get; init; }

    /// <summary>Networks of the reverse proxies whose word about the client's address counts, as <c>10.0.0.0/24</c>.</summary>
    public IReadOnlyList<string>? Proxies { get; init; }

    /// <summary>Networks of one's own that webhooks may reach in production, as <c>10.1.0.0/16</c>; no private one when absent.</summary>
    public IReadOnlyList<string>? WebhookNetworks { get; init; }

    /// <summary>Information centres of other countries that may be asked and may ask (docs/registers.md); none when absent.</summary>
    public IReadOnlyList<Centres.CentreSettings>? InformationCentres { get; init; }

    /// <summary>Days a claim link is good for; 90 when it is absent.</summary>
    public int? ClaimLinkDays { get; init; }

    /// <summary>Where signing keys are; in the vault file when it is absent (docs/keys.md).</summary>
    public KeySettings? Keys { get; init; }

    /// <summary>How many diplomas an institution may sign in one day and in one list (docs/approver.md).</summary>
    public SigningSettings? Signing { get; init; }

    /// <summary>For how many days a holder's share is open unless they say otherwise; 14 when it is absent.</summary>
    public int? ShareDaysDefault { get; init; }

    /// <summary>The longest a share may be open from now; 366 days when it is absent.</summary>
    public int? ShareDaysLongest { get; init; }

    /// <summary>The witnesses that cosign the log, and how many organisations of them must (docs/witness.md); none when it is absent.</summary>
    public Witnessing.WitnessesSettings? Witnesses { get; init; }

    /// <summary>The chain that checkpoints are anchored on (contracts/README.md); none when it is absent.</summary>
    public Anchoring.AnchorSettings? Anchor { get; init; }

    /// <summary>Days after which a verifier warns that its trust bundle is old; 180 when it is absent (docs/formats/trust-bundle.md).</summary>
    public int? TrustDays { get; init; }

    /// <summary>Vault name of the log's key; <c>log</c> when it is absent.</summary>
    public string? LogKey { get; init; }

    /// <summary>Logs that the present one goes on from (docs/keys.md), oldest first; none when absent.</summary>
    public IReadOnlyList<PastLogSettings>? PastLogs { get; init; }

    internal int ShareDays => Math.Min(ShareDaysDefault ?? 14, ShareDaysMax);

    internal int ShareDaysMax => ShareDaysLongest ?? 366;

    public static bool Exists(string directory) => File.Exists(Path.Combine(directory, FileName));

    /// <summary>
    /// Reads and checks <c>DIR/settings.json</c>. A value that cannot be is refused with its name: a service that starts
    /// on a guess is worse than one that does not start.
    /// </summary>
    public static Outcome<Settings> Load(string directory)
    {
        var path = Path.Combine(directory, FileName);
        Settings? settings;
        try
        {
            settings = JsonSerializer.Deserialize(File.ReadAllBytes(path), SettingsJson.Default.Settings);
        }
        catch (JsonException fault)
        {
            // Its message names the member that is missing, unknown or of the wrong kind, and its place.
            return new Problem("host/settings-unreadable", fault.Message, ("file", path), ("reason", fault.Message));
        }

        if (settings is null)
        {
            return new Problem("host/settings-unreadable", $"{path} is empty.", ("file", path), ("reason", "null"));
        }

        return (SettingsCheck.FirstFault(settings) ?? SettingsCheck.FirstFileFault(settings, directory)) is { } problem ? problem : settings;
    }

    /// <summary>Makes DIR, readable by its owner only: it holds personal data, password hashes and keys.</summary>
    public static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    public void Save(string directory)
    {
        // Whole or not at all: a kill in between leaves no half of it.
        var unfinished = Path.Combine(directory, FileName + ".part");
        File.WriteAllBytes(unfinished, JsonSerializer.SerializeToUtf8Bytes(this, SettingsJson.Default.Settings));
        File.Move(unfinished, Path.Combine(directory, FileName), overwrite: true);
    }

    /// <summary>The database address with a relative SQLite path made absolute.</summary>
    public string DatabaseAddress(string directory) =>
        Database.StartsWith("sqlite:", StringComparison.Ordinal)
            ? "sqlite:" + Path.GetFullPath(Database["sqlite:".Length..], Path.GetFullPath(directory))
            : Database;

    /// <summary>The token that holds the signing keys, with paths that count from DIR made absolute; or null.</summary>
    public Issuance.TokenSettings? TokenOf(string directory) =>
        Keys?.Pkcs11 is { } token
            ? token with
            {
                Module = Path.GetFullPath(token.Module, Path.GetFullPath(directory)),
                PinFile = Path.GetFullPath(token.PinFile, Path.GetFullPath(directory)),
            }
            : null;

    /// <summary>Why the vault could not be opened on this machine; null when it could.</summary>
    public Problem? VaultPassphraseProblem() => VaultPassphrases.Missing(Profile);

    /// <summary>The passphrase of the vault in DIR.</summary>
    public Outcome<string> VaultPassphrase(string directory) => VaultPassphrases.Of(Profile, directory);
}

/// <summary>A log that ended.</summary>
/// <param name="Key">vkey; its name is the origin.</param>
/// <param name="Size">Entries it had when the next one started.</param>
/// <param name="Note">Its last checkpoint that strangers were shown, with its cosignatures.</param>
/// <param name="Why"><c>lost</c>, <c>compromised</c> or <c>planned</c>.</param>
/// <param name="Basis">The act that decided it, as the two people named it; null in settings from before it was kept.</param>
public sealed record PastLogSettings(string Key, long Size, string Note, string Why, DateTimeOffset Until, string? Basis = null);

/// <param name="Pkcs11">The token of the signing keys.</param>
public sealed record KeySettings(Issuance.TokenSettings? Pkcs11);

/// <summary>What one institution may sign: somebody inside, with a right to sign, cannot sign more than this unnoticed.</summary>
/// <param name="PerDay">Diplomas in one calendar day of Kazakhstan.</param>
/// <param name="PerList">Diplomas of one approved list.</param>
public sealed record SigningSettings(int PerDay, int PerList)
{
    /// <summary>Above every cohort of the country's universities, below what a theft would want.</summary>
    public static readonly SigningSettings Default = new(PerDay: 20_000, PerList: 20_000);
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    // A misspelt name would otherwise be a setting that silently does nothing.
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Settings))]
internal sealed partial class SettingsJson : JsonSerializerContext;
