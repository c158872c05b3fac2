using System.Text;
using Microsoft.Data.Sqlite;
using Mortanba.Rules;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

public sealed class EraseTests
{
    // Free words that name a person.
    private const string Petition = "Petition of A. Q. Invented of 1 July";
    private const string Ruling = "Ruling 7 in the matter of A. Q. Invented";

    [Fact]
    [Trait("Requirement", "DA-19")]
    public async Task After_erasing_neither_payload_name_nor_wrapped_key_is_left_in_the_files_of_the_database()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var file = Path.Combine(world.Data, "mortanba.db");
        var (number, key, name, payload) = ReadOne(file);
        Assert.True(Holds(world.Data, key) && Holds(world.Data, name) && Holds(world.Data, payload));

        var suspended = await world.RunAsync(
            "suspend", number, "--reason", ReasonOf(StateAct.Suspend), "--basis", Petition, "--prepared-by", "officer-1",
            "--approved-by", "rector-1");
        Assert.True(suspended.Exit == 0, suspended.Error);
        Assert.True(Holds(world.Data, Encoding.UTF8.GetBytes(Petition)));
        var erased = await EraseAsync(world, number, "court-order");

        Assert.True(erased.Exit == 0, erased.Error);
        Assert.False(Holds(world.Data, key));
        Assert.False(Holds(world.Data, name));
        Assert.False(Holds(world.Data, payload));
        Assert.False(Holds(world.Data, Encoding.UTF8.GetBytes(Petition)));
        Assert.False(Holds(world.Data, Encoding.UTF8.GetBytes(Ruling)));
        var audit = await world.RunAsync("audit");
        Assert.True(audit.Exit == 0, audit.Output);
    }

    [Fact]
    [Trait("Requirement", "DA-19")]
    public async Task A_holder_who_asks_is_told_until_which_day_the_archive_keeps_the_record()
    {
        using var world = await World.CreateAsync(Dialect.Sqlite);
        var number = ReadOne(Path.Combine(world.Data, "mortanba.db")).Number;

        var refused = await EraseAsync(world, number, "holder-request");

        Assert.NotEqual(0, refused.Exit);
        Assert.Contains($"{DateTime.UtcNow.Year + 75}-12-31", refused.Error, StringComparison.Ordinal);
        Assert.Contains("279", refused.Error, StringComparison.Ordinal);
        Assert.Equal(4, (await world.AuditAsync()).Delivered - 1);
    }

    private static Task<Ended> EraseAsync(World world, string number, string reason) => world.RunAsync(
        "erase", number, "--reason", reason, "--basis", Ruling, "--prepared-by", "officer-1", "--approved-by", "rector-1");

    private static string ReasonOf(StateAct act) => RuleBook.Load(RuleBook.DefaultFolder).Value
        .Resolve(RuleKeys.ReasonCodes, new DateOnly(2026, 7, 1)).Value.Value.For(act).First().Code;

    private static (string Number, byte[] Key, byte[] Name, byte[] Payload) ReadOne(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT c.series || ' ' || c.number, p.data_key, p.name, substr(p.payload, 1, 64)
            FROM credentials c JOIN credential_payloads p ON p.credential = c.id WHERE c.state = 'active'
            """;
        using var reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return (reader.GetString(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2),
            reader.GetFieldValue<byte[]>(3));
    }

    private static bool Holds(string data, byte[] bytes) => Directory
        .EnumerateFiles(data, "mortanba.db*")
        .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0);
}
