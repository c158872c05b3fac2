using Microsoft.Extensions.DependencyInjection;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Demo;
using Mortanba.Host.Mail;
using Mortanba.Host.Registering;
using Mortanba.Host.Web;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Journey.Tests.Live;
using Mortanba.Rules;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests;

/// <summary>An installation without a site whose clock stands still, and the ceremonies of its keys.</summary>
internal sealed class KeyWorld : IAsyncDisposable
{
    private const string Site = "http://localhost:5080";

    private readonly string directory;
    private int lists;

    private KeyWorld(string directory, Installation home, ManualTime time) =>
        (this.directory, Home, Time, Flow) = (directory, home, time, new DiplomaFlow(home));

    public Installation Home { get; }

    public DiplomaFlow Flow { get; }

    public ManualTime Time { get; }

    /// <summary>The institution whose lists are issued.</summary>
    public Bin Own { get; private set; }

    public static async Task<KeyWorld> CreateAsync(KeySettings? keys = null, SigningSettings? quota = null)
    {
        var (directory, time) = (Directory.CreateTempSubdirectory("mortanba-keys-").FullName, new ManualTime());
        new Settings(
            "demo", "KZ", "sqlite:mortanba.db", Site, "localhost:5080/log",
            DemoLists.Organisations(Site).Single(o => o.Role == Permits.OrganisationRole.IssuerOperator).Bin.Value)
        {
            Keys = keys,
            Signing = quota,
        }.Save(directory);
        var world = new KeyWorld(directory, (await Installation.OpenAsync(directory, time)).Value, time);
        await new DemoSetup(world.Home, world.Flow).RunAsync(default);
        return world;
    }

    /// <summary>Issues a list of people that no other list of this world holds; gives what was issued, or why nothing was.</summary>
    /// <param name="decision">Another decision on issue than the demonstration's.</param>
    public async Task<Outcome<IReadOnlyList<StoredDiploma>>> IssueAsync(int count, bool publish = true, string? decision = null)
    {
        var today = new WorkingCalendar(Home.Rules).DateOf(Time.GetUtcNow()).Value;
        var first = lists++ * 50;
        var list = new DemoLists(IntakeRules.For(Home.Rules, today).Value, today)
            .WriteMore(Path.Combine(directory, $"list-{first}.csv"), first, count);
        Own = list.Initiator;
        var issued = await Flow.IssueAsync(new IssueRequest(
            new GraduationList(list.GraduatesFile), list.Initiator, decision ?? DemoSetup.DecisionOf(list.Initiator), "registrar-1", "rector-1", "rector",
            "order 1"));
        if (issued.Problem is { } problem)
        {
            return problem;
        }

        if (publish)
        {
            await Flow.PublishAsync(allStatusLists: true);
        }

        await using var connection = await Home.Database.ConnectAsync();
        var all = new List<StoredDiploma>();
        foreach (var one in (await Home.Credentials.ListAsync(connection, 0, 1_000)).TakeLast(count))
        {
            all.Add((await Home.Credentials.LoadAsync(connection, one.Asset))!);
        }

        return Outcome<IReadOnlyList<StoredDiploma>>.From(all);
    }

    /// <summary>Two people publish another decision on issue of the institution, signed with its key.</summary>
    public async Task<Outcome<RegisterOrder>> DecideAsync(string id)
    {
        var today = new WorkingCalendar(Home.Rules).DateOf(Time.GetUtcNow()).Value;
        var type = Home.Rules.Resolve(RuleKeys.RecognisedTypes, today).Value.Value.Types[0];
        var registered = (await new RegisterAuthorities(Home, Flow, Actor.AtConsole("operator-1")).RunAsync(new RegisterFile
        {
            Decisions = [new DecisionItem(id, Own.Value, Home.Settings.OperatorBin, type.Code, LocalizedText.Same("Graduates"), type.Right)],
        })).Value;
        return await new DecideRegisterOrder(Home, Flow).ConfirmAsync(Actor.AtConsole("operator-2"), registered.Waiting.Single().Id, "rector");
    }

    public Task<Outcome<KeyOrder>> ProposeAsync(
        KeyAct act, DateTimeOffset? since = null, string? numbers = null, string by = "registrar-1", int key = 1, Bin? institution = null, string? decisions = null)
    {
        var bin = institution ?? Own;
        return new ProposeKeyOrder(Home).RunAsync(
            Actor.AtConsole(by), null,
            new KeyProposal(
                Guid.NewGuid().ToString(), bin, act, $"{Home.DidOf(bin)}#key-{key}", since, numbers, "Act 4 of the commission", by, Time.GetUtcNow())
            {
                Decisions = decisions,
            });
    }

    public Task<Outcome<KeyOrder>> ConfirmAsync(KeyOrder order, string by = "rector-1") =>
        new DecideKeyOrder(Home).ConfirmAsync(Actor.AtConsole(by), null, order.Institution, order.Id, order.Version, "rector");

    /// <summary>What the worker of a site does at a beat.</summary>
    public async Task BeatAsync()
    {
        await new CarryOutKeyOrders(Home, Flow).RunAsync();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(Time)
            .AddMortanbaAccounts(Home, Site).BuildServiceProvider();
        await new CarryOutChanges(Home, Flow, services.GetRequiredService<MailQueue>(), Texts.Read()).RunAsync();
    }

    /// <summary>The delivered file of a diploma as it was at this moment.</summary>
    public async Task<byte[]> FileAsync(AssetId asset) => (await new DeliverDiplomas(Home).FileOfAsync(asset, default))!.Value.File.Write();

    /// <summary>The same checks as the site's: with its live answers, or with the trust bundle alone.</summary>
    public async Task<Report> VerifyAsync(byte[] file, bool offline = false) => await new Verifier(Time).VerifyAsync(
        file, await TrustBundles.DraftAsync(Home), offline ? null : new OwnLiveSource(Home, new Evidence(Home)), default);

    public async Task<KeyOrder> OrderAsync(KeyOrder order)
    {
        await using var connection = await Home.Database.ConnectAsync();
        return (await Home.KeyOrders.FindAsync(connection, order.Id))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Home.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
