using Mortanba.Accounts;
using Mortanba.Foundation;
using Xunit;

namespace Mortanba.Storage.Tests.Accounts;

public sealed class AuditTrailTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 9, 0, 0, TimeSpan.Zero);
    private static readonly Bin One = Bin.Parse("940540002029");
    private static readonly Actor Registrar = new(ActorKind.Person, "a-1", "R. (invented)", []);

    public static TheoryData<Dialect> Dialects => TestDatabase.Dialects;

    /// <summary>Each way to change the record behind the program's back, and the row that must be named.</summary>
    public static TheoryData<Dialect, string, long> Tamperings
    {
        get
        {
            var all = new TheoryData<Dialect, string, long>();
            foreach (var dialect in new[] { Dialect.Sqlite, Dialect.Postgres })
            {
                all.Add(dialect, "DELETE FROM trail WHERE number = 2", 3);
                all.Add(dialect, "UPDATE trail SET number = 9 WHERE number = 2", 3);
                foreach (var change in (string[])["at = '2026-11-22T09:00:01Z'", "act = 'view'", "what = 'x/y'", "actor = 'a-2'",
                    "actor_kind = 'service'", "role = 'approver'", "institution = NULL", "subject_kind = 'draft'", "subject = 'b-9'",
                    "person = NULL", "facts = '{ }'"])
                {
                    all.Add(dialect, $"UPDATE trail SET {change} WHERE number = 2", 2);
                }
            }

            return all;
        }
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-6")]
    public async Task An_untouched_record_holds_together(Dialect dialect)
    {
        await using var test = await FilledAsync(dialect);

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal((4L, null), await AuditTrail.CheckAsync(connection));
        Assert.Equal(4, (await AuditTrail.HeadAsync(connection)).Number);
    }

    [Theory, MemberData(nameof(Tamperings)), Trait("Requirement", "X-6")]
    public async Task A_changed_row_is_named(Dialect dialect, string tampering, long row)
    {
        await using var test = await FilledAsync(dialect);
        await test.Database.WriteAsync(t => t.ExecuteAsync(tampering, default));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal(row, (await AuditTrail.CheckAsync(connection)).FirstBroken);
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task What_is_rolled_back_was_never_recorded(Dialect dialect)
    {
        await using var test = await FilledAsync(dialect);

        await Assert.ThrowsAsync<TimeoutException>(() => test.Database.WriteAsync(async t =>
        {
            await AuditTrail.AppendAsync(t, At, Event("batch", "b-2"));
            throw new TimeoutException();
        }));
        await test.Database.WriteAsync(t => AuditTrail.AppendAsync(t, At, Event("batch", "b-3")));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal((5L, null), await AuditTrail.CheckAsync(connection));
    }

    [Theory, MemberData(nameof(Dialects))]
    public async Task Two_writers_at_once_leave_one_chain(Dialect dialect)
    {
        await using var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        await using var second = Database.At(test.Address);

        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => (i % 2 == 0 ? test.Database : second).WriteAsync(
            t => AuditTrail.AppendAsync(t, At, Event("batch", $"b-{i}")))));

        await using var connection = await test.Database.ConnectAsync();
        Assert.Equal((40L, null), await AuditTrail.CheckAsync(connection));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-6")]
    public async Task A_person_finds_what_was_done_with_their_data_and_nobody_elses(Dialect dialect)
    {
        await using var test = await FilledAsync(dialect);

        await using var connection = await test.Database.ConnectAsync();
        var own = await AuditTrail.OfPersonAsync(connection, [7], "a-9", [new TrailSubject("batch", "b-1")], 100);

        Assert.Equal([4L, 2L, 1L], own.Select(r => r.Number));
    }

    [Theory, MemberData(nameof(Dialects)), Trait("Requirement", "X-13")]
    public async Task An_institution_reads_its_own_rows_only(Dialect dialect)
    {
        await using var test = await FilledAsync(dialect);

        await using var connection = await test.Database.ConnectAsync();
        var rows = await AuditTrail.OfInstitutionAsync(connection, One, before: null, count: 10);

        Assert.Equal([2L, 1L], rows.Select(r => r.Number));
        Assert.Equal("12", rows[1].Facts["count"]);
    }

    private static async Task<TestDatabase> FilledAsync(Dialect dialect)
    {
        var test = await TestDatabase.CreateAsync(dialect, AccountsSchema.Migrations);
        await test.Database.WriteAsync(t => AuditTrail.AppendAsync(
            t, At,
            [
                Event("batch", "b-1", One, facts: ("count", "12")),
                Event("diploma", "d-1", One, person: [7]),
                Event("diploma", "d-2", person: [8]),
            ]));
        await test.Database.WriteAsync(t => AuditTrail.AppendAsync(t, At, Event("share", "s-1", person: [7])));
        return test;
    }

    private static TrailEvent Event(
        string kind, string id, Bin? institution = null, byte[]? person = null, params (string, string)[] facts) =>
        new(TrailAct.Change, "test/done", Registrar, new TrailSubject(kind, id), Role.Registrar, institution,
            person is null ? null : (ReadOnlyMemory<byte>?)person, facts);
}
