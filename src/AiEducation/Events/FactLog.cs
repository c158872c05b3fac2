using System.Data.Common;
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
    private static readonly string[] Columns = ["seq", "at", "type", "school", "subject", "fact_values", "stream", "number"];

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
        (await from.QueryAsync("SELECT COALESCE(MAX(seq), 0) FROM ai_facts", r => r.GetInt64(0), cancel))[0];

    /// <summary>
    /// Keeps facts behind the newest. The number is given when everything else of the transaction is done (<see cref="BeforeCommit"/>), so
    /// that whoever reads up to a place has read everything before it.
    /// </summary>
    public static Task AppendAsync(DbTransaction transaction, IReadOnlyList<KeptFact> facts, CancellationToken cancel = default) => facts.Count == 0
        ? Task.CompletedTask
        : BeforeCommit.RunAsync(transaction, async () =>
        {
            await Database.LockAsync(transaction, "ai_facts", cancel);
            var last = await LastAsync(transaction, cancel);
            await transaction.BulkInsertAsync("ai_facts", Columns, facts.Select((f, i) => Row(f with { Seq = last + 1 + i })), cancel);
        });

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

    private static readonly Dictionary<string, string> Nothing = [];

    private static void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
