using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Tests.Permits;
using Xunit;
using World = Mortanba.Tests.Permits.PermitsWorld;

namespace Mortanba.Storage.Tests.Permits;

public sealed class PermitStoreTests
{
    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-1")]
    public async Task What_was_registered_reads_back(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        await using var connection = await test.Database.ConnectAsync();

        Assert.Equal(World.Organisation(World.University, OrganisationRole.Initiator), await PermitRegister.FindOrganisationAsync(connection, World.University));
        Assert.Equal(2, (await PermitRegister.OrganisationsAsync(connection)).Count);
        Assert.Equal(World.Programme(), Assert.Single(await PermitRegister.ProgrammesAsync(connection, World.University)));
        Assert.Equal(world.Signer.Multibase, Assert.Single(await PermitRegister.KeysAsync(connection, World.University)).Multibase);
        var permit = Assert.Single(await PermitRegister.PermitsOfAsync(connection, World.Operator));
        Assert.Equal(new DateOnly(2029, 1, 11), permit.Until);
        Assert.Contains("All conditions are met.", Assert.Single(permit.History).Decision, StringComparison.Ordinal);
        var decision = (await IssueDecisions.FindAsync(connection, World.DecisionId))!;
        Assert.Equal(World.Document(), decision.Document);
        Assert.Equal(4, decision.LedgerIndex);
        Assert.True(decision.Commitment.Matches([.. decision.Salt.Span, .. decision.Bytes.Span]));
        Assert.Single(await IssueDecisions.ListAsync(connection));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task The_evidence_of_an_asset_is_its_authority_in_ledger_order(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        await world.ActAsync(t => RegisterInstitution.RunAsync(
            t, World.Organisation(Bin.Parse("170240014901"), OrganisationRole.Initiator), World.SetUp));
        await world.ActAsync(t => ChangePermit.RunAsync(t, World.PermitNumber, PermitAct.Suspend, World.Decided(World.Event)));
        await using var connection = await test.Database.ConnectAsync();

        var evidence = await AuthorityEntries.EvidenceAsync(
            connection, World.University, World.Operator, World.PermitNumber, World.DecisionId);

        Assert.Equal(
            ["institution.registered", "institution.registered", "key.registered", "permit.granted", "decision.published", "permit.suspended"],
            evidence.Select(e => e.Type));
        Assert.Equal(new long?[] { 0, 1, 2, 3, 4, 6 }, evidence.Select(e => e.Index));
        Assert.All(evidence, e => Assert.Equal(e.Type, LedgerEntry.Parse(e.Bytes).Value.Type));
        Assert.Equal(7, (await AuthorityEntries.AllAsync(connection)).Count);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-7")]
    public async Task A_gate_report_is_kept_passed_or_not(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        var passed = (await world.CheckAsync()).Report;
        var refused = (await world.CheckAsync(World.Event.AddSeconds(1), awards: World.Awarded(programme: "6B06199"))).Report;
        await test.Database.WriteAsync(t => passed.StoreAsync(t));
        await test.Database.WriteAsync(t => refused.StoreAsync(t));
        await using var connection = await test.Database.ConnectAsync();

        var kept = await GateReport.OfDecisionAsync(connection, World.DecisionId);

        Assert.Equal([true, false], kept.Select(r => r.Passed));
        Assert.Equal("would_be_unsecured", kept[1].Label);
        Assert.Equal("6B06199", kept[1].Points.SelectMany(p => p.Missing).Single().Args["programme"]);
        Assert.Equal(passed.Points[1].Evidence, kept[0].Points[1].Evidence);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-6")]
    public async Task A_decision_closes_only_without_open_obligations_and_stays_readable(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        var open = 3L;
        var close = new CloseDecision((_, _, _) => Task.FromResult(open));

        var refused = await world.WriteAsync(t => close.RunAsync(t, World.DecisionId, World.Event));
        open = 0;
        await world.ActAsync(t => close.RunAsync(t, World.DecisionId, World.Event));
        var again = await world.WriteAsync(t => close.RunAsync(t, World.DecisionId, World.Event));

        Assert.Equal("permits/open-obligations", refused.Problem?.Code);
        Assert.Equal("permits/decision-closed", again.Problem?.Code);
        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(World.Event, (await IssueDecisions.FindAsync(connection, World.DecisionId))!.ClosedAt);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_second_act_of_the_same_kind_is_refused(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        var document = World.Document().Write();
        var stranger = new TestSigner();
        var other = (World.Document() with { Id = "2026-02" }).Write();

        Assert.Equal("permits/institution-exists", await CodeAsync(t => RegisterInstitution.RunAsync(t, World.Organisation(World.University, OrganisationRole.Initiator), World.Event)));
        Assert.Equal("permits/key-exists", await CodeAsync(t => RegisterKey.RunAsync(t, new(World.University, World.Did(World.University) + "#key-2", world.Signer.Multibase, World.Event))));
        Assert.Equal("permits/foreign-key-id", await CodeAsync(t => RegisterKey.RunAsync(t, new(World.University, World.Kid(World.Operator), stranger.Multibase, World.Event))));
        Assert.Equal("permits/permit-exists", await CodeAsync(t => new GrantPermit(World.Book).RunAsync(t, new(World.PermitNumber, World.Operator, new(2026, 1, 1), World.Decided(World.Event)))));
        Assert.Equal("permits/permit-state", await CodeAsync(t => ChangePermit.RunAsync(t, World.PermitNumber, PermitAct.Reinstate, World.Decided(World.Event))));
        Assert.Equal("permits/decision-exists", await CodeAsync(t => Publish(t, document, world.Signer)));
        Assert.Equal("permits/decision-signature", await CodeAsync(t => Publish(t, other, stranger)));
        Assert.Equal("permits/programme-exists", (await world.WriteAsync(t => AddProgramme.RunAsync(t, World.Programme() with { AccreditedFrom = new(2027, 5, 31), AccreditedUntil = new(2030, 1, 1) }))).Problem?.Code);

        async Task<string?> CodeAsync(Func<System.Data.Common.DbTransaction, Task<Outcome<LedgerEntry>>> act) => (await world.WriteAsync(act)).Problem?.Code;

        static Task<Outcome<LedgerEntry>> Publish(System.Data.Common.DbTransaction t, byte[] bytes, TestSigner signer) =>
            new PublishDecision(World.Book, World.Verify).RunAsync(t, bytes, DecisionSignature.Sign(signer, World.Kid(World.University), bytes), World.Event);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_key_ends_once_and_a_theft_can_be_found_later(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        var kid = World.Kid(World.University);
        await world.ActAsync(t => EndKey.RunAsync(t, new(kid, false, World.Event, World.Event)));

        var again = await world.WriteAsync(t => EndKey.RunAsync(t, new(kid, false, World.Event, World.Event)));
        await world.ActAsync(t => EndKey.RunAsync(t, new(kid, true, World.Event.AddDays(-30), World.Event.AddDays(1))));

        Assert.Equal("permits/key-ended", again.Problem?.Code);
        await using var connection = await test.Database.ConnectAsync();
        var key = (await PermitRegister.FindKeyAsync(connection, kid))!;
        Assert.True(key.Compromised);
        Assert.True(key.IsActiveAt(World.Event.AddDays(-31)));
        Assert.False(key.IsActiveAt(World.Event.AddDays(-30)));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task An_act_that_is_rolled_back_leaves_nothing(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);

        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Database.WriteAsync(async t =>
        {
            var entry = (await RegisterInstitution.RunAsync(t, World.Organisation(World.University, OrganisationRole.Initiator), World.SetUp)).Value;
            await AuthorityEntries.SetIndexAsync(t, entry, 0);
            // A second index for one entry is a fault of the caller: everything is undone.
            await AuthorityEntries.SetIndexAsync(t, entry, 1);
        }));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Empty(await PermitRegister.OrganisationsAsync(connection));
        Assert.Empty(await AuthorityEntries.AllAsync(connection));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_changed_record_is_committed_to_anew(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        var renamed = World.Organisation(World.University, OrganisationRole.Initiator) with { Name = new("Жаңа", "Новый", "New") };

        await world.ActAsync(t => RegisterInstitution.ChangeAsync(t, renamed, World.Event));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal("New", (await PermitRegister.FindOrganisationAsync(connection, World.University))!.Name.En);
        Assert.Equal("institution.changed", (await AuthorityEntries.AllAsync(connection))[^1].Type);
    }
}
