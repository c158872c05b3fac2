using Microsoft.Data.Sqlite;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

public sealed class EraseTests
{
    [Fact]
    [Trait("Requirement", "DA-19")]
    public async Task After_erasing_neither_payload_nor_wrapped_key_is_left_in_the_files_of_the_database()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var file = Path.Combine(world.Data, "mortanba.db");
        var (number, key, payload) = ReadOne(file);
        Assert.True(Holds(world.Data, key) && Holds(world.Data, payload));

        var erased = await world.RunAsync(
            "erase", number, "--reason", ReasonOf(), "--basis", "Request 1", "--prepared-by", "officer-1", "--approved-by", "rector-1");

        Assert.True(erased.Exit == 0, erased.Error);
        Assert.False(Holds(world.Data, key));
        Assert.False(Holds(world.Data, payload));
        var audit = await world.RunAsync("audit");
        Assert.True(audit.Exit == 0, audit.Output);
    }

    private static string ReasonOf() => Rules.RuleBook.Load(Rules.RuleBook.DefaultFolder).Value
        .Resolve(Rules.RuleKeys.ReasonCodes, new DateOnly(2026, 7, 1)).Value.Value.For(Rules.StateAct.Erase).First().Code;

    private static (string Number, byte[] Key, byte[] Payload) ReadOne(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT c.series || ' ' || c.number, p.data_key, substr(p.payload, 1, 64)
            FROM credentials c JOIN credential_payloads p ON p.credential = c.id WHERE c.state = 'active'
            """;
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return (reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2));
    }

    private static bool Holds(string data, byte[] bytes) => Directory
        .EnumerateFiles(data, "mortanba.db*")
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0);
}
