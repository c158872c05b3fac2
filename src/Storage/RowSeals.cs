using System.Buffers.Binary;
using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Mortanba.Storage;

/// <summary>A keyed hash: HMAC-SHA256 under a key that is not in the database.</summary>
public delegate byte[] SealMaker(ReadOnlySpan<byte> row);

/// <summary>
/// Seals over single rows, so that a change made past the program is found. A store calls
/// <see cref="TouchAsync"/> before it writes a row of a sealed table; the row as it then stands is sealed before the
/// commit. Costs four short statements a touched row, or as much for hundreds that are announced together
/// (<see cref="TouchManyAsync"/>).
/// </summary>
/// <remarks>
/// The seal covers the table's name and every column with name, type and value, so that both dialects give the same
/// and a backup carries it. A migration that changes a sealed table seals its rows anew. A seal does not tell an older
/// row that was put back together with its older seal; what matters most stands in the ledger, too.
/// </remarks>
public sealed class RowSeals(SealMaker seal, IReadOnlyList<SealedTable> tables)
{
    // Rows of one statement: SQLite's driver looks each argument up from the first, so that many more would cost more again.
    private const int AtOnce = 64;

    // The work of a transaction is spread over stages that know only the transaction itself.
    private static readonly ConditionalWeakTable<DbTransaction, Touched> Open = [];

    /// <summary>The last step: it seals what an older installation holds already.</summary>
    public static Migration Migration { get; } = new("storage", 1, """
        CREATE TABLE row_seals (
            table_name TEXT NOT NULL,
            row_key TEXT NOT NULL,
            seal {blob} NOT NULL,
            PRIMARY KEY (table_name, row_key))
        """);

    /// <summary>
    /// Announces a write of one row. Throws <see cref="RowChangedException"/> when the row was changed past the program:
    /// writing it would seal the change. Does nothing in a database without seals.
    /// </summary>
    public static async Task TouchAsync(
        DbTransaction transaction, string table, CancellationToken cancel, params object[] key)
    {
        if (Open.TryGetValue(transaction, out var touched) && touched.Rows.Add((table, KeyText(key))))
        {
            touched.Keys.Add((await touched.Seals.CheckAsync(transaction, table, [key], cancel), key));
        }
    }

    /// <summary>As <see cref="TouchAsync"/> for many rows of one table: a few statements for hundreds of them.</summary>
    public static async Task TouchManyAsync(
        DbTransaction transaction, string table, IEnumerable<object[]> keys, CancellationToken cancel)
    {
        if (Open.TryGetValue(transaction, out var touched))
        {
            foreach (var some in keys.Where(key => touched.Rows.Add((table, KeyText(key)))).Chunk(AtOnce))
            {
                var sealedTable = await touched.Seals.CheckAsync(transaction, table, some, cancel);
                touched.Keys.AddRange(some.Select(key => (sealedTable, key)));
            }
        }
    }

    /// <summary>
    /// Rows as <c>SELECT t.*</c> gives them, but only those that agree with their seal: one that was changed past the program,
    /// or put in past it, is as if it were not there. For rows that decide who may do what.
    /// </summary>
    /// <param name="where">Condition over the columns of the table, with arguments.</param>
    public async Task<List<T>> AgreeingAsync<T>(
        ReadFrom from, string table, string where, Func<DbDataReader, T> read, CancellationToken cancel,
        params (string Name, object? Value)[] args)
    {
        var key = string.Join(" || '/' || ", tables.Single(t => t.Name == table).Key.Select(k => $"CAST(t.{k} AS TEXT)"));
        var rows = await from.QueryAsync<(bool Agrees, T? Row)>(
            $"SELECT t.*, s.seal FROM {table} t JOIN row_seals s ON s.table_name = '{table}' AND s.row_key = {key} WHERE {where}",
            r => CryptographicOperations.FixedTimeEquals(r.GetBytes(r.FieldCount - 1), seal(Canonical(table, r, r.FieldCount - 1)))
                ? (true, read(r))
                : (false, default),
            cancel, args);
        return [.. rows.Where(r => r.Agrees).Select(r => r.Row!)];
    }

    /// <summary>Rows whose content and seal differ, rows without one, and seals without a row.</summary>
    public Task<IReadOnlyList<(string Table, string Row)>> AuditAsync(
        ReadFrom from, CancellationToken cancel = default) => AuditAsync(from, tables, cancel);

    private async Task<IReadOnlyList<(string Table, string Row)>> AuditAsync(
        ReadFrom from, IReadOnlyList<SealedTable> some, CancellationToken cancel)
    {
        var differing = new List<(string Table, string Row)>();
        var stored = (await from.QueryAsync(
            "SELECT table_name, row_key, seal FROM row_seals",
            r => (Table: r.GetString(0), Key: r.GetString(1), Seal: r.GetBytes(2)),
            cancel)).Where(s => ReferenceEquals(some, tables) || some.Any(t => t.Name == s.Table))
            .ToDictionary(s => (s.Table, s.Key), s => s.Seal);
        foreach (var table in some)
        {
            var rows = await from.QueryAsync(
                $"SELECT t.*, {MustBeSealed(table)} FROM {table.Name} t{Sealed(table)}",
                r => (Key: KeyText([.. table.Key.Select(k => r.GetValue(r.GetOrdinal(k)))]),
                    ReadStanding(table, r).Seal),
                cancel);
            foreach (var row in rows)
            {
                if (!stored.Remove((table.Name, row.Key), out var expected)
                    || !CryptographicOperations.FixedTimeEquals(expected, row.Seal))
                {
                    differing.Add((table.Name, row.Key));
                }
            }
        }

        differing.AddRange(stored.Keys.Order());
        return differing;
    }

    /// <summary>From here on, touched rows of this transaction are known.</summary>
    internal void Begin(DbTransaction transaction) => Open.AddOrUpdate(transaction, new Touched(this));

    /// <summary>Npgsql gives the same object to the next transaction of a connection.</summary>
    internal static void End(DbTransaction transaction) => Open.Remove(transaction);

    /// <summary>Seals every touched row as it stands; the seal of one that is gone goes, too.</summary>
    internal static async Task SealAsync(DbTransaction transaction, CancellationToken cancel)
    {
        if (Open.TryGetValue(transaction, out var touched))
        {
            foreach (var rows in touched.Keys.GroupBy(k => k.Table, k => k.Key))
            {
                foreach (var some in rows.Chunk(AtOnce))
                {
                    await touched.Seals.SealAsync(transaction, rows.Key, some, cancel);
                }
            }

            // Written once more, a row is checked and sealed once more.
            touched.Rows.Clear();
            touched.Keys.Clear();
        }
    }

    /// <summary>Seals what stands in the tables on the day seals are introduced.</summary>
    internal async Task AdoptAsync(DbTransaction transaction, CancellationToken cancel)
    {
        foreach (var table in tables)
        {
            foreach (var some in (await KeysAsync(transaction, table, cancel)).Chunk(AtOnce))
            {
                await SealAsync(transaction, table, some, cancel);
            }
        }
    }

    /// <summary>
    /// Before a step of the schema that alters sealed tables: those tables, with the rows that had been changed past the
    /// program, which the step must not seal.
    /// </summary>
    internal async Task<IReadOnlyList<(SealedTable Table, HashSet<string> Changed)>> BeforeStepAsync(
        DbTransaction transaction, string sql, CancellationToken cancel)
    {
        var named = AlteredTable.Matches(sql).Select(m => m.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
        var altered = tables.Where(t => named.Contains(t.Name) && !sql.Contains($"CREATE TABLE {t.Name} ", StringComparison.Ordinal)).ToList();
        if (altered.Count == 0
            || (await transaction.QueryAsync("SELECT 1 FROM migrations WHERE stage = 'storage'", r => 1, cancel)).Count == 0)
        {
            return [];
        }

        var changed = (await AuditAsync(transaction, altered, cancel)).ToLookup(c => c.Table, c => c.Row, StringComparer.Ordinal);
        return [.. altered.Select(t => (t, changed[t.Name].ToHashSet(StringComparer.Ordinal)))];
    }

    /// <summary>After the step: seals anew what agreed before it.</summary>
    internal async Task AfterStepAsync(
        DbTransaction transaction, IReadOnlyList<(SealedTable Table, HashSet<string> Changed)> altered, CancellationToken cancel)
    {
        foreach (var (table, changed) in altered)
        {
            foreach (var some in (await KeysAsync(transaction, table, cancel)).Where(key => !changed.Contains(KeyText(key))).Chunk(AtOnce))
            {
                await SealAsync(transaction, table, some, cancel);
            }
        }
    }

    private static readonly Regex AlteredTable = new(@"\b(?:ALTER TABLE|UPDATE)\s+(\w+)");

    /// <summary>The rows' table, when each row as it stands agrees with its seal.</summary>
    private async Task<SealedTable> CheckAsync(
        DbTransaction transaction, string name, object[][] keys, CancellationToken cancel)
    {
        var table = tables.Single(t => t.Name == name);
        // The rows first, and held: PostgreSQL lets two writers touch one row, and the second must see what the first sealed.
        var rows = await RowsAsync(transaction, table, keys, cancel, hold: true);
        var stored = (await transaction.QueryAsync(
            $"SELECT row_key, seal FROM row_seals WHERE table_name = @table AND row_key IN ({Names("k", keys.Length)})",
            r => (Key: r.GetString(0), Seal: r.GetBytes(1)), cancel,
            [("table", name), .. keys.Select((key, i) => ($"k{i}", (object?)KeyText(key)))]))
            .ToDictionary(s => s.Key, s => s.Seal, StringComparer.Ordinal);
        foreach (var key in keys.Select(KeyText))
        {
            var row = rows.GetValueOrDefault(key);
            var agrees = stored.TryGetValue(key, out var seal)
                ? row is not null && CryptographicOperations.FixedTimeEquals(seal, row.Seal)
                : row is not { MustBeSealed: true };
            if (!agrees)
            {
                throw new RowChangedException(name, key);
            }
        }

        return table;
    }

    private static string Names(string prefix, int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => $"@{prefix}{i}"));

    /// <summary>The rows that must have a seal, and those that have one.</summary>
    private static Task<List<object[]>> KeysAsync(DbTransaction transaction, SealedTable table, CancellationToken cancel) =>
        transaction.QueryAsync(
            $"SELECT {string.Join(", ", table.Key)} FROM {table.Name} t{Sealed(table)}",
            r => table.Key.Select((_, i) => r.GetValue(i)).ToArray(),
            cancel);

    private async Task SealAsync(DbTransaction transaction, SealedTable table, object[][] keys, CancellationToken cancel)
    {
        var standing = await RowsAsync(transaction, table, keys, cancel);
        if (standing.Count > 0)
        {
            var rows = standing.ToList();
            await transaction.ExecuteAsync(
                $"""
                INSERT INTO row_seals (table_name, row_key, seal) VALUES {string.Join(", ", rows.Select((_, i) => $"(@table, @k{i}, @s{i})"))}
                ON CONFLICT (table_name, row_key) DO UPDATE SET seal = excluded.seal
                """,
                cancel,
                [("table", table.Name), .. rows.SelectMany((row, i) => new[] { ($"k{i}", (object?)row.Key), ($"s{i}", row.Value.Seal) })]);
        }

        var gone = keys.Select(KeyText).Where(key => !standing.ContainsKey(key)).ToList();
        if (gone.Count > 0)
        {
            await transaction.ExecuteAsync(
                $"DELETE FROM row_seals WHERE table_name = @table AND row_key IN ({Names("k", gone.Count)})",
                cancel, [("table", table.Name), .. gone.Select((key, i) => ($"k{i}", (object?)key))]);
        }
    }

    /// <summary>The seals that fit the rows as they stand, by the text of the key; none where there is no row.</summary>
    private async Task<Dictionary<string, Standing>> RowsAsync(
        DbTransaction transaction, SealedTable table, object[][] keys, CancellationToken cancel, bool hold = false)
    {
        // Rows that share all of the key but its last column are looked up in its index together.
        var (args, groups) = (new List<(string, object?)>(), new List<string>());
        string Name(object value)
        {
            args.Add(($"a{args.Count}", value));
            return $"@a{args.Count - 1}";
        }

        foreach (var alike in keys.GroupBy(key => KeyText(key[..^1]), StringComparer.Ordinal))
        {
            var first = table.Key.SkipLast(1).Select((column, i) => $"{column} = {Name(alike.First()[i])}");
            groups.Add($"({string.Join(" AND ", first.Append($"{table.Key[^1]} IN ({string.Join(", ", alike.Select(key => Name(key[^1])))})"))})");
        }

        var rows = await transaction.QueryAsync(
            $"SELECT t.*, {MustBeSealed(table)} FROM {table.Name} t WHERE {string.Join(" OR ", groups)}{(hold && transaction is NpgsqlTransaction ? " FOR UPDATE" : "")}",
            r => (Key: KeyText([.. table.Key.Select(k => r.GetValue(r.GetOrdinal(k)))]), Row: ReadStanding(table, r)),
            cancel,
            [.. args]);
        return rows.ToDictionary(r => r.Key, r => r.Row, StringComparer.Ordinal);
    }

    private static string Sealed(SealedTable table) => table.Where is null
        ? ""
        : $" WHERE {table.Where} OR EXISTS (SELECT 1 FROM row_seals s WHERE s.table_name = '{table.Name}'"
            + $" AND s.row_key = CAST(t.{table.Key[0]} AS TEXT))";

    private static string MustBeSealed(SealedTable table) => $"CASE WHEN {table.Where ?? "1 = 1"} THEN 1 ELSE 0 END";

    private Standing ReadStanding(SealedTable table, DbDataReader row) =>
        new(seal(Canonical(table.Name, row, row.FieldCount - 1)), row.GetInt32(row.FieldCount - 1) == 1);

    private static string KeyText(IEnumerable<object> key) =>
        string.Join('/', key.Select(k => Convert.ToString(k, CultureInfo.InvariantCulture)));

    /// <summary>Table, then each column by name: name, one letter for the type, length, value.</summary>
    private static byte[] Canonical(string table, DbDataReader row, int columns)
    {
        using var bytes = new MemoryStream();
        Add(bytes, 't', Encoding.UTF8.GetBytes(table));
        foreach (var i in Enumerable.Range(0, columns).OrderBy(row.GetName, StringComparer.Ordinal))
        {
            Add(bytes, 'c', Encoding.UTF8.GetBytes(row.GetName(i)));
            switch (row.GetValue(i))
            {
                case DBNull:
                    Add(bytes, 'n', []);
                    break;
                case string text:
                    Add(bytes, 's', Encoding.UTF8.GetBytes(text));
                    break;
                case byte[] blob:
                    Add(bytes, 'b', blob);
                    break;
                case var number:
                    Add(bytes, 'i', Encoding.ASCII.GetBytes(Convert.ToString(number, CultureInfo.InvariantCulture)!));
                    break;
            }
        }

        return bytes.ToArray();
    }

    private static void Add(MemoryStream bytes, char type, ReadOnlySpan<byte> value)
    {
        Span<byte> head = stackalloc byte[5];
        head[0] = (byte)type;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], value.Length);
        bytes.Write(head);
        bytes.Write(value);
    }

    private sealed record Standing(byte[] Seal, bool MustBeSealed);

    private sealed class Touched(RowSeals seals)
    {
        public RowSeals Seals { get; } = seals;

        public HashSet<(string Table, string Key)> Rows { get; } = [];

        public List<(SealedTable Table, object[] Key)> Keys { get; } = [];
    }
}

/// <summary>A row was changed past the program. The write that met it is not done; <c>audit</c> names every such row.</summary>
public sealed class RowChangedException(string table, string row)
    : Exception($"The row {row} of {table} was changed past the program.")
{
    public string Table { get; } = table;

    public string Row { get; } = row;
}
