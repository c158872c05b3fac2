using System.Collections.Concurrent;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Intake;
using Mortanba.Rules;
using Mortanba.Storage;
using Mortanba.Storage.Tests;
using Mortanba.TransparencyLog;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>
/// An installation in a temporary folder with the demonstration's institutions, made by the real program, and lists of
/// invented graduates to issue in it.
/// </summary>
public sealed class World : IDisposable
{
    private const string Site = "http://localhost:5080";

    // The first graduates are the demonstration's own.
    private const int DemoCount = 4;

    private static readonly ConcurrentDictionary<Dialect, Lazy<Task<World>>> Templates = new();
    private static readonly SemaphoreSlim CopyOneAtATime = new(1, 1);

    static World() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var made in Templates.Values.Select(t => t.Value).Where(t => t.IsCompletedSuccessfully))
        {
            made.Result.Dispose();
        }
    };

    private World(string directory, Dialect dialect) => (Data, Dialect) = (directory, dialect);

    public string Data { get; }

    public Dialect Dialect { get; }

    public string Outbox => Path.Combine(Data, "outbox");

    public static async Task<World> CreateAsync(
        Dialect dialect, string? address = null, string site = Site, int count = DemoCount)
    {
        Assert.SkipUnless(
            dialect == Dialect.Sqlite || PostgresCluster.IsPresent,
            "PostgreSQL's binaries are missing (/usr/lib/postgresql/*/bin/initdb).");
        return address is null && site == Site && count == DemoCount
            ? await CopyAsync(dialect, await Templates.GetOrAdd(dialect, d => new(() => MakeAsync(d, null, site, count))).Value)
            : await MakeAsync(dialect, address, site, count);
    }

    /// <summary>Folder and database of a world that is made once and never changed: to copy it costs less than to make it.</summary>
    private static async Task<World> CopyAsync(Dialect dialect, World template)
    {
        var world = new World(Directory.CreateTempSubdirectory("mortanba-faults-").FullName, dialect);
        foreach (var file in Directory.EnumerateFiles(template.Data, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(world.Data, Path.GetRelativePath(template.Data, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        if (dialect == Dialect.Postgres)
        {
            await CopyOneAtATime.WaitAsync();
            try
            {
                var settings = Settings.Load(world.Data).Value;
                (settings with { Database = PostgresCluster.CopyOf(settings.Database) }).Save(world.Data);
            }
            finally
            {
                CopyOneAtATime.Release();
            }
        }

        return world;
    }

    private static async Task<World> MakeAsync(Dialect dialect, string? address, string site, int count)
    {
        var world = new World(Directory.CreateTempSubdirectory("mortanba-faults-").FullName, dialect);
        var database = address ?? (dialect == Dialect.Sqlite ? "sqlite:mortanba.db" : PostgresCluster.NewDatabase());
        var made = await Program.RunAsync(
            world.Data,
            ["demo", "--no-serve", "--count", $"{count}", "--db", database, "--site", site]);
        Assert.True(made.Exit == 0, made.Error);
        return world;
    }

    /// <summary>
    /// Entries for a full tile, published. They say nothing, so that nobody has to issue and look at diplomas for them.
    /// </summary>
    public static async Task FillTileAsync(Installation home)
    {
        await home.Log.AppendAsync(
            [.. Enumerable.Range(0, TileId.WidthMax).Select(i => LedgerEntry.Create("test.filler", home.Time.GetUtcNow(), ("n", i)).Bytes)]);
        await new DiplomaFlow(home).PublishAsync(allStatusLists: true);
    }

    /// <summary>Lists of that many graduates of the first university; nobody is in two of them.</summary>
    public IReadOnlyList<DemoList> WriteLists(int lists, int count)
    {
        var rules = RuleBook.Load(RuleBook.DefaultFolder).Value;
        var today = new WorkingCalendar(rules).DateOf(TimeProvider.System.GetUtcNow()).Value;
        var all = Path.Combine(Data, "all.csv");
        var large = new DemoLists(IntakeRules.For(rules, today).Value, today).WriteLarge(all, DemoCount + (lists * count));
        var people = File.ReadAllLines(all);
        var courses = File.ReadAllLines(Path.ChangeExtension(all, ".courses.csv"));
        var student = people[0].Split(';').ToList().IndexOf("Номер студента");
        var coursesOf = courses.Skip(1).ToLookup(c => c.Split(';')[0], StringComparer.Ordinal);
        return [.. people.Skip(1 + DemoCount).Chunk(count).Select((part, i) =>
        {
            var file = Path.Combine(Data, $"list-{i}.csv");
            File.WriteAllLines(file, part.Prepend(people[0]));
            File.WriteAllLines(
                Path.ChangeExtension(file, ".courses.csv"),
                part.SelectMany(p => coursesOf[p.Split(';')[student]]).Prepend(courses[0]));
            return new DemoList(large.Initiator, file, part.Length, "CSV");
        })];
    }

    public static string[] IssueArgs(DemoList list, params string[] more) =>
    [
        "issue", "--list", list.GraduatesFile, "--institution", list.Initiator.Value,
        "--decision", $"D-{list.Initiator.Value}-1", "--prepared-by", "registrar-1", "--approved-by", "rector-1", .. more,
    ];

    public Task<Ended> RunAsync(params string[] args) => Program.RunAsync(Data, args);

    /// <summary>
    /// Audits all there is and gives what was counted; fails with the findings when it is not clean. In this process: the command has tests
    /// of its own, and a start costs a second of the processor.
    /// </summary>
    public async Task<(long Entries, long Diplomas, long Delivered)> AuditAsync()
    {
        await using var home = (await Installation.OpenAsync(Data, TimeProvider.System)).Value;
        var report = await Audit.RunAsync(home);
        Assert.Empty(report.Findings);
        return (report.Entries, report.Credentials, report.Delivered);
    }

    /// <summary>Every number of the store and how often it is there.</summary>
    public async Task<IReadOnlyDictionary<string, int>> NumbersAsync()
    {
        await using var database = Database.At(Settings.Load(Data).Value.DatabaseAddress(Data));
        await using var connection = await database.ConnectAsync();
        return (await connection.QueryAsync("SELECT series, number FROM credentials", r => $"{r.GetString(0)} {r.GetString(1)}", default))
            .GroupBy(n => n, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
    }

    /// <summary>The numbers a list asks for, read from its file.</summary>
    public static IReadOnlyList<string> NumbersOf(DemoList list)
    {
        var lines = File.ReadAllLines(list.GraduatesFile);
        Assert.StartsWith("Номер диплома;", lines[0], StringComparison.Ordinal);
        return [.. lines.Skip(1).Select(l => l.Split(';')[0])];
    }

    public void Dispose() => Directory.Delete(Data, recursive: true);
}
