using System.Data.Common;
using Mortanba.AiEducation;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Xunit;

namespace Mortanba.Storage.Tests.AiEducation;

/// <summary>Scores on their way to learning platforms, in both databases: when one waits, who takes it, and what is noted.</summary>
public sealed class LtiScoresTests
{
    private const string TaskId = "task-1";
    private static readonly DateTimeOffset At = new(2026, 9, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly Bin Here = Bin.Parse("990140001015");
    private static readonly Bin There = Bin.Parse("990140001025");
    private static readonly Uri Column = new("https://moodle.example/2/lineitems/9/lineitem?type_id=1");

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "AI-14")]
    public async Task A_score_waits_when_its_learner_opened_the_task_and_again_when_it_is_decided(Dialect dialect)
    {
        await using var bed = await Bed.CreateAsync(dialect);
        await bed.Database.WriteAsync(async t =>
        {
            await LtiScores.OpenAsync(t, Launch("3", "learner", Column), TaskId, At);
            await LtiScores.OpenAsync(t, Launch("4", "learner", null), TaskId, At.AddSeconds(1));
            await LtiScores.OpenAsync(t, Launch("5", "teacher", Column) with { Roles = [LtiRole.Teacher] }, TaskId, At);
        });
        Assert.Equal<(string, Uri?)>([("3", Column), ("4", null)], (await bed.DueAsync(At.AddMinutes(1))).Select(r => (r.Link, r.LineItem)));
        Assert.Single(await bed.DueAsync(At.AddMinutes(1), ofPlatform: 1));
        Assert.Empty(await bed.DueAsync(At.AddSeconds(-1)));
        var learner = Assert.Single(await bed.ReadAsync(c => LtiScores.LearnersAsync(c, "lti-1", "learner")));
        Assert.Empty(await bed.ReadAsync(c => LtiScores.LearnersAsync(c, "lti-1", "nobody")));
        foreach (var row in await bed.DueAsync(At.AddMinutes(1)))
        {
            await bed.NoteAsync(row, "sent", At.AddMinutes(1), 200, sent: "first");
        }

        Assert.Empty(await bed.DueAsync(At.AddDays(1)));
        await bed.Database.WriteAsync(t => LtiScores.DecidedAsync(t, "task-of-others", learner, At.AddHours(1)));
        await bed.Database.WriteAsync(t => LtiScores.DecidedAsync(t, TaskId, "p-of-others", At.AddHours(1)));
        Assert.Empty(await bed.DueAsync(At.AddDays(1)));
        await bed.Database.WriteAsync(t => LtiScores.DecidedAsync(t, TaskId, learner, At.AddHours(1)));
        Assert.Equal(["first", "first"], (await bed.DueAsync(At.AddDays(1))).Select(r => r.Sent));

        // A link that leads to another task now has sent nothing of it; opened anew, the column that was found stays.
        await bed.Database.WriteAsync(t => LtiScores.OpenAsync(t, Launch("4", "learner", null), TaskId, At.AddHours(2)));
        await bed.Database.WriteAsync(t => LtiScores.OpenAsync(t, Launch("3", "learner", null), "task-2", At.AddHours(2)));
        Assert.Equal<(string, string, Uri?, string?)>(
            [("3", "task-2", null, null), ("4", TaskId, Column, "first")],
            (await bed.DueAsync(At.AddDays(1))).OrderBy(r => r.Link, StringComparer.Ordinal).Select(r => (r.Link, r.Task, r.LineItem, r.Sent)));
        await bed.AssertWholeAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "AI-14")]
    public async Task Of_many_who_take_a_score_one_has_it_and_what_happened_meanwhile_is_not_noted_over(Dialect dialect)
    {
        await using var bed = await Bed.CreateAsync(dialect);
        await bed.Database.WriteAsync(t => LtiScores.OpenAsync(t, Launch("3", "learner", Column), TaskId, At));
        var row = Assert.Single(await bed.DueAsync(At));
        var until = LedgerEntry.Time(At.AddMinutes(2));
        var taken = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => bed.Database.WriteAsync(t => LtiScores.TakeAsync(t, row, until)))));
        Assert.Single(taken, won => won);
        Assert.Empty(await bed.DueAsync(At.AddMinutes(1)));

        // Nobody noted how it went: it is due again when the lease is over, and as it was.
        Assert.Equal(row with { DueAt = until }, Assert.Single(await bed.DueAsync(At.AddMinutes(2))));
        await bed.Database.WriteAsync(t => LtiScores.BoundAsync(t, "lti-1", "learner", At.AddMinutes(1)));
        await bed.NoteAsync(row, "sent", At.AddMinutes(1), 200, "first", until);
        Assert.Null(Assert.Single(await bed.DueAsync(At.AddMinutes(1))).Sent);
        await bed.AssertWholeAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    [Trait("Requirement", "AI-14")]
    public async Task What_failed_is_counted_for_its_school_and_sent_again_by_a_person_of_it(Dialect dialect)
    {
        await using var bed = await Bed.CreateAsync(dialect);
        await bed.Database.WriteAsync(t => LtiScores.OpenAsync(t, Launch("3", "learner", Column), TaskId, At));
        await bed.NoteAsync(Assert.Single(await bed.DueAsync(At)), "failed", At, 500);
        Assert.Equal([new LtiScoreCount("Moodle", "failed", 500, null, 1)], await bed.ReadAsync(c => LtiScores.CountsAsync(c, Here)));
        Assert.Empty(await bed.ReadAsync(c => LtiScores.CountsAsync(c, There)));
        Assert.Empty(await bed.DueAsync(At.AddDays(1)));
        Assert.Equal(0, await bed.Database.WriteAsync(t => LtiScores.AgainAsync(t, There, At.AddHours(1))));
        Assert.Equal(1, await bed.Database.WriteAsync(t => LtiScores.AgainAsync(t, Here, At.AddHours(1))));
        Assert.Equal(0, Assert.Single(await bed.DueAsync(At.AddHours(1))).Attempts);
        await bed.AssertWholeAsync();
    }

    private static LtiLaunch Launch(string link, string subject, Uri? column) => new(
        "lti-1", subject, "1", link, null, [LtiRole.Learner], "https://site.example", null,
        new LtiGradeService([LtiScore.ScoreScope, LtiScore.LineItemScope], new Uri("https://moodle.example/2/lineitems?type_id=1"), column),
        null, new Dictionary<string, string>(), "nonce", At);

    private sealed class Bed : IAsyncDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("mortanba-scores-").FullName;
        private readonly TestDatabase test;
        private readonly EncryptedFileVault vault;

        private Bed(TestDatabase test)
        {
            this.test = test;
            vault = EncryptedFileVault.Open(Path.Combine(folder, "keys.vault"), "passphrase").Value;
            test.Database.Seals = new RowSeals(
                row => vault.Fingerprint("storage/row", row), [.. EventSchema.Sealed, .. DirectorySchema.Sealed, .. ConnectionSchema.Sealed]);
        }

        public Database Database => test.Database;

        /// <summary>A school with a platform, and a learner of it who is bound to one person of the platform.</summary>
        public static async Task<Bed> CreateAsync(Dialect dialect)
        {
            var bed = new Bed(await TestDatabase.CreateAsync(
                dialect, [.. EventSchema.Migrations, .. DirectorySchema.Migrations, .. ConnectionSchema.Migrations], [RowSeals.Migration]));
            var directory = new SchoolDirectory(bed.vault);
            var address = new Uri("https://moodle.example/token.php");
            await bed.Database.WriteAsync(async t =>
            {
                await directory.PutAsync(
                    t, new School(Here, LocalizedText.Same("School"), "KZ-61", "District", SchoolKind.School, Setting.Urban, ["kk"], Connectivity.Good), At);
                await directory.AddAsync(
                    t, Here,
                    [
                        new SchoolPerson(
                            SchoolDirectory.NewPersonId(), Here, SchoolPersonKind.Learner, "9A", [], 9, "kk", "", false, "account", [],
                            new PersonWords("Invented", null), At, null),
                    ],
                    null);
                _ = (await LtiStore.AddAsync(
                    t, new LtiPlatform("lti-1", Here, "Moodle", "https://moodle.example", "client", ["1"], address, address, "{}"), "coordinator", At)).Value;
                _ = (await LtiStore.BindAsync(t, "lti-1", "learner", "account", At)).Value;
            });
            return bed;
        }

        public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read)
        {
            await using var connection = await Database.ConnectAsync();
            return await read(connection);
        }

        public Task<IReadOnlyList<LtiScoreRow>> DueAsync(DateTimeOffset now, int ofPlatform = 20) =>
            ReadAsync(c => LtiScores.DueAsync(c, now, ofPlatform));

        /// <param name="taken">What the row was taken until; null takes it first.</param>
        public async Task NoteAsync(LtiScoreRow row, string state, DateTimeOffset now, int status, string? sent = null, string? taken = null)
        {
            var until = taken ?? LedgerEntry.Time(now.AddMinutes(2));
            Assert.True(taken is not null || await Database.WriteAsync(t => LtiScores.TakeAsync(t, row, until)));
            await Database.WriteAsync(t => LtiScores.NoteAsync(
                t, row with { LineItem = Column, Sent = sent ?? row.Sent, Attempts = row.Attempts + 1 }, until, state, now, now, status, null));
        }

        public async Task AssertWholeAsync()
        {
            await using var connection = await Database.ConnectAsync();
            Assert.Empty(await Database.Seals!.AuditAsync(connection));
        }

        public async ValueTask DisposeAsync()
        {
            await test.DisposeAsync();
            vault.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }
}
