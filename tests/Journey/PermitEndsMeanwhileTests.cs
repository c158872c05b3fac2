using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Bench;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests;

/// <summary>A permit that is suspended while a list is being issued stops the list there and then.</summary>
public class PermitEndsMeanwhileTests
{
    [Fact]
    [Trait("Requirement", "DA-1")]
    public async Task Registers_no_diploma_behind_the_entry_that_suspended_the_permit()
    {
        await using var world = await BenchWorld.CreateAsync(null, CancellationToken.None);
        var flow = new DiplomaFlow(world.Home) { ChunkSize = 5 };
        var list = world.WriteList(40);
        var suspended = false;
        var answer = await flow.IssueAsync(
            new IssueRequest(
                new GraduationList(list.GraduatesFile),
                list.Initiator,
                DemoSetup.DecisionOf(list.Initiator),
                "registrar-1",
                "rector-1",
                "rector",
                "order 1"),
            _ =>
            {
                if (!suspended)
                {
                    suspended = true;
                    SuspendAsync(world, flow).GetAwaiter().GetResult();
                }
            });

        Assert.Equal("permits/gate-refused", answer.Problem?.Code);
        var size = await world.Home.LogReader.SizeAsync();
        var types = (await world.Home.LogReader.EntriesAsync(0, (int)size))
            .Select(e => LedgerEntry.Parse(e).Value.Type).ToList();
        var end = types.IndexOf(LedgerEntryTypes.PermitSuspended);
        Assert.InRange(types.Count(t => t == LedgerEntryTypes.AssetRegistered), 5, 35);
        Assert.DoesNotContain(LedgerEntryTypes.AssetRegistered, types.Skip(end));
    }

    private static async Task SuspendAsync(BenchWorld world, DiplomaFlow flow)
    {
        await using var connection = await world.Home.Database.ConnectAsync();
        var permit = (await PermitRegister.PermitsOfAsync(connection, Bin.Parse(world.Home.Settings.OperatorBin))).Single();
        var now = world.Home.Time.GetUtcNow();
        var rule = world.Home.Rules.Resolve(RuleKeys.PermitTerm, permit.From).Value.Reference;
        var decision = HumanDecision.Make("Inspector 1", "regulator", now, ["Inspection 1"], "Inspection", rule).Value;
        _ = (await flow.ActAsync(t => ChangePermit.RunAsync(t, permit.Number, PermitAct.Suspend, decision))).Value;
    }
}
