using Mortanba.Foundation;
using Mortanba.Permits;
using Mortanba.Storage;
using Mortanba.Tests.Permits;
using Xunit;
using World = Mortanba.Tests.Permits.PermitsWorld;

namespace Mortanba.Flow.Tests.Permits;

/// <summary>Each point of article 5 has an input that fails it and no other.</summary>
public sealed class GateTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-gate-").FullName;
    private readonly Database database;
    private readonly PermitsWorld world;

    public GateTests()
    {
        database = Database.At("sqlite:" + Path.Combine(folder, "gate.db"));
        world = new PermitsWorld(database);
    }

    public async ValueTask InitializeAsync() => await database.MigrateAsync(PermitsSchema.Migrations);

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    [Trait("Requirement", "DA-7")]
    [Trait("Requirement", "X-1")]
    public async Task Gives_a_permission_with_evidence_for_all_seven_points()
    {
        await world.BuildAsync();

        var verdict = await world.CheckAsync();

        Assert.True(verdict.Report.Passed, string.Join("\n", verdict.Report.Points.SelectMany(p => p.Missing)));
        Assert.Equal(7, verdict.Report.Points.Count);
        Assert.All(verdict.Report.Points, p => Assert.NotEmpty(p.Evidence));
        var permission = verdict.Permission.Value;
        Assert.Equal(World.PermitNumber, permission.Permit);
        Assert.Equal(World.University, permission.Initiator.Bin);
        Assert.Equal(World.Operator, permission.Operator.Bin);
        Assert.Equal(Commitment.Sha3_512, permission.HashAlgorithm);
        Assert.Equal("sda-asserted-unverified", permission.LegalClass);
        Assert.StartsWith("kz.digital-assets@2026.1#sha-256:", permission.GateRule, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Requirement", "X-2")]
    public async Task Names_the_unconfirmed_rules_it_relied_on()
    {
        await world.BuildAsync();

        Assert.Equal(
            ["legal-class", "recognised-types", "record-hash"],
            (await world.CheckAsync()).Report.Unconfirmed.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "DA-7")]
    public async Task Point_1_alone_fails_when_the_type_left_the_list()
    {
        await world.BuildAsync();

        await OnlyAsync("right-certified", "permits/type-not-recognised", book: World.BookWith("code: education-document", "code: other"));
    }

    [Fact]
    [Trait("Requirement", "DA-6")]
    [Trait("Requirement", "DA-7")]
    public async Task Point_2_alone_fails_when_the_decision_is_closed()
    {
        await world.BuildAsync();
        await world.ActAsync(t => new CloseDecision((_, _, _) => Task.FromResult(0L)).RunAsync(t, World.DecisionId, World.Event.AddDays(-1)));

        await OnlyAsync("decision-on-issue", "permits/decision-not-open");
    }

    [Fact]
    [Trait("Requirement", "DA-6")]
    public async Task Point_2_alone_fails_when_the_decision_was_changed_after_it_was_signed()
    {
        await world.BuildAsync();
        var changed = (World.Document() with { Scope = LocalizedText.Same("More than was signed") }).Write();
        await database.WriteAsync(t => t.ExecuteAsync("UPDATE issue_decisions SET document = @d", default, ("d", changed)));

        await OnlyAsync("decision-on-issue", "permits/decision-signature", "permits/decision-changed");
    }

    [Fact]
    [Trait("Requirement", "DA-7")]
    public async Task Point_3_alone_fails_for_a_unit_of_account()
    {
        await world.BuildAsync(World.Document() with { UnitOfAccount = true });

        await OnlyAsync("not-unit-of-account", "permits/unit-of-account");
    }

    [Fact]
    [Trait("Requirement", "DA-7")]
    public async Task Point_4_alone_fails_for_a_financial_instrument()
    {
        await world.BuildAsync(World.Document() with { FinancialInstrument = true });

        await OnlyAsync("not-financial-instrument", "permits/financial-instrument");
    }

    [Theory]
    [Trait("Requirement", "DA-1")]
    [Trait("Requirement", "DA-7")]
    [InlineData(PermitAct.Suspend)]
    [InlineData(PermitAct.Withdraw)]
    [InlineData(PermitAct.Expire)]
    public async Task Point_5_alone_fails_while_the_permit_is_not_granted(PermitAct act)
    {
        await world.BuildAsync();
        await world.ActAsync(t => ChangePermit.RunAsync(t, World.PermitNumber, act, World.Decided(World.Event.AddHours(-1))));

        await OnlyAsync("issuer-known", "permits/no-permit");
        // What was the case an hour earlier stays so.
        Assert.True((await world.CheckAsync(World.Event.AddHours(-2))).Report.Passed);
    }

    [Fact]
    [Trait("Requirement", "DA-1")]
    public async Task A_reinstated_permit_gives_the_right_again()
    {
        await world.BuildAsync();
        await world.ActAsync(t => ChangePermit.RunAsync(t, World.PermitNumber, PermitAct.Suspend, World.Decided(World.Event.AddHours(-2))));
        await world.ActAsync(t => ChangePermit.RunAsync(t, World.PermitNumber, PermitAct.Reinstate, World.Decided(World.Event.AddHours(-1))));

        Assert.True((await world.CheckAsync()).Report.Passed);
    }

    [Theory]
    [Trait("Requirement", "DA-2")]
    [InlineData("2029-01-11T18:59:59Z", true)]
    [InlineData("2029-01-11T19:00:00Z", false)]
    public async Task The_permit_ends_three_years_on_at_midnight_in_Kazakhstan(string at, bool passes)
    {
        await world.BuildAsync(order: Order());

        Assert.Equal(passes, (await world.CheckAsync(DateTimeOffset.Parse(at))).Report.Passed);
    }

    [Fact]
    [Trait("Requirement", "DA-4")]
    public async Task An_initiator_is_its_own_operator_only_with_a_permit()
    {
        await world.BuildAsync(World.Document() with { Operator = World.University });

        await OnlyAsync("issuer-known", "permits/no-permit");
    }

    [Fact]
    [Trait("Requirement", "DA-7")]
    public async Task Point_5_alone_fails_without_a_key_in_force()
    {
        await world.BuildAsync();
        var at = World.Event.AddDays(-1);
        await world.ActAsync(t => EndKey.RunAsync(t, new(World.Kid(World.University), Compromised: false, at, at)));

        await OnlyAsync("issuer-known", "permits/no-key");
    }

    [Theory]
    [Trait("Requirement", "DA-5")]
    [InlineData("2027-05-31", "6B06103", true)]
    [InlineData("2027-06-01", "6B06103", false)]
    [InlineData("2022-05-31", "6B06103", false)]
    [InlineData("2026-06-20", "6B06199", false)]
    public async Task Point_6_alone_fails_when_the_programme_was_not_covered_on_the_award_date(string date, string code, bool passes)
    {
        await world.BuildAsync(order: Order());

        var verdict = await world.CheckAsync(
            new DateTimeOffset(2027, 7, 1, 6, 0, 0, TimeSpan.Zero), awards: World.Awarded(programme: code, date: DateOnly.Parse(date)));

        Assert.Equal(passes ? [] : ["prior-right"], Failing(verdict));
    }

    [Fact]
    [Trait("Requirement", "DA-8")]
    public async Task Point_6_alone_fails_when_the_state_register_does_not_know_a_number()
    {
        await world.BuildAsync();

        var verdict = await world.CheckAsync(awards: [World.Awarded(), World.Awarded(row: 3, number: "99000001")]);

        Assert.Equal(["prior-right"], Failing(verdict));
        Assert.Equal("3", Assert.Single(verdict.Report.Points.SelectMany(p => p.Missing)).Args["rows"]);
    }

    [Fact]
    [Trait("Requirement", "DA-8")]
    public async Task Point_6_alone_fails_for_an_unknown_kind_an_empty_list_later_awards_and_no_minutes()
    {
        await world.BuildAsync();
        await using var connection = await database.ConnectAsync();
        var empty = await new Gate(World.Book, new DemoStateRegister(), World.Verify)
            .CheckAsync(connection, new GateRequest(World.University, World.DecisionId, [], World.Event));

        Assert.Equal(["permits/no-awards"], Missing(empty.Value));
        Assert.Equal(["permits/awarded-later"], Missing(await world.CheckAsync(awards: World.Awarded(date: new DateOnly(2026, 6, 26)))));
        Assert.Equal(["permits/no-minutes"], Missing(await world.CheckAsync(awards: World.Awarded(minutes: " "))));
        Assert.Equal(["permits/register-mismatch"], Missing(await world.CheckAsync(awards: World.Awarded(kind: "knighthood"))));
    }

    [Fact]
    [Trait("Requirement", "DA-7")]
    public async Task Point_7_alone_fails_when_the_decision_is_not_on_the_ledger()
    {
        await world.BuildAsync(decisionOnLedger: false);

        await OnlyAsync("movement-record", "permits/not-on-ledger");
    }

    [Fact]
    [Trait("Requirement", "DA-7")]
    public async Task A_refusal_lists_every_failing_point_with_its_article()
    {
        await world.BuildAsync(permit: false);

        var verdict = await world.CheckAsync(awards: World.Awarded(programme: "6B06199"));

        Assert.Equal(["issuer-known", "prior-right"], Failing(verdict));
        var problem = Assert.IsType<GateRefused>(verdict.Permission.Problem);
        Assert.Equal("permits/gate-refused", problem.Code);
        Assert.Contains("5(1)(5)", problem.Args["points"], StringComparison.Ordinal);
        Assert.Contains("5(1)(6)", problem.Args["points"], StringComparison.Ordinal);
        Assert.Equal("would_be_unsecured", verdict.Report.Label);
    }

    [Fact]
    public async Task An_unknown_decision_or_initiator_is_refused_and_nothing_throws()
    {
        await world.BuildAsync();

        Assert.Contains("decision-on-issue", Failing(await world.CheckAsync(decision: "no-such")));
        Assert.Contains("permits/unknown-institution", Missing(await world.CheckAsync(initiator: Bin.Parse("170240014901"))));
        Assert.Contains("permits/foreign-decision", Missing(await world.CheckAsync(initiator: World.Operator)));
    }

    [Fact]
    public async Task A_day_before_the_law_is_refused_before_any_point()
    {
        await world.BuildAsync();
        await using var connection = await database.ConnectAsync();
        var outcome = await new Gate(World.Book, new DemoStateRegister(), World.Verify).CheckAsync(
            connection, new GateRequest(World.University, World.DecisionId, [World.Awarded()], new(2022, 1, 1, 0, 0, 0, TimeSpan.Zero)));

        Assert.Equal("rules/not-in-force", outcome.Problem?.Code);
    }

    // For times at which nothing is issued under a decision without one.
    private static OpenedOrder Order() => OpenedOrder.New(GraduationOrder.Make(
        "41-C", World.Award, new Dictionary<string, int>(StringComparer.Ordinal) { ["6B06103"] = 1, ["6B06199"] = 1 }).Value);

    private static IEnumerable<string> Failing(Gate.Verdict verdict) =>
        verdict.Report.Points.Where(p => !p.Passed).Select(p => p.Id);

    private static IEnumerable<string> Missing(Gate.Verdict verdict) =>
        verdict.Report.Points.SelectMany(p => p.Missing).Select(m => m.Code);

    private async Task OnlyAsync(string point, string code, string? second = null, Mortanba.Rules.RuleBook? book = null)
    {
        var verdict = await world.CheckAsync(book: book);

        Assert.Equal([point], Failing(verdict));
        Assert.Equal(second is null ? [code] : [code, second], Missing(verdict));
        Assert.False(verdict.Permission.IsDone);
    }
}
