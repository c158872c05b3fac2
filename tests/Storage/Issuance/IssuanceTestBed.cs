using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Mortanba.Rules;

namespace Mortanba.Storage.Tests.Issuance;

/// <summary>A database with the stage's tables, a vault, and a list that stands in for the ledger.</summary>
internal sealed class IssuanceTestBed : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("mortanba-issuance-").FullName;
    private readonly TestDatabase test;

    private IssuanceTestBed(TestDatabase test)
    {
        this.test = test;
        Vault = EncryptedFileVault.Open(Path.Combine(directory, "keys.vault"), "passphrase").Value;
        Key = Vault.Create("institution/sample/1", KeyKind.P256);
        OperatorKey = Vault.Create("operator", KeyKind.P256);
        Store = new CredentialStore(Vault, Lists);
    }

    public static ReasonCodes Reasons { get; } = new(
        [.. Enum.GetValues<StateAct>().Select(act => new ReasonCode(act, "test-reason", LocalizedText.Same("Test")))]);

    public static StatusRhythm Rhythm { get; } = new(TimeSpan.FromHours(1), TimeSpan.FromHours(12));

    public Database Database => test.Database;

    public string Address => test.Address;

    public StatusLists Lists { get; } = new(IssuanceSamples.Site);

    public EncryptedFileVault Vault { get; }

    public ISigner Key { get; }

    public ISigner OperatorKey { get; }

    public CredentialStore Store { get; }

    public List<ReadOnlyMemory<byte>> Ledger { get; } = [];

    public StatusPublisher Publisher => new(
        Lists, IssuanceSamples.Permission.Operator.Did, IssuanceSamples.OperatorKeyId, OperatorKey, Rhythm);

    public static async Task<IssuanceTestBed> CreateAsync(Dialect dialect) =>
        new(await TestDatabase.CreateAsync(dialect, IssuanceSchema.Migrations));

    public static ChangeRequest Request(AssetId asset) => new(
        asset,
        "test-reason",
        "Order 7 of 2026-07-01",
        TwoPersons.Of("registrar", "rector", "rector", IssuanceSamples.Now.AddDays(7), "Order 7").Value);

    public Task<long> Append(IReadOnlyList<ReadOnlyMemory<byte>> entries)
    {
        Ledger.AddRange(entries);
        return Task.FromResult((long)Ledger.Count - entries.Count);
    }

    public async Task<IReadOnlyList<IssuedDiploma>> SignAsync(IReadOnlyList<ValidatedDiploma> diplomas)
    {
        var pointers = await Database.WriteAsync(t => Lists.ClaimAsync(t, IssuanceSamples.InitiatorBin, diplomas.Count));
        using var issuer = new Issuer(Vault);
        var approval = TwoPersons.Of("registrar", "rector", "rector", IssuanceSamples.Now, "Order 214").Value;
        return issuer.Sign(
            new IssueOrder(
                IssuanceSamples.Permission, approval, IssuanceSamples.KeyId, Key, IssuanceSamples.Site, IssuanceSamples.Now),
            diplomas,
            pointers);
    }

    public Task<Outcome<int>> InsertAsync(IReadOnlyList<IssuedDiploma> issued) => Database.WriteAsync(async t =>
        await CredentialStore.InsertAsync(t, "batch-1", issued, await Append([.. issued.Select(i => i.Entry)])));

    public async Task<IReadOnlyList<IssuedDiploma>> IssueAsync(int count, int from = 0)
    {
        var issued = await SignAsync([.. Enumerable.Range(from, count).Select(i => IssuanceSamples.Diploma(i, courses: 3))]);
        _ = (await InsertAsync(issued)).Value;
        return issued;
    }

    public async Task<CredentialSummary?> FindAsync(AssetId asset)
    {
        await using var connection = await Database.ConnectAsync();
        return await Store.FindAsync(connection, asset);
    }

    public async ValueTask DisposeAsync()
    {
        Vault.Dispose();
        await test.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
