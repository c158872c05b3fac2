using System.Data.Common;
using System.Globalization;

namespace Mortanba.Storage;

/// <summary>A table, its columns in order, and what the database calls their types.</summary>
internal sealed record BackupTable(string Name, IReadOnlyList<string> Columns, IReadOnlyList<string> Types)
{
    public string TypeOf(string column) => Types[Columns.ToList().IndexOf(column)];
}

internal static class BackupTables
{
    public const string Migrations = "migrations";

    public static async Task<IReadOnlyList<BackupTable>> ListAsync(
        DbTransaction transaction, Dialect dialect, CancellationToken cancel)
    {
        var columns = await transaction.QueryAsync(
            dialect == Dialect.Sqlite
                ? """
                  SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c
                  WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid
                  """
                : """
                  SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
                  WHERE table_schema = current_schema() ORDER BY table_name COLLATE "C", ordinal_position
                  """,
            r => (Table: r.GetString(0), Column: r.GetString(1), Type: r.GetString(2)),
            cancel);
        var tables = columns
            .GroupBy(c => c.Table, StringComparer.Ordinal)
            .Select(g => new BackupTable(g.Key, [.. g.Select(c => c.Column)], [.. g.Select(c => c.Type)]))
            .ToList();
        var references = await transaction.QueryAsync(
            dialect == Dialect.Sqlite
                ? """
                  SELECT m.name, f."table" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'
                  """
                : "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'",
            r => (From: r.GetString(0), To: r.GetString(1)),
            cancel);
        return ReferredFirst(tables, references.ToLookup(r => r.From, r => r.To, StringComparer.Ordinal));
    }

    /// <summary>A table comes after those it refers to, so that each restored row finds what it names.</summary>
    private static List<BackupTable> ReferredFirst(List<BackupTable> tables, ILookup<string, string> references)
    {
        var ordered = new List<BackupTable>(tables.Count);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        tables.ForEach(Visit);
        return ordered;

        void Visit(BackupTable table)
        {
            if (visited.Add(table.Name))
            {
                tables.FindAll(t => references[table.Name].Contains(t.Name)).ForEach(Visit);
                ordered.Add(table);
            }
        }
    }

    /// <summary>The dialects store flags and numbers differently; PostgreSQL's COPY takes none but its own type.</summary>
    public static object? Convert(object? value, string type) => (value, type) switch
    {
        (long number, "integer") => checked((int)number),
        (long number, "smallint") => checked((short)number),
        (long number, "boolean") => number != 0,
        (long number, "double precision") => (double)number,
        (long number, "text") => number.ToString(CultureInfo.InvariantCulture),
        _ => value,
    };
}
