using Mortanba.Delivery;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Host.Demo;
using Mortanba.Issuance;
using Mortanba.Storage;
using Xunit;

namespace Mortanba.Faults.Tests.Processes;

/// <summary>kill -9 around the claim of a diploma: transfer, holding, delivery and record are there together or not at all.</summary>
public sealed class ClaimKillTests
{
    [Theory, Trait("Requirement", "DA-11")]
    [InlineData("before-claim", false)]
    [InlineData("in-claim", false)]
    [InlineData("after-claim-committed", true)]
    public async Task A_claim_killed_before_or_after_it_persists_is_not_half_done_and_comes_through_once(string step, bool persists)
    {
        var data = Directory.CreateTempSubdirectory("mortanba-faults-").FullName;
        try
        {
            string[] demo = ["demo", "--no-serve", "--count", "24"];
            var killed = await Program.RunAsync(data, demo, ("MORTANBA_CRASH_AT", step));
            Assert.True(killed.Exit == Ended.Killed, $"{killed.Exit} {killed.Error}");
            Assert.Equal(persists ? (1, 1, 1) : (0, 0, 0), await LookAsync(data));

            var again = await Program.RunAsync(data, demo);
            Assert.True(again.Exit == 0, again.Error);
            Assert.Equal((1, 1, 1), await LookAsync(data));
            var audit = await Program.RunAsync(data, ["audit"]);
            Assert.True(audit.Exit == 0, audit.Output);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Of the claimant: deliveries claimed, diplomas held, transfers in the ledger of what is held.</summary>
    private static async Task<(int Claimed, int Held, int Transfers)> LookAsync(string data)
    {
        await using var home = (await Installation.OpenAsync(data, TimeProvider.System)).Value;
        await using var connection = await home.Database.ConnectAsync();
        var claimed = await connection.QueryAsync(
            "SELECT credential FROM deliveries WHERE state = 'claimed'", r => AssetId.Parse(r.GetString(0)), default);
        var account = (await connection.QueryAsync(
            "SELECT id FROM accounts WHERE email = @email", r => r.GetString(0), default, ("email", DemoDeliveries.Claimant))).SingleOrDefault();
        var held = account is null ? [] : await Holdings.OfAccountAsync(connection, account);
        var transfers = 0;
        foreach (var asset in held)
        {
            transfers += (await CredentialStore.EntriesOfAsync(connection, asset)).Count(e => e.Type == LedgerEntryTypes.AssetTransferred);
        }

        return (claimed.Count, held.Count, transfers);
    }
}
