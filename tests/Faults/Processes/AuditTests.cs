using System.Globalization;
using Microsoft.Data.Sqlite;
using Mortanba.Host;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>One changed byte anywhere, or one thing taken away, is found and named (issue, item 15).</summary>
public sealed class AuditTests(AuditTests.Audited audited) : IClassFixture<AuditTests.Audited>
{
    /// <summary>Table, column, which row, and the finding that must name it. A negative byte counts from the end.</summary>
    public static TheoryData<string, string, string, int, string> Changes { get; } = new()
    {
        { "ledger_entries", "entry", "idx = 3", 40, "ledger/entry-changed" },
        { "ledger_entries", "entry", "idx = (SELECT MAX(idx) FROM ledger_entries)", 40, "ledger/entry-changed" },
        { "ledger_entries", "leaf_hash", "idx = 7", 5, "ledger/leaf-hash-changed" },
        { "ledger_tiles", "hashes", "level = 0 AND idx = 0", 100, "ledger/tile-changed" },
        { "ledger_tiles", "root", "level = 0 AND idx = 0", 1, "ledger/tile-changed" },
        { "ledger_tree", "frontier", "id = 1", 3, "ledger/tree-changed" },
        { "ledger_checkpoints", "note", "size = (SELECT MAX(size) FROM ledger_checkpoints)", -4, "ledger/checkpoint-changed" },
        { "ledger_checkpoints", "root", "size = (SELECT MIN(size) FROM ledger_checkpoints)", 9, "ledger/checkpoint-changed" },
        { "authority_entries", "body", "ledger_index = 1", 30, "audit/authority-changed" },
        { "organisations", "record", "rowid = 2", 60, "audit/register-changed" },
        { "organisations", "salt", "rowid = 1", 3, "audit/register-changed" },
        { "institution_keys", "multibase", "rowid = 2", 20, "audit/register-changed" },
        { "permits", "valid_until", "rowid = 1", 3, "audit/register-changed" },
        { "permit_changes", "status", "rowid = 1", 2, "audit/register-changed" },
        { "issue_decisions", "document", "rowid = 1", -6, "audit/register-changed" },
        { "issue_decisions", "signature", "rowid = 1", -6, "audit/register-changed" },
        { "credential_payloads", "payload", "credential = 5", 200, "audit/credential-changed" },
        { "credential_payloads", "payload", "credential = 5", -1, "audit/credential-changed" },
        { "credential_payloads", "name", "credential = 6", -1, "audit/credential-changed" },
        { "credential_payloads", "data_key", "credential = 6", 20, "audit/credential-changed" },
        { "credentials", "state", "id = 7", 2, "audit/credential-row-malformed" },
        { "credentials", "number", "id = 8", 4, "audit/row-differs" },
        { "credentials", "award_date", "id = 8", 3, "audit/row-differs" },
        { "credentials", "issued_at", "id = 9", 3, "audit/row-differs" },
        { "credentials", "capability", "id = 9", 3, "audit/row-differs" },
        { "credentials", "holder", "id = 9", 3, "audit/row-differs" },
        { "credentials", "state_at", "id = 10", 3, "audit/row-differs" },
        { "asset_entries", "type", "credential = 11 AND type = 'asset.registered'", 8, "audit/entry-without-credential" },
        { "status_publications", "document", "form = 'revocation'", 150, "audit/status-list-changed" },
        { "status_publications", "document", "form = 'suspension'", 150, "audit/status-list-changed" },
        { "status_publications", "document", "form = 'token'", -20, "audit/status-list-changed" },
        { "status_orders", "indices", "part = 0", 8, "audit/status-order-changed" },
        { "status_orders", "indices", "part = 31", 800, "audit/status-order-changed" },
    };

    /// <summary>A statement that changes a value or takes a row, and the finding that must name it.</summary>
    public static TheoryData<string, string> Statements { get; } = new()
    {
        { "UPDATE credentials SET state = 'annulled' WHERE id = 4", "audit/row-differs" },
        { "UPDATE credentials SET state = 'active', reason = NULL WHERE state = 'annulled'", "audit/row-differs" },
        { "UPDATE credentials SET list_index = list_index + 1 WHERE id = 4", "audit/status-order-changed" },
        { "UPDATE status_values SET value = 1 WHERE value = 2", "audit/status-value-changed" },
        { "UPDATE status_values SET value = 0 WHERE value = 1", "audit/status-value-changed" },
        { "INSERT INTO status_values SELECT list_id, list_index, 1 FROM credentials WHERE id = 9", "audit/status-value-changed" },
        { "UPDATE status_blocks SET claimed = claimed - 1 WHERE rowid = 2", "audit/status-claims-differ" },
        { "UPDATE ledger_tree SET size = size - 1", "ledger/size-mismatch" },
        { "DELETE FROM ledger_entries WHERE idx = 20", "ledger/entry-missing" },
        { "DELETE FROM ledger_tiles", "ledger/tile-missing" },
        { "DELETE FROM credentials WHERE id = 12", "audit/counts-differ" },
        { "DELETE FROM credential_payloads WHERE credential = 12", "audit/credential-missing" },
        { "DELETE FROM asset_entries WHERE credential = 13", "audit/entry-without-credential" },
        { "DELETE FROM asset_entries WHERE credential = 13 AND type = 'asset.registered'", "audit/entry-without-credential" },
        { "DELETE FROM authority_entries WHERE ledger_index = 2", "audit/register-changed" },
        { "DELETE FROM permits", "audit/register-changed" },
        { "DELETE FROM status_publications WHERE form = 'token'", "audit/status-list-missing" },
    };

    [Fact]
    public async Task What_was_not_touched_is_clean() => Assert.Empty(await audited.FindingsAsync());

    [Theory, MemberData(nameof(Changes))]
    public async Task One_changed_byte_of_the_database_is_named(string table, string column, string where, int at, string code)
    {
        using var connection = audited.Connect();
        var (row, original) = Read(connection, table, column, where);
        var bytes = original as byte[] ?? System.Text.Encoding.UTF8.GetBytes((string)original);
        var changed = (byte[])bytes.Clone();
        var place = at < 0 ? changed.Length + at : at;
        changed[place] = Other(changed[place]);
        try
        {
            Write(connection, table, column, row, original is byte[]? changed : System.Text.Encoding.UTF8.GetString(changed));
            Assert.Contains(code, await audited.FindingsAsync());
        }
        finally
        {
            Write(connection, table, column, row, original);
        }
    }

    [Theory, MemberData(nameof(Statements))]
    public async Task A_changed_value_or_a_missing_row_is_named(string statement, string code)
    {
        using (audited.Kept())
        {
            using (var connection = audited.Connect())
            {
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA foreign_keys = OFF; " + statement;
                Assert.NotEqual(0, command.ExecuteNonQuery());
            }

            Assert.Contains(code, await audited.FindingsAsync());
        }
    }

    [Theory]
    [InlineData("*.pdf", 0.1)]
    [InlineData("*.pdf", 0.5)]
    [InlineData("*.pdf", 0.9)]
    [InlineData("*.diploma.json", 0.1)]
    [InlineData("*.diploma.json", 0.5)]
    [InlineData("*.diploma.json", 0.95)]
    public async Task One_changed_byte_of_a_delivered_file_is_named(string pattern, double place)
    {
        var file = Directory.GetFiles(audited.Outbox, pattern).Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(file);
        var changed = (byte[])bytes.Clone();
        var at = (int)(changed.Length * place);
        changed[at] = Other(changed[at]);
        try
        {
            File.WriteAllBytes(file, changed);
            Assert.Contains("audit/delivered-changed", await audited.FindingsAsync());
        }
        finally
        {
            File.WriteAllBytes(file, bytes);
        }
    }

    [Fact]
    public async Task A_file_drawn_by_an_older_program_is_named_as_such_and_written_anew()
    {
        var file = Directory.GetFiles(audited.Outbox, "*.pdf").Order(StringComparer.Ordinal).First();
        var bytes = File.ReadAllBytes(file);
        var own = Delivery.DiplomaPdf.Renderer;
        var older = System.Text.Encoding.Latin1.GetString(bytes).Replace($"renderer {own}", "renderer 1", StringComparison.Ordinal);
        File.WriteAllBytes(file, System.Text.Encoding.Latin1.GetBytes(older));

        Assert.Equal(["audit/delivered-older-renderer"], await audited.FindingsAsync());

        File.WriteAllText(Path.Combine(audited.Outbox, ".renderer"), "1");
        Assert.Equal(0, (await audited.RunAsync("republish")).Exit);
        Assert.Equal(own, Delivery.DiplomaPdf.RendererOf(File.ReadAllBytes(file)));
        Assert.Empty(await audited.FindingsAsync());
    }

    [Fact]
    public async Task A_missing_delivered_file_is_named()
    {
        var file = Directory.GetFiles(audited.Outbox, "*.pdf").First();
        File.Move(file, file + ".away");
        try
        {
            Assert.Equal(["audit/not-delivered"], await audited.FindingsAsync());
        }
        finally
        {
            File.Move(file + ".away", file);
        }
    }

    // Another letter or digit, so that text stays text.
    private static byte Other(byte b) => (byte)(b is (byte)'1' or (byte)'b' ? b + 1 : char.IsAsciiDigit((char)b) ? '1' : b ^ 1);

    private static (long Row, object Value) Read(SqliteConnection connection, string table, string column, string where)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT rowid, {column} FROM {table} WHERE {where} LIMIT 1";
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read(), string.Create(CultureInfo.InvariantCulture, $"{table} has no such row"));
        return (reader.GetInt64(0), reader.GetValue(1));
    }

    private static void Write(SqliteConnection connection, string table, string column, long row, object value)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"UPDATE {table} SET {column} = @value WHERE rowid = @row";
        command.Parameters.AddWithValue("@value", value);
        command.Parameters.AddWithValue("@row", row);
        Assert.Equal(1, command.ExecuteNonQuery());
    }

    /// <summary>One installation with more than a full tile of entries, opened once for all these tests.</summary>
    public sealed class Audited : IAsyncLifetime
    {
        private World world = null!;
        private Installation home = null!;

        public string Outbox => world.Outbox;

        public Task<Ended> RunAsync(params string[] args) => world.RunAsync(args);

        public async ValueTask InitializeAsync()
        {
            world = await World.CreateAsync(Dialect.Sqlite, count: 24);
            home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
            await World.FillTileAsync(home);
        }

        public async ValueTask DisposeAsync()
        {
            await home.DisposeAsync();
            world.Dispose();
        }

        public SqliteConnection Connect()
        {
            var connection = new SqliteConnection($"Data Source={Path.Combine(world.Data, "mortanba.db")};Pooling=False");
            connection.Open();
            return connection;
        }

        /// <summary>Codes of the findings, each once.</summary>
        public async Task<IReadOnlyList<string>> FindingsAsync() =>
            [.. (await Audit.RunAsync(home)).Findings.Select(f => f.Code).Distinct()];

        /// <summary>Puts the database back as it was when disposed.</summary>
        public IDisposable Kept() => new Copy(this);

        private sealed class Copy : IDisposable
        {
            private readonly Audited owner;
            private readonly SqliteConnection kept = new("Data Source=:memory:");

            public Copy(Audited owner)
            {
                this.owner = owner;
                kept.Open();
                using var live = owner.Connect();
                live.BackupDatabase(kept);
            }

            public void Dispose()
            {
                using (var live = owner.Connect())
                {
                    kept.BackupDatabase(live);
                }

                kept.Dispose();
            }
        }
    }
}
