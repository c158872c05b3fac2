using System.Text;
using System.Text.Json.Serialization;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.AiEducation;

/// <summary>Events, their facts and the directory of schools in both databases, with seals.</summary>
public sealed class EventStoreTests
{
    private static readonly DateTimeOffset At = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Bin Here = Bin.Parse("990140001015");
    private static readonly Bin There = Bin.Parse("990140001025");

    private static readonly EventKind<Note, NoteEvent> Notes = new(
        "note", isPersonal: true, Note.Of, n => new StreamSummary("open", "p-1", null, new DateOnly(2026, 9, n.Version)),
        (n, e) => [new EventFact("note." + (n.Version == 1 ? "written" : "changed"), "p-1", ("length", $"{e.Text.Length}"))]);

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task An_event_its_line_and_its_facts_are_there_whole_or_not_at_all(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await Assert.ThrowsAsync<LostPower>(() => bed.Database.WriteAsync<int>(async t =>
        {
            await bed.Events.CreateAsync(t, Notes, Here, new NoteWritten(At, "a", "first"));
            throw new LostPower();
        }));
        Assert.Empty(await bed.RowsAsync(new StreamSearch()));
        var id = (await bed.Database.WriteAsync(t => bed.Events.CreateAsync(t, Notes, Here, new NoteWritten(At, "a", "first")))).Now.Id;
        await Assert.ThrowsAsync<LostPower>(() => bed.Database.WriteAsync<int>(async t =>
        {
            await bed.AppendAsync(t, id, 1, "second");
            throw new LostPower();
        }));
        Assert.Equal(("first", 1), (await bed.FindAsync(id))!.Line());
        await bed.Database.WriteAsync(t => bed.AppendAsync(t, id, 1, "second"));
        Assert.Equal(("second", 2), (await bed.FindAsync(id))!.Line());
        var row = Assert.Single(await bed.RowsAsync(new StreamSearch(Here, ["open"], "p-1", new DateOnly(2026, 9, 2))));
        Assert.Equal((2, new DateOnly(2026, 9, 2)), (row.Version, row.Summary.Due!.Value));
        Assert.Equal([("note.written", "5", 1L), ("note.changed", "6", 2L)], await bed.FactsAsync());

        var older = (await bed.Database.WriteAsync(t => bed.Events.CreateAsync(t, Notes, Here, new NoteWritten(At.AddDays(-1), "a", "old")))).Now.Id;
        Assert.Equal([id, older], (await bed.RowsAsync(new StreamSearch())).Select(r => r.Id));
        Assert.Equal([older, id], (await bed.RowsAsync(new StreamSearch(IsDueFirst: true))).Select(r => r.Id));
        await bed.AssertWholeAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "AI-35")]
    public async Task What_is_due_at_an_instant_stands_in_lists_with_its_civil_day(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var midnight = new DateTimeOffset(2026, 9, 1, 19, 0, 0, TimeSpan.Zero);
        foreach (var (due, day) in new[] { (midnight.AddMinutes(-1), 1), (midnight.AddMinutes(1), 2) })
        {
            var report = new IncidentReported(At, "parent", Here, "bias", false, "Words.", null, due, due.AddDays(5), "rule");
            var id = (await bed.Database.WriteAsync(t => bed.Events.CreateAsync(t, SafetyStreams.Incident, Here, (IncidentEvent)report))).Now.Id;
            await using var connection = await bed.Database.ConnectAsync();
            var rows = await EventStore.RowsAsync(connection, SafetyStreams.Incident, new StreamSearch(DueBy: new DateOnly(2026, 9, day)), 10);
            Assert.Equal(new DateOnly(2026, 9, day), rows.Single(r => r.Id == id).Summary.Due);
            Assert.Equal(day, rows.Count);
        }
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Of_two_who_save_over_one_version_one_is_told_and_another_school_finds_nothing(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var id = (await bed.Database.WriteAsync(t => bed.Events.CreateAsync(t, Notes, Here, new NoteWritten(At, "a", "first")))).Now.Id;
        var saved = await Task.WhenAll(Enumerable.Range(0, 2).Select(i => Task.Run(() => bed.Database.WriteAsync(t => bed.AppendAsync(t, id, 1, $"by {i}")))));
        Assert.Equal([null, "ai/changed-meanwhile"], saved.Select(p => p?.Code).Order(StringComparer.Ordinal));
        var elsewhere = await bed.Database.WriteAsync(t => bed.Events.LockAsync(t, Notes, id, There, null));
        Assert.Equal("ai/not-there", elsewhere.Problem?.Code);
        Assert.Empty(await bed.RowsAsync(new StreamSearch(There)));
        await bed.AssertWholeAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Words_of_a_person_are_sealed_and_go_with_their_key_while_the_facts_stay(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var id = (await bed.Database.WriteAsync(t => bed.Events.CreateAsync(t, Notes, Here, new NoteWritten(At, "a", "Trial words")))).Now.Id;
        await bed.AddPeopleAsync();
        await using var connection = await bed.Database.ConnectAsync();
        foreach (var table in new[] { "ai_streams", "ai_events", "ai_facts", "ai_people" })
        {
            var rows = await connection.QueryAsync(
                $"SELECT * FROM {table}",
                r => string.Concat(Enumerable.Range(0, r.FieldCount).Select(i => r.GetValue(i) is byte[] raw ? Encoding.UTF8.GetString(raw) : $"{r.GetValue(i)}")), default);
            Assert.NotEmpty(rows);
            Assert.DoesNotContain(rows, r => r.Contains("Trial", StringComparison.Ordinal));
        }

        await bed.Database.WriteAsync(t => EventStore.EraseAsync(t, Notes, id));
        Assert.Null(await bed.FindAsync(id));
        Assert.Contains(("note.written", "11", 1L), await bed.FactsAsync());
        await bed.AssertWholeAsync();
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "AI-26")]
    public async Task A_fact_that_is_changed_put_in_or_taken_out_past_the_program_is_found(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        for (var i = 0; i < 4; i++)
        {
            await bed.Database.WriteAsync(t => bed.Events.CreateAsync(t, Notes, Here, new NoteWritten(At, "a", "words")));
        }

        foreach (var (past, at) in new[]
        {
            ("UPDATE ai_facts SET subject = 'p-2' WHERE seq = 2", 2L), ("UPDATE ai_facts SET number = 7 WHERE seq = 3", 3L),
            ("DELETE FROM ai_facts WHERE seq = 2", 2L), ("DELETE FROM ai_facts WHERE seq = 4", 4L),
            ("INSERT INTO ai_facts SELECT 5, at, type, school, subject, fact_values, stream, number, chain FROM ai_facts WHERE seq = 1", 5L),
        })
        {
            await Assert.ThrowsAsync<LostPower>(() => bed.Database.WriteAsync<int>(async t =>
            {
                await t.ExecuteAsync(past, default);
                Assert.Equal(at, await FactLog.CheckAsync(t, bed.Vault));
                throw new LostPower();
            }));
        }

        await bed.AssertWholeAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task A_person_is_found_by_account_by_representative_and_by_class_until_they_leave(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var (learner, teacher) = await bed.AddPeopleAsync();
        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal(learner.Id, Assert.Single(await bed.Directory.OfAccountAsync(connection, "account-1")).Id);
        Assert.Equal(["account-2"], Assert.Single(await bed.Directory.ChildrenAsync(connection, "account-2")).Guardians);
        Assert.Equal("Trial Learner", Assert.Single(await bed.Directory.PeopleAsync(connection, Here, SchoolPersonKind.Learner, "9A")).Words!.Name);
        Assert.Equal(["9A", "9B"], Assert.Single(await bed.Directory.PeopleAsync(connection, Here, SchoolPersonKind.Teacher)).Classes);
        Assert.Equal(learner.Id, (await SchoolDirectory.SourceIdsAsync(connection, Here))["source-1"]);
        await bed.Database.WriteAsync(t => bed.Directory.LeaveAsync(t, learner, At.AddDays(1)));
        Assert.Empty(await bed.Directory.OfAccountAsync(connection, "account-1"));
        Assert.Empty(await bed.Directory.ChildrenAsync(connection, "account-2"));
        Assert.NotNull((await bed.Directory.PersonAsync(connection, learner.Id))!.Left);
        Assert.Equal(teacher.Id, (await bed.Directory.PersonAsync(connection, teacher.Id))!.Id);
        await bed.AssertWholeAsync();
    }

    private sealed record Note(string Id, int Version, string Text) : IFolded
    {
        public static Note Of(string id, IEnumerable<NoteEvent> events) =>
            events.Aggregate(new Note(id, 0, ""), (now, e) => now with { Version = now.Version + 1, Text = e.Text });

        public (string Text, int Version) Line() => (Text, Version);
    }

    [JsonDerivedType(typeof(NoteWritten), "written")]
    private abstract record NoteEvent(DateTimeOffset At, string By, string Text) : IHappened;

    private sealed record NoteWritten(DateTimeOffset At, string By, string Text) : NoteEvent(At, By, Text);

    private sealed class LostPower : Exception;

    private sealed class Bed : IDisposable
    {
        private readonly string directory = System.IO.Directory.CreateTempSubdirectory("mortanba-ai-").FullName;
        private readonly TestDatabase test;

        private Bed(TestDatabase test)
        {
            this.test = test;
            Vault = EncryptedFileVault.Open(Path.Combine(directory, "keys.vault"), "passphrase").Value;
            Events = new EventStore(Vault, new WorkingCalendar(RuleBook.Load(RuleBook.DefaultFolder).Value));
            Directory = new SchoolDirectory(Vault);
            test.Database.Seals = new RowSeals(row => Vault.Fingerprint("storage/row", row), [.. EventSchema.Sealed, .. DirectorySchema.Sealed]);
        }

        public EncryptedFileVault Vault { get; }

        public EventStore Events { get; }

        public SchoolDirectory Directory { get; }

        public Database Database => test.Database;

        public static async Task<Bed> CreateAsync(Dialect dialect) =>
            new(await TestDatabase.CreateAsync(dialect, [.. EventSchema.Migrations, .. DirectorySchema.Migrations], [RowSeals.Migration]));

        public async Task<Note?> FindAsync(string id)
        {
            await using var connection = await Database.ConnectAsync();
            return (await Events.FindAsync(connection, Notes, id))?.Now;
        }

        public async Task<Problem?> AppendAsync(System.Data.Common.DbTransaction transaction, string id, int version, string text)
        {
            var locked = await Events.LockAsync(transaction, Notes, id, Here, version);
            if (!locked.TryGet(out var now, out var problem))
            {
                return problem;
            }

            await Events.AppendAsync(transaction, Notes, now, new NoteWritten(At.AddHours(1), "a", text));
            return null;
        }

        public async Task<IReadOnlyList<StreamRow>> RowsAsync(StreamSearch search)
        {
            await using var connection = await Database.ConnectAsync();
            return await EventStore.RowsAsync(connection, Notes, search, 10);
        }

        public async Task<IReadOnlyList<(string Type, string? Length, long Seq)>> FactsAsync()
        {
            await using var connection = await Database.ConnectAsync();
            var facts = new List<(string, string?, long)>();
            await foreach (var kept in FactLog.SinceAsync(connection, 0, 100))
            {
                facts.Add((kept.Fact.Type, kept.Fact.Values.GetValueOrDefault("length"), kept.Seq));
            }

            return facts;
        }

        public async Task<(SchoolPerson Learner, SchoolPerson Teacher)> AddPeopleAsync()
        {
            var learner = new SchoolPerson(
                SchoolDirectory.NewPersonId(), Here, SchoolPersonKind.Learner, "9A", [], 9, "kk", "female", false, "account-1", ["account-2"],
                new PersonWords("Trial Learner", new DateOnly(2012, 2, 29)), At, null);
            var teacher = learner with
            {
                Id = SchoolDirectory.NewPersonId(),
                Kind = SchoolPersonKind.Teacher,
                Class = "",
                Classes = ["9A", "9B"],
                Account = "account-3",
                Guardians = [],
                Words = new PersonWords("Trial Teacher", null),
            };
            await Database.WriteAsync(async t =>
            {
                await Directory.PutAsync(
                    t, new School(Here, LocalizedText.Same("No 1"), "KZ-61", "North", SchoolKind.School, Setting.Rural, ["kk", "ru"], Connectivity.Weak), At);
                await Directory.AddAsync(t, Here, [learner, teacher], ["source-1", "source-2"]);
            });
            return (learner, teacher);
        }

        public async Task AssertWholeAsync()
        {
            await using var connection = await Database.ConnectAsync();
            Assert.Empty(await Database.Seals!.AuditAsync(connection));
            Assert.Null(await Database.ReadAsync(t => FactLog.CheckAsync(t, Vault)));
        }

        public void Dispose()
        {
            Vault.Dispose();
            test.DisposeAsync().AsTask().GetAwaiter().GetResult();
            System.IO.Directory.Delete(directory, recursive: true);
        }
    }
}
