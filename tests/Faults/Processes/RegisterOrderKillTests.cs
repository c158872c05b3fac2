using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 around the confirmation of a limit: the order is done and the figure is entered, or neither.</summary>
[Collection(SharedWorldCollection.Name)]
public sealed class RegisterOrderKillTests(SharedWorld shared)
{
    private const string Institution = "920140004047";
    private const string Programme = "6B01301";
    private const int Year = 2019;

    [Fact, Trait("Requirement", "X-13")]
    public async Task Killed_while_a_limit_is_confirmed_it_is_entered_with_its_order_or_not_at_all()
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var file = Path.Combine(world.Data, "limits.json");
        foreach (var (places, step, isDone) in new[] { (30, "in-register-order", false), (31, "after-register-order", true) })
        {
            await File.WriteAllTextAsync(
                file, $$"""{"intakes":[{"initiator":"{{Institution}}","programme":"{{Programme}}","year":{{Year}},"places":{{places}},"basis":"Annex 7"}]}""");
            Assert.Equal(0, (await world.RunAsync(["register", file, "--by", "operator-1"])).Exit);
            var before = await LookAsync(world);
            var order = Assert.Single(before.Waiting);
            Assert.NotEqual(places, before.Places);

            string[] confirm = ["register", "--confirm", order.Id, "--by", "operator-2"];
            Assert.Equal(Ended.Killed, (await Program.RunAsync(world.Data, confirm, ("MORTANBA_CRASH_AT", step))).Exit);
            var after = await LookAsync(world);
            Assert.Equal((isDone ? places : before.Places, isDone ? 0 : 1), (after.Places, after.Waiting.Count));
            if (!isDone)
            {
                Assert.NotEqual(0, (await world.RunAsync(["register", "--confirm", order.Id, "--by", "Operator-1"])).Exit);
                Assert.Equal(0, (await world.RunAsync(confirm)).Exit);
                Assert.Equal(places, (await LookAsync(world)).Places);
            }
        }
    }

    private static async Task<(int? Places, List<RegisterOrder> Waiting)> LookAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        return (
            (await Intakes.OfAsync(connection, Bin.Parse(Institution))).Find(i => i.Programme == Programme && i.Year == Year)?.Places,
            await RegisterOrders.WaitingAsync(connection));
    }
}
