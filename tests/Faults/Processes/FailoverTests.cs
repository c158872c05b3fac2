using System.Diagnostics;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>The machine of the primary dies in the middle of issuing. Real etcd, real Patroni, three real servers.</summary>
public sealed class FailoverTests
{
    private const int Graduates = 120;

    [Fact]
    public async Task A_lost_primary_loses_nothing_and_doubles_nothing_the_writer_moves_and_standbys_answer_readers()
    {
        Assert.SkipWhen(PatroniCluster.Missing is not null, PatroniCluster.Missing ?? "");
        await using var cluster = await PatroniCluster.StartAsync();
        using var world = await World.CreateAsync(Dialect.Postgres, cluster.Address);
        var before = (await world.NumbersAsync()).Count;
        var list = world.WriteLists(1, Graduates)[0];
        using var node = await Node.StartAsync(world);
        using var http = new HttpClient { BaseAddress = new Uri(node.Address), Timeout = TimeSpan.FromMinutes(1) };
        var shown = await http.GetStringAsync("/log/checkpoint");
        var lost = (await cluster.PrimaryAsync())!.Value;

        int answered;
        Stopwatch dead;
        using (var issue = Program.Start(world.Data, World.IssueArgs(list, "--chunk", "2")))
        {
            // The first chunks are in; the process stands still while the machine goes.
            Assert.True(await issue.SaidAsync($"{Graduates}"));
            issue.Signal("STOP");
            answered = (await world.NumbersAsync()).Count - before;
            dead = Stopwatch.StartNew();
            await cluster.KillAsync(lost);
            issue.Signal("CONT");
            Assert.Equal(75, (await issue.EndAsync()).Exit);
        }

        // Nobody takes writes yet, and strangers are answered.
        var continued = await UntilAnsweredAsync(http);
        var next = await cluster.PrimaryAsync();
        Assert.True(next is null || dead.Elapsed > PatroniCluster.Lease, $"{next} after {dead.Elapsed}");
        Assert.StartsWith(shown.Split('\n')[0], continued, StringComparison.Ordinal);

        await cluster.UntilPrimaryAsync();
        Assert.NotEqual(lost, await cluster.PrimaryAsync());
        var kept = (await world.NumbersAsync()).Count - before;
        Assert.InRange(kept, answered, Graduates);
        var rest = await world.RunAsync(World.IssueArgs(list, "--json"));
        Assert.True(rest.Exit == 0, rest.Error);
        Assert.Contains($"\"issued\":{Graduates - kept},\"issuedBefore\":{kept}", rest.Output, StringComparison.Ordinal);
        Assert.All((await world.NumbersAsync()).Values, times => Assert.Equal(1, times));

        // The lost one comes back as a standby of the other, and the ledger is whole.
        cluster.StartNode(lost);
        await cluster.UntilStandbyAsync(lost);
        var (_, diplomas, delivered) = await world.AuditAsync();
        Assert.Equal((Graduates + before, Graduates + before), (diplomas, delivered));
    }

    /// <summary>Connections to the dead server fail once each; then the standbys have the question.</summary>
    private static async Task<string> UntilAnsweredAsync(HttpClient http)
    {
        while (true)
        {
            using var answer = await http.GetAsync("/log/checkpoint");
            if (answer.IsSuccessStatusCode)
            {
                return await answer.Content.ReadAsStringAsync();
            }
        }
    }
}
