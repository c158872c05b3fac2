using Mortanba.Delivery;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Rules;

namespace Mortanba.Journey.Tests.Work;

/// <summary>A small site with a few diplomas of invented graduates, each given to one test.</summary>
public sealed class SmallDiplomas : IAsyncLifetime
{
    private const int Count = 20;

    private readonly Queue<StoredDiploma> left = new();

    /// <summary>An outside sign-in is offered, whose provider does not answer.</summary>
    internal SmallSite Site { get; } = new()
    {
        Also = settings => settings with { Oidc = new OidcSettings("http://127.0.0.1:9", "mortanba", "University sign-in", "oidc.secret") },
    };

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(Site.Directory, "oidc.secret"), "secret\n");
        await Site.InitializeAsync();
        var (home, flow) = (Site.Home, new DiplomaFlow(Site.Home));
        var today = new WorkingCalendar(home.Rules).DateOf(Site.Time.GetUtcNow()).Value;
        var list = new DemoLists(IntakeRules.For(home.Rules, today).Value, today).WriteLarge(Path.Combine(Site.Directory, "few.csv"), Count);
        var issued = await flow.IssueAsync(new IssueRequest(
            new GraduationList(list.GraduatesFile), list.Initiator, DemoSetup.DecisionOf(list.Initiator), "registrar-1", "rector-1", "rector", "order 1"));
        Assert.True(issued.IsDone, issued.Problem?.Detail);
        await flow.PublishAsync(allStatusLists: true);
        await using var connection = await home.Database.ConnectAsync();
        foreach (var credential in await home.Credentials.ListAsync(connection, 0, Count))
        {
            left.Enqueue((await home.Credentials.LoadAsync(connection, credential.Asset))!);
        }
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    /// <summary>One that nobody holds.</summary>
    internal StoredDiploma Take() => left.Dequeue();

    /// <summary>The same with a link to claim it.</summary>
    internal async Task<(StoredDiploma Diploma, string Token)> GiveAsync()
    {
        var (diploma, token, at) = (Take(), ClaimToken.New(), Site.Time.GetUtcNow());
        await Site.Home.Database.WriteAsync(async t =>
        {
            await Deliveries.OpenAsync(t, diploma.Summary.Asset, diploma.Summary.Initiator, at);
            await Deliveries.AddLinkAsync(t, diploma.Summary.Asset, token, LinkChannel.Letter, at, TimeSpan.FromDays(5));
        });
        return (diploma, token);
    }
}
