using Mortanba.Issuance;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.Recognition;

/// <summary>Which decided cases are found beside a case, in what order, and what is said of each.</summary>
[Trait("Requirement", "RQ-21")]
public sealed class SimilarCasesTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 6, 25, 9, 0, 0, TimeSpan.Zero);

    private static readonly Qualification Physics = new(
        "Bachelor of Science in Physics", [new AwardingInstitution("Univerzita Nová Lhota", "CZ", "cz-nova-lhota")], new DateOnly(2024, 6, 20),
        EducationLevel.Higher, 6, "0533");

    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-similar-").FullName;
    private readonly EncryptedFileVault vault;
    private readonly CaseStore store;

    public SimilarCasesTests()
    {
        vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a test").Value;
        store = new CaseStore(vault, new CaseClock(new WorkingCalendar(RuleBook.Load(RuleBook.DefaultFolder).Value)));
    }

    public void Dispose()
    {
        vault.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Finds_the_likest_first_says_why_and_leaves_out_what_is_no_precedent(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, CaseSchema.Migrations);
        var elsewhere = Physics with { Institutions = [new AwardingInstitution("Horní škola", "CZ", "cz-horni")] };
        var other = new Qualification(
            "Diplôme d’ingénieur", [new AwardingInstitution("École du Val", "FR")], new DateOnly(2020, 6, 1), EducationLevel.Higher, 7, "0715");
        var (one, same, near, history) = await test.Database.WriteAsync(async t =>
        {
            // Neither what nobody decided, nor what is contested, nor what ended without a decision, nor another level elsewhere.
            await AddAsync(t, 1, Physics, null);
            await AddAsync(t, 2, Physics, RecognitionOutcome.NoDecision);
            await AddAsync(t, 3, Physics, RecognitionOutcome.Full, new AppealFiled(At, "a", "No."));
            await AddAsync(t, 4, other, RecognitionOutcome.Full);
            return (
                await AddAsync(t, 5, Physics, RecognitionOutcome.Full),
                await AddAsync(t, 6, Physics with { Title = "Bachelor of science, physics" }, RecognitionOutcome.Conditional),
                await AddAsync(t, 7, elsewhere with { Title = "Chemistry (BSc)", Field = "0531" }, RecognitionOutcome.Full),
                await AddAsync(t, 8, Physics with { Title = "Dějiny", Field = "0222" }, RecognitionOutcome.Full));
        });

        await using var connection = await test.Database.ConnectAsync();
        var found = await new SimilarCases(vault).FindAsync(connection, one, 10);

        Assert.Equal([same.Id, history.Id, near.Id], found.Select(f => f.Id));
        Assert.Equal(
            [Likeness.Institution, Likeness.Level, Likeness.Field, Likeness.Title, Likeness.Country, Likeness.Purpose, Likeness.Extent, Likeness.Mode],
            found[0].Because.Select(b => b.Likeness).Order(Comparer<Likeness>.Create((a, b) => Weight(found[0], b).CompareTo(Weight(found[0], a)))));
        Assert.Equal(found[0].Score, found[0].Because.Sum(b => b.Points));
        Assert.Equal("Bachelor of science, physics", found[0].Title);
        Assert.Contains(found[2].Because, b => b.Likeness == Likeness.BroadField);
        // Another subject at the same place is shown, but binds nobody.
        Assert.Equal([same.Number!], SimilarCases.Precedents(found).Select(p => p.Number));
        Assert.Empty(await new SimilarCases(vault).FindAsync(connection, one with { Qualification = Physics with { Isced = 3, Field = "", Institutions = [new("X", "ZW")] } }, 10));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task An_erased_case_stays_a_precedent_without_its_words(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, CaseSchema.Migrations);
        var one = await test.Database.WriteAsync(async t =>
        {
            var erased = await AddAsync(t, 1, Physics, RecognitionOutcome.Full);
            await CaseStore.EraseAsync(t, erased.Id);
            return await AddAsync(t, 2, Physics, null);
        });

        await using var connection = await test.Database.ConnectAsync();
        var found = Assert.Single(await new SimilarCases(vault).FindAsync(connection, one, 10));

        Assert.Equal(("", true), (found.Title, found.IsPrecedent));
    }

    private static int Weight(SimilarCase found, Likeness likeness) => found.Because.Single(b => b.Likeness == likeness).Points;

    private async Task<RecognitionCase> AddAsync(
        System.Data.Common.DbTransaction transaction, int number, Qualification qualification, RecognitionOutcome? outcome, params CaseEvent[] then)
    {
        var one = await store.CreateAsync(
            transaction, new CaseDescribed(At, $"a{number}", new Holder("Jan Novák", null), HolderKind.Graduate, RecognitionPurpose.Employment, qualification));
        one = await store.AppendAsync(
            transaction, one, new CaseSubmitted(At, $"a{number}", $"R-2026-{number:D5}", new CaseTerms(CaseRoute.Case, 30, null, 30, 15, null, [], false, [], "{}", [])));
        if (outcome is { } ended)
        {
            one = await store.AppendAsync(transaction, one, new CaseDecided(At, "d", new DecisionTaken(
                new ProposedDecision(ended, RecognitionPurpose.Employment, "d", [], [], Authenticity.Confirmed, []), "Said.", At.AddHours(number), null, null, null)));
        }

        foreach (var happened in then)
        {
            one = await store.AppendAsync(transaction, one, happened);
        }

        return one.Case;
    }
}
