using Mortanba.Host;
using Mortanba.Permits;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 around the import of an enrolment register: register and record are there together or not at all.</summary>
[Collection(SharedWorldCollection.Name)]
public sealed class EnrolmentKillTests(SharedWorld shared)
{
    private const string Institution = "920140004047";

    [Theory]
    [Trait("Requirement", "DA-8")]
    [InlineData("in-enrolment", "061211600012", false)]
    [InlineData("after-enrolment", "050101600808", true)]
    public async Task Killed_while_a_register_is_taken_in_it_is_there_whole_or_not_and_once(string step, string iin, bool isDone)
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var file = Path.Combine(world.Data, $"learners-{step}.csv");
        await File.WriteAllTextAsync(file, $"iin;programme;year;status\n{iin};6B01301;2023;studying\n");
        string[] command = ["enrolment", file, "--institution", Institution, "--by", "operator-1"];
        var (learners, records) = await LookAsync(world);

        Assert.Equal(Ended.Killed, (await Program.RunAsync(world.Data, command, ("MORTANBA_CRASH_AT", step))).Exit);
        Assert.Equal(isDone ? (learners + 1, records + 1) : (learners, records), await LookAsync(world));

        Assert.Equal(0, (await world.RunAsync(command)).Exit);
        Assert.Equal((learners + 1, records + (isDone ? 2 : 1)), await LookAsync(world));
    }

    private static async Task<(int Learners, int Records)> LookAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var records = await connection.QueryAsync("SELECT number FROM trail WHERE what = 'permits/enrolment-imported'", r => r.GetInt64(0), default);
        return ((await Enrolments.CountsAsync(connection, Foundation.Bin.Parse(Institution))).Sum(c => c.Count), records.Count);
    }
}
