using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Mortanba.Ledger;
using Mortanba.Storage;
using Mortanba.Foundation;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>A log that shows its witness another tree than everybody else, named by the command line from outside.</summary>
public sealed class ForkAuditTests : IAsyncLifetime
{
    private const string Origin = "log.example";
    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-fork-").FullName;
    private readonly ISigner key = new Ed25519PrivateKey(Enumerable.Repeat((byte)6, 32).ToArray());
    private readonly List<Database> databases = [];
    private WebApplication site = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        site = builder.Build();
        var path = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Origin)));
        LedgerEndpoints.Map(site, await LogAsync("shown", 300), "/log");
        LedgerEndpoints.Map(site, await LogAsync("shown", 290), "/honest/" + path);
        LedgerEndpoints.Map(site, await LogAsync("hidden", 310), "/forked/" + path);
        site.Urls.Add("http://127.0.0.1:0");
        await site.StartAsync();
    }

    [Fact]
    [Trait("Requirement", "DA-12")]
    public async Task The_two_trees_are_named_and_the_proof_is_confirmed_from_its_file_alone()
    {
        var vkey = new NoteSigner(Origin, key).Verifier().ToVkey();
        var evidence = Path.Combine(folder, "proof.json");
        Task<Ended> AuditAsync(params string[] args) => Program.RunAsync(folder, ["audit", .. args, "--log-key", vkey, "--evidence", evidence, "--json"]);

        var honest = await AuditAsync("--url", site.Urls.First() + "/log", "--witness", site.Urls.First() + "/honest");
        Assert.True(honest.Exit == 0, honest.Output + honest.Error);
        Assert.False(File.Exists(evidence));

        var forked = await AuditAsync("--url", site.Urls.First() + "/log", "--witness", site.Urls.First() + "/forked");
        Assert.True(forked.Exit == 1, forked.Output + forked.Error);
        Assert.Equal("audit/fork", JsonDocument.Parse(forked.Output).RootElement.GetProperty("findings")[0].GetProperty("code").GetString());

        var confirmed = await Program.RunAsync(folder, ["audit", "--confirm", evidence, "--log-key", vkey]);
        Assert.True(confirmed.Exit == 1, confirmed.Output + confirmed.Error);
        Assert.Contains("300 entries", confirmed.Output, StringComparison.Ordinal);
        var stranger = new NoteSigner(Origin, new Ed25519PrivateKey(new byte[32])).Verifier().ToVkey();
        Assert.Equal(3, (await Program.RunAsync(folder, ["audit", "--confirm", evidence, "--log-key", stranger])).Exit);

        var away = await AuditAsync("--url", site.Urls.First() + "/log", "--witness", "http://127.0.0.1:1");
        Assert.Contains("audit/witness-away", away.Output, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await site.DisposeAsync();
        foreach (var database in databases)
        {
            await database.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task<LogReader> LogAsync(string word, int entries)
    {
        var database = Database.At("sqlite:" + Path.Combine(folder, $"{databases.Count}.db"));
        databases.Add(database);
        await database.MigrateAsync(LedgerSchema.Migrations);
        var log = new LogWriter(database, key, Origin, TimeProvider.System);
        await log.AppendAsync([.. Enumerable.Range(0, entries).Select(i => new ReadOnlyMemory<byte>(Encoding.ASCII.GetBytes($"{word} {i}")))]);
        await log.PublishAsync();
        return new LogReader(database);
    }
}
