using System.Runtime.CompilerServices;
using Mortanba.Accounts;
using Mortanba.Foundation;
using Mortanba.Host.Acts;
using Mortanba.Host.Mail;
using Mortanba.Host.Web;
using Mortanba.Issuance;

namespace Mortanba.Host.Bench;

/// <summary>
/// The drill of a stolen key: what falls is listed, the ledger says it, every fallen diploma is replaced and delivered anew; then a
/// rotation. Each is timed.
/// </summary>
internal static class KeyBench
{
    public static async IAsyncEnumerable<Measurement> RunAsync(
        int count, int? courses, string? database, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var world = await BenchWorld.CreateAsync(database, cancel);
        var home = world.Home;
        await world.IssueAsync(world.WriteList(count, courses), cancel);
        await world.Flow.PublishAsync(cancel: cancel);
        var issued = (await world.CredentialsAsync(count, cancel)).ToList();
        var (bin, since) = (issued[0].Initiator, issued.Min(c => c.IssuedAt));
        var numbers = string.Join(", ", issued.Select(c => c.Series).Distinct(StringComparer.Ordinal).Select(s => s + " 90000001"));
        KeyOrder order = null!;
        yield return await Measurement.OfAsync(
            "key-compromise-list", count, async () => order = await ProposeAsync(home, bin, KeyAct.Compromise, 1, since, numbers, cancel));
        yield return await Measurement.OfAsync("key-compromise-ledger", count, () => ConfirmAsync(world, order, cancel));

        await using var services = new ServiceCollection().AddLogging().AddSingleton(home.Time)
            .AddMortanbaAccounts(home, home.Settings.Site).BuildServiceProvider();
        var changes = new CarryOutChanges(home, world.Flow, services.GetRequiredService<MailQueue>(), Texts.Read());
        yield return await Measurement.OfAsync("key-compromise-reissue", count, () => changes.RunAsync(cancel));
        order = await ProposeAsync(home, bin, KeyAct.Rotate, 2, null, null, cancel);
        yield return await Measurement.OfAsync("key-rotation", 1, () => ConfirmAsync(world, order, cancel));
    }

    private static async Task<KeyOrder> ProposeAsync(
        Installation home, Bin bin, KeyAct act, int key, DateTimeOffset? since, string? numbers, CancellationToken cancel)
    {
        var now = home.Time.GetUtcNow();
        var order = (await new ProposeKeyOrder(home).RunAsync(
            Actor.AtConsole("registrar-1"), null,
            new KeyProposal(
                Guid.CreateVersion7(now).ToString(), bin, act, Permits.InstitutionKey.KidOf(home.DidOf(bin), key), since, numbers, "Drill",
                "registrar-1", now),
            cancel)).Value;
        await using var connection = await home.Database.ConnectAsync(cancel);
        _ = await ProposeKeyOrder.ReachAsync(connection, order, cancel);
        return order;
    }

    private static async Task ConfirmAsync(BenchWorld world, KeyOrder order, CancellationToken cancel)
    {
        _ = (await new DecideKeyOrder(world.Home).ConfirmAsync(
            Actor.AtConsole("rector-1"), null, order.Institution, order.Id, order.Version, "rector", cancel)).Value;
        await new CarryOutKeyOrders(world.Home, world.Flow).RunAsync(cancel);
    }
}
