using System.Data.Common;
using System.Globalization;
using System.Reflection;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Ledger;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.AiEducation;

/// <summary>
/// An event of each kind of part, in both databases, whose transaction fails at each of its statements in turn: neither event nor row, fact,
/// seal, entry of the register or of the ledger is left.
/// </summary>
public sealed class EventRollbackTests
{
    private const string Fact = "ai_facts";
    private static readonly DateTimeOffset At = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Day = new(2026, 9, 1);
    private static readonly Bin Here = Bin.Parse("990140001015");

    /// <summary>Statements of an append, as the tables they write to.</summary>
    private static readonly (string Table, string Statement)[] Statements =
    [
        ("ai_streams", "INSERT"), ("ai_events", "INSERT"), ("ai_streams", "UPDATE"), ("ai_register", "INSERT"), ("ai_register_entries", "INSERT"), (Fact, "INSERT"),
        ("ai_fact_head", "INSERT"), ("row_seals", "INSERT"), ("ledger_entries", "INSERT"),
    ];

    private static readonly RegulationText Text = new(new Dictionary<string, string>(), "Words.");

    private static readonly ISample[] Samples =
    [
        Of(
            SystemStream.Kind, new SystemProposed(At, "a", new SystemDescription("Tutor (invented)", LocalizedText.Same("Reading"))),
            new SystemClassified(At, "a", new Classification(AiRisk.High, AiAutonomy.Low, AiMode.Local, new Dictionary<string, Answer>()), ["scoring"], true, "rule")),
        Of(SafetyStreams.Incident, new IncidentReported(At, "a", Here, "bias", false, "Words.", null, At, At, "rule"), new IncidentTaken(At, "b")),
        Of(
            SafetyStreams.Duty, new DutySet(At, "a", Here, []),
            new DutySet(At, "a", Here, [new DutyTurn(DayOfWeek.Monday, null, null, "b", null)])),
        Of(SchoolStreams.Regulation, new RegulationDrafted(At, "a", Here, Text), new RegulationAdopted(At, "b", 1, "Head", "head", "Order 1", "Read.", Day, Text, "rule")),
        Of(
            SchoolStreams.Tools, new ToolAllowed(At, "a", Here, new AllowedTool("system-1", [ToolRole.Teacher], [AiPurpose.Tutoring], 13, null, Day, "")),
            new ToolEnded(At, "a", "system-1", "Ended.")),
        Of(SchoolStreams.Class, new AiSwitchedOff(At, "a", Here, "9A", "system-1"), new AiSwitchedOn(At, "a", "a", "system-1")),
        Of(SchoolStreams.Learner, new NoticeRead(At, "a", "p-1", "system-1", "1"), new AiRefused(At, "a", "p-1", null)),
        Of(
            SchoolStreams.Consent,
            new ConsentGiven(
                At, "a", "p-1", "system-1",
                new ConsentElements("School", Here, "Trial", Day, null, [], false, LocalizedText.Same("Texts"), "Tutor", [AiPurpose.Tutoring]), ConsentChannel.Form, ""),
            new ConsentWithdrawn(At, "a")),
        Of(
            SchoolStreams.Infrastructure, new InfrastructureReported(At, "a", Here, 40, 400, Connectivity.Good),
            new InfrastructureReported(At.AddMinutes(1), "a", Here, 42, 400, Connectivity.Weak)),
        Of(MeasureCourse.Kind, new MeasureReported(At, "a", MeasureStatus.UnderWay, "Begun.", null), new MeasureReported(At, "a", MeasureStatus.Dropped, "Not now.", null)),
        Of(
            IntegrityStreams.Kind, new CaseReported(At, "a", Here.Value, "p-1", null, "Essay", new Ground(GroundKind.Witness, "Words."), Day, Day, "rule"),
            new CaseDismissed(At, "b", IsPerson: true, "Nothing.", 3)),
        Of(CompetenceStreams.Portfolio, new PortfolioOpened(At, "a", "p-2", Here.Value), new EvidenceHandedIn(At, "a", "e-1", "T01", "A lesson.", null)),
        Of(CompetenceStreams.Learner, new LearnerRecordOpened(At, "a", "p-1", Here.Value), new BlockShown(At, "a", "S01", 9, "A task.")),
        Of(
            CompetenceStreams.Course, new CourseOffered(At, "a", new CourseTerms(LocalizedText.Same("Day of AI"), "day-of-ai", 8, ["S01"], null, Here.Value), "rule"),
            new CourseWithdrawn(At, "a", "Old.")),
        Of(
            CompetenceStreams.Group, new GroupOpened(At, "a", "course-1", "7 A", Here.Value, "2026-27", "day-of-ai", false, 8, 6, "rule"),
            new PeopleEnrolled(At, "a", ["p-1"])),
        Of(
            CompetenceStreams.Topics, new TopicPut(At, "a", new Topic("t-1", LocalizedText.Same("Data"), "informatics", 7, ["S01"], [])),
            new TopicDropped(At, "a", "t-1", "Twice.")),
        Of(CompetenceStreams.Project, new ProjectBegun(At, "a", "p-1", Here.Value, "Waste"), new ProjectFinished(At, "a")),
        Of(
            TaskStreams.Tasks, new TaskSet(At, "a", Here.Value, new TaskTerms("Essay", "Write.", "9A", 2, [], 80, false, 10, At), "rule"),
            new TaskWithdrawn(At, "a", "Wrong.")),
        Of(
            TaskStreams.Works, new WorkHandedIn(At, "a", "task-1", Here.Value, "p-1", 2, new WorkDraft("Text.", new UseStatement([], 100)), [], []),
            new GradeDecided(At, "b", IsPerson: true, "teacher", 9, "Clear.", ["task-1"], "rule")),
    ];

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Fact]
    public void Each_kind_of_part_has_its_sample() => Assert.Equal(
        typeof(EventKind).Assembly.GetTypes().SelectMany(t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(f => f.FieldType.IsSubclassOf(typeof(EventKind))).Select(f => ((EventKind)f.GetValue(null)!).Name).Order(StringComparer.Ordinal),
        Samples.Select(s => s.Kind.Name).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "X-15")]
    public async Task A_transaction_that_fails_at_any_statement_leaves_nothing_of_its_event(Dialect dialect)
    {
        var folder = Directory.CreateTempSubdirectory("mortanba-rollback-").FullName;
        using var vault = EncryptedFileVault.Open(Path.Combine(folder, "keys.vault"), "passphrase").Value;
        await using var test = await TestDatabase.CreateAsync(
            dialect, [.. EventSchema.Migrations, .. RegisterRows.Migrations, .. LedgerSchema.Migrations], [RowSeals.Migration]);
        var (database, events) = (test.Database, new EventStore(vault, new WorkingCalendar(RuleBook.Load(RuleBook.DefaultFolder).Value)));
        database.Seals = new RowSeals(row => vault.Fingerprint("storage/row", row), [.. EventSchema.Sealed, .. RegisterRows.Sealed]);
        var log = new LogWriter(database, LedgerTestBed.LogKey, LedgerTestBed.Origin, TimeProvider.System);
        if (dialect == Dialect.Postgres)
        {
            await DefineAsync(
                database, "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$");
        }

        foreach (var isFirst in (bool[])[true, false])
        {
            foreach (var (table, statement) in Statements)
            {
                await DefineAsync(database, dialect == Dialect.Postgres
                    ? $"CREATE TRIGGER broken BEFORE {statement} ON {table} FOR EACH ROW EXECUTE FUNCTION broken()"
                    : $"CREATE TRIGGER broken BEFORE {statement} ON {table} BEGIN SELECT RAISE(ABORT, 'broken'); END");
                var before = await DumpAsync(database);
                foreach (var sample in Samples.Where(s => Writes(s, isFirst, table, statement)))
                {
                    var fault = await Record.ExceptionAsync(() => log.RunAsync(t => sample.WriteAsync(t, events, isFirst)));
                    Assert.True(fault is DbException, $"{sample.Kind.Name}, {statement} {table}: {fault}");
                    Assert.Equal(before, await DumpAsync(database));
                }

                await DefineAsync(database, dialect == Dialect.Postgres ? $"DROP TRIGGER broken ON {table}" : "DROP TRIGGER broken");
            }

            foreach (var sample in Samples)
            {
                await log.RunAsync(t => sample.WriteAsync(t, events, isFirst));
            }
        }

        await using var connection = await database.ConnectAsync();
        Assert.Equal(2 * Samples.Length, Assert.Single(await connection.QueryAsync("SELECT COUNT(*) FROM ai_events", r => r.GetInt32(0), default)));
        Assert.Empty(await database.Seals.AuditAsync(connection));
        Assert.Null(await database.ReadAsync(t => FactLog.CheckAsync(t, vault)));
        Assert.Empty((await LogAudit.RunAsync(database, log.Key)).Findings);
        Directory.Delete(folder, recursive: true);
    }

    // Each event is written and sealed; some tell facts; those of systems stand in the register and in the ledger.
    private static bool Writes(ISample sample, bool isFirst, string table, string statement) => table switch
    {
        "ai_streams" => isFirst || statement == "UPDATE",
        Fact or "ai_fact_head" => sample.HasFacts(isFirst),
        "ai_register" or "ai_register_entries" or "ledger_entries" => sample.Kind == SystemStream.Kind,
        _ => true,
    };

    private static async Task DefineAsync(Database database, string statement)
    {
        await using var connection = await database.ConnectAsync();
        await connection.ExecuteAsync(statement, default);
    }

    private static async Task<string> DumpAsync(Database database)
    {
        await using var connection = await database.ConnectAsync();
        var all = new List<string>();
        foreach (var table in Statements.Select(s => s.Table).Distinct())
        {
            all.AddRange((await connection.QueryAsync(
                $"SELECT * FROM {table}",
                r => string.Join('|', Enumerable.Range(0, r.FieldCount).Select(i => r.GetValue(i) is byte[] raw
                    ? Convert.ToHexString(raw)
                    : string.Create(CultureInfo.InvariantCulture, $"{r.GetValue(i)}"))),
                default)).Order(StringComparer.Ordinal).Prepend(table));
        }

        return string.Join('\n', all);
    }

    private static Sample<TState, TEvent> Of<TState, TEvent>(EventKind<TState, TEvent> kind, TEvent first, TEvent next)
        where TState : IFolded
        where TEvent : IHappened => new(kind, first, next);

    private interface ISample
    {
        EventKind Kind { get; }

        bool HasFacts(bool isFirst);

        /// <summary>Writes the first event, or the one behind it, with what belongs to it.</summary>
        Task<int> WriteAsync(LogTransaction log, EventStore events, bool isFirst);
    }

    private sealed class Sample<TState, TEvent>(EventKind<TState, TEvent> kind, TEvent first, TEvent next) : ISample
        where TState : IFolded
        where TEvent : IHappened
    {
        private readonly string id = EventStore.NewId(kind);

        public EventKind Kind => kind;

        public bool HasFacts(bool isFirst) => isFirst ? kind.Facts(kind.Fold(id, [first]), first).Any() : kind.Facts(kind.Fold(id, [first, next]), next).Any();

        public async Task<int> WriteAsync(LogTransaction log, EventStore events, bool isFirst)
        {
            var t = log.Transaction;
            var stored = isFirst
                ? await events.CreateAsync(t, kind, Here, first, id)
                : await events.AppendAsync(t, kind, (await events.LockAsync(t, kind, id, Here, 1)).Value, next);
            if (stored.Now is AiSystem system)
            {
                await RegisterRows.WriteAsync(t, system, Here.Value);
                var shown = PublicEvent.Of(system.Id, system.Version, (AiSystemEvent)stored.Newest)!;
                await RegisterRows.NoteAsync(t, shown, await log.AppendAsync([shown.ToEntry().Bytes]));
            }

            return stored.Now.Version;
        }
    }
}
