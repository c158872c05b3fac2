using System.Globalization;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Rules;

namespace Mortanba.Host.Bench;

/// <summary>A real installation in a temporary folder, set up like the demonstration; gone when disposed.</summary>
internal sealed class BenchWorld : IAsyncDisposable
{
    private readonly BenchSchema? schema;
    private readonly DemoNodes nodes = new();

    private BenchWorld(Installation home, BenchSchema? schema) =>
        (Home, Flow, this.schema) = (home, new DiplomaFlow(home), schema);

    public Installation Home { get; }

    public DiplomaFlow Flow { get; }

    /// <param name="database">
    /// Address of a PostgreSQL database, which gets a schema of its own for this world; null: SQLite in the temporary folder.
    /// </param>
    public static Task<BenchWorld> CreateAsync(string? database, CancellationToken cancel) =>
        CreateAsync(database, keys: null, witnesses: 0, cancel);

    /// <inheritdoc cref="CreateAsync(string?, CancellationToken)"/>
    /// <param name="keys">Where the signing keys are; null: in the vault file.</param>
    /// <param name="witnesses">How many witnesses cosign, each a process of its own.</param>
    public static async Task<BenchWorld> CreateAsync(string? database, KeySettings? keys, int witnesses, CancellationToken cancel)
    {
        var site = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{FreePort.Find()}");
        var directory = Directory.CreateTempSubdirectory("mortanba-bench-").FullName;
        var schema = database is null ? null : await BenchSchema.CreateAsync(database, cancel);
        new Settings(
            "demo",
            "KZ",
            schema?.Address ?? "sqlite:bench.db",
            site,
            new Uri(site).Authority + "/log",
            DemoLists.Organisations(site).Single(o => o.Role == OrganisationRole.IssuerOperator).Bin.Value)
        {
            Signing = new SigningSettings(int.MaxValue, int.MaxValue),
            Keys = keys,
        }.Save(directory);
        if (witnesses > 0 && await DemoNodes.SetUpAsync(directory, witnesses, cancel) is { } unready)
        {
            throw new InvalidOperationException(unready.Detail);
        }

        var world = new BenchWorld((await Installation.OpenAsync(directory, TimeProvider.System, cancel)).Value, schema);
        if (witnesses > 0)
        {
            await world.nodes.StartAsync(world.Home, cancel);
        }

        await new DemoSetup(world.Home, world.Flow).RunAsync(cancel);
        return world;
    }

    /// <summary>Writes one list of that many graduates.</summary>
    /// <param name="courses">Courses of each; null: the 31 of the demonstration's universities.</param>
    public DemoList WriteList(int count, int? courses = null)
    {
        var today = new WorkingCalendar(Home.Rules).DateOf(Home.Time.GetUtcNow()).Value;
        return new DemoLists(IntakeRules.For(Home.Rules, today).Value, today)
            .WriteLarge(Path.Combine(Home.Directory, $"list-{count}.csv"), count, courses);
    }

    /// <summary>The whole path: list read and checked twice, gate, both forms and the core signed, sealed, committed.</summary>
    public async Task<IssueAnswer> IssueAsync(DemoList list, CancellationToken cancel) => (await Flow.IssueAsync(
        new IssueRequest(
            new GraduationList(list.GraduatesFile),
            list.Initiator,
            DemoSetup.DecisionOf(list.Initiator),
            "registrar-1",
            "rector-1",
            "rector",
            "bench"),
        cancel: cancel)).Value;

    /// <summary>The first credentials of the store.</summary>
    public async Task<IReadOnlyList<CredentialSummary>> CredentialsAsync(int count, CancellationToken cancel)
    {
        await using var connection = await Home.Database.ConnectAsync(cancel);
        return await Home.Credentials.ListAsync(connection, 0, count, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await nodes.DisposeAsync();
        await Home.DisposeAsync();
        Directory.Delete(Home.Directory, recursive: true);
        if (schema is not null)
        {
            await schema.DisposeAsync();
        }
    }
}
