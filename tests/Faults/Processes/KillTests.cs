using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// kill -9 at every step of issuing, over and over, on the same list until it is through; then nothing is lost, nothing
/// is there twice, and the audit is clean. Every run is the real program.
/// </summary>
public sealed class KillTests
{
    private const int Graduates = 60;
    private const string Chunk = "10";

    // Steps that come in every chunk are killed in the first, in the middle and in the last one.
    private static readonly string[] Steps =
    [
        "after-intake", "after-gate", "after-batch", "after-claim", "after-sign", "before-commit", "after-commit",
        "after-claim:2", "after-sign:2", "before-commit:2", "after-commit:2",
        "before-checkpoint", "after-checkpoint", "in-status-lists", "after-status-lists",
        "between-files", "between-files:7", "between-files:30",
    ];

    [Theory]
    [InlineData(Dialect.Sqlite)]
    [InlineData(Dialect.Postgres)]
    public async Task Killed_at_every_step_the_same_list_comes_through_once(Dialect dialect)
    {
        using var world = await World.CreateAsync(dialect);
        var before = await world.NumbersAsync();
        var list = world.WriteLists(1, Graduates).Single();
        var kills = 0;
        foreach (var step in Steps)
        {
            var run = await Program.RunAsync(world.Data, World.IssueArgs(list, "--chunk", Chunk), ("MORTANBA_CRASH_AT", step));
            // A step behind it: what was issued by then is not issued again, so some steps are not reached any more.
            Assert.True(run.Exit is Ended.Killed or 0, $"{step}: {run.Exit} {run.Error}");
            kills += run.Exit == Ended.Killed ? 1 : 0;
        }

        Assert.Equal(0, (await world.RunAsync(World.IssueArgs(list))).Exit);
        Assert.True(kills >= Steps.Length - 2, $"only {kills} kills");
        await AssertAllOnceAsync(world, before.Keys, World.NumbersOf(list));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public async Task A_demonstration_killed_while_it_is_set_up_goes_on_at_the_next_start(int acts)
    {
        var data = Directory.CreateTempSubdirectory("mortanba-faults-").FullName;
        try
        {
            string[] demo = ["demo", "--no-serve", "--count", "4", "--db", "sqlite:mortanba.db"];
            var killed = await Program.RunAsync(data, demo, ("MORTANBA_CRASH_AT", $"in-register:{acts}"));
            Assert.True(killed.Exit == Ended.Killed, $"{killed.Exit} {killed.Error}");
            var again = await Program.RunAsync(data, demo);
            Assert.True(again.Exit == 0, again.Error);
            var audit = await Program.RunAsync(data, ["audit"]);
            Assert.True(audit.Exit == 0, audit.Output);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task Killed_at_random_moments_the_same_list_comes_through_once()
    {
        const int Rounds = 2;
        const int KillsOfRound = 8;
        const int AttemptsOfRound = 40;
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var before = await world.NumbersAsync();
        var random = new Random(20260630);
        var wanted = new List<string>();
        foreach (var list in world.WriteLists(Rounds, Graduates))
        {
            wanted.AddRange(World.NumbersOf(list));
            var whole = await TimedAsync(world, list);
            var kills = 0;
            for (var attempt = 0; attempt < AttemptsOfRound && kills < KillsOfRound; attempt++)
            {
                using var run = Program.Start(world.Data, World.IssueArgs(list, "--chunk", "3"));
                // From the start of the work to beyond its end.
                await Task.WhenAny(Task.Delay(whole * (0.2 + (0.8 * random.NextDouble()))), run.EndAsync());
                run.Kill();
                if ((await run.EndAsync()).Exit == Ended.Killed)
                {
                    kills++;
                }
                else
                {
                    // It was done before the kill came: a busy machine has become idle, or little is left to issue.
                    whole *= 0.8;
                }
            }

            Assert.Equal(KillsOfRound, kills);

            Assert.Equal(0, (await world.RunAsync(World.IssueArgs(list))).Exit);
        }

        await AssertAllOnceAsync(world, before.Keys, wanted);
    }

    // How long a run takes here and now; of the list it is killed in, only the first rows are issued by it.
    private static async Task<TimeSpan> TimedAsync(World world, Host.Demo.DemoList list)
    {
        var started = TimeProvider.System.GetTimestamp();
        var run = await Program.RunAsync(world.Data, World.IssueArgs(list, "--chunk", "3"), ("MORTANBA_CRASH_AT", "after-commit:2"));
        Assert.Equal(Ended.Killed, run.Exit);
        return TimeProvider.System.GetElapsedTime(started) * 1.3;
    }

    private static async Task AssertAllOnceAsync(World world, IEnumerable<string> before, IReadOnlyCollection<string> wanted)
    {
        Assert.Equal(0, (await world.RunAsync("republish")).Exit);
        var there = await world.NumbersAsync();
        Assert.Empty(before.Concat(wanted).Except(there.Keys));
        Assert.Empty(there.Keys.Except(before.Concat(wanted)));
        Assert.All(there, n => Assert.Equal(1, n.Value));
        var (_, diplomas, delivered) = await world.AuditAsync();
        Assert.Equal(there.Count, diplomas);
        Assert.Equal(there.Count, delivered);
        Assert.Equal(there.Count, Directory.GetFiles(world.Outbox, "*.pdf").Length);
        Assert.Equal(there.Count, Directory.GetFiles(world.Outbox, "*.diploma.json").Length);
    }
}
