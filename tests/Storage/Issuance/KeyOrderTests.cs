using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Issuance.Samples;
using Mortanba.Permits;
using Xunit;

namespace Mortanba.Storage.Tests.Issuance;

/// <summary>Orders about keys: who proposes, who confirms, and which diplomas a key signed, on both databases.</summary>
public sealed class KeyOrderTests
{
    private static readonly DateTimeOffset At = IssuanceSamples.Now;
    private static readonly Bin Own = IssuanceSamples.InitiatorBin;

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task Of_two_deciders_at_once_one_counts_and_whoever_proposed_is_none(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        var (orders, key) = (new KeyOrders(bed.Vault), await RegisterAsync(bed));
        var proposal = new KeyProposal("one", Own, KeyAct.Compromise, key, At, null, "Act 4", "registrar", At);
        var twice = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => bed.Database.WriteAsync(t => orders.ProposeAsync(t, proposal)))));
        Assert.All(twice, o => Assert.Equal("Act 4", o.Value.Basis));
        Assert.Equal(
            "issuance/key-order-open", (await bed.Database.WriteAsync(t => orders.ProposeAsync(t, proposal with { Id = "two" }))).Problem?.Code);
        Task<Outcome<KeyOrder>> Approve(string by) => bed.Database.WriteAsync(t => orders.ApproveAsync(t, Own, "one", 1, by, "rector", At));

        Assert.Equal("issuance/same-person", (await Approve("REGISTRAR ")).Problem?.Code);
        await using (var connection = await bed.Database.ConnectAsync())
        {
            Assert.Equal("issuance/key-suspected", (await KeyOrders.SuspicionAsync(connection, key))?.Code);
        }

        // Whoever might be the thief does not take the suspicion back.
        Assert.Equal(
            "issuance/key-suspicion-of-another",
            (await bed.Database.WriteAsync(t => orders.WithdrawAsync(t, Own, "one", 1, "rector", At))).Problem?.Code);
        var both = await Task.WhenAll(
            Task.Run(() => Approve("rector")),
            Task.Run(() => bed.Database.WriteAsync(t => orders.WithdrawAsync(t, Own, "one", 1, "registrar", At))),
            Task.Run(() => Approve("dean")));
        Assert.Single(both, o => o.IsDone);
        Assert.All(both.Where(o => !o.IsDone), o => Assert.Equal("issuance/change-went-on", o.Problem?.Code));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "DA-25")]
    public async Task What_a_key_signed_is_told_by_its_place_in_the_ledger_and_what_falls_by_place_and_time(Dialect dialect)
    {
        await using var bed = await IssuanceTestBed.CreateAsync(dialect);
        _ = await RegisterAsync(bed);
        var issued = await bed.SignAsync([.. Enumerable.Range(0, 3).Select(i => IssuanceSamples.Diploma(i))]);
        await bed.Database.WriteAsync(async t =>
        {
            Assert.Null((await CredentialStore.InsertAsync(t, "batch", issued, 5, supersedes: null)).Problem);
        });

        await using var connection = await bed.Database.ConnectAsync();
        async Task<(int, int)> ReachAsync(long first, long? end, DateTimeOffset since, long size = long.MaxValue)
        {
            var reach = await SignedByKey.ReachAsync(connection, Own, new KeySpan(first, end), new KeyLoss(since, size));
            return (reach.Stood, reach.Fell);
        }

        // At that very second they fall, as verifiers read it.
        Assert.Equal((0, 3), await ReachAsync(4, null, At));
        Assert.Equal((3, 0), await ReachAsync(4, null, At.AddSeconds(1)));
        Assert.Equal((0, 2), await ReachAsync(4, 7, At));
        Assert.Equal((0, 0), await ReachAsync(7, null, At));
        // Dated before, but the checkpoint that was out by then covers the first alone.
        Assert.Equal((1, 2), await ReachAsync(4, null, At.AddSeconds(1), size: 6));
        Assert.Equal(
            [issued[1].Asset],
            (await new SignedByKey(bed.Store).PageAsync(connection, Own, new KeySpan(4, null), new KeyLoss(At, 6), fallen: true, 1, 1)).Select(c => c.Asset));
    }

    private static async Task<string> RegisterAsync(IssuanceTestBed bed)
    {
        await bed.Database.MigrateAsync(PermitsSchema.Migrations, default);
        var kid = "did:web:example.org#key-1";
        await bed.Database.WriteAsync(async t =>
        {
            _ = (await RegisterInstitution.RunAsync(
                t,
                new Organisation(
                    Own, "did:web:example.org", OrganisationRole.Initiator, LocalizedText.Same("University"), LocalizedText.Same("City"),
                    LocalizedText.Same("Rector"), LocalizedText.Same("Status")),
                At)).Value;
            _ = (await RegisterKey.RunAsync(t, new(Own, kid, SignerKeys(bed), At))).Value;
        });
        return kid;
    }

    private static string SignerKeys(IssuanceTestBed bed) => Credentials.SignerKeys.ToPublicKey(bed.Key).Multibase;
}
