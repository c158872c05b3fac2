using System.Text;
using Mortanba.Foundation;
using Mortanba.Recognition;
using Mortanba.Rules;
using Xunit;

namespace Mortanba.Storage.Tests.Recognition;

public sealed class RegisterStoreTests
{
    private const string Institutions = """
        id,country,name,name_en,aliases,founded,source,read
        ge-one,GE,პირველი უნივერსიტეტი,First University,Tbilisi One,1950-01-01,https://r.example,2026-11-01
        am-two,AM,Երկրորդ,Second Académie,,,https://r.example,2026-11-01
        """;

    private static readonly Country[] States =
        [new("GE", LocalizedText.Same("Georgia"), null), new("AM", LocalizedText.Same("Armenia"), null)];

    private static readonly DateTimeOffset First = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "RQ-9")]
    public async Task A_later_file_ends_a_period_and_what_was_known_before_can_still_be_asked(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, RegisterSchema.Migrations);
        await ImportAsync(test, RegisterKind.Institutions, Institutions, First);
        await ImportAsync(test, RegisterKind.Accreditations, Period("", "2026-11-01"), First);
        var ended = await ImportAsync(test, RegisterKind.Accreditations, Period("2020-08-31", "2026-11-10"), First.AddDays(10));

        Assert.Equal((0, 1), (ended.Value.Added, ended.Value.Changed));
        Assert.Equal(Entitlement.NotEntitled, await StandingAsync(test, null));
        Assert.Equal(Entitlement.Entitled, await StandingAsync(test, First.AddDays(9)));
        Assert.Equal(Entitlement.NotKnown, await StandingAsync(test, First.AddDays(-1)));
        await using var connection = await test.Database.ConnectAsync();
        var (names, periods) = await InstitutionRegister.ReplacedAsync(connection, "ge-one");
        Assert.Empty(names);
        Assert.Equal((null, First.AddDays(10)), (Assert.Single(periods).Until, periods[0].Reading.KnownUntil));
        Assert.Equal(ended.Value.FileHash, (await RegisterImport.ListAsync(connection, 10))[0].FileHash);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task The_same_file_again_changes_nothing_and_an_older_one_is_refused(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, RegisterSchema.Migrations);
        await ImportAsync(test, RegisterKind.Institutions, Institutions, First);
        var again = (await ImportAsync(test, RegisterKind.Institutions, Institutions, First.AddDays(1))).Value;
        Assert.Equal(("", 0, 0), (again.Id, again.Added, again.Changed));

        var older = await ImportAsync(
            test, RegisterKind.Institutions, Institutions.Replace("First University", "Other", StringComparison.Ordinal).Replace("2026-11-01", "2026-10-01", StringComparison.Ordinal), First.AddDays(1));
        Assert.Equal(
            ["2 read recognition/register-older", "3 read recognition/register-older"],
            Assert.IsType<RegisterHasErrors>(older.Problem).Findings.Select(f => $"{f.Row} {f.Field} {f.Problem.Code}"));
        var stranger = await ImportAsync(test, RegisterKind.Accreditations, Period("", "2026-11-01").Replace("ge-one", "ge-none", StringComparison.Ordinal), First);
        Assert.Equal("recognition/register-unknown-institution", Assert.IsType<RegisterHasErrors>(stranger.Problem).Findings.Single().Problem.Code);
        await using var connection = await test.Database.ConnectAsync();
        Assert.Single(await RegisterImport.ListAsync(connection, 10));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task What_is_confirmed_is_what_was_seen(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, RegisterSchema.Migrations);
        var file = Read(RegisterKind.Institutions, Institutions);
        RegisterPlan plan;
        await using (var connection = await test.Database.ConnectAsync())
        {
            plan = (await RegisterImport.PlanAsync(connection, file)).Value;
        }

        Assert.All(plan.Changes, c => Assert.Equal(RegisterChangeKind.Added, c.Kind));
        var two = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ =>
            test.Database.WriteAsync(t => RegisterImport.RunAsync(t, file, plan.Fingerprint, "officer", First))));
        Assert.Single(two, o => o.IsDone);
        Assert.Single(two, o => o.Problem?.Code == "recognition/register-moved-on");
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Of_more_institutions_than_a_list_shows_the_one_that_shares_the_rare_word_is_offered_first(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, RegisterSchema.Migrations);
        var many = string.Concat(Enumerable.Range(0, 30).Select(i => $"\nge-u{i:D2},GE,University {i:D2},University {i:D2},,,https://r.example,2026-11-01"));
        await ImportAsync(
            test, RegisterKind.Institutions, Institutions.TrimEnd() + many + "\nge-zeta,GE,Zeta Institute Mtatsminda,,,,https://r.example,2026-11-01", First);
        await using var connection = await test.Database.ConnectAsync();
        var found = await InstitutionRegister.LikeAsync(connection, new AwardingInstitution("University of Mtatsminda", "GE"), 10);
        Assert.Equal((10, "ge-zeta"), (found.Count, found[0].Id));
        Assert.Empty(await InstitutionRegister.LikeAsync(connection, new AwardingInstitution("University of Mtatsminda", "TR"), 10));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_name_is_found_in_any_spelling(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, RegisterSchema.Migrations);
        await ImportAsync(test, RegisterKind.Institutions, Institutions, First);
        await using var connection = await test.Database.ConnectAsync();
        async Task<string[]> Find(string? text, string? country = null) =>
            [.. (await InstitutionRegister.SearchAsync(connection, new InstitutionQuery(text, country))).Found.Select(i => i.Id)];

        Assert.Equal(["am-two", "ge-one"], await Find(null));
        Assert.Equal(["am-two"], await Find("ACADEMIE second"));
        Assert.Equal(["ge-one"], await Find("უნივერსიტეტი"));
        Assert.Equal(["ge-one"], await Find("tbilisi"));
        Assert.Equal(["ge-one"], await Find("", "GE"));
        Assert.Empty(await Find("100%_"));
        Assert.Equal(["AM", "GE"], await InstitutionRegister.CountriesAsync(connection));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    [Trait("Requirement", "RQ-10"), Trait("Requirement", "RQ-11")]
    public async Task Of_a_ranking_the_edition_of_the_day_counts_even_for_who_fell_out_of_it(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, RegisterSchema.Migrations);
        await ImportAsync(test, RegisterKind.Institutions, Institutions, First);
        await ImportAsync(test, RegisterKind.Rankings, """
            system,edition,published,institution,position,source,read
            qs,2025,2024-06-04,ge-one,120,paper,2026-11-01
            qs,2025,2024-06-04,am-two,90,paper,2026-11-01
            qs,2026,2025-06-19,am-two,80,paper,2026-11-01
            the,2026,2025-10-09,ge-one,201-250,paper,2026-11-01
            """, First);
        var rules = RuleBook.Load(Path.Combine(AppContext.BaseDirectory, "rules")).Value;
        await using var connection = await test.Database.ConnectAsync();
        async Task<string> Used(DateOnly at, params string[] ids) => string.Join(", ",
            (await RankingRegister.LookUpAsync(connection, rules, ids, new DateOnly(2015, 6, 30), at)).Value
                .Select(u => $"{u.System} {u.Edition} {u.Position?.Position}"));

        Assert.Equal("Qs 2025 120", await Used(new DateOnly(2025, 6, 18), "ge-one"));
        Assert.Equal("Qs 2026 , The 2026 250", await Used(new DateOnly(2026, 11, 22), "ge-one"));
        Assert.Equal("Qs 2025 120", await Used(new DateOnly(2025, 1, 1), "am-two", "ge-one"));
        Assert.Equal("", await Used(new DateOnly(2024, 1, 1), "ge-one"));

        // An edition has one day: it is set right for all of its places at once.
        const string right = "system,edition,published,institution,position,source,read\nqs,2025,2024-06-05,ge-one,120,paper,2026-11-02";
        var half = Assert.IsType<RegisterHasErrors>((await ImportAsync(test, RegisterKind.Rankings, right, First.AddDays(1))).Problem);
        Assert.Equal(["2 published recognition/register-edition-day"], half.Findings.Select(f => $"{f.Row} {f.Field} {f.Problem.Code}"));
        Assert.Equal(2, (await ImportAsync(test, RegisterKind.Rankings, right + "\nqs,2025,2024-06-05,am-two,90,paper,2026-11-02", First.AddDays(1))).Value.Changed);
        Assert.Equal("Qs 2025 120", await Used(new DateOnly(2025, 6, 18), "am-two", "ge-one"));
    }

    private static async Task<Entitlement> StandingAsync(TestDatabase test, DateTimeOffset? knownAt)
    {
        await using var connection = await test.Database.ConnectAsync();
        var question = new EntitlementQuestion(["ge-one"], new DateOnly(2022, 6, 30), [AwardLevel.Bachelor]);
        return EntitledThen.Decide(question, await InstitutionRegister.FactsAsync(connection, question.Institutions, knownAt), States).Value.Standing;
    }

    private static string Period(string until, string read) =>
        $"institution,kind,level,from,until,granted_by,source,read\nge-one,recognition,all,1994-01-01,{until},Ministry,https://r.example,{read}";

    private static Task<Outcome<ImportedRegister>> ImportAsync(TestDatabase test, RegisterKind kind, string text, DateTimeOffset at) =>
        test.Database.WriteAsync(t => RegisterImport.RunAsync(t, Read(kind, text), null, "officer", at));

    private static RegisterFile Read(RegisterKind kind, string text) =>
        RegisterFile.Read(kind, "a.csv", Encoding.UTF8.GetBytes(text), States, new DateOnly(2026, 11, 22)).Value;
}
