using Mortanba.Journey.Tests.Demo;
using Mortanba.Journey.Tests.Site;
using Mortanba.Storage.Tests;

namespace Mortanba.Journey.Tests.EndToEnd;

/// <summary>
/// The journey of <see cref="PeopleJourneyTests"/> through two nodes on one PostgreSQL: each answers every other request, so that a form of one
/// is taken by the other, and each is killed once in the middle.
/// </summary>
public sealed class TwoNodesJourneyTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Fact]
    [Trait("Requirement", "X-5")]
    public async Task Everybodys_way_goes_on_while_each_of_two_nodes_is_killed_in_the_middle()
    {
        Chromium.SkipUnlessPresent();
        Assert.SkipUnless(PostgresCluster.IsPresent, "PostgreSQL's binaries are missing (/usr/lib/postgresql/*/bin/initdb).");
        TwoNodes? nodes = null;
        await using var demo = new DemoSite
        {
            Store = PostgresCluster.NewDatabase(),
            Count = 8,
            Serve = async site => nodes = await TwoNodes.StartAsync(site.Directory, new Uri(site.Site).Port),
        };
        await demo.InitializeAsync();
        var journey = new PeopleJourneyTests(demo, chromium)
        {
            Meanwhile = step => step switch
            {
                // The signature was just given: whichever node has the list, it is signed once.
                "sign" => nodes!.KillAsync(0),
                "share" => TakeTurnsAsync(nodes!),
                _ => Task.CompletedTask,
            },
        };

        await journey.From_an_invitation_to_a_replaced_diploma_and_its_record("ru", 1);

        Assert.All(nodes!.Answered, n => Assert.True(n > 20, $"{n}"));
        var audit = await Programs.MortanbaAsync("audit", "--data", demo.Directory);
        Assert.True(audit.Exit == 0, audit.ToString());
    }

    private static async Task TakeTurnsAsync(TwoNodes nodes)
    {
        await nodes.StartAsync(0);
        await nodes.KillAsync(1);
    }
}
