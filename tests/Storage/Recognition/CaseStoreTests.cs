using System.Security.Cryptography;
using System.Text;
using Mortanba.Flow.Tests.Recognition;
using Mortanba.Foundation;
using Mortanba.Issuance;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.Recognition;

/// <summary>Recognition cases in both databases, with seals.</summary>
public sealed class CaseStoreTests
{
    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task Each_transition_is_there_whole_or_not_at_all(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var walk = CaseWorld.At(CaseStage.Appealed);
        var id = (await bed.Database.WriteAsync(t => bed.Cases.CreateAsync(t, (CaseDescribed)walk.Events[0]))).Case.Id;
        foreach (var (happened, index) in walk.Events.Select((e, i) => (e, i)).Skip(1))
        {
            await Assert.ThrowsAsync<LostPower>(() => bed.Database.WriteAsync<int>(async t =>
            {
                await bed.Cases.AppendAsync(t, (await bed.Cases.LockAsync(t, id, index)).Value, happened);
                throw new LostPower();
            }));
            Assert.Equal(index, (await bed.FindAsync(id))!.Version);
            var next = await bed.Database.WriteAsync(async t => await bed.Cases.AppendAsync(t, (await bed.Cases.LockAsync(t, id, index)).Value, happened));
            Assert.Equal(index + 1, next.Case.Version);
        }

        var stored = (await bed.FindAsync(id))!;
        Assert.Equal(CaseRecord.Canonical(walk.Now with { Id = id }), CaseRecord.Canonical(stored));
        var row = Assert.Single(await bed.ListAsync(new CaseSearch(Stages: [CaseStage.Appealed])));
        Assert.Equal(("R-2026-00001", "Bachelor of Science", RecognitionOutcome.Conditional), (row.Number, row.Head!.Title, row.Outcome));
        await bed.AssertSealedAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Of_two_who_save_over_one_version_at_once_one_is_told(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var id = (await bed.AddAsync(CaseWorld.At(CaseStage.Evaluation))).Id;
        var version = (await bed.FindAsync(id))!.Version;
        var saved = await Task.WhenAll(new[] { CaseWorld.First, CaseWorld.Second }.Select(who => Task.Run(() => bed.Database.WriteAsync<Outcome<int>>(async t =>
        {
            if (!(await bed.Cases.LockAsync(t, id, version)).TryGet(out var now, out var problem)
                || !AssessCase.Of(now.Case, who, CaseWorld.Findings(Difference.None), false, CaseWorld.Filed).TryGet(out var happened, out problem))
            {
                return problem;
            }

            return (await bed.Cases.AppendAsync(t, now, happened)).Case.Version;
        }))));
        Assert.Single(saved, s => s.IsDone);
        Assert.Single(saved, s => s.Problem?.Code == "recognition/changed-meanwhile");
        Assert.Single((await bed.FindAsync(id))!.Assessments);
        await bed.AssertSealedAsync();
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Nothing_of_a_person_stands_in_clear_and_an_erased_case_is_gone(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var one = await bed.AddAsync(CaseWorld.At(CaseStage.Intake));
        var bytes = RandomNumberGenerator.GetBytes((3 << 20) + 5);
        var taken = (await CaseFiles.TakeAsync(new MemoryStream(bytes))).Value;
        await bed.Database.WriteAsync(async t => await CaseFiles.PutAsync(t, (await bed.Cases.FindAsync(t, one.Id))!, "document-1", taken));
        await using var connection = await bed.Database.ConnectAsync();
        using var back = new MemoryStream();
        await foreach (var part in CaseFiles.ReadAsync(connection, (await bed.Cases.FindAsync(connection, one.Id))!, "document-1"))
        {
            back.Write(part);
        }

        Assert.Equal(bytes, back.ToArray());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), taken.Sha256);
        foreach (var table in new[] { "recognition_cases", "recognition_events", "recognition_files" })
        {
            var rows = await connection.QueryAsync(
                $"SELECT * FROM {table}",
                r => string.Concat(Enumerable.Range(0, r.FieldCount).Select(i => r.GetValue(i) is byte[] raw ? Encoding.UTF8.GetString(raw) : $"{r.GetValue(i)}")), default);
            Assert.DoesNotContain(rows, r => r.Contains("Aigerim Samplekyzy", StringComparison.Ordinal) || r.Contains("Somewhere", StringComparison.Ordinal));
        }

        await bed.Database.WriteAsync(t => CaseStore.EraseAsync(t, one.Id));
        Assert.Null(await bed.FindAsync(one.Id));
        Assert.Empty(await connection.QueryAsync("SELECT 1 FROM recognition_files", r => 1, default));
        Assert.Null((await bed.ListAsync(new CaseSearch())).Single().Head);
        await bed.AssertSealedAsync();
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_while_it_is_read()
    {
        using var endless = new Endless();
        Assert.Equal("recognition/file-too-large", (await CaseFiles.TakeAsync(endless)).Problem?.Code);
        Assert.InRange(endless.Given, CaseFiles.LengthMaxBytes, CaseFiles.LengthMaxBytes + (2 << 20));
        Assert.Equal("recognition/file-empty", (await CaseFiles.TakeAsync(Stream.Null)).Problem?.Code);
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "RQ-19")]
    public async Task Lists_go_page_by_page_refugees_first_then_by_the_day_due(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        await bed.AddAsync(CaseWorld.At(CaseStage.Evaluation, rules: CaseWorld.With(CaseWorld.BodyPack(days: 40))));
        var soon = await bed.AddAsync(CaseWorld.At(CaseStage.Evaluation, rules: CaseWorld.With(CaseWorld.BodyPack(days: 20))));
        var refugee = await bed.AddAsync(CaseWorld.At(CaseStage.Evaluation, HolderKind.Refugee));
        var early = await bed.AddAsync(CaseWorld.At(CaseStage.Intake));
        await using var connection = await bed.Database.ConnectAsync();
        var seen = new List<string>();
        (string, string)? after = null;
        while (await bed.Lists.FindAsync(connection, new CaseSearch(After: after), 1) is [var row])
        {
            seen.Add(row.Id);
            after = CaseLists.After(row);
        }

        Assert.Equal([refugee.Id, soon.Id], seen.Take(2));
        Assert.Equal((4, early.Id), (seen.Distinct().Count(), seen[3]));
        Assert.Equal(3, (await CaseLists.CountsAsync(connection))[CaseStage.Evaluation]);
        Assert.Contains((CaseWorld.First, 3), (await CaseLists.WorkloadAsync(connection)).Select(w => (w.Account, w.Open)));
        Assert.Equal(3, (await bed.ListAsync(new CaseSearch(Evaluator: CaseWorld.Second))).Count);
        Assert.Equal(4, (await bed.ListAsync(new CaseSearch(Country: "DE"))).Count);
        Assert.Empty(await bed.ListAsync(new CaseSearch(Country: "D")));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Of_what_is_over_the_newest_comes_first_page_by_page(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var (issued, early) = (await bed.AddAsync(CaseWorld.At(CaseStage.Issued)), CaseWorld.At(CaseStage.Intake));
        early.Do(c => WithdrawCase.Of(c, CaseWorld.Applicant, CaseWorld.Filed.AddDays(1)));
        var withdrawn = await bed.AddAsync(early);
        CaseSearch Over((string, string)? after) => new([CaseStage.Issued, CaseStage.Withdrawn], After: after, IsNewestFirst: true);
        var first = Assert.Single(await bed.ListAsync(Over(null)), r => r.Id == issued.Id);
        Assert.Equal([issued.Id, withdrawn.Id], (await bed.ListAsync(Over(null))).Select(r => r.Id));
        Assert.Equal([withdrawn.Id], (await bed.ListAsync(Over(CaseLists.After(first)))).Select(r => r.Id));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task What_was_taken_back_after_a_return_is_over_since_then_and_shows_no_old_decision(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var walk = CaseWorld.At(CaseStage.Appealed);
        walk.Do(c => TakeAppeal.Of(c, CaseWorld.Reviewer, CaseWorld.Filed.AddDays(14)));
        walk.Do(_ => Outcome<CaseEvent>.From(DecideAppeal.Event(CaseWorld.Reviewer, AppealOutcome.Return, "Look again.", null, CaseWorld.Filed.AddDays(15))));
        walk.Do(c => WithdrawCase.Of(c, CaseWorld.Applicant, CaseWorld.Filed.AddDays(20)));
        var taken = await bed.AddAsync(walk);
        // Taken back before it was decided, after the other one's decision and before its end.
        var early = CaseWorld.At(CaseStage.Intake);
        early.Do(c => WithdrawCase.Of(c, CaseWorld.Applicant, CaseWorld.Filed.AddDays(10)));
        var other = await bed.AddAsync(early);
        var rows = await bed.ListAsync(new CaseSearch([CaseStage.Issued, CaseStage.Withdrawn], IsNewestFirst: true));
        Assert.Equal([taken.Id, other.Id], rows.Select(r => r.Id));
        Assert.Equal((null, CaseWorld.Filed.AddDays(20)), (rows[0].Standing, rows[0].OverAt));
        // It counts where it was decided all the same.
        Assert.Equal((RecognitionOutcome.NoDecision, CaseWorld.Filed.AddDays(6)), (rows[0].Outcome, rows[0].DecidedAt));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task What_was_taken_back_before_it_was_filed_stands_in_no_list_of_the_body_and_counts_nowhere(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var draft = CaseWorld.At(CaseStage.Draft);
        draft.Do(c => WithdrawCase.Of(c, CaseWorld.Applicant, CaseWorld.Filed));
        var never = await bed.AddAsync(draft);
        var walk = CaseWorld.At(CaseStage.Intake);
        walk.Do(c => WithdrawCase.Of(c, CaseWorld.Applicant, CaseWorld.Filed.AddDays(1)));
        var filed = await bed.AddAsync(walk);
        foreach (var search in new[] { new CaseSearch(), new CaseSearch([CaseStage.Withdrawn]), new CaseSearch([CaseStage.Withdrawn], IsNewestFirst: true), new CaseSearch(Country: "DE") })
        {
            Assert.Equal([filed.Id], (await bed.ListAsync(search)).Select(r => r.Id));
        }

        await using var connection = await bed.Database.ConnectAsync();
        Assert.Equal(1, (await CaseLists.CountsAsync(connection))[CaseStage.Withdrawn]);
        // Its applicant sees it, and so does whoever erases it and was given its id.
        Assert.Equal(2, (await bed.ListAsync(new CaseSearch(Applicant: CaseWorld.Applicant))).Count);
        Assert.Equal([never.Id], (await bed.ListAsync(new CaseSearch(Id: never.Id))).Select(r => r.Id));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Numbers_of_a_year_are_given_once_each_without_a_gap(Dialect dialect)
    {
        using var bed = await Bed.CreateAsync(dialect);
        var numbers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => bed.Database.WriteAsync(t => CaseStore.NextNumberAsync(t, 2026)))));
        Assert.Equal(Enumerable.Range(1, 6).Select(i => $"R-2026-{i:D5}"), numbers.Order(StringComparer.Ordinal));
        Assert.Equal("R-2027-00001", await bed.Database.WriteAsync(t => CaseStore.NextNumberAsync(t, 2027)));
    }

    private sealed class LostPower : Exception;

    /// <summary>A scan without an end.</summary>
    private sealed class Endless : MemoryStream
    {
        public long Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }

    private sealed class Bed : IDisposable
    {
        private readonly string directory = Directory.CreateTempSubdirectory("mortanba-cases-").FullName;
        private readonly TestDatabase test;

        private Bed(TestDatabase test)
        {
            this.test = test;
            Vault = EncryptedFileVault.Open(Path.Combine(directory, "keys.vault"), "passphrase").Value;
            Cases = new CaseStore(Vault, new CaseClock(new WorkingCalendar(CaseWorld.Rules)));
            Lists = new CaseLists(Vault);
            test.Database.Seals = new RowSeals(row => Vault.Fingerprint("storage/row", row), CaseSchema.Sealed);
        }

        public EncryptedFileVault Vault { get; }

        public CaseStore Cases { get; }

        public CaseLists Lists { get; }

        public Database Database => test.Database;

        public static async Task<Bed> CreateAsync(Dialect dialect) =>
            new(await TestDatabase.CreateAsync(dialect, CaseSchema.Migrations, [RowSeals.Migration]));

        /// <summary>Stores a walk; numbers are those of the walk, so that a second one is filed under another.</summary>
        public Task<RecognitionCase> AddAsync(Walk walk) => Database.WriteAsync(async t =>
        {
            var one = await Cases.CreateAsync(t, (CaseDescribed)walk.Events[0]);
            foreach (var happened in walk.Events.Skip(1))
            {
                var next = happened is CaseSubmitted submitted ? submitted with { Number = await CaseStore.NextNumberAsync(t, 2026) } : happened;
                one = await Cases.AppendAsync(t, one, next);
            }

            return one.Case;
        });

        public async Task<RecognitionCase?> FindAsync(string id)
        {
            await using var connection = await Database.ConnectAsync();
            return (await Cases.FindAsync(connection, id))?.Case;
        }

        public async Task<IReadOnlyList<CaseRow>> ListAsync(CaseSearch search)
        {
            await using var connection = await Database.ConnectAsync();
            return await Lists.FindAsync(connection, search, 50);
        }

        public async Task AssertSealedAsync() => Assert.Empty(await Database.ReadAsync(t => Database.Seals!.AuditAsync(t)));

        public void Dispose()
        {
            Vault.Dispose();
            test.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Directory.Delete(directory, recursive: true);
        }
    }
}
