using Mortanba.Ledger;
using Xunit;

namespace Mortanba.Storage.Tests;

public sealed class BackupTests
{
    public static TheoryData<Dialect, Dialect> Ways { get; } = new()
    {
        { Dialect.Sqlite, Dialect.Sqlite },
        { Dialect.Sqlite, Dialect.Postgres },
        { Dialect.Postgres, Dialect.Sqlite },
        { Dialect.Postgres, Dialect.Postgres },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task A_restored_ledger_audits_clean_and_goes_on(Dialect from, Dialect to)
    {
        await using var before = await LedgerTestBed.CreateAsync(from);
        await before.Writer.AppendAsync(LedgerTestBed.Entries(1300));
        await before.Writer.RunAsync(log => LedgerTestBed.WriteOtherAsync(log, "сөз"));
        await before.Database.WriteAsync(t => t.ExecuteAsync("INSERT INTO about_other VALUES ('сөз', TRUE, NULL)", default));
        var note = await before.Writer.PublishAsync();
        using var file = new MemoryStream();
        var rows = await Backup.WriteAsync(before.Database, file);

        await using var after = await LedgerTestBed.CreateAsync(to);
        file.Position = 0;
        Assert.Equal(rows, (await Backup.RestoreAsync(after.Database, file)).Value);

        Assert.Equal(["сөз"], await after.OtherRowsAsync());
        await using (var connection = await after.Database.ConnectAsync())
        {
            var about = await connection.QueryAsync(
                "SELECT word, flag, n FROM about_other", r => (r.GetString(0), r.GetBoolean(1), r.IsDBNull(2)), default);
            Assert.Equal([("сөз", true, true)], about);
        }

        Assert.Equal(note, await after.Reader.CheckpointAsync());
        Assert.True((await after.AuditAsync()).IsClean);
        Assert.Equal(1300, await after.Writer.AppendAsync(LedgerTestBed.Entries(1)));
        file.Position = 0;
        Assert.Equal("storage/restore-not-empty", (await Backup.RestoreAsync(after.Database, file)).Problem?.Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_damaged_or_cut_file_restores_nothing(Dialect dialect)
    {
        await using var before = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        await before.Writer.AppendAsync(LedgerTestBed.Entries(20));
        using var file = new MemoryStream();
        await Backup.WriteAsync(before.Database, file);
        await using var after = await LedgerTestBed.CreateAsync(dialect);
        var bytes = file.ToArray();
        var changed = (byte[])bytes.Clone();
        changed[^40] ^= 1;
        var inEntry = (byte[])bytes.Clone();
        inEntry[bytes.AsSpan().IndexOf("entry 7"u8)] ^= 1;
        foreach (var bad in new[] { changed, inEntry, bytes[..^1], bytes[..100], [], [.. bytes, 0] })
        {
            using var stream = new MemoryStream(bad);
            Assert.Equal("storage/backup-damaged", (await Backup.RestoreAsync(after.Database, stream)).Problem?.Code);
        }

        Assert.Equal(0, await after.Reader.SizeAsync());
    }

    [Fact]
    public async Task A_backup_of_other_tables_is_refused()
    {
        await using var before = await LedgerTestBed.CreateAsync(Dialect.Sqlite);
        using var file = new MemoryStream();
        await Backup.WriteAsync(before.Database, file);
        await using var after = await TestDatabase.CreateAsync(Dialect.Sqlite, LedgerSchema.Migrations);
        file.Position = 0;

        Assert.Equal("storage/backup-other-version", (await Backup.RestoreAsync(after.Database, file)).Problem?.Code);
    }
}
