using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Ledger.Witnessing;
using Mortanba.Storage;
using Mortanba.Tests;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>A log among witnesses that are processes: killed, too slow, out of disk, brought back from an old backup.</summary>
public sealed class WitnessProcessTests
{
    [Fact]
    [Trait("Requirement", "DA-15")]
    public async Task Of_four_witnesses_one_may_be_killed_and_two_may_not_be_away()
    {
        await using var world = await World.CreateAsync(nodes: 4, quorum: 3);
        await world.GrowAsync();
        Assert.Equal(["w1", "w2", "w3", "w4"], await world.CosignersAsync());

        world.Nodes[0].Kill();
        await world.GrowAsync();
        Assert.Equal(["w2", "w3", "w4"], await world.CosignersAsync());

        // A stopped process takes the question and gives no answer: slow, or cut off from us.
        world.Nodes[1].Signal("STOP");
        await world.GrowAsync();
        Assert.Equal(2, await world.ShownAsync());
        Assert.Equal("w1, w2", (await world.Log.QuorumProblemAsync())!.Args["missing"]);

        world.Nodes[1].Signal("CONT");
        await world.StartAsync(0);
        await world.GrowAsync();
        Assert.Equal(4, await world.ShownAsync());
        Assert.Equal(["w1", "w2", "w3", "w4"], await world.CosignersAsync());
    }

    [Fact]
    [Trait("Requirement", "DA-15")]
    public async Task A_witness_brought_back_from_an_old_backup_cosigns_nothing_and_the_others_go_on()
    {
        await using var world = await World.CreateAsync(nodes: 2, quorum: 1);
        await world.GrowAsync();
        world.Nodes[1].Kill();
        world.Backup(1);
        await world.StartAsync(1);
        await world.GrowAsync();
        Assert.Equal(["w1", "w2"], await world.CosignersAsync());

        world.Nodes[1].Kill();
        world.PutBack(1);
        await world.StartAsync(1, "found wanting: witness/restored");
        await world.GrowAsync();

        Assert.Equal(["w1"], await world.CosignersAsync());
        Assert.Equal(3, await world.ShownAsync());
        Assert.Contains("witness/frozen", world.Asking.Answers["w2"].Problem!.Args["said"], StringComparison.Ordinal);
        Assert.Equal("witness/restored", (await world.StateAsync(1)).GetProperty("frozen").GetString());
    }

    [Fact]
    public async Task Killed_again_and_again_between_storing_and_answering_it_never_forgets_and_never_cosigns_two_roots()
    {
        await using var world = await World.CreateAsync(nodes: 1, quorum: 1);
        for (var round = 1; round <= 6; round++)
        {
            world.Nodes[0].Kill();
            await world.StartAsync(0, ("MORTANBA_CRASH_AT", "witness-stored"));
            await world.GrowAsync();
            while (!world.Nodes[0].HasEnded)
            {
                // The question came too late to be stored: it is asked again.
                await world.PublishAsync();
            }

            Assert.Equal(Ended.Killed, (await world.Nodes[0].EndAsync()).Exit);
            Assert.Equal(round - 1, await world.ShownAsync());

            // It did store what it could not say: the same is asked again, and said.
            await world.StartAsync(0);
            Assert.Equal(round, (await world.StateAsync(0)).GetProperty("logs")[0].GetProperty("size").GetInt64());
            await world.PublishAsync();
            Assert.Equal(round, await world.ShownAsync());
            Assert.Equal(HttpStatusCode.UnprocessableEntity, await world.OfferAnotherRootAsync(0, round));
        }
    }

    [Fact]
    public async Task A_witness_whose_disk_is_full_refuses_and_goes_on_when_there_is_room()
    {
        using var disk = SmallDisk.Mount(sizeKiB: 4096);
        await using var world = await World.CreateAsync(nodes: 1, quorum: 1, folder: disk.Folder);
        await world.GrowAsync();
        var filler = Path.Combine(disk.Folder, "filler");
        Fill(filler);

        await world.GrowAsync(entries: 2000);
        Assert.Equal(1, await world.ShownAsync());

        File.Delete(filler);
        await world.PublishAsync();
        Assert.Equal(2001, await world.ShownAsync());
    }

    [Fact]
    [Trait("Requirement", "DA-15")]
    public async Task A_witness_that_is_lost_for_good_is_replaced_by_another_institutions_and_nothing_is_lost()
    {
        await using var world = await World.CreateAsync(nodes: 3, quorum: 3);
        await world.GrowAsync(300);
        Assert.Equal(300, await world.ShownAsync());
        world.Nodes[0].Kill();
        await world.GrowAsync();
        Assert.Equal(300, await world.ShownAsync());

        var watch = System.Diagnostics.Stopwatch.StartNew();
        await world.ReplaceAsync(0, "w4");
        await world.PublishAsync();
        Assert.Equal(301, await world.ShownAsync());
        RecoveryTable.Note(RecoveredPart.Witness, watch.Elapsed);

        // From its own copy it knows all that was before it, and it goes on like any other.
        Assert.Equal(["w2", "w3", "w4"], await world.CosignersAsync());
        await world.GrowAsync();
        Assert.Equal(["w2", "w3", "w4"], await world.CosignersAsync());
        Assert.Equal(HttpStatusCode.Conflict, await world.OfferAnotherRootAsync(0, 300));
    }

    private static void Fill(string file)
    {
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        try
        {
            while (true)
            {
                stream.Write(block);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>A log that is served on loopback, and its witnesses, each a process.</summary>
    private sealed class World : IAsyncDisposable
    {
        // Processes that start beside others on a busy machine answer late, and are not slow for that.
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
        private const string Origin = "log.example";
        private readonly string folder;
        private readonly string own = Directory.CreateTempSubdirectory("mortanba-witness-").FullName;
        private readonly WebApplication site;
        private readonly Database database;
        private readonly LogReader reader;
        private readonly List<string> addresses = [];
        private readonly List<string> vkeys = [];
        private readonly List<string> names = [];
        private readonly HttpClient http = new();
        private readonly ISigner key = new Ed25519PrivateKey(Enumerable.Repeat((byte)5, 32).ToArray());
        private readonly MovedClock clock = new();
        private LogPolicy policy = null!;

        private World(string? folder)
        {
            this.folder = folder ?? own;
            database = Database.At("sqlite:" + Path.Combine(own, "log.db"));
            reader = new LogReader(database);
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            site = builder.Build();
            LedgerEndpoints.Map(site, reader, "/log");
            site.Urls.Add("http://127.0.0.1:0");
        }

        public List<Program> Nodes { get; } = [];

        public LogWriter Log { get; private set; } = null!;

        public Cosigners Asking { get; private set; } = null!;

        public static async Task<World> CreateAsync(int nodes, int quorum, string? folder = null)
        {
            var world = new World(folder);
            await world.database.MigrateAsync(LedgerSchema.Migrations);
            await world.site.StartAsync();
            for (var i = 0; i < nodes; i++)
            {
                world.names.Add($"w{i + 1}");
                world.vkeys.Add(await world.SetUpAsync(i));
                world.addresses.Add($"http://127.0.0.1:{Ports.Free()}");
                world.Nodes.Add(null!);
            }

            world.Open(quorum);
            await Task.WhenAll(Enumerable.Range(0, nodes).Select(i => world.StartAsync(i)));
            return world;
        }

        /// <summary>The state of a node is gone; another institution's witness takes its place in the policy, with a key of its own.</summary>
        public async Task ReplaceAsync(int node, string name)
        {
            await Nodes[node].EndAsync();
            Directory.Delete(Data(node), recursive: true);
            names[node] = name;
            vkeys[node] = await SetUpAsync(node);
            Open(names.Count);
            await StartAsync(node);
        }

        /// <summary>Gives the witness's public key.</summary>
        private async Task<string> SetUpAsync(int node)
        {
            var setUp = await Program.RunAsync(
                Data(node),
                ["witness", "--name", $"{names[node]}.example", "--log", $"{Vkey} {site.Urls.First()}/log", "--profile", "demo", "--no-serve", "--json"]);
            Assert.True(setUp.Exit == 0, setUp.Error);
            return JsonDocument.Parse(setUp.Output).RootElement.GetProperty("key").GetString()!;
        }

        /// <summary>The log as a process that was started with the policy of these witnesses.</summary>
        private void Open(int quorum)
        {
            policy = LogPolicy.Parse(
                string.Concat(vkeys.Select((k, i) => $"witness {names[i]} {k} {addresses[i]}\n")) + $"group q {quorum} {string.Join(' ', names)}\nquorum q\n",
                Vkey).Value;
            Asking = new Cosigners(Cosigners.Client(), policy, clock) { Patience = Patience };
            Log = new LogWriter(database, key, Origin, clock, Asking);
        }

        private string Vkey => new NoteSigner(Origin, key).Verifier().ToVkey();

        /// <summary>Another root over as many entries, signed by the log's own key.</summary>
        public async Task<HttpStatusCode> OfferAnotherRootAsync(int node, long size)
        {
            var forged = new Checkpoint(Origin, size, MerkleTree.Leaf("forged"u8)).Sign(new NoteSigner(Origin, key));
            using var body = new StringContent(new AddCheckpoint(size, [], forged).Text());
            return (await http.PostAsync(new Uri(addresses[node] + "/add-checkpoint"), body)).StatusCode;
        }

        public Task StartAsync(int node, params (string Name, string Value)[] environment) => StartAsync(node, "ready to cosign", environment);

        public async Task StartAsync(int node, string said, params (string Name, string Value)[] environment)
        {
            Nodes[node]?.Dispose();
            Nodes[node] = Program.Start(Data(node), ["witness", "--urls", addresses[node]], environment);
            Assert.True(await Nodes[node].SaidAsync(said), said);
            // What a first question compiles is not counted as a silence.
            using var nonsense = new StringContent("");
            using var refused = await http.PostAsync(new Uri(addresses[node] + "/add-checkpoint"), nonsense);
            Assert.False(refused.IsSuccessStatusCode);
        }

        public async Task GrowAsync(int entries = 1)
        {
            await Log.AppendAsync([.. Enumerable.Range(0, entries).Select(i => new ReadOnlyMemory<byte>(Encoding.ASCII.GetBytes($"{Guid.NewGuid()} {i}")))]);
            await PublishAsync();
        }

        /// <summary>At the next beat, when those who were silent are asked again.</summary>
        public async Task PublishAsync()
        {
            clock.Now += TimeSpan.FromSeconds(10);
            await Log.PublishAsync();
        }

        public async Task<long> ShownAsync() =>
            await reader.CheckpointAsync() is { } note ? policy.Evaluate(note).Value.Checkpoint.Size : 0;

        public async Task<string[]> CosignersAsync() =>
            [.. policy.Evaluate((await reader.CheckpointAsync())!).Value.Cosignatures.Select(c => c.Witness).Order()];

        public async Task<JsonElement> StateAsync(int node) =>
            JsonDocument.Parse(await http.GetStringAsync(new Uri(addresses[node] + "/"))).RootElement;

        public void Backup(int node)
        {
            Directory.CreateDirectory(Data(node) + "-backup");
            foreach (var file in Directory.GetFiles(Data(node)))
            {
                File.Copy(file, Path.Combine(Data(node) + "-backup", Path.GetFileName(file)));
            }
        }

        public void PutBack(int node)
        {
            Directory.Delete(Data(node), recursive: true);
            Directory.Move(Data(node) + "-backup", Data(node));
        }

        public async ValueTask DisposeAsync()
        {
            Nodes.ForEach(node => node?.Dispose());
            http.Dispose();
            await site.DisposeAsync();
            await database.DisposeAsync();
            Directory.Delete(own, recursive: true);
        }

        private string Data(int node) => Path.Combine(folder, $"w{node + 1}");

        private sealed class MovedClock : TimeProvider
        {
            public DateTimeOffset Now { get; set; } = new(2026, 6, 20, 9, 0, 0, TimeSpan.Zero);

            public override DateTimeOffset GetUtcNow() => Now;
        }
    }
}
