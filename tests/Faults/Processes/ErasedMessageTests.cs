using Mortanba.Accounts;
using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Acts;
using Mortanba.Issuance;
using Mortanba.Rules;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

[Collection(SharedWorldCollection.Name)]
public sealed class ErasedMessageTests(SharedWorld shared)
{
    /// <summary>What waits for a holder is destroyed with the diploma, or both are still there.</summary>
    [Fact, Trait("Requirement", "DA-19")]
    public async Task Killed_while_a_diploma_is_erased_its_queued_message_is_gone_with_it_or_neither_is()
    {
        var world = await shared.OfAsync(Dialect.Sqlite);
        var (number, asset) = await SuspendAsync(world);
        Assert.Equal(0, (await world.RunAsync("changes")).Exit);
        Assert.Equal((DiplomaState.Suspended, 1), await LookAsync(world, asset));

        foreach (var (step, isErased) in new[] { ("in-erasure", false), ("before-commit", false), ("after-commit", true) })
        {
            var killed = await Program.RunAsync(
                world.Data,
                ["erase", number, "--reason", "court-order", "--basis", "Ruling 1", "--prepared-by", "officer-1", "--approved-by", "rector-1"],
                ("MORTANBA_CRASH_AT", step));
            Assert.True(killed.Exit == Ended.Killed, $"{step}: {killed.Exit} {killed.Error}");
            Assert.Equal(isErased ? (DiplomaState.Erased, 0) : (DiplomaState.Suspended, 1), await LookAsync(world, asset));
        }

        // The kill after the commit left the delivered files.
        Assert.True(File.Exists(Path.Combine(world.Outbox, Outbox.Name(number) + ".pdf")));
        Assert.Equal(0, (await world.RunAsync("republish")).Exit);
        await world.AuditAsync();
    }

    /// <summary>An order that suspends one diploma whose holder has an address, approved.</summary>
    private static async Task<(string Number, AssetId Asset)> SuspendAsync(World world)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        var (flow, at) = (new DiplomaFlow(home), home.Time.GetUtcNow());
        CredentialSummary one;
        string holder;
        await using (var connection = await home.Database.ConnectAsync())
        {
            one = (await home.Credentials.ListAsync(connection, 0, 100)).Last(c => c.State == DiplomaState.Active && c.Supersedes is null);
            holder = (await connection.QueryAsync("SELECT id FROM accounts ORDER BY id LIMIT 1", r => r.GetString(0), default)).Single();
        }

        await home.Database.WriteAsync(t => Holdings.AddAsync(t, one.Asset, holder, at));
        var proposed = (await new ProposeChange(home, flow).RunAsync(
            Actor.AtConsole("registrar-1"), null,
            new ChangeProposal(
                Guid.CreateVersion7().ToString(), one.Initiator, StateAct.Suspend, "under-review", "Order 11", "registrar-1", at, null,
                [new ProposedChange(one.Asset)]),
            version: null)).Value;
        _ = (await new DecideChange(home).ApproveAsync(
            Actor.AtConsole("rector-1"), null, one.Initiator, proposed.Id, proposed.Version, "rector")).Value;
        return ($"{one.Series} {one.Number}", one.Asset);
    }

    private static async Task<(DiplomaState State, int Messages)> LookAsync(World world, AssetId asset)
    {
        await using var home = (await Installation.OpenAsync(world.Data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var messages = await connection.QueryAsync("SELECT id FROM mail_queue WHERE subject_kind = 'change'", r => r.GetString(0), default);
        return ((await home.Credentials.FindAsync(connection, asset))!.State, messages.Count);
    }
}
