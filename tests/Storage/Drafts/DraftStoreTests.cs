using System.Data.Common;
using System.Text;
using Mortanba.Foundation;
using Mortanba.Intake;
using Mortanba.Intake.Drafts;
using Mortanba.Issuance;
using Xunit;

namespace Mortanba.Storage.Tests.Drafts;

/// <summary>Lists in preparation on both databases: versions, repairs, undo, what is destroyed and what never was stored.</summary>
[Trait("Requirement", "X-5")]
public sealed class DraftStoreTests : IDisposable
{
    private static readonly Bin Uni = Bin.Parse("940540002029");
    private static readonly DateTimeOffset At = new(2026, 6, 30, 9, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("mortanba-drafts-").FullName;
    private readonly EncryptedFileVault vault;
    private string graduates = "";
    private string courses = "";

    public DraftStoreTests() => vault = EncryptedFileVault.Open(Path.Combine(folder, "vault.bin"), "a passphrase of a test").Value;

    public void Dispose()
    {
        vault.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Of_two_people_who_save_the_same_version_one_is_refused_and_nothing_of_theirs_is_kept(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var (store, draft) = await MappedAsync(test);
        Task<Outcome<Draft>> SaveAsync(string who, string value) => test.Database.WriteAsync(
            t => store.RepairAsync(t, draft.Id, draft.Version, who, At, [new CellRepair(ListPart.Graduates, 2, 1, value)], []));

        var both = await Task.WhenAll(SaveAsync("one", "First"), SaveAsync("two", "Second"));

        Assert.Single(both, o => o.IsDone);
        Assert.Equal("intake/draft-changed", Assert.Single(both, o => !o.IsDone).Problem!.Code);
        var winner = both[0].IsDone ? "First" : "Second";
        var now = await FindAsync(test, store, draft.Id);
        Assert.Equal(winner, (await store.RowAsync(now, ListPart.Graduates, 2))![1].Value);
        Assert.Equal(1, (await GridAsync(store, now)).SaveCount);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Undo_takes_back_one_save_as_a_whole_and_the_list_is_the_one_it_was(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var (store, draft) = await MappedAsync(test);
        var before = (await store.OpenListAsync(draft)).Value.Tables!.Hash();
        var saved = (await test.Database.WriteAsync(t => store.RepairAsync(
            t, draft.Id, draft.Version, "one", At,
            [new CellRepair(ListPart.Graduates, 2, 1, "Other"), new CellRepair(ListPart.Courses, 2, 1, "X-1")], []))).Value;
        Assert.NotEqual(before, (await store.OpenListAsync(saved)).Value.Tables!.Hash());

        var undone = (await test.Database.WriteAsync(t => store.UndoAsync(t, draft.Id, saved.Version, "one", At))).Value;

        Assert.Equal(before, (await store.OpenListAsync(undone)).Value.Tables!.Hash());
        Assert.Equal("Ақан", (await store.RowAsync(undone, ListPart.Graduates, 2))![1].Value);
        Assert.Equal(
            "intake/nothing-to-undo",
            (await test.Database.WriteAsync(t => store.UndoAsync(t, draft.Id, undone.Version, "one", At))).Problem!.Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_graduate_taken_out_takes_the_courses_along(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var (store, draft) = await MappedAsync(test);
        var removals = (await store.RemovalOfAsync(draft, 2, "left"))!;

        var saved = (await test.Database.WriteAsync(
            t => store.RepairAsync(t, draft.Id, draft.Version, "one", At, [], removals))).Value;

        Assert.Null(await store.RowAsync(saved, ListPart.Graduates, 2));
        Assert.Null(await store.RowAsync(saved, ListPart.Courses, 2));
        Assert.NotNull(await store.RowAsync(saved, ListPart.Graduates, 3));
        Assert.NotNull(await store.RowAsync(saved, ListPart.Courses, 3));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_skipped_column_is_gone_once_the_columns_are_confirmed(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var (store, draft) = await MappedAsync(test);
        Assert.DoesNotContain((await store.RowAsync(draft, ListPart.Graduates, 2))!, c => c.Value == "secret");
        Assert.DoesNotContain((await GridAsync(store, draft)).AllColumns, c => c.Header == "Diary");
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task A_withdrawn_list_leaves_no_page_no_step_and_no_key(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var (store, draft) = await MappedAsync(test);
        var saved = (await test.Database.WriteAsync(t => store.RepairAsync(
            t, draft.Id, draft.Version, "one", At, [new CellRepair(ListPart.Graduates, 2, 1, "Other")], []))).Value;

        var withdrawn = (await test.Database.WriteAsync(t => store.WithdrawAsync(t, draft.Id, saved.Version, "one", At))).Value;

        Assert.Equal(DraftState.Withdrawn, withdrawn.State);
        Assert.True((await FindAsync(test, store, draft.Id)).IsDestroyed);
        await using var connection = await test.Database.ConnectAsync();
        foreach (var table in (string[])["draft_pages", "draft_steps"])
        {
            Assert.Equal(0, (await connection.QueryAsync($"SELECT COUNT(*) FROM {table}", r => r.GetInt32(0), default))[0]);
        }

        Assert.Equal("intake/draft-destroyed", (await store.OpenListAsync(withdrawn)).Problem!.Code);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase)), Trait("Requirement", "DA-19")]
    public async Task Of_a_diploma_that_is_erased_no_list_that_corrects_it_stays_readable(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var ((store, open), (_, sent), (_, issues)) = (await MappedAsync(test), await MappedAsync(test), await MappedAsync(test));
        await test.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE drafts SET purpose = 'correct', checked_version = version WHERE id <> @id", default, ("id", issues.Id)));
        _ = (await test.Database.WriteAsync(t => store.SubmitAsync(t, sent.Id, sent.Version, "one", At))).Value;
        Task<IReadOnlyList<string>> DestroyAsync(Bin bin, string[] named, string text) =>
            test.Database.WriteAsync(t => store.DestroyCorrectionsAsync(t, bin, named, [text]));

        Assert.Empty(await DestroyAsync(Uni, [], "S"));
        Assert.Empty(await DestroyAsync(Bin.Parse("980940003039"), [sent.Id], "S1"));
        Assert.Equal([sent.Id], await DestroyAsync(Uni, [sent.Id], "S9"));
        Assert.Equal([open.Id], await DestroyAsync(Uni, [], "s1"));

        var (was, waits) = (await FindAsync(test, store, open.Id), await FindAsync(test, store, sent.Id));
        Assert.Equal((DraftState.Withdrawn, true), (was.State, was.IsDestroyed));
        Assert.Equal((DraftState.Submitted, true), (waits.State, waits.IsDestroyed));
        Assert.False((await FindAsync(test, store, issues.Id)).IsDestroyed);
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task An_unchecked_list_is_not_sent_and_a_returned_one_carries_the_note(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var (store, draft) = await MappedAsync(test);
        Assert.Equal(
            "intake/draft-not-checked",
            (await test.Database.WriteAsync(t => store.SubmitAsync(t, draft.Id, draft.Version, "one", At))).Problem!.Code);

        await test.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE drafts SET checked_version = version, decision = 'D-1' WHERE id = @id", default, ("id", draft.Id)));
        var sent = (await test.Database.WriteAsync(t => store.SubmitAsync(t, draft.Id, draft.Version, "one", At))).Value;
        Assert.Equal(
            "intake/draft-locked",
            (await test.Database.WriteAsync(t => store.RepairAsync(
                t, draft.Id, sent.Version, "one", At, [new CellRepair(ListPart.Graduates, 2, 1, "x")], []))).Problem!.Code);
        var returned = (await test.Database.WriteAsync(
            t => store.ReturnAsync(t, draft.Id, sent.Version, "two", "Row 2 again", At))).Value;
        Assert.Equal((DraftState.Open, "Row 2 again"), (returned.State, returned.ReturnNote));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase)), Trait("Requirement", "X-13")]
    public async Task Whoever_mapped_repaired_undid_named_sent_or_replaced_a_list_keeps_a_hand_in_it(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var (store, draft) = await MappedAsync(test, mapper: "mapped");
        async Task ActAsync(Func<DbTransaction, Task<Outcome<Draft>>> act) => draft = (await test.Database.WriteAsync(act)).Value;

        await ActAsync(t => store.RepairAsync(
            t, draft.Id, draft.Version, "repaired", At, [new CellRepair(ListPart.Graduates, 2, 1, "Other")], []));
        await ActAsync(t => store.UndoAsync(t, draft.Id, draft.Version, "undid", At));
        await ActAsync(t => store.NameAsync(t, draft.Id, draft.Version, "named", At, "A list", "D-1"));
        await test.Database.WriteAsync(t => t.ExecuteAsync(
            "UPDATE drafts SET checked_version = version WHERE id = @id", default, ("id", draft.Id)));
        await ActAsync(t => store.SubmitAsync(t, draft.Id, draft.Version, "sent", At));
        await ActAsync(t => store.TakeBackAsync(t, draft.Id, draft.Version, "took back", At));
        await ActAsync(t => store.SubmitAsync(t, draft.Id, draft.Version, "one", At));
        await ActAsync(t => store.ReturnAsync(t, draft.Id, draft.Version, "returned", "Again", At));
        var again = (await store.ReadAgainAsync(draft, Csv("g.csv", graduates), Csv("c.csv", courses))).Value;
        await ActAsync(t => store.ReplaceAsync(t, draft.Id, draft.Version, "replaced", At, again));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(
            ["mapped", "named", "one", "repaired", "replaced", "sent", "took back", "undid"],
            (await DraftStore.PeopleAsync(connection, draft.Id)).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(TestDatabase.Dialects), MemberType = typeof(TestDatabase))]
    public async Task Another_institution_finds_nothing_under_the_same_id(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, DraftSchema.Migrations);
        var (store, draft) = await MappedAsync(test);
        await using var connection = await test.Database.ConnectAsync();
        Assert.NotNull(await store.FindAsync(connection, Uni, draft.Id));
        Assert.Null(await store.FindAsync(connection, Bin.Parse("980940003039"), draft.Id));
    }

    private static ListBytes Csv(string name, string text) => ListBytes.OfMemory(name, Encoding.UTF8.GetBytes(text));

    private static async Task<GridPage> GridAsync(DraftStore store, Draft draft) => (await store.GridAsync(
        draft, new GridQuery(ListPart.Graduates, GridFilter.All, null, null, null, false, 1, null)))!;

    private static async Task<Draft> FindAsync(TestDatabase test, DraftStore store, string id)
    {
        await using var connection = await test.Database.ConnectAsync();
        return (await store.FindAsync(connection, Uni, id))!;
    }

    /// <summary>Two graduates with a course each, columns confirmed, a diary skipped.</summary>
    private async Task<(DraftStore Store, Draft Draft)> MappedAsync(TestDatabase test, string mapper = "one")
    {
        // A header for each required field; the words are the fields' own names.
        var fields = DraftStore.FieldsOf(ListPart.Graduates).Where(f => f.IsRequired).Select(f => f.Field).ToList();
        var student = fields.IndexOf("student-number");
        string Row(string number, string name) => string.Join(
            ';', fields.Select((_, i) => i == student ? number : i == 1 ? name : "x")) + ";secret";
        var courseFields = DraftStore.FieldsOf(ListPart.Courses).Where(f => f.IsRequired).Select(f => f.Field).ToList();
        string Course(string number) => string.Join(';', courseFields.Select(f => f == "student-number" ? number : "1"));
        graduates = string.Join(';', fields) + ";Diary\n" + Row("S1", "Ақан") + "\n" + Row("S2", "Сана") + "\n";
        courses = string.Join(';', courseFields) + "\n" + Course("S1") + "\n" + Course("S2") + "\n";
        var content = DraftContent.Read(Csv("g.csv", graduates), Csv("c.csv", courses)).Value;
        var store = new DraftStore(test.Database, vault);
        var draft = await test.Database.WriteAsync(
            t => store.CreateAsync(t, new NewDraft(Uni, "A list", null, ListPurpose.Issue, "one", At), content));
        var mapped = (await store.MapAsync(draft, new Dictionary<ListPart, IReadOnlyList<string>>
        {
            [ListPart.Graduates] = [.. fields, "skip"],
            [ListPart.Courses] = courseFields,
        })).Value;
        return (store, (await test.Database.WriteAsync(
            t => store.ConfirmColumnsAsync(t, draft.Id, draft.Version, mapper, At, mapped))).Value);
    }
}
