using Mortanba.Issuance;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.Recognition;

/// <summary>What is published and watched, counted from rows on both databases.</summary>
public sealed class CaseFiguresTests : IDisposable
{
    private static readonly DateOnly Today = new(2026, 11, 20);

    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-figures-").FullName;
    private readonly EncryptedFileVault vault;
    private readonly CaseStore store;
    private readonly CaseFigures figures;

    public CaseFiguresTests()
    {
        var calendar = new WorkingCalendar(RuleBook.Load(RuleBook.DefaultFolder).Value);
        vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a test").Value;
        store = new CaseStore(vault, new CaseClock(calendar));
        figures = new CaseFigures(vault, calendar);
    }

    public void Dispose()
    {
        vault.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "RQ-20")]
    [Trait("Requirement", "RQ-21")]
    [Trait("Requirement", "RQ-30")]
    public async Task Figures_are_counted_from_rows_small_ones_are_hidden_and_uneven_decisions_are_listed(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, CaseSchema.Migrations);
        await test.Database.WriteAsync(async t =>
        {
            // 2025: 24 of Germany in two quarters, 12 of them conditional, and 3 of Fiji. This quarter: one more, counted nowhere yet.
            for (var i = 0; i < 24; i++)
            {
                await DecidedAsync(t, i, "DE", new DateOnly(2025, i < 12 ? 2 : 5, 12), i % 2 == 0 ? RecognitionOutcome.Full : RecognitionOutcome.Conditional);
            }

            for (var i = 24; i < 27; i++)
            {
                await DecidedAsync(t, i, "FJ", new DateOnly(2025, 9, 3), RecognitionOutcome.Full);
            }

            await DecidedAsync(t, 27, "DE", new DateOnly(2026, 11, 5), RecognitionOutcome.Full);
            // 36 are open, all past a day: 12 a look at a filing, 12 an answer of the applicant, 12 what an officer does when that is over.
            for (var i = 28; i < 64; i++)
            {
                await OpenAsync(t, i, isAsked: i % 3 > 0, isLapsed: i % 3 > 1);
            }

            // Of 24 the clock runs: 12 wait for the issuer since before its last day, 12 since after it.
            for (var i = 64; i < 88; i++)
            {
                await WaitingAsync(t, i, isLate: i % 2 > 0);
            }

            return 0;
        });
        await using var connection = await test.Database.ConnectAsync();

        var found = await figures.StatisticsAsync(connection, Today, null);

        Assert.Equal((2025, 1), (found.Year, found.Years.Count));
        // That an applicant is late makes nobody of the body late; a wait that begins after the last day mends nothing, in the list neither.
        Assert.Equal((60, 36), (found.Open, found.Overdue));
        var rows = await new CaseLists(vault).FindAsync(connection, new CaseSearch([.. Enum.GetValues<CaseStage>().Where(s => s.IsOpen())]), 100);
        Assert.Equal((36, 12), (rows.Count(r => r.IsOverdue(Today)), rows.Count(r => r.IsOverdue(Today) && r.WaitingFor == WaitFor.Issuer)));
        Assert.Equal([("2025-Q2", 12), ("2025-Q1", 12)], found.Rows.Where(r => r is { Group: FigureGroup.Quarter, Decided: not null }).Select(r => (r.Key, r.Decided!.Value)));
        // 27 would give the three of Fiji away, for the 24 are known by quarters: neither total nor part is shown.
        Assert.Null(Assert.Single(found.Rows, r => r.Group == FigureGroup.Year).Decided);
        Assert.Null(Assert.Single(found.Rows, r => r.Key == RecognitionStatistics.OtherCountries).Decided);
        var conditional = found.Rows.Where(r => r.Group == FigureGroup.Country && r.Key == "DE").Select(r => r.Conditional);
        Assert.All(conditional, c => Assert.True(c is null or 12));

        var uneven = Assert.Single(await figures.UnevenAsync(connection, new DateOnly(2025, 1, 1)));
        Assert.Equal(("DE", "0613", CaseFigures.CasesShown), (uneven.Countries, uneven.Field, uneven.Alike.Count));
        Assert.Contains("University of DE", uneven.Alike[0].Head!.Institutions);
        Assert.Empty(await figures.UnevenAsync(connection, new DateOnly(2025, 6, 1)));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "RQ-20")]
    public async Task Even_handedness_is_counted_by_sex_and_kind_and_an_export_names_nobody(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, CaseSchema.Migrations);
        await test.Database.WriteAsync(async t =>
        {
            for (var i = 0; i < 44; i++)
            {
                await DecidedAsync(t, i, "DE", new DateOnly(2026, 8, 12), i % 4 < 2 ? RecognitionOutcome.Full : RecognitionOutcome.Conditional, i == 0, i % 2 == 0 ? "female" : "male");
            }

            return 0;
        });
        await using var connection = await test.Database.ConnectAsync();

        var rows = await figures.DisparityAsync(connection, new DateOnly(2026, 7, 1));

        Assert.Equal((44, 22, 22), rows.Where(r => r.Group is null).Select(r => (r.Decided!.Value, r.Full!.Value, r.Less!.Value)).Single());
        Assert.Equal([("female", 22, 11), ("male", 22, 11)], rows.Where(r => r.Group == "sex").Select(r => (r.Key, r.Decided!.Value, r.Full!.Value)));
        Assert.Null(rows.Single(r => r.Key == "refugee").Decided);
        Assert.Null(rows.Single(r => r.Key == "graduate").Decided);

        var closed = await figures.ClosedAsync(connection);
        Assert.Equal(44, closed.Count);
        Assert.DoesNotContain(closed, c => $"{c}".Contains("Person", StringComparison.Ordinal) || $"{c}".Contains("F-", StringComparison.Ordinal));
        Assert.Equal("2026-Q3", closed[0].Quarter);
        Assert.All(await figures.DisparityAsync(connection, new DateOnly(2026, 4, 1)), r => Assert.Null(r.Decided));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "RQ-30")]
    public async Task A_case_counts_once_though_an_appeal_sent_it_back_and_it_or_the_next_appeal_was_taken_back(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, CaseSchema.Migrations);
        var at = new DateTimeOffset(2026, 2, 12, 6, 0, 0, TimeSpan.Zero);
        await test.Database.WriteAsync(async t =>
        {
            for (var i = 0; i < 24; i++)
            {
                var one = await DecidedAsync(t, i, "DE", new DateOnly(2026, 2, 12), RecognitionOutcome.Full);
                CaseEvent[] events =
                [
                    new AppealFiled(at.AddDays(4), $"a{i}", "Look again."), new AppealDecided(at.AddDays(5), "r", AppealOutcome.Return, "So.", null),
                    .. i % 2 == 0
                        ? new CaseEvent[] { new CaseWithdrawn(at.AddDays(6), $"a{i}") }
                        : [
                            new CaseDecided(at.AddDays(7), "d", one.Case.Decision!), new AppealFiled(at.AddDays(8), $"a{i}", "Again."),
                            new AppealWithdrawn(at.AddDays(9), $"a{i}"), new CaseEnded(at.AddDays(30), "o"),
                        ],
                ];
                foreach (var happened in events)
                {
                    one = await store.AppendAsync(t, one, happened);
                }
            }

            // Beside cases that nobody appealed: what is all of one kind would be hidden.
            for (var i = 24; i < 60; i++)
            {
                await DecidedAsync(t, i, "DE", new DateOnly(2026, 2, 12), RecognitionOutcome.Full);
            }

            return 0;
        });
        await using var connection = await test.Database.ConnectAsync();

        var quarter = (await figures.StatisticsAsync(connection, Today, null)).Rows.Single(r => r.Key == "2026-Q1");
        Assert.Equal((60, 24), (quarter.Decided, quarter.Appealed));
        Assert.Equal([("full", "", 36), ("full", "return", 12), ("no-decision", "return", 12)], (await figures.ClosedAsync(connection))
            .GroupBy(c => (c.Outcome, c.AppealOutcome)).Select(g => (g.Key.Outcome, g.Key.AppealOutcome, g.Count())).Order());
    }

    private async Task<OpenCase> DecidedAsync(
        System.Data.Common.DbTransaction t, int i, string country, DateOnly decided, RecognitionOutcome outcome, bool isRefugee = false, string sex = "")
    {
        var at = new DateTimeOffset(decided.ToDateTime(new TimeOnly(6, 0)), TimeSpan.Zero);
        var one = await store.CreateAsync(t, new CaseDescribed(
            at.AddDays(-30), $"a{i}", new Holder($"Person {i}", null, "KZ", sex), isRefugee ? HolderKind.Refugee : HolderKind.Graduate, RecognitionPurpose.Employment,
            new Qualification("Bachelor", [new AwardingInstitution("University of " + country, country, country)], new DateOnly(2020, 6, 1), EducationLevel.Higher, 6, "0613")));
        CaseEvent[] events =
        [
            new CaseSubmitted(at.AddDays(-30), $"a{i}", $"F-{i:D5}", new CaseTerms(CaseRoute.Case, 30, null, 30, 15, null, [], false, [], "{}", [])),
            new InformationComplete(at.AddDays(-29), "o", at.AddDays(-30)),
            new CaseDecided(at, "d", new DecisionTaken(
                new ProposedDecision(outcome, RecognitionPurpose.Employment, "d", [], [], Authenticity.Confirmed, []), "Said.", at, null, null, null)),
            new CaseEnded(at.AddDays(3), "o"),
        ];
        foreach (var happened in events)
        {
            one = await store.AppendAsync(t, one, happened);
        }

        return one;
    }

    private async Task WaitingAsync(System.Data.Common.DbTransaction t, int i, bool isLate)
    {
        var one = await OpenAsync(t, i, isAsked: false, isLapsed: false);
        one = await store.AppendAsync(t, one, new InformationComplete(one.Case.OpenedAt, "o", one.Case.OpenedAt));
        await store.AppendAsync(t, one, new WaitBegan(one.Case.OpenedAt.AddDays(isLate ? 70 : 7), "o", "w", WaitFor.Issuer, "Did you award it?"));
    }

    private async Task<OpenCase> OpenAsync(System.Data.Common.DbTransaction t, int i, bool isAsked, bool isLapsed)
    {
        var at = new DateTimeOffset(2026, 9, 1, 6, 0, 0, TimeSpan.Zero);
        var one = await store.CreateAsync(t, new CaseDescribed(
            at, $"a{i}", new Holder($"Person {i}", null), HolderKind.Graduate, RecognitionPurpose.Employment,
            new Qualification("Bachelor", [new AwardingInstitution("University", "DE")], new DateOnly(2020, 6, 1), EducationLevel.Higher, 6)));
        one = await store.AppendAsync(t, one, new CaseSubmitted(
            at, $"a{i}", $"F-{i:D5}", new CaseTerms(CaseRoute.Case, 30, null, 30, 15, null, [], false, [], "{}", [], IntakeDays: 5, AnswerDays: 10)));
        if (isAsked)
        {
            one = await store.AppendAsync(t, one, new MissingAsked(at, "o", [new MissingItem("translation", "It is not there.")]));
        }

        if (isLapsed)
        {
            one = await store.AppendAsync(t, one, new AnswerLapsed(at.AddDays(30), "case-ending"));
        }

        return one;
    }
}
