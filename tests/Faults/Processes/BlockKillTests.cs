using Mortanba.Delivery;
using Mortanba.Host;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 around the block of a diploma's personal data: block and record are there together or not at all.</summary>
[Trait("Requirement", "X-6")]
[Collection(SharedWorldCollection.Name)]
public sealed class BlockKillTests(SharedWorld shared)
{
    [Theory]
    [InlineData("before-block", false)]
    [InlineData("in-block", false)]
    [InlineData("after-block", true)]
    public async Task Killed_while_data_are_blocked_and_unblocked_each_is_whole_or_not_done_and_comes_through_once(string step, bool isDone)
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var number = (await world.NumbersAsync()).Keys.Order(StringComparer.Ordinal).First();
        string[] block = ["block", number, "--by", "officer-1", "--ground", "dispute"];
        string[] unblock = ["unblock", number, "--by", "officer-1"];

        var (blocks, records) = await LookAsync(world);
        foreach (var (command, standing) in new[] { (block, blocks + 1), (unblock, blocks) })
        {
            var killed = await Program.RunAsync(world.Data, command, ("MORTANBA_CRASH_AT", step));
            Assert.True(killed.Exit == Ended.Killed, $"{killed.Exit} {killed.Error}");
            Assert.Equal(isDone ? (standing, records + 1) : (blocks, records), await LookAsync(world));

            Assert.Equal(isDone ? 1 : 0, (await world.RunAsync(command)).Exit);
            (blocks, records) = (standing, records + 1);
            Assert.Equal((blocks, records), await LookAsync(world));
        }

        await world.AuditAsync();
    }

    private static async Task<(int Blocks, int Records)> LookAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var records = await connection.QueryAsync("SELECT number FROM trail WHERE act = 'block'", r => r.GetInt64(0), default);
        return ((await DataBlocks.AllAsync(connection)).Count, records.Count);
    }
}
