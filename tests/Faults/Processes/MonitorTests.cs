using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Mortanba.Foundation;
using Mortanba.Ledger;
using Mortanba.Storage;
using Mortanba.TransparencyLog;
using Mortanba.Verification;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>An institution watches its own name in a log that an insider writes to, from public data alone.</summary>
public sealed class MonitorTests : IAsyncLifetime
{
    private const string Own = "940540002029";
    private const string Other = "980940003039";
    private const string Origin = "log.example";
    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-monitor-").FullName;
    private readonly ConcurrentQueue<string> received = new();
    private DateTimeOffset entriesAt = DateTimeOffset.UtcNow;
    private int status = StatusCodes.Status200OK;
    private Database database = null!;
    private LogWriter log = null!;
    private WebApplication site = null!;

    public async ValueTask InitializeAsync()
    {
        database = Database.At("sqlite:" + Path.Combine(folder, "log.db"));
        await database.MigrateAsync(LedgerSchema.Migrations);
        log = new LogWriter(database, new Ed25519PrivateKey(Enumerable.Repeat((byte)8, 32).ToArray()), Origin, TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        site = builder.Build();
        LedgerEndpoints.Map(site, new LogReader(database), "/log");
        site.MapPost("/told", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            received.Enqueue(await reader.ReadToEndAsync());
            return Results.StatusCode(status);
        });
        site.Urls.Add("http://127.0.0.1:0");
        await site.StartAsync();
        File.WriteAllText(
            Path.Combine(folder, "orders.json"), """{ "decisions": { "D-1": 2 }, "keys": ["zOwn"], "changes": { "urn:uuid:00000000-0000-7000-8000-000000000001": ["annulled"] } }""");
        using var trustKey = new Ed25519PrivateKey(Enumerable.Repeat((byte)9, 32).ToArray());
        File.WriteAllBytes(Path.Combine(folder, "trust.json"), TrustBundleFile.Write(TrustBundleFile.Sign(
            new TrustBundle(DateTimeOffset.UnixEpoch, log.Key.ToVkey(), "quorum none\n", null, Other, [], []), new NoteSigner("test/trust", trustKey))));
    }

    [Fact]
    [Trait("Requirement", "DA-16")]
    public async Task What_the_institution_did_not_order_is_told_once_and_what_it_ordered_is_not()
    {
        await AppendAsync(
            Key("zOwn"), Decision("D-1", Own), Asset(1, "D-1", Own), Asset(2, "D-1", Own), Change("asset.annulled", 1),
            Decision("D-9", Other), Asset(50, "D-9", Other), Change("asset.annulled", 50));
        await FindsAsync(0);

        await AppendAsync(Asset(3, "D-1", Own), Key("zStranger"), Decision("D-2", Own), Asset(4, "D-2", Own), Change("asset.suspended", 2));
        var (exit, codes) = await LookAsync();

        Assert.Equal(1, exit);
        Assert.Equal(
            [
                "8 monitor/asset-beyond-order", "9 monitor/key-unknown", "10 monitor/decision-unknown", "11 monitor/asset-not-ordered",
                "12 monitor/change-unknown",
            ],
            codes);
        await FindsAsync(0);
    }

    [Fact]
    [Trait("Requirement", "DA-8")]
    public async Task What_is_beyond_the_count_of_its_decision_is_found_from_public_data_alone()
    {
        await AppendAsync(
            Ordered("D-1", 2), Asset(1, "D-1", Own), Asset(2, "D-1", Own), Asset(3, "D-1", Own), Replaced(2, 3),
            Ordered("D-7", 1, Other), Asset(60, "D-7", Other), Asset(61, "D-7", Other));
        Assert.Equal((0, ""), await PublicAsync());

        // Forced past the gate: one too many, one that replaces what was replaced before, one under no decision, a higher count,
        // other content for a diploma that is there, and a decision that says no count.
        await AppendAsync(
            Asset(4, "D-1", Own), Asset(5, "D-1", Own), Replaced(2, 5), Asset(6, "D-0", Own), Ordered("D-1", 9),
            Asset(1, "D-1", Own), Decision("D-8", Own), Asset(7, "D-8", Own));

        Assert.Equal(
            (1, "8 monitor/asset-beyond-decision, 9 monitor/asset-beyond-decision, 11 monitor/asset-without-decision, 12 monitor/decision-twice, "
                + "13 monitor/asset-twice, 14 monitor/decision-without-count"),
            await PublicAsync());
        Assert.Equal((0, ""), await PublicAsync());

        async Task<(int, string)> PublicAsync()
        {
            var look = await LookAsync("--orders", "");
            return (look.Exit, string.Join(", ", look.Found));
        }
    }

    [Fact]
    public async Task An_entry_that_nobody_can_read_and_another_kind_of_change_than_the_ordered_one_are_told()
    {
        await AppendAsync(Decision("D-1", Own), Asset(1, "D-1", Own));
        await log.AppendAsync([System.Text.Encoding.UTF8.GetBytes("{ not an entry"), Entry("asset.registered", ("initiator", Own)).Bytes]);
        await AppendAsync(Change("asset.annulled", 1), Change("asset.erased", 1));
        await FindsAsync(1, "2 monitor/entry-unreadable", "3 monitor/entry-unreadable", "5 monitor/change-unknown");
    }

    [Fact]
    public async Task A_log_that_shows_nothing_newer_for_days_is_told_once()
    {
        entriesAt = DateTimeOffset.UtcNow.AddDays(-4);
        await AppendAsync(Decision("D-1", Own));
        await FindsAsync(1, "1 monitor/checkpoint-old");
        await FindsAsync(0);

        entriesAt = DateTimeOffset.UtcNow;
        await AppendAsync(Asset(1, "D-1", Own));
        await FindsAsync(0);
    }

    [Theory]
    [InlineData("in-monitor-step")]
    [InlineData("after-monitor-step")]
    [InlineData("monitor-said")]
    public async Task Killed_while_it_looks_it_tells_at_the_next_look(string step)
    {
        await AppendAsync(Decision("D-2", Own));
        Assert.Equal(Ended.Killed, (await RunAsync([], ("MORTANBA_CRASH_AT", step))).Exit);

        await FindsAsync(1, "0 monitor/decision-unknown");
        await FindsAsync(0);
    }

    [Fact]
    public async Task A_webhook_is_told_until_it_takes_it()
    {
        await AppendAsync(Decision("D-2", Own));
        status = StatusCodes.Status503ServiceUnavailable;
        Assert.Equal(1, (await LookAsync("--webhook", site.Urls.First() + "/told")).Exit);
        status = StatusCodes.Status200OK;
        Assert.Equal(1, (await LookAsync("--webhook", site.Urls.First() + "/told")).Exit);
        Assert.Equal(0, (await LookAsync("--webhook", site.Urls.First() + "/told")).Exit);

        Assert.Equal(2, received.Count);
        Assert.Equal("D-2", JsonDocument.Parse(received.First()).RootElement.GetProperty("subject").GetString());
    }

    [Fact]
    public async Task A_folder_of_another_watch_a_missing_file_and_a_log_that_is_away_are_said()
    {
        await AppendAsync(Decision("D-1", Own));
        Assert.Equal(0, (await LookAsync()).Exit);

        Assert.Contains("monitor/other-place", (await RunAsync(["--for", Other])).Error, StringComparison.Ordinal);
        Assert.Equal(64, (await RunAsync(["--for", "1"])).Exit);
        Assert.Equal(64, (await RunAsync(["--orders", Path.Combine(folder, "none.json")])).Exit);
        Assert.Equal(3, (await RunAsync(["--url", "http://127.0.0.1:1/log"])).Exit);
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task AppendAsync(params LedgerEntry[] entries)
    {
        await log.AppendAsync([.. entries.Select(e => e.Bytes)]);
        await log.PublishAsync();
    }

    [Fact]
    [Trait("Requirement", "DA-16")]
    public async Task A_ministry_watches_every_institution_from_public_data_alone()
    {
        // Both number their decisions D-1, and one of them says no counts at all.
        await AppendAsync(
            Ordered("D-1", 1), Decision("D-1", Other), Asset(1, "D-1", Own), Asset(2, "D-1", Other), Asset(3, "D-1", Other), Key("zStranger"));
        string[] everybody = ["--for", "all", "--orders", ""];
        var (exit, found) = await LookAsync(everybody);
        Assert.Equal(0, exit);
        Assert.Empty(found);

        await AppendAsync(Asset(4, "D-1", Own), Asset(5, "D-2", Other), Asset(1, "D-1", Other), Decision("D-3", Own), Decision("D-3", Other));
        (exit, found) = await LookAsync(everybody);
        Assert.Equal(1, exit);
        Assert.Equal(
            ["6 monitor/asset-beyond-decision", "7 monitor/asset-without-decision", "8 monitor/asset-twice", "9 monitor/decision-without-count"], found);
        Assert.Equal(64, (await RunAsync(["--for", "all"])).Exit);
    }

    private async Task FindsAsync(int exit, params string[] found)
    {
        var look = await LookAsync();
        Assert.Equal(found, look.Found);
        Assert.Equal(exit, look.Exit);
    }

    private async Task<(int Exit, string[] Found)> LookAsync(params string[] args)
    {
        var ended = await RunAsync(args);
        return (ended.Exit,
            [
                .. ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
                    .Select(f => $"{f.GetProperty("index")} {f.GetProperty("code")}"),
            ]);
    }

    private Task<Ended> RunAsync(string[] args, params (string Name, string Value)[] environment)
    {
        string[] usual =
        [
            "--url", site.Urls.First() + "/log", "--for", Own, "--trust", Path.Combine(folder, "trust.json"),
            "--orders", Path.Combine(folder, "orders.json"),
        ];
        var kept = usual.Chunk(2).Where(pair => !args.Contains(pair[0])).SelectMany(pair => pair);
        // An empty value: without that option.
        var given = args.Chunk(2).Where(pair => pair[1].Length > 0).SelectMany(pair => pair);
        return Program.RunAsync(Path.Combine(folder, "watch"), ["monitor", "--once", "--json", .. kept, .. given], environment);
    }

    private LedgerEntry Entry(string type, params (string Name, System.Text.Json.Nodes.JsonNode? Value)[] members) =>
        LedgerEntry.Create(type, entriesAt, members);

    private LedgerEntry Key(string multibase) =>
        Entry("key.registered", ("did", $"did:web:example:institutions:{Own}"), ("kid", "k"), ("publicKeyMultibase", multibase), ("since", "2026-01-01T00:00:00Z"));

    private LedgerEntry Decision(string id, string initiator) =>
        Entry("decision.published", ("decision", id), ("initiator", initiator), ("operator", Other), ("document", "sha-256:x"));

    private LedgerEntry Ordered(string id, int count, string initiator = Own) => Entry(
        "decision.published", ("decision", id), ("initiator", initiator), ("operator", Other), ("document", "sha-256:x"),
        ("order", "sha-256:y"), ("count", count));

    private LedgerEntry Replaced(int number, int by) =>
        Entry("asset.superseded", ("asset", Id(number)), ("reason", "supersede/correction"), ("by", Id(by)));

    private LedgerEntry Asset(int number, string decision, string initiator) =>
        Entry("asset.registered", ("asset", Id(number)), ("decision", decision), ("initiator", initiator), ("operator", Other));

    private LedgerEntry Change(string type, int number) => Entry(type, ("asset", Id(number)), ("reason", "annul/court-order"));

    private static string Id(int number) => $"urn:uuid:00000000-0000-7000-8000-{number:000000000000}";
}
