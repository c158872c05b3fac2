using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Ledger.Anchoring;

namespace Mortanba.Storage.Tests.Anchoring;

/// <summary>A ledger, and contracts on a chain that admitted it.</summary>
internal sealed class AnchoringBed : IAsyncDisposable
{
    public static readonly Bin Platform = Bin.Parse("170240014901");

    private AnchoringBed(Anvil anvil, LedgerTestBed ledger, ChainOptions options, ChainAddress token)
    {
        (Anvil, Ledger, Options, Token) = (anvil, ledger, options, token);
        Anchoring = New(options);
    }

    public Anvil Anvil { get; }

    public LedgerTestBed Ledger { get; }

    public ChainOptions Options { get; private set; }

    public ChainAddress Token { get; }

    public CheckpointAnchoring Anchoring { get; private set; }

    public ChainAddress Regulator => Anvil.Accounts[0];

    public static async Task<AnchoringBed> CreateAsync(Anvil anvil, Func<ChainOptions, ChainOptions>? change = null, Dialect dialect = Dialect.Sqlite)
    {
        var ledger = await LedgerTestBed.CreateAsync(dialect);
        var (options, token) = await DeployAsync(anvil, ledger);
        return new AnchoringBed(anvil, ledger, change is null ? options : change(options), token);
    }

    /// <summary>As after a crash of the program: nothing in memory is kept.</summary>
    public void Restart(Func<ChainOptions, ChainOptions>? change = null)
    {
        Options = change is null ? Options : change(Options);
        Anchoring = New(Options);
    }

    /// <summary>As on a chain that was set up anew.</summary>
    public async Task DeployAgainAsync()
    {
        (Options, _) = await DeployAsync(Anvil, Ledger);
        Anchoring = New(Options);
    }

    public CheckpointAnchoring New(ChainOptions options, HttpClient? http = null) =>
        new(Ledger.Database, Ledger.Writer, Ledger.Reader, http ?? Anvil.Http, options, Ledger.Clock);

    public async Task GrowAsync(int entries)
    {
        await Ledger.Writer.AppendAsync(LedgerTestBed.Entries(entries));
        await Ledger.Writer.PublishAsync();
    }

    public async Task<AnchorStep> StepAsync() => (await Anchoring.StepAsync()).Value;

    public async Task<string?> RefusalAsync() => (await Anchoring.StepAsync()).Problem?.Code;

    /// <summary>Sends, makes a block, and sees it.</summary>
    public async Task<AnchorStep> AnchorAsync()
    {
        await StepAsync();
        await Anvil.MineAsync();
        return await StepAsync();
    }

    public async Task<AnchorRow?> LastAsync()
    {
        await using var connection = await Ledger.Database.ConnectAsync();
        return await AnchorStore.LastAsync(connection);
    }

    /// <summary>The ledger's entries on anchors.</summary>
    public async Task<List<LedgerEntry>> EntriesAsync() =>
    [
        .. (await Ledger.Reader.EntriesAsync(0, 1000)).Select(e => LedgerEntry.Parse(e))
            .Where(e => e.IsDone).Select(e => e.Value).Where(e => e.Type == LedgerEntryTypes.CheckpointAnchored),
    ];

    public async Task<string> RootOnChainAsync(long size)
    {
        var call = ContractCode.CheckpointAnchor.Call("rootAt(bytes32,uint64)")
            .Bytes32(System.Security.Cryptography.SHA256.HashData("ledger.mortanba.example"u8)).Number(size);
        var request = new JsonObject { ["to"] = Options.Contract.ToString(), ["data"] = call.ToHex() };
        return (string)(await Anvil.CallAsync("eth_call", request, "latest"))!;
    }

    public ValueTask DisposeAsync() => Ledger.DisposeAsync();

    private static async Task<(ChainOptions Options, ChainAddress Token)> DeployAsync(Anvil anvil, LedgerTestBed ledger)
    {
        var (regulator, platform) = (anvil.Accounts[0], anvil.Accounts[1]);
        var deployment = new ChainDeployment(Anvil.Http, anvil.Address, regulator, () => anvil.MineAsync());
        var (anchor, token) = (await deployment.DeployAsync()).Value;
        _ = (await deployment.AdmitPlatformAsync(anchor, Platform, platform, anvil.Accounts[2])).Value;
        _ = (await deployment.AdmitLogAsync(anchor, LedgerTestBed.Origin, Platform, ledger.Writer.Key.PublicKey.Span)).Value;
        return (new ChainOptions(Anvil.ChainId, anchor, [anvil.Address], 1, anvil.Address, platform), token);
    }
}
