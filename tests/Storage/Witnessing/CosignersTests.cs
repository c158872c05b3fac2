using System.Net;
using Mortanba.Ledger;
using Mortanba.Ledger.Witnessing;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Storage.Tests.Witnessing;

/// <summary>The log among its witnesses: what strangers are shown while all, enough, or too few answer.</summary>
public sealed class CosignersTests
{
    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-15")]
    public async Task A_checkpoint_is_shown_when_the_quorum_has_cosigned_and_not_before(Dialect dialect)
    {
        await using var world = await World.CreateAsync(dialect, witnesses: 4, quorum: 3);
        await world.GrowAsync();
        var first = (await world.Log.Reader.CheckpointAsync())!;
        Assert.Equal(4, world.Policy.Evaluate(first).Value.Cosignatures.Count);
        Assert.Null(await world.Writer.QuorumProblemAsync());

        world.Nodes[0].IsAway = world.Nodes[2].IsAway = true;
        await world.GrowAsync();
        await world.GrowAsync();

        Assert.Equal(first, await world.Log.Reader.CheckpointAsync());
        var missing = (await world.Writer.QuorumProblemAsync())!;
        Assert.Equal(("ledger/quorum-missing", "2", "w1, w3"), (missing.Code, missing.Args["count"], missing.Args["missing"]));
        Assert.Equal("ledger/witness-silent", world.Cosigners.Answers["w1"].Problem!.Code);

        world.Nodes[0].IsAway = false;
        Assert.NotNull(await world.Writer.PublishIfDueAsync(TimeSpan.FromHours(1)));
        Assert.Equal(first, await world.Log.Reader.CheckpointAsync());
        world.Log.Clock.Now += TimeSpan.FromSeconds(10);
        await world.Writer.PublishIfDueAsync(TimeSpan.FromHours(1));

        var shown = (await world.Log.Reader.CheckpointAsync())!;
        Assert.Equal(["w1", "w2", "w4"], world.Policy.Evaluate(shown).Value.Cosignatures.Select(c => c.Witness).Order());
        Assert.Equal(3, Checkpoint.Open(shown, world.Writer.Key, LedgerTestBed.Origin).Value.Size);
        Assert.Null(await world.Writer.QuorumProblemAsync());
        Assert.Null(await world.Writer.PublishIfDueAsync(TimeSpan.FromHours(1)));
    }

    [Fact]
    public async Task A_log_started_again_learns_from_its_witnesses_where_they_stand()
    {
        await using var world = await World.CreateAsync(Dialect.Sqlite, witnesses: 2, quorum: 2);
        await world.GrowAsync();
        world.Restart();

        await world.GrowAsync();

        Assert.Equal(2, Checkpoint.Open((await world.Log.Reader.CheckpointAsync())!, world.Writer.Key, LedgerTestBed.Origin).Value.Size);
    }

    [Theory]
    [InlineData("lies", "ledger/witness-lied")]
    [InlineData("other", "ledger/witness-lied")]
    [InlineData("empty", "ledger/witness-lied")]
    [InlineData("charset", "ledger/witness-lied")]
    [InlineData("breaks", "ledger/witness-silent")]
    [InlineData("refuses", "ledger/witness-refused")]
    [InlineData("ahead", "ledger/witness-ahead")]
    [InlineData("restored", "ledger/witness-went-back")]
    public async Task A_bad_witness_is_named_and_the_others_go_on(string how, string code)
    {
        await using var world = await World.CreateAsync(Dialect.Sqlite, witnesses: 3, quorum: 2);
        await world.GrowAsync();
        var other = world.Nodes[1].World.Witness;
        world.Nodes[0].Answer = how switch
        {
            "lies" => _ => Say(HttpStatusCode.OK, "— w1 AAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"),
            "other" => async body => await Say(HttpStatusCode.OK, (await other.AddAsync(body)).TryGet(out var line, out _) ? line.Line() : ""),
            "empty" => _ => Say(HttpStatusCode.OK, ""),
            "charset" => _ =>
            {
                var content = new ByteArrayContent("x\n"u8.ToArray());
                content.Headers.TryAddWithoutValidation("Content-Type", "text/plain; charset=x");
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content });
            }
            ,
            "breaks" => _ => throw new InvalidOperationException("Whatever it is."),
            "refuses" => _ => Say(HttpStatusCode.UnprocessableEntity, "no"),
            "ahead" => _ => Say(HttpStatusCode.Conflict, "99\n"),
            _ => _ => Say(HttpStatusCode.Conflict, "0\n"),
        };

        await world.GrowAsync();

        Assert.Equal(code, world.Cosigners.Answers["w1"].Problem!.Code);
        var shown = (await world.Log.Reader.CheckpointAsync())!;
        Assert.Equal(["w2", "w3"], world.Policy.Evaluate(shown).Value.Cosignatures.Select(c => c.Witness).Order());
        Assert.Equal(2, Checkpoint.Open(shown, world.Writer.Key, LedgerTestBed.Origin).Value.Size);
    }

    [Fact]
    public async Task A_checkpoint_that_waited_is_shown_when_the_settings_ask_for_nobody_any_more()
    {
        await using var world = await World.CreateAsync(Dialect.Sqlite, witnesses: 1, quorum: 1);
        world.Nodes[0].IsAway = true;
        await world.GrowAsync();
        Assert.Null(await world.Log.Reader.CheckpointAsync());

        await world.Log.NewWriter(world.Log.Database).PublishAsync();

        Assert.NotNull(await world.Log.Reader.CheckpointAsync());
    }

    private static Task<HttpResponseMessage> Say(HttpStatusCode status, string text) =>
        Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(text) });

    /// <summary>A log with its witnesses, reached without a network.</summary>
    private sealed class World : IAsyncDisposable
    {
        private int grown;

        private World(LedgerTestBed log, Node[] nodes, int quorum)
        {
            (Log, Nodes) = (log, nodes);
            var lines = nodes.Select((n, i) => $"witness w{i + 1} {n.World.Witness.Key.ToVkey()} http://w{i + 1}.example\n");
            Policy = LogPolicy.Parse(
                $"{string.Concat(lines)}group q {quorum} {string.Join(' ', nodes.Select((_, i) => $"w{i + 1}"))}\nquorum q\n", log.Writer.Key.ToVkey()).Value;
            Restart();
        }

        public LedgerTestBed Log { get; }

        public Node[] Nodes { get; }

        public LogPolicy Policy { get; }

        public Cosigners Cosigners { get; private set; } = null!;

        public LogWriter Writer { get; private set; } = null!;

        public static async Task<World> CreateAsync(Dialect dialect, int witnesses, int quorum)
        {
            var log = await LedgerTestBed.CreateAsync(dialect);
            var nodes = new Node[witnesses];
            for (var i = 0; i < witnesses; i++)
            {
                nodes[i] = new Node(await WitnessWorld.CreateAsync(Dialect.Sqlite, log.Writer.Key));
            }

            return new World(log, nodes, quorum);
        }

        public void Restart()
        {
            Cosigners = new Cosigners(new HttpClient(new Network(Nodes)), Policy, Log.Clock);
            Writer = new LogWriter(Log.Database, LedgerTestBed.LogKey, LedgerTestBed.Origin, Log.Clock, Cosigners);
        }

        public async Task GrowAsync()
        {
            await Writer.AppendAsync(LedgerTestBed.Entries(1, $"growth {grown++}"));
            await Writer.PublishAsync();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in Nodes)
            {
                await node.World.DisposeAsync();
            }

            await Log.DisposeAsync();
        }
    }

    private sealed class Node(WitnessWorld world)
    {
        public WitnessWorld World => world;

        public bool IsAway { get; set; }

        /// <summary>In place of the witness's own answer.</summary>
        public Func<string, Task<HttpResponseMessage>>? Answer { get; set; }
    }

    private sealed class Network(Node[] nodes) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.Equal("/add-checkpoint", request.RequestUri!.AbsolutePath);
            var node = nodes[request.RequestUri.Host[1] - '1'];
            var body = await request.Content!.ReadAsStringAsync(cancellationToken);
            if (node.IsAway)
            {
                throw new HttpRequestException("away");
            }

            if (node.Answer is { } answer)
            {
                return await answer(body);
            }

            return (await node.World.Witness.AddAsync(body, cancellationToken)).TryGet(out var line, out var problem)
                ? await Say(HttpStatusCode.OK, line.Line())
                : problem.Code == "witness/other-size"
                    ? await Say(HttpStatusCode.Conflict, problem.Args["size"] + "\n")
                    : await Say(HttpStatusCode.BadRequest, problem.Code);
        }
    }
}
