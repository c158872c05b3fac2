using System.Globalization;
using Mortanba.Accounts;
using Mortanba.AiEducation;
using Mortanba.Credentials;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host.Anchoring;
using Mortanba.Host.Availability;
using Mortanba.Host.Explorer;
using Mortanba.Host.Mail;
using Mortanba.Host.Receipts;
using Mortanba.Host.Reconciling;
using Mortanba.Host.Web;
using Mortanba.Host.Webhooks;
using Mortanba.Host.Witnessing;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Ledger.Witnessing;
using Mortanba.Permits;
using Mortanba.Recognition;
using Mortanba.Rules;
using Mortanba.Storage;
using Mortanba.TransparencyLog;

namespace Mortanba.Host;

/// <summary>One opened installation: settings, database, vault, rules, and the stages' stores on top of them.</summary>
public sealed class Installation : IAsyncDisposable
{
    private static readonly TimeSpan DemoPatience = TimeSpan.FromSeconds(10);

    public const string LogKeyName = "log";
    public const string OperatorKeyName = "operator";
    public const string VaultFileName = "vault.bin";

    /// <summary>Rule packs of this installation's own body, beside its settings (docs/recognition.md).</summary>
    public const string OwnRulesFolder = "rules";

    private readonly IKeyVault vault;
    private readonly HttpClient? witnessing;

    private Installation(string directory, Settings settings, Database database, IKeyVault vault, RuleBook rules, TimeProvider time)
    {
        Directory = Path.GetFullPath(directory);
        Settings = settings;
        Database = database;
        this.vault = vault;
        Rules = rules;
        Time = time;
        PastLogs = [.. (settings.PastLogs ?? []).Select(l => new PastLog(NoteVerifier.Parse(l.Key).Value, l.Size))];
        var logKey = KeyOrNew(settings.LogKey ?? LogKeyName, KeyKind.Ed25519);
        if (settings.Witnesses is { } witnesses)
        {
            Cosigners = new Cosigners(
                witnessing = Mortanba.Ledger.Witnessing.Cosigners.Client(),
                WitnessPolicy.Of(witnesses, settings.OperatorBin, new NoteSigner(settings.Origin, logKey).Verifier().ToVkey()),
                time)
            {
                // Witnesses of a demonstration share its machine, and its processor is busy with itself.
                Patience = settings.Profile == "demo" ? DemoPatience : Cosigners.UsualPatience,
            };
        }

        Log = new LogWriter(database, logKey, settings.Origin, time, Cosigners, PastLogs)
        {
            Interrupt = step => CrashPoint.Reach(step switch
            {
                CommitStep.BeforeCommit => "before-commit",
                CommitStep.AfterCommit => "after-commit",
                CommitStep.AfterCosigning => "after-cosigning",
            }),
        };
        // Named after the first log for ever: whoever pinned the trust key follows it from log to log.
        TrustSigner = new NoteSigner((PastLogs.Count == 0 ? settings.Origin : PastLogs[0].Key.Name) + "/trust", KeyOrNew(TrustBundles.TrustKeyName, KeyKind.Ed25519));
        LogReader = new LogReader(database);
        EntryCounts = new EntryCounts(database, LogReader, rules);
        Tokens = settings.Anchor?.Token is null ? null : new DiplomaTokens(database, LogReader, settings, time);
        StatusLists = new StatusLists(settings.Site);
        Credentials = new CredentialStore(vault, StatusLists);
        Certificates = new CertificateStore(vault, StatusLists);
        Drafts = new DraftStore(database, vault);
        ChangeOrders = new ChangeOrders(vault, Credentials);
        KeyOrders = new KeyOrders(vault);
        Deliveries = new Deliveries(vault);
        Enrolments = new Enrolments(vault);
    }

    public string Directory { get; }

    public string Outbox => Path.Combine(Directory, "outbox");

    public string TrustFile => Path.Combine(Directory, "trust.json");

    public string VaultFile => Path.Combine(Directory, VaultFileName);

    public Settings Settings { get; }

    public Database Database { get; }

    public IKeyVault Vault => vault;

    public RuleBook Rules { get; }

    public TimeProvider Time { get; }

    public LogWriter Log { get; }

    /// <summary>Signs trust bundles; another key than the log's, so that whoever has one cannot say whom to trust.</summary>
    public NoteSigner TrustSigner { get; }

    /// <summary>Logs that this one goes on from with the same entries.</summary>
    public IReadOnlyList<PastLog> PastLogs { get; }

    /// <summary>Opens a checkpoint of this log, or of one that it goes on from; throws for any other.</summary>
    public Checkpoint Opened(string note) => PastLog.Open(note, Log.Key, PastLogs).Value;

    /// <summary>The witnesses of the log; null when the settings name none.</summary>
    public Cosigners? Cosigners { get; }

    public LogReader LogReader { get; }

    public EntryCounts EntryCounts { get; }

    /// <summary>Tokens that graduates may claim; null when the settings name no contract.</summary>
    public DiplomaTokens? Tokens { get; }

    public StatusLists StatusLists { get; }

    public CredentialStore Credentials { get; }

    /// <summary>Certificates of decisions of recognition.</summary>
    public CertificateStore Certificates { get; }

    public DraftStore Drafts { get; }

    public ChangeOrders ChangeOrders { get; }

    public KeyOrders KeyOrders { get; }

    public Deliveries Deliveries { get; }

    public Enrolments Enrolments { get; }

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        .. PermitsSchema.Migrations, .. IssuanceSchema.Migrations, .. LedgerSchema.Migrations, .. AccountsSchema.Migrations,
        .. MailQueue.Migrations, .. UnsentForms.Migrations, .. ListRequests.Migrations, .. HolderSchema.Migrations,
        .. DraftSchema.Migrations,
        .. WebhookSchema.Migrations,
        .. HandoverSchema.Migrations,
        .. AvailabilityLog.Migrations,
        .. EntryCounts.Migrations,
        .. TrustBundles.Migrations,
        .. VerificationReceipts.Migrations,
        .. ReconciliationStore.Migrations,
        .. CaseSchema.Migrations,
        .. RegisterSchema.Migrations,
        .. InquirySchema.Migrations,
        .. EventSchema.Migrations,
        .. DirectorySchema.Migrations,
        .. RegisterRows.Migrations,
        .. IndicatorSchema.Migrations,
        .. ConnectionSchema.Migrations,
        RowSeals.Migration,
    ];

    /// <summary>Opens the installation of a folder; brings its database up to date. Refuses what stops a start.</summary>
    public static async Task<Outcome<Installation>> OpenAsync(
        string directory, TimeProvider time, CancellationToken cancel = default)
    {
        if (!Settings.Exists(directory))
        {
            return new Problem(
                "host/no-installation",
                $"There is no installation in '{directory}'.",
                ("directory", directory));
        }

        if (!Settings.Load(directory).TryGet(out var settings, out var problem)
            || !RuleBook.Load(RuleBook.DefaultFolder, Path.Combine(directory, OwnRulesFolder)).TryGet(out var rules, out problem)
            || !settings.VaultPassphrase(directory).TryGet(out var phrase, out problem)
            || !EncryptedFileVault.Open(Path.Combine(directory, VaultFileName), phrase).TryGet(out var file, out problem))
        {
            return problem;
        }

        IKeyVault vault = file;
        if (settings.TokenOf(directory) is { } asked)
        {
            if (!TokenVault.Open(file, asked, Path.GetFullPath(directory)).TryGet(out var token, out problem))
            {
                file.Dispose();
                return problem;
            }

            vault = token;
        }

        var database = Database.At(settings.DatabaseAddress(directory));
        database.Seals = new RowSeals(
            row => vault.Fingerprint("storage/row", row),
            [
                .. PermitsSchema.Sealed, .. IssuanceSchema.Sealed, .. LedgerSchema.Sealed, .. AccountsSchema.Sealed, .. MailQueue.Sealed, .. UnsentForms.Sealed, .. ListRequests.Sealed,
                .. DraftSchema.Sealed,
                .. HolderSchema.Sealed,
                .. WebhookSchema.Sealed,
                .. HandoverSchema.Sealed,
                .. AvailabilityLog.Sealed,
                .. EntryCounts.Sealed,
                .. TrustBundles.Sealed,
                .. VerificationReceipts.Sealed,
                .. ReconciliationStore.Sealed,
                .. CaseSchema.Sealed,
                .. RegisterSchema.Sealed,
                .. InquirySchema.Sealed,
                .. EventSchema.Sealed,
                .. DirectorySchema.Sealed,
                .. RegisterRows.Sealed,
                .. ConnectionSchema.Sealed,
                .. IndicatorSchema.Sealed,
            ]);
        await database.MigrateAsync(Migrations, cancel);
        var home = new Installation(directory, settings, database, vault, rules, time);
        await new StoreReconciliation(home).FreezeIfBrokenAsync(cancel);
        return home;
    }

    /// <summary>DID of an organisation of this site: <c>did:web:HOST:institutions:BIN</c>.</summary>
    public string DidOf(Bin bin) => DidWeb.Of(new Uri(Settings.Site).Authority, "institutions", bin.Value).Value;

    public ISigner KeyOrNew(string name, KeyKind kind)
    {
        try
        {
            return vault.Find(name) ?? vault.Create(name, kind);
        }
        catch (InvalidOperationException) when (vault.Find(name) is not null)
        {
            // Somebody else made it between the two.
            return vault.Find(name)!;
        }
    }

    /// <summary>Vault name of an organisation's key of that number; the operator's are its own.</summary>
    public string KeyNameOf(Bin bin, int number) => bin.Value != Settings.OperatorBin
        ? string.Create(CultureInfo.InvariantCulture, $"institution/{bin.Value}/{number}")
        : number == 1 ? OperatorKeyName : string.Create(CultureInfo.InvariantCulture, $"{OperatorKeyName}/{number}");

    /// <summary>A key that is not registered yet, made when the vault has none of that number.</summary>
    public SigningKey NewKeyOf(Bin bin, int number) =>
        new(InstitutionKey.KidOf(DidOf(bin), number), KeyOrNew(KeyNameOf(bin, number), KeyKind.P256));

    /// <summary>
    /// The key an organisation signs with now: the newest of the register that is in force. When none is, the last one, so that the
    /// gate can refuse it by name. Throws <see cref="SigningKeyAwayException"/> when the vault has not the key that is registered.
    /// </summary>
    public async Task<SigningKey> SigningKeyAsync(ReadFrom from, Bin bin, CancellationToken cancel = default)
    {
        var keys = await PermitRegister.KeysAsync(from, bin, cancel);
        if ((InstitutionKey.Signing(keys, Time.GetUtcNow()) ?? keys.MaxBy(k => k.Number)) is not { } registered)
        {
            return NewKeyOf(bin, 1);
        }

        return vault.Find(KeyNameOf(bin, registered.Number)) is { } signer && signer.ToPublicKey().Multibase == registered.Multibase
            ? new SigningKey(registered.Kid, signer)
            : throw new SigningKeyAwayException(new Problem(
                "issuance/signing-key-missing", $"The vault has not the key {registered.Kid} that is registered.", ("kid", registered.Kid)));
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        (vault as IDisposable)?.Dispose();
        witnessing?.Dispose();
        Tokens?.Dispose();
    }
}

/// <param name="KeyId">DID URL, as registered in the ledger.</param>
public sealed record SigningKey(string KeyId, ISigner Signer);
