using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Ledger.Anchoring;
using Xunit;

namespace Mortanba.Storage.Tests.Anchoring;

/// <summary>One chain for the tests that do not end it; each has contracts of its own.</summary>
public sealed class SharedAnvil : IAsyncLifetime
{
    public Anvil? Anvil { get; private set; }

    public async ValueTask InitializeAsync() => Anvil = Anvil.IsPresent ? await Anvil.StartAsync() : null;

    public ValueTask DisposeAsync() => Anvil?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>Checkpoints on a real chain: anvil, which makes a block when the test says so.</summary>
public sealed class CheckpointAnchoringTests(SharedAnvil shared) : IClassFixture<SharedAnvil>
{
    private Anvil Anvil
    {
        get
        {
            Assert.SkipUnless(Anvil.IsPresent, "anvil is not installed: npm ci in contracts.");
            return shared.Anvil!;
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-15")]
    public async Task A_checkpoint_stands_on_the_chain_and_the_ledger_says_where(Dialect dialect)
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil, dialect: dialect);
        Assert.Equal(AnchorStep.Nothing, await bed.StepAsync());
        await bed.GrowAsync(5);

        Assert.Equal(AnchorStep.Sent, await bed.StepAsync());
        Assert.Equal(AnchorStep.Waiting, await bed.StepAsync());
        await Anvil.MineAsync();
        Assert.Equal(AnchorStep.Anchored, await bed.StepAsync());

        var row = await bed.LastAsync();
        Assert.Equal("0x" + row!.Root.Hex(), await bed.RootOnChainAsync(5));
        var entry = Assert.Single(await bed.EntriesAsync());
        Assert.Equal((5, "eip155:717201"), (entry.Number("size"), entry.Text("chain")));
        Assert.Equal(row.Root.ToBase64(), entry.Text("root"));
        Assert.Equal((bed.Options.Contract.ToString(), row.Genesis), (entry.Text("contract"), entry.Text("genesis")));
        var block = await Anvil.CallAsync("eth_getBlockByNumber", "0x" + entry.Number("block")!.Value.ToString("x", null), false);
        Assert.Equal((string)block!["hash"]!, entry.Text("blockHash"));
        Assert.Equal((string)block["transactions"]!.AsArray().Single()!, entry.Text("transaction"));
        Assert.Equal((row.Index, 5L), (5L, row.Size));
    }

    [Fact]
    [Trait("Requirement", "DA-15")]
    public async Task Whoever_doubts_what_the_ledger_says_asks_the_chain_and_a_wrong_word_is_found()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        var said = Assert.Single(await bed.EntriesAsync());
        async Task<string> AskAsync(string? member = null, JsonNode? value = null, string? address = null)
        {
            var entry = JsonNode.Parse(said.Bytes.Span)!.AsObject();
            entry[member ?? "v"] = value ?? 1;
            var asked = await AnchorCheck.RunAsync(
                Anvil.Http, LedgerEntry.Parse(Jcs.Canonicalize(entry)).Value, bed.Ledger.Writer.Key.Name, [address is null ? Anvil.Address : new Uri(address)]);
            return asked.Match(place => place?.Transaction ?? "nowhere", problem => problem.Code);
        }

        Assert.Equal(said.Text("transaction"), await AskAsync());
        Assert.Equal("chain/fork", await AskAsync("root", Convert.ToBase64String(new byte[32])));
        Assert.Equal("chain/not-anchored", await AskAsync("size", 4));
        Assert.Equal("chain/another-genesis", await AskAsync("genesis", "0x" + new string('0', 64)));
        Assert.Equal("chain/another-chain", await AskAsync("chain", "eip155:1"));
        Assert.Equal("chain/no-contract", await AskAsync("contract", "0x" + new string('7', 40)));
        Assert.Equal("chain/anchor-malformed", await AskAsync("chain", "717201"));
        Assert.Equal("chain/unreachable", await AskAsync(address: "http://127.0.0.1:1"));
    }

    [Fact]
    public async Task The_entry_on_an_anchor_is_not_worth_another_and_what_comes_after_is()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        await bed.Ledger.Writer.PublishAsync();
        Assert.Equal(AnchorStep.Nothing, await bed.StepAsync());

        await bed.GrowAsync(300);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        Assert.Equal(306, (await bed.LastAsync())!.Size);
        await using var connection = await bed.Ledger.Database.ConnectAsync();
        Assert.Equal(5, (await AnchorStore.CoveringAsync(connection, 4))!.Size);
        Assert.Equal(306, (await AnchorStore.CoveringAsync(connection, 5))!.Size);
        Assert.Null(await AnchorStore.CoveringAsync(connection, 306));
    }

    [Fact]
    public async Task It_counts_the_blocks_it_was_told_to_wait_for()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil, o => o with { Confirmations = 3 });
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Waiting, await bed.AnchorAsync());
        await Anvil.MineAsync();
        Assert.Equal(AnchorStep.Waiting, await bed.StepAsync());
        await Anvil.MineAsync();
        Assert.Equal(AnchorStep.Anchored, await bed.StepAsync());
    }

    [Fact]
    public async Task Five_blocks_that_are_taken_back_take_no_anchor_with_them_for_good()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        await Anvil.MineAsync(4);
        await Anvil.ReorganiseAsync(5);
        Assert.Equal("0x" + new string('0', 64), await bed.RootOnChainAsync(5));

        await bed.Ledger.Writer.PublishAsync();
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        Assert.Equal([5L, 6L], (await bed.EntriesAsync()).Select(e => e.Number("size")!.Value));
    }

    [Fact]
    public async Task An_anchor_that_moved_to_another_block_is_told_again()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        await Anvil.ReorganiseAsync(1);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        var entries = await bed.EntriesAsync();
        Assert.Equal([5L, 5L], entries.Select(e => e.Number("size")!.Value));
        Assert.NotEqual(entries[0].Text("blockHash"), entries[1].Text("blockHash"));
    }

    [Fact]
    public async Task A_transaction_that_never_shows_is_sent_again_and_a_program_that_forgot_it_harms_nothing()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Sent, await bed.StepAsync());
        await Anvil.CallAsync("anvil_dropAllTransactions");
        Assert.Equal(AnchorStep.Waiting, await bed.StepAsync());
        bed.Ledger.Clock.Now += bed.Options.ResendAfter;
        Assert.Equal(AnchorStep.Sent, await bed.StepAsync());
        bed.Restart();
        Assert.Equal(AnchorStep.Sent, await bed.StepAsync());

        await Anvil.MineAsync();
        Assert.Equal(AnchorStep.Anchored, await bed.StepAsync());
        Assert.Single(await bed.EntriesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_program_that_ends_between_anchor_and_entry_tells_the_ledger_once_when_it_is_back(bool isWritten)
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Sent, await bed.StepAsync());
        await Anvil.MineAsync();
        bed.Ledger.Writer.Interrupt = step =>
        {
            if (step == (isWritten ? CommitStep.AfterCommit : CommitStep.BeforeCommit))
            {
                throw new IOException("The program ends here.");
            }
        };
        await Assert.ThrowsAsync<IOException>(bed.StepAsync);
        Assert.Equal(isWritten ? 1 : 0, (await bed.EntriesAsync()).Count);

        bed.Ledger.Restart();
        bed.Restart();
        Assert.Equal(isWritten ? AnchorStep.Nothing : AnchorStep.Anchored, await bed.StepAsync());
        Assert.Equal(5L, Assert.Single(await bed.EntriesAsync()).Number("size"));
        Assert.Equal(5, (await bed.LastAsync())!.Size);
    }

    [Fact]
    public async Task Two_processes_tell_the_ledger_once()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        var other = bed.New(bed.Options);
        Assert.Equal(AnchorStep.Sent, await bed.StepAsync());
        Assert.Equal(AnchorStep.Sent, (await other.StepAsync()).Value);
        await Anvil.MineAsync();
        Assert.Equal(AnchorStep.Anchored, await bed.StepAsync());
        Assert.Equal(AnchorStep.Nothing, (await other.StepAsync()).Value);
        Assert.Single(await bed.EntriesAsync());
    }

    [Fact]
    [Trait("Requirement", "DA-15")]
    public async Task Another_history_under_the_same_name_is_a_fork()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await using var other = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await other.Writer.AppendAsync(LedgerTestBed.Entries(5, "another history"));
        await other.Writer.PublishAsync();
        var forger = new CheckpointAnchoring(other.Database, other.Writer, other.Reader, Anvil.Http, bed.Options, other.Clock);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());

        Assert.Equal("chain/fork", (await forger.StepAsync()).Problem?.Code);
        // Grown, it has no checkpoint of that size any more; the contract sees that it does not continue the first.
        await other.Writer.AppendAsync(LedgerTestBed.Entries(5, "another history"));
        await other.Writer.PublishAsync();
        var refused = (await forger.StepAsync()).Problem!;
        Assert.Equal(("chain/contract-refused", "Inconsistent"), (refused.Code, refused.Args["error"]));
    }

    [Fact]
    public async Task An_older_copy_of_the_ledger_is_told_from_a_ledger_that_waits()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await using var older = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await older.Writer.AppendAsync(LedgerTestBed.Entries(4));
        await older.Writer.PublishAsync();
        await bed.GrowAsync(5);
        await bed.AnchorAsync();
        var restored = new CheckpointAnchoring(older.Database, older.Writer, older.Reader, Anvil.Http, bed.Options, older.Clock);
        Assert.Equal("chain/is-ahead", (await restored.StepAsync()).Problem?.Code);
    }

    [Fact]
    [Trait("Requirement", "DA-29")]
    public async Task A_platform_that_the_regulator_suspended_is_told_so()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        var suspend = ContractCode.CheckpointAnchor.Call("suspendPlatform(bytes12)")
            .Bytes32(Encoding.ASCII.GetBytes(AnchoringBed.Platform.Value));
        await Anvil.CallAsync("eth_sendTransaction", new JsonObject
        {
            ["from"] = bed.Regulator.ToString(),
            ["to"] = bed.Options.Contract.ToString(),
            ["data"] = suspend.ToHex(),
        });
        await Anvil.MineAsync();
        var refused = (await bed.Anchoring.StepAsync()).Problem!;
        Assert.Equal(("chain/contract-refused", "PlatformNotAdmitted"), (refused.Code, refused.Args["error"]));
    }

    [Fact]
    public async Task Of_three_endpoints_one_may_be_away_or_lie()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        using var crooked = new HttpClient(new CrookedNetwork(Anvil.Address));
        Uri good = new("http://good.example"), second = new("http://second.example");
        Uri liar = new("http://liar.example"), away = new("http://away.example");
        CheckpointAnchoring With(params Uri[] endpoints) =>
            bed.New(bed.Options with { Endpoints = endpoints, Quorum = 2, Signer = good }, crooked);
        await bed.GrowAsync(5);

        Assert.Equal("chain/unreachable", (await With(good, away, away).StepAsync()).Problem?.Code);
        Assert.Equal(AnchorStep.Sent, (await With(good, second, away).StepAsync()).Value);
        await Anvil.MineAsync();
        // The lie is a root that the contract never took: one liar and one honest node are no quorum for anything.
        Assert.Equal(AnchorStep.Sent, (await With(good, liar, away).StepAsync()).Value);
        Assert.Equal(AnchorStep.Anchored, (await With(good, second, liar).StepAsync()).Value);
    }

    [Fact]
    public async Task Another_chain_and_an_empty_address_are_named()
    {
        await using var bed = await AnchoringBed.CreateAsync(Anvil);
        await bed.GrowAsync(5);
        bed.Restart(o => o with { ChainId = 1 });
        Assert.Equal("chain/another-chain", await bed.RefusalAsync());
        bed.Restart(o => o with { ChainId = Anvil.ChainId, Contract = ChainAddress.Parse("0x" + new string('1', 40)) });
        Assert.Equal("chain/no-contract", await bed.RefusalAsync());
    }

    [Fact]
    public async Task An_hour_without_a_chain_delays_the_anchor_and_nothing_else()
    {
        await using var own = await Anvil.StartAsync();
        await using var bed = await AnchoringBed.CreateAsync(own);
        await bed.GrowAsync(5);
        await own.StopAsync();
        Assert.Equal("chain/unreachable", await bed.RefusalAsync());
        await bed.GrowAsync(5);
        bed.Ledger.Clock.Now += TimeSpan.FromHours(1);
        Assert.Equal("chain/unreachable", await bed.RefusalAsync());

        await own.StartAgainAsync();
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        await own.StopAsync();
        await own.StartAgainAsync();
        await bed.Ledger.Writer.PublishAsync();
        Assert.Equal(AnchorStep.Nothing, await bed.StepAsync());
        Assert.Equal(10, (await bed.LastAsync())!.Size);
    }

    [Fact]
    [Trait("Requirement", "DA-29")]
    public async Task A_chain_that_was_replaced_takes_the_checkpoint_that_there_is()
    {
        await using var own = await Anvil.StartAsync();
        await using var bed = await AnchoringBed.CreateAsync(own);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        await bed.GrowAsync(5);
        await own.VanishAsync();
        await own.StartAgainAsync();
        Assert.Equal("chain/no-contract", await bed.RefusalAsync());

        var first = bed.Options.Contract;
        await bed.DeployAgainAsync();
        // Number and address are the old ones; the chain is not.
        Assert.Equal(first, bed.Options.Contract);
        Assert.Equal(AnchorStep.Anchored, await bed.AnchorAsync());
        var entries = await bed.EntriesAsync();
        Assert.Equal([5L, 11L], entries.Select(e => e.Number("size")!.Value));
        Assert.NotEqual(entries[0].Text("genesis"), entries[1].Text("genesis"));
    }

    [Fact]
    public async Task A_chain_that_makes_its_blocks_by_the_clock_is_waited_for()
    {
        await using var own = await Anvil.StartAsync("--block-time", "1");
        var mined = 0;
        await using var bed = await AnchoringBed.CreateAsync(own);
        await bed.GrowAsync(5);
        Assert.Equal(AnchorStep.Sent, await bed.StepAsync());
        AnchorStep step;
        do
        {
            step = await bed.StepAsync();
            mined++;
        }
        while (step == AnchorStep.Waiting && mined < 10_000);
        Assert.Equal(AnchorStep.Anchored, step);
    }

    /// <summary>Names that lead to the one chain: two honest ones, one that says other roots, one that nobody answers at.</summary>
    private sealed class CrookedNetwork(Uri chain) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var host = request.RequestUri!.Host;
            if (host == "away.example")
            {
                throw new HttpRequestException("No route.");
            }

            var asked = await request.Content!.ReadAsStringAsync(cancellationToken);
            using var content = new StringContent(asked, Encoding.UTF8, "application/json");
            using var response = await Anvil.Http.PostAsync(chain, content, cancellationToken);
            var answer = await response.Content.ReadAsStringAsync(cancellationToken);
            var isRoot = JsonNode.Parse(answer)!["result"] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length == 66;
            return new HttpResponseMessage(HttpStatusCode.OK)
            {
                Content = new StringContent(
                    host == "liar.example" && isRoot && asked.Contains("eth_call", StringComparison.Ordinal)
                        ? $$"""{"jsonrpc":"2.0","id":1,"result":"0x{{new string('e', 64)}}"}"""
                        : answer),
            };
        }
    }
}
