using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Permits;
using Mortanba.Tests.Permits;
using Xunit;
using World = Mortanba.Tests.Permits.PermitsWorld;

namespace Mortanba.Storage.Tests.Permits;

/// <summary>No asset beyond the graduation order, the enrolment and the licensed intake; also not by two lists at once.</summary>
public sealed class PlacesTests : IDisposable
{
    private const string Code = "6B06103";
    private static readonly Iin Known = World.Awarded().Iin;
    private static readonly Iin Stranger = Iin.TryParse("050101600808", out var iin) ? iin : default;
    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-places-").FullName;
    private readonly EncryptedFileVault vault;

    public PlacesTests() => vault = EncryptedFileVault.Open(Path.Combine(folder, "keys.vault"), "passphrase").Value;

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-8")]
    public async Task The_ledger_carries_the_count_of_the_order_and_a_commitment_that_its_holder_can_open(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var order = Order(100);
        await new PermitsWorld(test.Database).BuildAsync(order: order);
        await using var connection = await test.Database.ConnectAsync();

        var entry = LedgerEntry.Parse((await AuthorityEntries.AllAsync(connection)).Single(e => e.Type == "decision.published").Bytes).Value;

        Assert.Equal(100, entry.Number("count"));
        Assert.DoesNotContain("41-C", System.Text.Encoding.UTF8.GetString(entry.Bytes.Span), StringComparison.Ordinal);
        Assert.True(Commitment.TryParse(entry.Text("order"), out var commitment));
        Assert.True(commitment.Matches([.. order.Salt.Span, .. order.Order.Write()]));
        Assert.Equal("41-C", (await OrderPlaces.FindAsync(connection, World.DecisionId))!.Order.Number);
        Assert.Empty(await RegisterAudit.RunAsync(connection, World.Verify));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-8")]
    public async Task A_decision_needs_the_order_it_commits_to(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync(order: Order(3));
        var later = new DateTimeOffset(2026, 12, 1, 6, 0, 0, TimeSpan.Zero);

        Assert.Equal("permits/decision-without-order", await PublishAsync(World.Document() with { Id = "2027-01" }, null));
        Assert.Equal("permits/order-not-shown", await PublishAsync(World.Document() with { Id = "2027-01", Order = Order(4).Reference }, Order(4)));
        var order = Order(4);
        Assert.Null(await PublishAsync(World.Document() with { Id = "2027-01", Order = order.Reference }, order));

        async Task<string?> PublishAsync(DecisionDocument document, OpenedOrder? opened)
        {
            var bytes = document.Write();
            return (await world.WriteAsync(t => new PublishDecision(World.Book, World.Verify).RunAsync(
                t, bytes, DecisionSignature.Sign(world.Signer, World.Kid(World.University), bytes), later, opened))).Problem?.Code;
        }
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-8")]
    public async Task A_decision_from_before_the_orders_issues_until_a_day_and_only_replaces_after_it(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        var newYear = new DateTimeOffset(2026, 12, 31, 19, 0, 0, TimeSpan.Zero);
        await using var connection = await test.Database.ConnectAsync();

        Assert.True((await world.CheckAsync(newYear.AddSeconds(-1))).Report.Passed);
        var refused = Missing(await world.CheckAsync(newYear, awards: [World.Awarded(), World.Awarded(row: 3) with { IssuedBefore = true }]));
        Assert.Equal(("permits/decision-replacements-only", "2"), (refused.Code, refused.Args["rows"]));
        Assert.True((await Gate().CheckAsync(connection, Replacing(Code, isSameHolder: true) with { At = newYear })).Value.Report.Passed);
        _ = Missing((await Gate().CheckAsync(connection, Replacing("7M06103", isSameHolder: true) with { At = newYear })).Value, "permits/decision-replacements-only");
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-8")]
    public async Task The_gate_names_the_rows_that_the_order_has_no_place_for(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync(order: Order(3));
        Assert.Null(await TakeAsync(test.Database, World.Awarded(row: 2), World.Awarded(row: 3)));

        var beyond = Missing(await world.CheckAsync(awards: [.. Enumerable.Range(4, 3).Select(row => World.Awarded(row: row))]));
        Assert.Equal(("permits/beyond-order", "5, 6", "2"), (beyond.Code, beyond.Args["rows"], beyond.Args["issued"]));
        var other = Missing(await world.CheckAsync(awards: [World.Awarded(), World.Awarded(row: 9, programme: "7M06103")]), "permits/beyond-order");
        Assert.Equal(("0", "9"), (other.Args["ordered"], other.Args["rows"]));

        // What was issued before has its place; what replaces a diploma stands in the place of the old one.
        Assert.True((await world.CheckAsync(awards:
            [World.Awarded(row: 2) with { IssuedBefore = true }, World.Awarded(row: 3) with { IssuedBefore = true }, World.Awarded(row: 4)])).Report.Passed);
        Assert.Null(await TakeAsync(test.Database, World.Awarded(row: 4)));
        await using var connection = await test.Database.ConnectAsync();
        var replacing = await Gate().CheckAsync(connection, Replacing(Code, isSameHolder: true));
        Assert.True(replacing.Value.Report.Passed);
        Assert.Empty(replacing.Value.Places.Ordered);
        Assert.Equal("permits/beyond-order", Missing(await world.CheckAsync()).Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-25")]
    public async Task A_replacement_in_another_programme_takes_a_place_there_and_one_for_another_person_is_refused(Dialect dialect)
    {
        const string other = "7M06103";
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync(order: Order(1));
        Assert.Null((await world.WriteAsync(t => Intakes.SetAsync(t, World.University, Code, 2022, 1, "Annex 3"))).Problem);
        _ = (await world.WriteAsync(t => new Enrolments(vault).ImportAsync(
            t, World.University, [new EnrolmentRow(2, Known, Code, 2022, EnrolmentStatus.Studying)], new string('a', 64), "operator-1", World.Event))).Value;
        await using var connection = await test.Database.ConnectAsync();

        var stranger = Missing((await Gate().CheckAsync(connection, Replacing(Code, isSameHolder: false))).Value, "permits/replaces-another-person");
        Assert.Equal("2", stranger.Args["rows"]);

        // The first that comes from another programme finds the only place; then it is gone, in the order and in the intake.
        var moved = (await Gate().CheckAsync(connection, Replacing(other, isSameHolder: true))).Value;
        Assert.True(moved.Report.Passed);
        Assert.Null(await world.WriteAsync(t => moved.Places.TakeAsync(t)));
        Assert.Equal(1, Assert.Single(await OrderPlaces.LinesAsync(connection, World.DecisionId)).Issued);
        Assert.Equal(1, Assert.Single(await Intakes.OfAsync(connection, World.University)).Issued);
        var second = (await Gate().CheckAsync(connection, Replacing(other, isSameHolder: true))).Value;
        _ = Missing(second, "permits/beyond-order");
        _ = Missing(second, "permits/beyond-intake");
        Assert.True((await Gate().CheckAsync(connection, Replacing(Code, isSameHolder: true))).Value.Report.Passed);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-8")]
    public async Task Many_lists_at_once_take_no_place_twice(Dialect dialect)
    {
        const int ordered = 40;
        const int each = 7;
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        await new PermitsWorld(test.Database).BuildAsync(order: Order(ordered));
        // Another process of the same installation.
        await using var second = Database.At(test.Address);
        GateAward[] list = [.. Enumerable.Range(2, each).Select(row => World.Awarded(row: row))];

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(
            () => TakeAsync(i % 2 == 0 ? test.Database : second, list))));

        Assert.Equal(ordered / each, answers.Count(a => a is null));
        Assert.All(answers.OfType<string>(), a => Assert.True(a is "permits/beyond-order" or "permits/order-used-up", a));
        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(ordered / each * each, Assert.Single(await OrderPlaces.LinesAsync(connection, World.DecisionId)).Issued);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Whoever_looked_before_the_other_took_is_refused_when_it_takes(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync(order: Order(1));
        var (one, other) = (await world.CheckAsync(), await world.CheckAsync());

        Assert.Null(await world.WriteAsync(t => one.Places.TakeAsync(t)));
        Assert.Equal("permits/order-used-up", (await world.WriteAsync(t => other.Places.TakeAsync(t)))?.Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-8")]
    public async Task Only_who_is_enrolled_and_whom_the_licence_let_in_gets_a_diploma(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        Assert.True((await CheckAsync(World.Awarded())).Report.Passed);
        await ImportAsync(new EnrolmentRow(2, Known, Code, 2022, EnrolmentStatus.Studying), new EnrolmentRow(3, Stranger, Code, 2022, EnrolmentStatus.Left));

        Assert.True((await CheckAsync(World.Awarded())).Report.Passed);
        var mismatch = Missing(await CheckAsync(World.Awarded(), World.Awarded(row: 3) with { Iin = Stranger }), "permits/register-mismatch");
        Assert.Equal("3", mismatch.Args["rows"]);

        Assert.Null((await world.WriteAsync(t => Intakes.SetAsync(t, World.University, Code, 2022, 1, "Annex 3"))).Problem);
        await ImportAsync(new EnrolmentRow(2, Stranger, Code, 2022, EnrolmentStatus.Studying));
        var beyond = Missing(await CheckAsync(World.Awarded(), World.Awarded(row: 3) with { Iin = Stranger }), "permits/beyond-intake");
        Assert.Equal("3", beyond.Args["rows"]);
        Assert.Null(await TakeAsync(test.Database, World.Awarded()));
        Assert.Equal("permits/beyond-intake", await TakeAsync(test.Database, World.Awarded() with { Iin = Stranger }));
        Assert.Equal("permits/intake-below-issued", (await world.WriteAsync(t => Intakes.SetAsync(t, World.University, Code, 2022, 0, "Annex 4"))).Problem?.Code);

        async Task<Gate.Verdict> CheckAsync(params GateAward[] awards)
        {
            await using var connection = await test.Database.ConnectAsync();
            return (await Gate().CheckAsync(connection, new GateRequest(World.University, World.DecisionId, awards, World.Event))).Value;
        }

        Task<Outcome<EnrolmentImport>> ImportAsync(params EnrolmentRow[] rows) => world.WriteAsync(t =>
            new Enrolments(vault).ImportAsync(t, World.University, rows, new string('a', 64), "operator-1", World.Event));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-8")]
    public async Task An_intake_that_is_entered_late_knows_what_was_issued_before(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        test.Database.Seals = new RowSeals(row => vault.Fingerprint("storage/row", row), PermitsSchema.Sealed);
        await test.Database.MigrateAsync([RowSeals.Migration]);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        _ = (await world.WriteAsync(t => new Enrolments(vault).ImportAsync(
            t, World.University, [new EnrolmentRow(2, Known, Code, 2022, EnrolmentStatus.Studying)], new string('a', 64), "operator-1", World.Event))).Value;
        Assert.Null(await TakeAsync(test.Database, World.Awarded(row: 2), World.Awarded(row: 3)));
        Assert.Null(await TakeAsync(test.Database, World.Awarded()));
        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(new LicensedIntake(Code, 2022, null, "", 3), Assert.Single(await Intakes.OfAsync(connection, World.University)));

        // Two were let in, three have a diploma: nothing more, and the figure says so.
        Assert.Equal(new LicensedIntake(Code, 2022, 2, "Annex 3", 3), (await SetAsync(2)).Value);
        Assert.Equal("permits/beyond-intake", await TakeAsync(test.Database, World.Awarded()));
        Assert.Equal("permits/intake-below-issued", (await SetAsync(1)).Problem?.Code);
        Assert.Equal(4, (await SetAsync(4)).Value.Places);
        Assert.Null(await TakeAsync(test.Database, World.Awarded()));
        Assert.Equal("permits/beyond-intake", await TakeAsync(test.Database, World.Awarded()));
        Assert.Empty(await test.Database.Seals.AuditAsync(connection));

        Task<Outcome<LicensedIntake>> SetAsync(int places) =>
            world.WriteAsync(t => Intakes.SetAsync(t, World.University, Code, 2022, places, "Annex 3"));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Intakes_of_an_older_installation_keep_their_figures_and_their_seals(Dialect dialect)
    {
        // Without the step about intakes alone: what writes the world knows the columns of the later ones.
        await using var test = await TestDatabase.CreateAsync(dialect, [.. PermitsSchema.Migrations.Where(m => m.Number != 3)]);
        test.Database.Seals = new RowSeals(row => vault.Fingerprint("storage/row", row), PermitsSchema.Sealed);
        await test.Database.MigrateAsync([RowSeals.Migration]);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        var entered = (await world.WriteAsync(t => Intakes.SetAsync(t, World.University, Code, 2022, 7, "Annex 3"))).Value;

        await test.Database.MigrateAsync(PermitsSchema.Migrations);

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(entered, Assert.Single(await Intakes.OfAsync(connection, World.University)));
        Assert.Empty(await test.Database.Seals.AuditAsync(connection));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "DA-25")]
    public async Task A_diploma_is_replaced_for_whom_the_register_does_not_know_in_the_same_programme_alone(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync(order: Order(1));
        _ = (await world.WriteAsync(t => new Enrolments(vault).ImportAsync(
            t, World.University, [new EnrolmentRow(2, Stranger, Code, 2022, EnrolmentStatus.Studying)], new string('a', 64), "operator-1", World.Event))).Value;
        await using var connection = await test.Database.ConnectAsync();

        Assert.True((await Gate().CheckAsync(connection, Replacing(Code, isSameHolder: true))).Value.Report.Passed);
        _ = Missing((await Gate().CheckAsync(connection, Replacing("7M06103", isSameHolder: true))).Value, "permits/register-mismatch");
        _ = Missing((await Gate().CheckAsync(connection, Replacing(Code, isSameHolder: false))).Value, "permits/register-mismatch");
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task The_register_adds_and_changes_names_a_strange_programme_and_keeps_no_number_of_a_person(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, PermitsSchema.Migrations);
        test.Database.Seals = new RowSeals(row => vault.Fingerprint("storage/row", row), PermitsSchema.Sealed);
        await test.Database.MigrateAsync([RowSeals.Migration]);
        var world = new PermitsWorld(test.Database);
        await world.BuildAsync();
        var register = new Enrolments(vault);

        Assert.Equal((2, 2, 0), Figures(await ImportAsync(Row(2, Known), Row(3, Stranger))));
        Assert.Equal((2, 0, 0), Figures(await ImportAsync(Row(2, Known), Row(3, Stranger))));
        Assert.Equal((1, 0, 1), Figures(await ImportAsync(Row(2, Stranger, EnrolmentStatus.Left))));
        Assert.Equal("permits/enrolment-programme", (await ImportAsync(Row(7, Known) with { Programme = "7M01101" })).Problem?.Code);

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(
            [new EnrolmentCount(Code, 2022, EnrolmentStatus.Left, 1), new EnrolmentCount(Code, 2022, EnrolmentStatus.Studying, 1)],
            await Enrolments.CountsAsync(connection, World.University));
        Assert.Equal(3, (await Enrolments.ImportsAsync(connection, null, 10)).Count);
        var kept = await connection.QueryAsync("SELECT learner FROM enrolments", r => r.GetString(0), default);
        Assert.All(kept, learner => Assert.DoesNotContain(Known.Value, learner, StringComparison.Ordinal));
        Assert.Empty(await test.Database.Seals.AuditAsync(connection));

        await world.WriteAsync(async t =>
        {
            await register.ForgetAsync(t, World.University, Known, Code);
            return 0;
        });
        Assert.Null((await register.FindAsync(connection, World.University, [(Known, Code)]))[0]);

        Task<Outcome<EnrolmentImport>> ImportAsync(params EnrolmentRow[] rows) => world.WriteAsync(t =>
            register.ImportAsync(t, World.University, rows, new string('a', 64), "operator-1", World.Event));
        static (int, int, int) Figures(Outcome<EnrolmentImport> import) => (import.Value.Rows, import.Value.Added, import.Value.Changed);
        static EnrolmentRow Row(int row, Iin iin, EnrolmentStatus status = EnrolmentStatus.Studying) => new(row, iin, Code, 2022, status);
    }

    public void Dispose()
    {
        vault.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static OpenedOrder Order(int count) => OpenedOrder.New(GraduationOrder.Make(
        "41-C", new DateOnly(2026, 6, 20), new Dictionary<string, int>(StringComparer.Ordinal) { [Code] = count }).Value);

    private static GateRequest Replacing(string programme, bool isSameHolder) => new(
        World.University, World.DecisionId, [World.Awarded() with { Replaces = new ReplacedAward(programme, isSameHolder) }], World.Event);

    private static Problem Missing(Gate.Verdict verdict, string? code = null)
    {
        var missing = verdict.Report.Points.SelectMany(p => p.Missing).ToList();
        return code is null ? Assert.Single(missing) : Assert.Single(missing, m => m.Code == code);
    }

    private Gate Gate() => new(World.Book, new DemoStateRegister(), World.Verify, new Enrolments(vault));

    /// <summary>As an issue does it: asked and taken in one transaction; the code of the refusal, null when it took them.</summary>
    private Task<string?> TakeAsync(Database database, params GateAward[] list) => database.WriteAsync<string?>(async t =>
    {
        var verdict = (await Gate().CheckAsync(t, new GateRequest(World.University, World.DecisionId, list, World.Event))).Value;
        return verdict.Report.Passed
            ? (await verdict.Places.TakeAsync(t))?.Code
            : verdict.Report.Points.SelectMany(p => p.Missing).First().Code;
    });
}
