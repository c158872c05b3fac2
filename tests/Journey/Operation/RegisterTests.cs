using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Registering;

namespace Mortanba.Journey.Tests.Operation;

/// <summary>An installation without the demonstration: what the operator enters from a file stands on the ledger.</summary>
public sealed class RegisterTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("mortanba-register-").FullName;
    private Installation home = null!;

    public async ValueTask InitializeAsync()
    {
        new Settings("demo", "KZ", "sqlite:mortanba.db", "http://localhost:5080", "localhost:5080/log", "210340001011").Save(directory);
        home = (await Installation.OpenAsync(directory, TimeProvider.System)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        await home.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact, Trait("Requirement", "DA-6")]
    public async Task The_sample_file_is_entered_once_and_the_audit_is_clean()
    {
        var file = RegisterFile.Parse(await File.ReadAllBytesAsync(Sample())).Value;
        Assert.Equal(8, (await RunAsync(file)).Value);
        Assert.Equal(0, (await RunAsync(file)).Value);
        await new DiplomaFlow(home).PublishAsync(allStatusLists: true);
        Assert.Empty((await Audit.RunAsync(home)).Findings);

        await using var connection = await home.Database.ConnectAsync();
        var trail = await AuditTrail.OfInstitutionAsync(connection, null, null, 100);
        Assert.Equal(8, trail.Count);
        Assert.All(trail, row => Assert.Equal("operator-1", row.Actor));
        Assert.Equal(6, await home.LogReader.SizeAsync());
    }

    [Theory]
    [InlineData("""{"organisations":[{"bin":"1"}]}""", "host/register-unreadable")]
    [InlineData("""{"organizations":[]}""", "host/register-unreadable")]
    [InlineData("null", "host/register-unreadable")]
    [InlineData("""{"permits":[{"number":"1","bin":"940540002029","from":"2026-01-01","decidedBy":"a","role":"b","evidence":["c"],"reason":"d"}]}""", "permits/unknown-institution")]
    [InlineData("""{"permits":[{"number":"1","bin":"940540002020","from":"2026-01-01","decidedBy":"a","role":"b","evidence":["c"],"reason":"d"}]}""", "host/register-bin")]
    public async Task What_cannot_be_entered_is_refused_and_nothing_of_it_stands(string json, string code)
    {
        var parsed = RegisterFile.Parse(Encoding.UTF8.GetBytes(json));
        var problem = parsed.TryGet(out var file, out var refused) ? (await RunAsync(file)).Problem : refused;
        Assert.Equal(code, problem?.Code);
        Assert.Equal(0, await home.LogReader.SizeAsync());
    }

    private Task<Outcome<int>> RunAsync(RegisterFile file) =>
        new RegisterAuthorities(home, new DiplomaFlow(home), Actor.AtConsole("operator-1")).RunAsync(file);

    private static string Sample()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "samples", "register.json")))
            {
                return Path.Combine(folder.FullName, "samples", "register.json");
            }
        }

        throw new FileNotFoundException("samples/register.json");
    }
}
