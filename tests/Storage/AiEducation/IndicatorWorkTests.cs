using System.Data.Common;
using Mortanba.AiEducation;
using Mortanba.Issuance;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.AiEducation;

/// <summary>Counts of indicators in both databases: brought up to date step by step, by one process after another, and found out when facts were changed.</summary>
[Trait("Requirement", "AI-26")]
public sealed class IndicatorWorkTests
{
    private const string School = "990140001015";
    private static readonly DateTimeOffset September = new(2026, 9, 10, 6, 0, 0, TimeSpan.Zero);
    private static readonly RuleBook Rules = RuleBook.Load(RuleBook.DefaultFolder).Value;

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    [Theory, MemberData(nameof(Dialects))]
    public async Task One_process_goes_on_where_another_stood_and_a_changed_fact_is_found(Dialect dialect)
    {
        var directory = Directory.CreateTempSubdirectory("mortanba-indicators-").FullName;
        using var vault = EncryptedFileVault.Open(Path.Combine(directory, "keys.vault"), "passphrase").Value;
        await using var test = await TestDatabase.CreateAsync(dialect, [.. EventSchema.Migrations, .. IndicatorSchema.Migrations]);
        var clock = new Clock { Now = September };
        await TellAsync("p-1", "p-2", "p-3");
        using (var first = new IndicatorWork(test.Database, Rules, clock))
        {
            Assert.True(await first.CatchUpAsync());
            Assert.False(await first.CatchUpAsync());
            await TellAsync("p-4");
            Assert.True(await first.CatchUpAsync());
            Assert.Equal(4, first.FactsRead);
        }

        var before = await StandingAsync();
        Assert.Equal((4L, false), (before.Seq, before.Differs));
        Assert.Equal(4, (await LearnersAsync()).Single());

        // What a process could not write it still owes.
        using (var failing = new IndicatorWork(test.Database, Rules, clock))
        {
            Assert.False(await failing.CatchUpAsync());
            await TellAsync("p-4a");
            await ChangeAsync("ALTER TABLE ai_indicator_schools RENAME TO away");
            await Assert.ThrowsAnyAsync<DbException>(() => failing.CatchUpAsync());
            Assert.Equal(4L, (await StandingAsync()).Seq);
            await ChangeAsync("ALTER TABLE away RENAME TO ai_indicator_schools");
            Assert.True(await failing.CatchUpAsync());
            Assert.Equal((before.Run, 5, 5L), ((await StandingAsync()).Run, (await LearnersAsync()).Single(), (await StandingAsync()).Seq));
        }

        // And counts that are not those of the facts are found by the next process, which makes them anew.
        await ChangeAsync("DELETE FROM ai_indicator_schools");
        using (var healing = new IndicatorWork(test.Database, Rules, clock))
        {
            Assert.True(await healing.CatchUpAsync());
            Assert.Equal((5, false), ((await LearnersAsync()).Single(), (await StandingAsync()).Differs));
        }

        before = await StandingAsync();

        // The next process reads everything, finds the same, and writes what has come since: a part was closed meanwhile, by the first.
        clock.Now = September.AddMonths(4);
        await TellAsync("p-5");
        using (var second = new IndicatorWork(test.Database, Rules, clock))
        {
            Assert.True(await second.CatchUpAsync());
        }

        var after = await StandingAsync();
        Assert.Equal((before.Run, 6L), (after.Run, after.Seq));
        await using (var connection = await test.Database.ConnectAsync())
        {
            // Three parts were over when the first three facts had been read, the summer and the autumn since.
            Assert.Equal([3L, 3L, 3L, 6L, 6L], await IndicatorStore.ClosingsAsync(connection));
        }

        await ChangeAsync("UPDATE ai_facts SET subject = 'p-other' WHERE seq = 2");
        using (var third = new IndicatorWork(test.Database, Rules, clock))
        {
            Assert.True(await third.CatchUpAsync());
        }

        var changed = await StandingAsync();
        Assert.True(changed.Differs);
        Assert.NotEqual(after.InputsHash, changed.InputsHash);
        Assert.NotEqual(after.Run, changed.Run);
        Directory.Delete(directory, recursive: true);

        Task TellAsync(params string[] learners) => test.Database.WriteAsync(t => FactLog.AppendAsync(
            t, vault,
            [.. learners.Select(l => new KeptFact(0, clock.Now, School, new EventFact("learner.enrolled", l, ("grade", "9"), ("language", "kk"), ("sex", "female"), ("disability", "no")), l, 1))]));

        async Task ChangeAsync(string statement)
        {
            await using var connection = await test.Database.ConnectAsync();
            await connection.ExecuteAsync(statement, default);
        }

        async Task<IndicatorStanding> StandingAsync()
        {
            await using var connection = await test.Database.ConnectAsync();
            return (await IndicatorStore.StandingAsync(connection))!;
        }

        async Task<IReadOnlyList<int>> LearnersAsync()
        {
            await using var connection = await test.Database.ConnectAsync();
            var rules = Rules.Resolve(RuleKeys.AiIndicators, DateOnly.FromDateTime(September.UtcDateTime)).Value.Value;
            var learners = new MeasureList(rules).Of(rules.Find("cases-per-thousand")!.Denominator!);
            return [.. (await IndicatorStore.CountsAsync(connection, -1)).Select(c => c.Counts.All.Where(a => a.Measure == learners && a.Group.Length == 0).Sum(a => a.Count))];
        }
    }

    private sealed class Clock : TimeProvider
    {
        public required DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
