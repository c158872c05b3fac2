using System.Text;
using Mortanba.Foundation;
using Mortanba.Ledger;

namespace Mortanba.Storage.Tests;

/// <summary>A log on an empty database, with a fixed key and a clock that stands until it is moved.</summary>
internal sealed class LedgerTestBed : IAsyncDisposable
{
    public const string Origin = "ledger.mortanba.example";

    private readonly TestDatabase test;

    private LedgerTestBed(TestDatabase test)
    {
        this.test = test;
        Writer = NewWriter(test.Database);
        Reader = new LogReader(test.Database);
    }

    public static Ed25519PrivateKey LogKey { get; } = new(Enumerable.Repeat((byte)7, 32).ToArray());

    public StandingClock Clock { get; } = new();

    public Database Database => test.Database;

    public string Address => test.Address;

    public LogWriter Writer { get; private set; }

    public LogReader Reader { get; }

    public static async Task<LedgerTestBed> CreateAsync(Dialect dialect)
    {
        // The second sorts before the table it refers to.
        Migration other = new(
            "other",
            1,
            """
            CREATE TABLE other (word TEXT NOT NULL PRIMARY KEY);
            CREATE TABLE about_other (word TEXT NOT NULL REFERENCES other (word), flag BOOLEAN NOT NULL, n INTEGER);
            """);
        return new LedgerTestBed(await TestDatabase.CreateAsync(dialect, LedgerSchema.Migrations, [other]));
    }

    public static ReadOnlyMemory<byte>[] Entries(int count, string name = "entry") =>
        [.. Enumerable.Range(0, count).Select(i => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes($"{name} {i}")))];

    public LogWriter NewWriter(Database database) => new(database, LogKey, Origin, Clock);

    /// <summary>As after a crash: nothing in memory is kept.</summary>
    public void Restart() => Writer = NewWriter(test.Database);

    public Task<LedgerAuditReport> AuditAsync() => LogAudit.RunAsync(test.Database, Writer.Key);

    public async Task<List<string>> OtherRowsAsync()
    {
        await using var connection = await Database.ConnectAsync();
        return await connection.QueryAsync("SELECT word FROM other ORDER BY word", r => r.GetString(0), default);
    }

    public static Task<int> WriteOtherAsync(LogTransaction log, string word) =>
        log.Transaction.ExecuteAsync("INSERT INTO other (word) VALUES (@word)", default, ("word", word));

    public ValueTask DisposeAsync() => test.DisposeAsync();

    internal sealed class StandingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 6, 20, 9, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
