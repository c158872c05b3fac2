using System.Text;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Host.Registering;
using Mortanba.Issuance;
using Mortanba.Permits;

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
        var first = (await RunAsync(file)).Value;
        var again = (await RunAsync(file)).Value;
        Assert.Equal((6, 0), (first.Entered, again.Entered));
        Assert.Equal([RegisterOrderKind.Intake, RegisterOrderKind.Decision], first.Waiting.Select(o => o.Kind));
        Assert.Equal(first.Waiting, again.Waiting);
        foreach (var order in first.Waiting)
        {
            Assert.Equal(RegisterOrderState.Done, (await ConfirmAsync(order, "operator-2")).Value.State);
        }

        Assert.Empty((await RunAsync(file)).Value.Waiting);
        await new DiplomaFlow(home).PublishAsync(allStatusLists: true);
        Assert.Empty((await Audit.RunAsync(home)).Findings);

        await using var connection = await home.Database.ConnectAsync();
        var trail = await AuditTrail.OfInstitutionAsync(connection, null, null, 100);
        Assert.Equal(10, trail.Count);
        Assert.Equal(
            ["permits/registered-decision", "permits/registered-intake"],
            trail.Where(row => row.Actor != "operator-1").Select(row => row.What).Order(StringComparer.Ordinal));
        Assert.Equal(6, await home.LogReader.SizeAsync());
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_decision_and_a_raised_intake_wait_for_another_person_and_a_lowered_one_does_not()
    {
        var file = RegisterFile.Parse(await File.ReadAllBytesAsync(Sample())).Value with { Intakes = [] };
        var (bin, programme) = (Bin.Parse(file.Programmes[0].Initiator), file.Programmes[0].Code);
        var decision = Assert.Single((await RunAsync(file)).Value.Waiting);
        Assert.Equal("issuance/same-person", (await ConfirmAsync(decision, "Operator-1")).Problem?.Code);
        await using var connection = await home.Database.ConnectAsync();
        Assert.Null(await IssueDecisions.FindAsync(connection, decision.Subject));
        Assert.Equal("permits/unknown-programme", (await RunAsync(Licensed("6B99999", 5))).Problem?.Code);
        Assert.Equal("permits/malformed-intake", (await RunAsync(Licensed(programme, -1))).Problem?.Code);

        // Entered for the first time, and raised: two people. What was proposed is what is entered, whatever the file says later.
        await EnterAsync(5);
        var raised = Assert.Single((await RunAsync(Licensed(programme, 50))).Value.Waiting);
        Assert.Equal("issuance/register-order-open", (await RunAsync(Licensed(programme, 500))).Problem?.Code);
        Assert.Equal("issuance/same-person", (await ConfirmAsync(raised, "ＯＰＥＲＡＴＯＲ-1")).Problem?.Code);
        Assert.Equal(5, await PlacesAsync());
        Assert.True((await ConfirmAsync(raised, "operator-2")).IsDone);
        Assert.Equal(50, await PlacesAsync());

        var lowered = (await RunAsync(Licensed(programme, 7))).Value;
        Assert.Equal((1, 0), (lowered.Entered, lowered.Waiting.Count));
        var again = Assert.Single((await RunAsync(Licensed(programme, 60))).Value.Waiting);
        Assert.True((await new DecideRegisterOrder(home, new DiplomaFlow(home)).WithdrawAsync(Actor.AtConsole("operator-1"), again.Id, "operator")).IsDone);
        Assert.Equal("issuance/unknown-register-order", (await ConfirmAsync(again, "operator-2")).Problem?.Code);
        Assert.Equal(7, await PlacesAsync());
        var acts = (await AuditTrail.OfInstitutionAsync(connection, null, null, 5)).Select(r => (r.What, r.Actor));
        Assert.Equal(
            [("permits/order-withdrawn", "operator-1"), ("permits/intake-proposed", "operator-1"), ("permits/registered-intake", "operator-1"),
                ("permits/registered-intake", "operator-2"), ("permits/intake-proposed", "operator-1")],
            acts);

        RegisterFile Licensed(string code, int places) => new() { Intakes = [new IntakeItem(bin.Value, code, 2022, places, "Annex 3")] };
        async Task EnterAsync(int places) =>
            Assert.True((await ConfirmAsync(Assert.Single((await RunAsync(Licensed(programme, places))).Value.Waiting), "operator-2")).IsDone);
        async Task<int?> PlacesAsync() => Assert.Single(await Intakes.OfAsync(connection, bin)).Places;
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

    private Task<Outcome<RegisterOrder>> ConfirmAsync(RegisterOrder order, string by) =>
        new DecideRegisterOrder(home, new DiplomaFlow(home)).ConfirmAsync(Actor.AtConsole(by), order.Id, "rector");

    private Task<Outcome<RegisterAuthorities.Registered>> RunAsync(RegisterFile file) =>
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
