using Mortanba.Flow.Tests.Issuance;
using Mortanba.Foundation;
using Mortanba.Host;
using Mortanba.Issuance;
using Mortanba.Storage;
using Mortanba.Verification;

namespace Mortanba.Journey.Tests;

/// <summary>The life of an institution's keys: rotation, retirement, compromise, and what becomes of its diplomas.</summary>
public sealed class KeyLifeTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Theory, InlineData(false), InlineData(true), Trait("Requirement", "DA-25"), Trait("Requirement", "X-13")]
    public async Task What_the_ledger_had_before_a_compromise_stands_and_the_rest_is_issued_anew_in_one_act(bool inToken)
    {
        using var hsm = inToken ? new SoftHsm() : null;
        await using var world = await KeyWorld.CreateAsync(hsm is null ? null : new KeySettings(hsm.Settings));
        var before = (await world.IssueAsync(4)).Value;
        world.Time.Pass(2 * Day);
        // Dated before the theft, but under no checkpoint that was out by then: any thief could write that date.
        var unseen = (await world.IssueAsync(1, publish: false)).Value;
        world.Time.Pass(TimeSpan.FromMinutes(1));
        var theft = world.Time.GetUtcNow();
        world.Time.Pass(Day);
        var after = (await world.IssueAsync(5)).Value;
        Assert.True(unseen[0].Summary.IssuedAt < theft);
        var (old, fallen) = (await world.FileAsync(before[0].Summary.Asset), await world.FileAsync(after[0].Summary.Asset));
        var series = after.Concat(unseen).Select(d => d.Summary.Series).Distinct().ToList();

        Assert.Equal("keys/series-missing", (await world.ProposeAsync(KeyAct.Compromise, theft, "ZZ 100")).Problem?.Code);
        Assert.Equal("issuance/key-since", (await world.ProposeAsync(KeyAct.Compromise, theft + (9 * Day))).Problem?.Code);
        var order = (await world.ProposeAsync(KeyAct.Compromise, theft, string.Join(", ", series.Select(s => s + " 90000001")))).Value;

        // The list before the act; while it is looked at, the key signs nothing.
        await using (var connection = await world.Home.Database.ConnectAsync())
        {
            var reach = (await Host.Acts.ProposeKeyOrder.ReachAsync(connection, order))!;
            Assert.Equal((4, 6, 6), (reach.Stood, reach.Fell, reach.InForce));
        }

        Assert.Equal("issuance/key-suspected", (await world.IssueAsync(1)).Problem?.Code);
        Assert.Equal("issuance/key-suspected", (await world.DecideAsync("D-other")).Problem?.Code);
        Assert.Equal("issuance/key-order-open", (await world.ProposeAsync(KeyAct.Rotate)).Problem?.Code);
        Assert.Equal("issuance/same-person", (await world.ConfirmAsync(order, "Registrar-1")).Problem?.Code);
        _ = (await world.ConfirmAsync(order)).Value;
        await world.BeatAsync();

        var done = await world.OrderAsync(order);
        Assert.Equal((KeyOrderState.Done, 4, 6, 6), (done.State, done.Stood, done.Fell, done.Reissued));
        Assert.EndsWith("#key-2", done.NewKid, StringComparison.Ordinal);
        Assert.Equal(Verdict.InForce, (await world.VerifyAsync(old)).Verdict);
        var lost = await world.VerifyAsync(fallen);
        Assert.Equal(Verdict.NotGenuine, lost.Verdict);
        Assert.Equal("verification/key-compromised", lost.Checks.Single(c => c.Name == CheckName.KeyValid).Reason);

        foreach (var one in after.Concat(unseen))
        {
            var by = await NewerAsync(world, one);
            Assert.StartsWith("9000000", by.Summary.Number, StringComparison.Ordinal);
            Assert.Equal(one.Record.Content with { Number = by.Record.Content.Number }, by.Record.Content, Same);
            Assert.EndsWith("#key-2", by.Record.InitiatorKeyId, StringComparison.Ordinal);
            Assert.Equal(Verdict.InForce, (await world.VerifyAsync(await world.FileAsync(by.Summary.Asset))).Verdict);
        }

        Assert.True((await world.IssueAsync(1)).IsDone);
        Assert.Equal(inToken, hsm is not null && world.Home.Vault is TokenVault);
        Assert.DoesNotContain((await Audit.RunAsync(world.Home)).Findings, f => f.Code != "audit/not-delivered");
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_planned_rotation_comes_on_its_day_and_old_diplomas_stay_valid()
    {
        await using var world = await KeyWorld.CreateAsync();
        var first = (await world.IssueAsync(2)).Value;
        var file = await world.FileAsync(first[0].Summary.Asset);
        var order = (await world.ProposeAsync(KeyAct.Rotate, world.Time.GetUtcNow() + (3 * Day))).Value;
        _ = (await world.ConfirmAsync(order)).Value;
        await world.BeatAsync();
        Assert.Equal(KeyOrderState.Approved, (await world.OrderAsync(order)).State);
        Assert.EndsWith("#key-1", (await world.IssueAsync(1)).Value[0].Record.InitiatorKeyId, StringComparison.Ordinal);

        world.Time.Pass(3 * Day);
        await world.BeatAsync();
        Assert.Equal(KeyOrderState.Done, (await world.OrderAsync(order)).State);
        var second = (await world.IssueAsync(2)).Value;
        Assert.All(second, d => Assert.EndsWith("#key-2", d.Record.InitiatorKeyId, StringComparison.Ordinal));
        foreach (var offline in (bool[])[false, true])
        {
            Assert.Equal(Verdict.InForce, (await world.VerifyAsync(file, offline)).Verdict);
            Assert.Equal(Verdict.InForce, (await world.VerifyAsync(await world.FileAsync(second[0].Summary.Asset), offline)).Verdict);
        }

        // The operator's key signs status lists; they are all signed anew with the one that follows.
        var operatorBin = Bin.Parse(world.Home.Settings.OperatorBin);
        _ = (await world.ConfirmAsync((await world.ProposeAsync(KeyAct.Rotate, institution: operatorBin)).Value)).Value;
        await world.BeatAsync();
        Assert.Equal(Verdict.InForce, (await world.VerifyAsync(file)).Verdict);
        Assert.DoesNotContain((await Audit.RunAsync(world.Home)).Findings, f => f.Code != "audit/not-delivered");

        _ = (await world.ConfirmAsync((await world.ProposeAsync(KeyAct.Retire, key: 2)).Value)).Value;
        await world.BeatAsync();
        Assert.Contains("gate", (await world.IssueAsync(1)).Problem?.Code, StringComparison.Ordinal);
        Assert.Equal(Verdict.InForce, (await world.VerifyAsync(file)).Verdict);
        Assert.Equal("issuance/key-act-late", (await world.ProposeAsync(KeyAct.Rotate, key: 2)).Problem?.Code);
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task What_goes_beyond_the_quota_waits_for_an_approver_and_what_was_left_is_issued_anew_later()
    {
        await using var world = await KeyWorld.CreateAsync(quota: new SigningSettings(PerDay: 9, PerList: 3));
        world.Time.Pass(Day);
        var start = world.Time.GetUtcNow();
        var all = (await world.IssueAsync(3)).Value.Concat((await world.IssueAsync(3)).Value).ToList();
        var order = (await world.ProposeAsync(KeyAct.Compromise, start)).Value;
        _ = (await world.ConfirmAsync(order)).Value;
        await world.BeatAsync();
        var done = await world.OrderAsync(order);
        Assert.Equal((KeyOrderState.Done, 0, 6, 0), (done.State, done.Stood, done.Fell, done.Reissued));

        var numbers = string.Join("; ", all.Select(d => d.Summary.Series).Distinct().Select(s => s + "90000001"));
        var again = (await world.ProposeAsync(KeyAct.Reissue, numbers: numbers)).Value;
        _ = (await world.ConfirmAsync(again)).Value;
        await world.BeatAsync();
        await using var connection = await world.Home.Database.ConnectAsync();
        var changes = await world.Home.ChangeOrders.OfOriginAsync(connection, world.Own, again.Origin);
        Assert.Equal([(ChangeOrderState.Done, 3, 0), (ChangeOrderState.Proposed, 0, 0)], changes.Select(c => (c.State, c.DoneCount, c.RefusedCount)).OrderByDescending(c => c.DoneCount));
    }

    [Fact, Trait("Requirement", "X-13")]
    public async Task A_number_that_is_taken_costs_no_diploma_its_replacement_and_no_account_acts_for_a_typed_name()
    {
        await using var world = await KeyWorld.CreateAsync();
        var origins = new List<string>();
        async Task<KeyOrder> LostAsync(int key, DateTimeOffset since, IEnumerable<StoredDiploma> of, string first)
        {
            var numbers = string.Join(", ", of.Select(d => d.Summary.Series).Distinct().Select(s => s + first));
            var order = (await world.ProposeAsync(KeyAct.Compromise, since, numbers, key: key)).Value;
            _ = (await world.ConfirmAsync(order)).Value;
            await world.BeatAsync();
            origins.Add(order.Origin);
            return await world.OrderAsync(order);
        }

        world.Time.Pass(TimeSpan.FromMinutes(1));
        var since = world.Time.GetUtcNow();
        var one = (await world.IssueAsync(6)).Value;
        world.Time.Pass(Day);
        Assert.Equal(6, (await LostAsync(1, since, one, "10")).Reissued);

        // Of two digits there are such numbers now: whoever counts on from 9 comes to them.
        var again = await LostAsync(2, since, one, "9");
        Assert.Equal((KeyOrderState.Done, 6, 6), (again.State, again.Fell, again.Reissued));
        await using var connection = await world.Home.Database.ConnectAsync();
        Assert.Equal(0, (await Host.Acts.ProposeKeyOrder.ReachAsync(connection, again))!.InForce);
        var rows = await connection.QueryAsync(
            "SELECT DISTINCT actor_kind, actor FROM trail", r => (Kind: r.GetString(0), Actor: r.GetString(1)), default);
        Assert.DoesNotContain(rows, r => r.Kind == "person");
        Assert.Equal(origins.Order(), rows.Where(r => r.Kind == "service").Select(r => r.Actor).Where(a => a.StartsWith("key:", StringComparison.Ordinal)).Order());
    }

    [Fact, Trait("Requirement", "DA-6"), Trait("Requirement", "X-13")]
    public async Task A_decision_that_fell_with_the_key_is_confirmed_with_the_next_one_and_its_diplomas_are_issued_anew()
    {
        await using var world = await KeyWorld.CreateAsync();
        _ = (await world.IssueAsync(1)).Value;
        world.Time.Pass(Day);
        var theft = world.Time.GetUtcNow();
        Assert.True((await world.DecideAsync("D-mine")).IsDone);
        Assert.True((await world.DecideAsync("D-strange")).IsDone);
        var fallen = (await world.IssueAsync(2, decision: "D-mine")).Value;
        var numbers = string.Join(", ", fallen.Select(d => d.Summary.Series).Distinct().Select(s => s + "90000001"));
        async Task<KeyOrder> DoneAsync(Outcome<KeyOrder> proposed)
        {
            _ = (await world.ConfirmAsync(proposed.Value)).Value;
            await world.BeatAsync();
            return await world.OrderAsync(proposed.Value);
        }

        async Task<int> LeftAsync(KeyOrder order)
        {
            await using var connection = await world.Home.Database.ConnectAsync();
            return (await Host.Acts.ProposeKeyOrder.ReachAsync(connection, order))!.InForce;
        }

        Assert.Equal("issuance/key-act-late", (await world.ProposeAsync(KeyAct.Decisions, decisions: "D-mine")).Problem?.Code);
        Assert.Equal(2, await LeftAsync(await DoneAsync(await world.ProposeAsync(KeyAct.Compromise, theft, numbers))));
        Assert.Contains("gate", (await world.IssueAsync(1, decision: "D-mine")).Problem?.Code, StringComparison.Ordinal);

        // None is confirmed that nobody chose, and none that did not fall.
        foreach (var wrong in (string?[])[null, "D-other", $"D-mine, {Host.Demo.DemoSetup.DecisionOf(world.Own)}"])
        {
            Assert.Equal("keys/decisions-unchosen", (await world.ProposeAsync(KeyAct.Decisions, decisions: wrong)).Problem?.Code);
        }

        var confirmed = await DoneAsync(await world.ProposeAsync(KeyAct.Decisions, decisions: "D-mine"));
        Assert.Equal((KeyOrderState.Done, "D-mine"), (confirmed.State, confirmed.Decisions));
        Assert.Equal("keys/decisions-unchosen", (await world.ProposeAsync(KeyAct.Decisions, decisions: "D-mine")).Problem?.Code);
        Assert.Equal(0, await LeftAsync(await DoneAsync(await world.ProposeAsync(KeyAct.Reissue, numbers: numbers))));
        foreach (var one in fallen)
        {
            var file = await world.FileAsync((await NewerAsync(world, one)).Summary.Asset);
            Assert.Equal(Verdict.InForce, (await world.VerifyAsync(file)).Verdict);
            Assert.Equal(Verdict.InForce, (await world.VerifyAsync(file, offline: true)).Verdict);
        }

        Assert.True((await world.IssueAsync(1, decision: "D-mine")).IsDone);
        Assert.Contains("gate", (await world.IssueAsync(1, decision: "D-strange")).Problem?.Code, StringComparison.Ordinal);

        // The audit asks the signature that confirmed it, and still the first one; what nobody confirmed stays a finding.
        Task<List<string>> FoundAsync() => AuditAsync(world, "audit/register-changed");
        Assert.Equal(["issue_decisions D-strange"], await FoundAsync());
        await world.Home.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE issue_decisions SET confirmed_signature = (SELECT signature FROM issue_decisions WHERE id = 'D-mine') WHERE id = 'D-mine'", default));
        Assert.Equal(["issue_decisions D-mine", "issue_decisions D-strange"], await FoundAsync());
    }

    private static async Task<List<string>> AuditAsync(KeyWorld world, string code) =>
        [.. (await Audit.RunAsync(world.Home)).Findings.Where(f => f.Code == code).SelectMany(f => f.Args.Values).Order(StringComparer.Ordinal)];

    private static async Task<StoredDiploma> NewerAsync(KeyWorld world, StoredDiploma old)
    {
        await using var connection = await world.Home.Database.ConnectAsync();
        var by = (await world.Home.Credentials.FindAsync(connection, old.Summary.Asset))!.SupersededBy!.Value;
        return (await world.Home.Credentials.LoadAsync(connection, by))!;
    }

    private static bool Same(Intake.ValidatedDiploma one, Intake.ValidatedDiploma other) =>
        Intake.DiplomaDifferences.Between(one, other).Count == 0;
}
