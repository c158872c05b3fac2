using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Mortanba.Foundation;
using Mortanba.Storage;

namespace Mortanba.AiEducation;

/// <summary>A fact as it was kept.</summary>
/// <param name="Seq">Place in the one order of all facts, from 1, without gaps.</param>
/// <param name="Stream">With the number: the event that it follows from. The same event told twice is one.</param>
public sealed record KeptFact(long Seq, DateTimeOffset At, string? School, EventFact Fact, string Stream, int Number);

/// <summary>The facts of all events in the order in which they were kept.</summary>
public static class FactLog
{
    private const string HeadName = "facts";

    private static readonly string[] Columns = ["seq", "at", "type", "school", "subject", "fact_values", "stream", "number", "chain"];
    private static readonly byte[] Beginning = [];
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>Facts behind a place, in their order; streamed, so that ten million fit in no memory at once.</summary>
    public static async IAsyncEnumerable<KeptFact> SinceAsync(
        DbConnection connection, long seq, int max, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT seq, at, type, school, subject, fact_values, stream, number FROM ai_facts WHERE seq > @seq ORDER BY seq LIMIT @max";
        Add(command, "seq", seq);
        Add(command, "max", max);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            yield return Read(reader);
        }
    }

    /// <summary>The newest place; 0 when there is none.</summary>
    public static async Task<long> LastAsync(ReadFrom from, CancellationToken cancel = default) =>
        await from.QueryAsync("SELECT seq FROM ai_fact_head", r => r.GetInt64(0), cancel) is [var last] ? last : 0;

    /// <summary>
    /// Keeps facts behind the newest. The number is given when everything else of the transaction is done (<see cref="BeforeCommit"/>), so
    /// that whoever reads up to a place has read everything before it. Each fact is hashed with the one before it under a key that is not in
    /// the database, and the head of that chain is sealed: a fact that is changed, put in or taken out past the program is found.
    /// </summary>
    public static Task AppendAsync(DbTransaction transaction, IKeyVault vault, IReadOnlyCollection<KeptFact> facts, CancellationToken cancel = default) =>
        facts.Count == 0 ? Task.CompletedTask : BeforeCommit.RunAsync(transaction, async () =>
        {
            await Database.LockAsync(transaction, "ai_facts", cancel);
            await transaction.TouchAsync("ai_fact_head", cancel, HeadName);
            var (last, chain) = await HeadAsync(transaction, cancel);
            await transaction.BulkInsertAsync(
                "ai_facts", Columns,
                facts.Select(f =>
                {
                    var row = Row(f with { Seq = ++last });
                    chain = Next(vault, chain, row);
                    return (object?[])[.. row, chain];
                }),
                cancel);
            await transaction.ExecuteAsync(
                """
                INSERT INTO ai_fact_head (name, seq, chain) VALUES (@name, @seq, @chain)
                ON CONFLICT (name) DO UPDATE SET seq = @seq, chain = @chain
                """,
                cancel, ("name", HeadName), ("seq", last), ("chain", chain));
        });

    /// <summary>The first place that does not agree with the chain, one behind the newest when the end was taken away; null when all agree.</summary>
    public static async Task<long?> CheckAsync(DbTransaction transaction, IKeyVault vault, CancellationToken cancel = default)
    {
        var (end, head) = await HeadAsync(transaction, cancel);
        var (last, chain) = (0L, Beginning);
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"SELECT {string.Join(", ", Columns)} FROM ai_facts ORDER BY seq";
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            chain = Next(vault, chain, Cells(reader));
            last++;
            if (reader.GetInt64(0) != last || !chain.AsSpan().SequenceEqual(reader.GetBytes(Columns.Length - 1)))
            {
                return last;
            }
        }

        return last == end && chain.AsSpan().SequenceEqual(head) ? null : last + 1;
    }

    // A row that was read holds all its cells.
    private static object?[] Cells(DbDataReader r) => [.. Enumerable.Range(0, Columns.Length - 1).Select(i => r.IsDBNull(i) ? null : r.GetValue(i))];

    private static async Task<(long Seq, byte[] Chain)> HeadAsync(ReadFrom from, CancellationToken cancel) =>
        await from.QueryAsync("SELECT seq, chain FROM ai_fact_head", r => (r.GetInt64(0), r.GetBytes(1)), cancel) is [var head] ? head : (0, Beginning);

    private static byte[] Next(IKeyVault vault, byte[] before, object?[] row) => vault.Fingerprint(
        "ai/facts", [.. before, .. JsonSerializer.SerializeToUtf8Bytes(row.Select(v => v is null ? null : string.Create(CultureInfo.InvariantCulture, $"{v}")))]);

    private static object?[] Row(KeptFact f) =>
    [
        f.Seq, LedgerEntry.Time(f.At), f.Fact.Type, f.School, f.Fact.Subject,
        f.Fact.Values.Count == 0 ? "" : JsonSerializer.Serialize(f.Fact.Values), f.Stream, f.Number,
    ];

    private static KeptFact Read(DbDataReader r)
    {
        var values = r.GetString(5);
        return new KeptFact(
            r.GetInt64(0), LedgerEntry.TimeOf(r.GetString(1)), r.IsDBNull(3) ? null : r.GetString(3),
            new EventFact(
                r.GetString(2), r.IsDBNull(4) ? null : r.GetString(4),
                values.Length == 0 ? Nothing : JsonSerializer.Deserialize<Dictionary<string, string>>(values)!),
            r.GetString(6), r.GetInt32(7));
    }

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
